"""Texts and numbers on which the layers with a vocabulary are compared with Keras's."""

from __future__ import annotations

from typing import Any

TEXTS = [
    "Free entry in a weekly competition! Text WIN to 80082, it's free.",
    "ok lar... joking with you",
    "Free free FREE; call now, call 0800-1234",
    "",
    "I'll call you later, ok? See you (maybe) at 8",
    "the quick   brown\tfox\njumps over the lazy dog",
]
NEW = ["Call the fox now!", "free cats & dogs at 8 pm", "...", "you you you ok"]
WORDS = [["red", "blue"], ["red", "green"], ["black", "red"], ["blue", ""]]
NEW_WORDS = [["red", "pink"], ["", "black"], ["green", "green"]]
IDS = [[12, 36], [36, -4], [1138, 36], [12, 0]]
NEW_IDS = [[36, 7], [0, 1138], [-4, -4]]
NUMBERS = [[0.3, 2.5, -1.0, 7.25], [4.0, 4.0, 0.1, 9.5], [-3.5, 1.75, 6.5, 0.0]]
NEW_NUMBERS = [[-9.0, 0.3], [4.0, 100.0]]
MANY = [((k * 7919) % 1000) / 10 - 50 for k in range(777)]

# Layer, arguments, what it is adapted to (or None), what it is called on.
CASES: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("TextVectorization", {}, TEXTS, NEW),
    ("TextVectorization", {"max_tokens": 9, "output_sequence_length": 3}, TEXTS, NEW),
    ("TextVectorization", {"output_sequence_length": 12, "standardize": "lower"}, TEXTS, NEW),
    ("TextVectorization", {"standardize": "strip_punctuation", "ngrams": 2}, TEXTS, NEW),
    ("TextVectorization", {"standardize": None, "ngrams": (2, 3)}, TEXTS, NEW),
    ("TextVectorization", {"split": "character", "max_tokens": 20}, TEXTS, NEW),
    ("TextVectorization", {"split": None}, [[text] for text in TEXTS[:3]], [[TEXTS[1]], ["new"]]),
    ("TextVectorization", {"output_mode": "multi_hot"}, TEXTS, NEW),
    ("TextVectorization", {"output_mode": "count", "ngrams": 3}, TEXTS, NEW),
    ("TextVectorization", {"output_mode": "tf_idf"}, TEXTS, NEW),
    (
        "TextVectorization",
        {"output_mode": "tf_idf", "max_tokens": 60, "pad_to_max_tokens": True},
        TEXTS,
        NEW,
    ),
    ("TextVectorization", {"vocabulary": ["you", "free", "call"]}, None, NEW),
    (
        "TextVectorization",
        {"vocabulary": ["you", "ok"], "idf_weights": [0.5, 2.0], "output_mode": "tf_idf"},
        None,
        NEW,
    ),
    ("StringLookup", {}, WORDS, NEW_WORDS),
    ("StringLookup", {"mask_token": "", "max_tokens": 4}, WORDS, NEW_WORDS),
    ("StringLookup", {"output_mode": "one_hot"}, WORDS, NEW_WORDS),
    ("StringLookup", {"output_mode": "multi_hot", "mask_token": ""}, WORDS, NEW_WORDS),
    ("StringLookup", {"output_mode": "count"}, WORDS, NEW_WORDS),
    ("StringLookup", {"output_mode": "tf_idf", "mask_token": ""}, WORDS, NEW_WORDS),
    ("StringLookup", {"vocabulary": ["a", "b"], "invert": True}, None, [[0, 1], [2, 9]]),
    (
        "StringLookup",
        {"vocabulary": ["a", "b"], "invert": True, "mask_token": "", "oov_token": "?"},
        None,
        [[0, 1], [2, 3]],
    ),
    ("IntegerLookup", {}, IDS, NEW_IDS),
    ("IntegerLookup", {"mask_token": 0, "max_tokens": 4}, IDS, NEW_IDS),
    ("IntegerLookup", {"num_oov_indices": 3}, IDS, NEW_IDS),
    ("IntegerLookup", {"output_mode": "one_hot"}, IDS, NEW_IDS),
    ("IntegerLookup", {"output_mode": "multi_hot", "mask_token": 0}, IDS, NEW_IDS),
    ("IntegerLookup", {"output_mode": "count", "num_oov_indices": 2}, IDS, NEW_IDS),
    ("IntegerLookup", {"output_mode": "tf_idf"}, IDS, NEW_IDS),
    (
        "IntegerLookup",
        {"output_mode": "tf_idf", "vocabulary": [-1, 5, 6], "idf_weights": [0.9, 0.25, 0.75]},
        None,
        [[5, 5, 6], [7, 7, 5]],
    ),
    ("IntegerLookup", {"vocabulary": [5, 6], "invert": True}, None, [[0, 1], [2, 9]]),
    (
        "IntegerLookup",
        {"vocabulary": [5, 6], "invert": True, "mask_token": 0},
        None,
        [[0, 1], [2, 3]],
    ),
    ("Discretization", {"num_bins": 4}, NUMBERS, NEW_NUMBERS),
    ("Discretization", {"num_bins": 50}, NUMBERS, NEW_NUMBERS),
    ("Discretization", {"num_bins": 3, "epsilon": 0.2}, NUMBERS, NEW_NUMBERS),
    ("Discretization", {"num_bins": 10}, MANY, NEW_NUMBERS),
    ("Discretization", {"num_bins": 7, "output_mode": "count"}, NUMBERS, NEW_NUMBERS),
]


def name(index: int) -> str:
    """Return what a case is called."""
    layer, arguments, _, _ = CASES[index]
    return f"{index}-{layer}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
