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


def murmur(message: bytes) -> int:
    """Return MurmurHash3 (x86, 32 bits, seed 0) of a message of whole words, byte by byte as its author wrote it."""
    state = 0
    for start in range(0, len(message), 4):
        word = int.from_bytes(message[start : start + 4], "little") * 0xCC9E2D51 % 2**32
        word = (word << 15 | word >> 17) * 0x1B873593 % 2**32
        state ^= word
        state = ((state << 13 | state >> 19) * 5 + 0xE6546B64) % 2**32
    state ^= len(message)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        state = (state ^ state >> shift) * factor % 2**32
    return state ^ state >> 16


def message(*numbers: Any) -> bytes:
    return b"".join(int(each).to_bytes(8, "little", signed=True) for each in numbers)


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
        return murmur(message(*salt, number)) % (layer.num_bins - kept) + kept

    return vectors(np.vectorize(bin_of)(inputs), layer.num_bins, layer.output_mode)


def crossed(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    bins = np.vectorize(lambda *row: murmur(message(*row)) % layer.num_bins)(*inputs)
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
        key = number if layer.oov_method == "floormod" else murmur(message(number))
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
