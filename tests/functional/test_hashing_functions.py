"""Hashes against those of their authors' programs, and the same ones on the host and in programs."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.hashing import cross, hash_numbers, hash_texts, into_bins
from pellucid.functional.wide_words import Wide

KEY = (133, 137)
PANGRAM = "The quick brown fox jumps over the lazy dog. " * 6
TEXTS = [
    ("", 0x9AE16A3B2F90404F, 0x4464E36D49835AD4),
    ("a", 0xB3454265B6DF75E3, 0x6239E4ED0A5F3ECA),
    ("ab", 0xAA8D6E5242ADA51E, 0x34F0C8511902294A),
    ("abc", 0x24A5B3A074E7F369, 0x5FC12C8C961D78A9),
    ("abcd", 0x1A5502DE4A1F8101, 0xEC5C514AB915C9C7),
    ("1234567", 0x66BE0F8DAA9284A7, 0xB8506E0E01E3120E),
    ("12345678", 0x2F99D2664A0FB6EA, 0xD61B3259D2850A7C),
    ("x" * 16, 0x2E1630F1FCF7781C, 0x2A808AB478446423),
    ("0123456789abcdef0", 0x6DEB36B4A021A909, 0xE1D6258367522D19),
    ("hello wörld, größe", 0x39782CF508D682B6, 0x5F83C3EC56B1E0C4),
    ("q" * 32, 0x9AEFD251C4400841, 0xEF724A808AC9CA4D),
    ("r" * 33, 0x9B9D34FAA53B4FB1, 0xA53FD981664C3B82),
    (PANGRAM[:50], 0x8A9E807B2AB6AF91, 0x03C2B02701BC62FA),
    (PANGRAM[:64], 0x8CC2288614B078A0, 0xD27A5675E2F4BD40),
    (PANGRAM[:65], 0x739D9BC2566B1CBC, 0x0FAE460B43FC9452),
    (PANGRAM[:100], 0xE45CD63B6BC3DF32, 0x45F6DD8D7DFFC9FE),
    (PANGRAM[:128], 0x5AE1AA6FECFD621A, 0x2BB4AAAA4FD02B69),
    (PANGRAM[:129], 0xFB199FBF9A28AAD2, 0x07241871174A9DA2),
    (PANGRAM[:257], 0x836AC98B241A35FD, 0xBCA07D36684EB303),
]
"""Texts with what Google's FarmHash (``pyfarmhash`` 0.5.1) and ``siphash24`` 1.9 with the key 133, 137 make of them."""

NUMBERS = [
    (0, 0xD2ED96073B81823F, 0x34E4159351EF54D9),
    (1, 0x811F023A122D0BE1, 0x985AE9756A6C5906),
    (-1, 0x65C727C9A1B5784E, 0x12F44BD0D6CA8B72),
    (9, 0x7C1F36CC4AE894AD, 0x6B7D10C8583BFC20),
    (10, 0xFE9BEBCA6BBFE5AE, 0xB86B56DEB398CABC),
    (99, 0x0FA81FF6D84B3D0A, 0xE0C9B129AE736460),
    (100, 0xF2D70D86031C7E8B, 0x0C8F5F779D25AF72),
    (-100, 0xD6FD756FB01FEB66, 0xCB940ACD59FCF919),
    (999, 0x80C290F782E1EDBA, 0x8EED5CBCD703A8D9),
    (1000, 0xFFA33E0C07A4D679, 0x89DB4DB8ABB77792),
    (12345, 0xE5B08D15925EBCF8, 0x16D362D45FBC8B82),
    (-1234567, 0x3F4C19F46DE01459, 0x21495EB2A0D03BA3),
    (2147483647, 0x8F12A9DDB13A9935, 0x5096E12424E3B506),
    (-2147483648, 0x5A7D115524F600F5, 0x9ECA00695735523B),
    (1099511627776, 0xC8EC646F82B4286A, 0x9EE2FA1CFF39C65F),
    (-34359738368, 0x58F96049BE4C248A, 0xC52271D89B24C4DE),
    (9223372036854775807, 0xB0CCFB1982E491AF, 0xA4B4EF887DA2C602),
    (-9223372036854775808, 0x14B9BC6F6D2837E0, 0x63D092EE359C3EC4),
    (1000000000000000, 0x0F69F89C822FCF82, 0x7BF31FC740733076),
    (10000000000000000, 0xD1BDC24C3DB3FFE5, 0x6D1308D2CCA0DA72),
    (1000000000000000000, 0xA5ACEED49476F747, 0xE8E70F0406F53607),
]
"""Numbers with the hashes of their decimal texts, by the same programs."""

NARROW = [row for row in NUMBERS if -(2**31) <= row[0] < 2**31]


def as_numbers(words):
    return (np.asarray(words.high).astype(np.uint64) << np.uint64(32)) + np.asarray(words.low)


def test_texts_are_hashed_as_the_authors_programs_do():
    texts, farm, sip = zip(*TEXTS, strict=True)
    assert tuple(hash_texts(texts).tolist()) == farm
    assert tuple(hash_texts(texts, KEY).tolist()) == sip


def test_texts_come_in_any_order_and_many_times():
    texts, farm, _ = zip(*TEXTS, strict=True)
    order = np.random.default_rng(0).integers(len(texts), size=200)
    assert hash_texts([texts[i] for i in order]).tolist() == [farm[i] for i in order]
    assert hash_texts([]).shape == (0,)


def test_siphash_gives_the_number_of_its_paper():
    key = [int.from_bytes(bytes(range(start, start + 8)), "little") for start in (0, 8)]
    message = bytes(range(15)).decode()
    assert hash_texts([message], key).tolist() == [0xA129CA6149BE45E5]


@pytest.mark.parametrize(("salt", "column"), [((), 1), (KEY, 2)])
def test_numbers_are_hashed_as_their_decimal_texts(salt, column):
    wanted = [row[column] for row in NUMBERS]
    assert hash_numbers(np.array([row[0] for row in NUMBERS]), salt).tolist() == wanted
    narrow = jnp.array([row[0] for row in NARROW], jnp.int32)
    found = jax.jit(lambda numbers: hash_numbers(numbers, salt))(narrow)
    assert as_numbers(found).tolist() == [row[column] for row in NARROW]


@pytest.mark.parametrize(("salt", "column"), [((), 1), (KEY, 2)])
def test_programs_of_64_bits_hash_wide_numbers_as_the_host(salt, column):
    with jax.enable_x64(True):
        numbers = jnp.array([row[0] for row in NUMBERS]).reshape(3, 7)
        found = jax.jit(lambda numbers: hash_numbers(numbers, salt))(numbers)
    assert as_numbers(found).tolist() == [
        [row[column] for row in NUMBERS[start : start + 7]] for start in (0, 7, 14)
    ]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "uint32"])
def test_a_number_has_one_hash_whatever_its_dtype_and_place(dtype):
    numbers = np.array([0, 3, 127], dtype)
    wanted = hash_texts(["0", "3", "127"])
    np.testing.assert_array_equal(hash_numbers(numbers), wanted)
    found = jax.jit(hash_numbers)(jnp.asarray(numbers))
    np.testing.assert_array_equal(as_numbers(found), wanted)


def test_a_crossing_is_the_same_on_the_host_and_in_programs():
    rng = np.random.default_rng(1)
    columns = [rng.integers(-(2**31), 2**31, 50).astype(np.int32) for _ in range(3)]
    found = jax.jit(cross)([jnp.asarray(column) for column in columns])
    np.testing.assert_array_equal(as_numbers(found), cross(columns))


@pytest.mark.parametrize("bins", [1, 2, 7, 1000, 65_537, 2**31 - 1])
def test_remainders_of_two_words_are_those_of_one_number(bins):
    numbers = np.random.default_rng(2).integers(0, 2**64, 300, dtype=np.uint64)
    words = Wide(
        jnp.asarray((numbers >> 32).astype(np.uint32)), jnp.asarray(numbers.astype(np.uint32))
    )
    wanted = [int(number) % bins for number in numbers]
    assert into_bins(words, bins).tolist() == into_bins(numbers, bins).tolist() == wanted


def test_bins_are_filled_evenly():
    for hashes in (hash_numbers(np.arange(0, 40_000, 4)), hash_texts(map(str, range(10_000)), KEY)):
        counts = np.bincount(into_bins(hashes, 10), minlength=10)
        assert counts.shape == (10,)
        assert np.abs(counts - 1000).max() < 5 * np.sqrt(900)
