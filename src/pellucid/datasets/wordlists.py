"""Texts as lists of word numbers: which words count, what marks a beginning, and which rows are too long."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np

from pellucid.core.errors import DataError

MIRRORS = ["https://storage.googleapis.com/tensorflow/tf-keras-datasets/"]
"""Where the files are."""


class Choice(NamedTuple):
    """Which words of the texts are kept, and how they are numbered.

    Attributes:
        num_words: Numbers from here on become ``oov_char``; None keeps all.
        skip_top: Numbers below become ``oov_char``.
        maxlen: Texts of so many words or more are left out; None keeps all.
        start_char: Stands before every text; None for nothing.
        oov_char: Stands for words that do not count; None leaves them out.
        index_from: Is added to every word's number, to leave room for these.
    """

    num_words: int | None
    skip_top: int
    maxlen: int | None
    start_char: int | None
    oov_char: int | None
    index_from: int


def mixed(texts: Any, labels: Any, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return texts and labels in the order that Keras's seed gives."""
    order = np.arange(len(texts))
    np.random.RandomState(seed).shuffle(order)
    return texts[order], np.asarray(labels)[order]


def short(texts: np.ndarray, labels: np.ndarray, choice: Choice) -> tuple[np.ndarray, np.ndarray]:
    """Leave out texts that are too long, the mark of their beginning counted.

    Raises:
        DataError: All are.
    """
    if not choice.maxlen:
        return texts, labels
    lengths = np.array([len(text) for text in texts]) + (choice.start_char is not None)
    kept = lengths < choice.maxlen
    if not kept.any():
        raise DataError(
            "load_data",
            f"maxlen={choice.maxlen} leaves no text; the shortest has {lengths.min()} words.",
            f"maxlen={lengths.min() + 1}",
        )
    return texts[kept], labels[kept]


def limited(texts: np.ndarray, choice: Choice) -> np.ndarray:
    """Return texts with the words that count, as an array of lists.

    All words are handled in one array; millions of short lists would take seconds.
    """
    lengths = [len(text) for text in texts]
    words = np.fromiter(chain.from_iterable(texts), np.int64, sum(lengths)) + choice.index_from
    first = [] if choice.start_char is None else [choice.start_char]
    # As in Keras: without a limit the largest number of all is the limit, so the rarest word becomes `oov_char`.
    end = choice.num_words or max([int(words.max(initial=0)), *first])
    counts = (words >= choice.skip_top) & (words < end)
    ends = np.cumsum([0, *lengths])
    if choice.oov_char is None:
        ends = np.concatenate([[0], np.cumsum(counts)])[ends]
        words = words[counts]
        first = [char for char in first if choice.skip_top <= char < end]
    else:
        words = np.where(counts, words, choice.oov_char)
        first = [char if choice.skip_top <= char < end else choice.oov_char for char in first]
    numbers = words.tolist()
    found = np.empty(len(texts), object)
    for row, (begin, stop) in enumerate(pairwise(ends.tolist())):
        found[row] = first + numbers[begin:stop]
    return found
