"""50,000 film reviews as lists of word numbers, half of them kind, half unkind."""

from __future__ import annotations

import json

import numpy as np

from pellucid.datasets.bundled import Pair
from pellucid.datasets.npz import load_arrays
from pellucid.datasets.remote import RemoteFile, fetch
from pellucid.datasets.wordlists import MIRRORS, Choice, limited, mixed, short

CLASSES = ["negative", "positive"]
"""The names of the classes."""

FILE = RemoteFile(
    "imdb.npz", 17_464_789, "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
)
"""The reviews as numbers."""

WORDS = RemoteFile("imdb_word_index.json", 1_641_221, md5="bfafd718b763782e994055a2d397834f")
"""The words of the numbers."""


def load_data(
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Pair, Pair]:
    """Return the reviews; the first call downloads 17 MB and keeps them.

    Words are numbered by how often they occur, the most frequent 1, to which ``index_from`` is added. 0 is for padding.

    Args:
        num_words: Numbers from here on become ``oov_char``; all words when omitted.
        skip_top: Numbers below become ``oov_char``.
        maxlen: Reviews of so many words or more are left out; all when omitted.
        seed: Of the order.
        start_char: Stands before every review; None for nothing.
        oov_char: Stands for words that do not count; None leaves them out.
        index_from: Is added to every word's number.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; arrays of 25,000 lists each, labels 0 and 1, named in ``CLASSES``.

    Raises:
        DataError: The file cannot be had; the message says where to put it.

    Source: A. Maas et al., Learning Word Vectors for Sentiment Analysis, 2011. As Keras's ``datasets.imdb``.
    """
    choice = Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    arrays = load_arrays(fetch("imdb", FILE, MIRRORS), FILE.name)
    parts = []
    for part in ("train", "test"):
        texts, labels = mixed(arrays[f"x_{part}"], arrays[f"y_{part}"], seed)
        parts.append(short(texts, labels, choice))
    (train, y_train), (test, y_test) = parts
    found = limited(np.concatenate([train, test]), choice)
    return (found[: len(train)], y_train), (found[len(train) :], y_test)


def get_word_index() -> dict[str, int]:
    """Return the number of each word, without ``index_from``; the first call downloads 1.6 MB.

    ``{number + 3: word for word, number in get_word_index().items()}`` reads what ``load_data`` gives.
    """
    return json.loads(fetch("imdb", WORDS, MIRRORS))
