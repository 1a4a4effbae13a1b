"""Preprocessing: buckets, vectors of categories, hashes and vocabularies of whole numbers.

Layers of text work on the host and hold no arrays, so the battery has nothing to ask them; ``HOST`` lists them with
arguments, ``tests/layers/preprocessing`` and ``test_golden_preprocessing.py`` test what they do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from layer_table.rows import Integers, Row

EDGES = [-1.0, 0.1, 0.5, 1.25]
IDS = [12, 36, -4, 1138, 7]
BITS, K2 = (1 << 64) - 1, 0x9AE16A3B2F90404F


def rotated(word: int, bits: int) -> int:
    return word >> bits | word << (64 - bits) & BITS


def farmhash(number: Any, salt: Any = ()) -> int:
    """Return FarmHash's Fingerprint64 of a number's decimal text of up to 16 bytes, or SipHash-2-4 with a salt."""
    text = str(int(number)).encode()
    if salt:
        return siphash(text, *salt)
    size = len(text)
    if size < 4:
        y, z = text[0] + (text[size // 2] << 8), size + (text[-1] << 2)
        found = (y * K2 ^ z * 0xC3A5C85C97CB3127) & BITS
        return (found ^ found >> 47) * K2 & BITS
    half, factor = (4 if size < 8 else 8), K2 + 2 * size
    first, last = (int.from_bytes(part, "little") for part in (text[:half], text[-half:]))
    if size < 8:
        u, v = size + (first << 3), last
    else:
        a = first + K2 & BITS
        u = (rotated(last, 37) * factor + a) & BITS
        v = (rotated(a, 25) + last) * factor & BITS
    for word in (v, v):
        u = (u ^ word) * factor & BITS
        u ^= u >> 47
    return u * factor & BITS


def siphash(text: bytes, first: int, second: int) -> int:
    v = [0x736F6D6570736575 ^ first & BITS, 0x646F72616E646F6D ^ second & BITS]
    v += [0x6C7967656E657261 ^ first & BITS, 0x7465646279746573 ^ second & BITS]

    def rounds(count: int) -> None:
        for _ in range(count):
            for i, j, by in ((0, 1, 13), (2, 3, 16), (0, 3, 21), (2, 1, 17)):
                v[i] = v[i] + v[j] & BITS
                v[j] = rotated(v[j], 64 - by) ^ v[i]
                if j == 1:
                    v[i] = rotated(v[i], 32)

    padded = text + bytes(-(len(text) + 1) % 8) + bytes([len(text)])
    for start in range(0, len(padded), 8):
        word = int.from_bytes(padded[start : start + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def joined(*numbers: Any) -> int:
    """Return TensorFlow's hash of numbers side by side."""
    found, factor = 0xDECAFCAFFE, 0xC6A4A7935BD1E995
    for number in numbers:
        mixed = int(number) * factor & BITS
        found = (found ^ factor ^ (mixed ^ mixed >> 47) * factor & BITS) * factor & BITS
        found = (found ^ found >> 47) * factor & BITS
        found ^= found >> 47
    return found


def vectors(indices: Any, depth: int, mode: str) -> np.ndarray:
    """Return one-hot vectors, or counts of them over the last axis."""
    if mode == "int":
        return indices
    hot = np.concatenate([np.eye(depth), np.zeros((1, depth))])[indices]
    if mode == "one_hot":
        return hot[..., 0, :] if indices.ndim > 1 and indices.shape[-1] == 1 else hot
    summed = hot.sum(-2) if indices.ndim > 1 else hot
    return np.minimum(summed, 1) if mode == "multi_hot" else summed


def hashed(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    salt = {None: ()}.get(layer.salt if isinstance(layer.salt, int | None) else 0, layer.salt)
    salt = (salt, salt) if isinstance(salt, int) else tuple(salt)
    kept = int(layer.mask_value is not None)

    def bin_of(number: Any) -> int:
        if kept and number == layer.mask_value:
            return 0
        return farmhash(number, salt) % (layer.num_bins - kept) + kept

    return vectors(np.vectorize(bin_of)(inputs), layer.num_bins, layer.output_mode)


def crossed(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    bins = np.vectorize(lambda *row: joined(*row) % layer.num_bins)(*inputs)
    return vectors(bins, layer.num_bins, layer.output_mode)


def looked_up(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    known = layer.get_vocabulary()
    if layer.invert:
        return np.vectorize(lambda n: known[n] if 0 <= n < len(known) else layer.oov_token)(inputs)
    masked = int(layer.mask_token is not None and layer.output_mode == "int")
    start = masked + layer.num_oov_indices

    def place(number: Any) -> int:
        if number == layer.mask_token:
            return 0 if masked else -1
        if number in known[start:]:
            return known.index(number, start)
        if layer.num_oov_indices < 2:
            return masked
        key = number if layer.oov_method == "floormod" else farmhash(number)
        return masked + key % layer.num_oov_indices

    depth = layer.max_tokens if layer.pad_to_max_tokens else len(known)
    mode = "count" if layer.output_mode == "tf_idf" else layer.output_mode
    found = vectors(np.vectorize(place)(inputs), depth, mode)
    if layer.output_mode != "tf_idf":
        return found
    weights = list(layer.get_config()["idf_weights"])
    return found * np.array([np.mean(weights)] * start + weights)


def hashing(arguments: dict[str, Any], inputs: Any) -> Row:
    return Row(arguments, inputs, keras=None, witness=hashed)


def crossing(arguments: dict[str, Any], inputs: Any) -> Row:
    return Row(arguments, inputs, keras=None, witness=crossed)


def lookup(arguments: dict[str, Any], inputs: Any) -> Row:
    return Row({"vocabulary": IDS, **arguments}, inputs, keras=None, witness=looked_up)


TABLE: dict[str, list[Row]] = {
    "Discretization": [
        Row({"bin_boundaries": EDGES}, (3, 4)),
        Row({"bin_boundaries": EDGES, "output_mode": "one_hot"}, (3, 4)),
        Row({"bin_boundaries": [0.0], "output_mode": "one_hot"}, (4, 1)),
        Row({"bin_boundaries": (-0.5, 0.5), "output_mode": "multi_hot"}, (3, 5)),
        Row(
            {"bin_boundaries": np.array(EDGES), "output_mode": "count"},
            (3, 6),
            keras_arguments={"bin_boundaries": EDGES, "output_mode": "count"},
        ),
        Row({"bin_boundaries": list(np.linspace(-2, 2, 90))}, Integers((3, 2), 3, low=-2)),
    ],
    "CategoryEncoding": [
        Row({"num_tokens": 5}, Integers((3, 4), 5)),
        Row({"num_tokens": 5, "output_mode": "count"}, Integers((3, 6), 5)),
        Row({"num_tokens": 4, "output_mode": "one_hot"}, Integers((3, 1), 4, dtype="uint8")),
        Row({"num_tokens": 4, "output_mode": "one_hot"}, Integers((3, 2), 4, dtype="int64")),
        Row({"num_tokens": 3, "output_mode": "one_hot"}, Integers((5,), 3)),
        Row(
            {"num_tokens": 4, "output_mode": "count"},
            {"inputs": Integers((3, 5), 4), "count_weights": (3, 5)},
        ),
    ],
    "Hashing": [
        hashing({"num_bins": 7}, Integers((3, 4), 1000, low=-1000)),
        hashing({"num_bins": 5, "mask_value": 3}, Integers((3, 6), 6)),
        hashing({"num_bins": 7, "salt": 11}, Integers((5,), 100, dtype="int64")),
        hashing({"num_bins": 4, "salt": [1, -9], "output_mode": "one_hot"}, Integers((4, 1), 100)),
        hashing({"num_bins": 6, "output_mode": "multi_hot"}, Integers((3, 4), 50, dtype="uint8")),
        hashing({"num_bins": 6, "output_mode": "count", "mask_value": 0}, Integers((3, 9), 5)),
    ],
    "HashedCrossing": [
        crossing({"num_bins": 5}, [Integers((4,), 9), Integers((4,), 9)]),
        crossing({"num_bins": 100}, [Integers((4, 1), 9, low=-9), Integers((4, 1), 9)]),
        crossing({"num_bins": 4, "output_mode": "one_hot"}, [Integers((3, 1), 9)] * 3),
        crossing({"num_bins": 4, "output_mode": "one_hot"}, [Integers((5,), 9)] * 2),
        crossing({"num_bins": 1}, [Integers((3,), 4, dtype="uint8"), Integers((3,), 4)]),
    ],
    "IntegerLookup": [
        lookup({}, Integers((3, 5), 14)),
        lookup({"mask_token": 0, "num_oov_indices": 3}, Integers((3, 8), 16, low=-6)),
        lookup({"num_oov_indices": 4, "oov_method": "farmhash"}, Integers((9,), 40)),
        lookup({"output_mode": "one_hot"}, Integers((4, 1), 14)),
        lookup(
            {
                "output_mode": "multi_hot",
                "max_tokens": 9,
                "pad_to_max_tokens": True,
                "mask_token": 0,
            },
            Integers((3, 6), 14),
        ),
        lookup({"output_mode": "count", "num_oov_indices": 2}, Integers((3, 9), 14)),
        lookup(
            {"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0, 3.0, 0.25]},
            Integers((3, 9), 14, dtype="int64"),
        ),
        lookup({"invert": True}, Integers((3, 4), 9, low=-2)),
    ],
}

WORDS = ["to", "be", "or", "not"]

HOST: dict[str, list[dict[str, Any]]] = {
    "StringLookup": [
        {"vocabulary": WORDS},
        {"vocabulary": WORDS, "num_oov_indices": 3, "mask_token": "", "salt": 5},
        {"vocabulary": WORDS, "output_mode": "multi_hot"},
        {"vocabulary": WORDS, "output_mode": "tf_idf", "idf_weights": [1.0, 2.0, 0.5, 0.25]},
        {"vocabulary": WORDS, "invert": True},
    ],
    "TextVectorization": [
        {"vocabulary": WORDS},
        {
            "vocabulary": WORDS,
            "output_sequence_length": 5,
            "standardize": "lower",
            "ngrams": (1, 2),
        },
        {"vocabulary": WORDS, "output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True},
        {"vocabulary": WORDS, "output_mode": "tf_idf", "idf_weights": [1.0, 2.0, 0.5, 0.25]},
        {"vocabulary": ["t", "o"], "split": "byte", "standardize": None},
    ],
}
"""Layers that work on the host, before any program, with five sets of arguments each."""
