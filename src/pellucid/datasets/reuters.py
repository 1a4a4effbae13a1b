"""11,228 news of Reuters as lists of word numbers, 46 topics."""

from __future__ import annotations

import json

from pellucid.datasets.bundled import Pair
from pellucid.datasets.npz import load_arrays
from pellucid.datasets.remote import RemoteFile, fetch
from pellucid.datasets.wordlists import MIRRORS, Choice, limited, mixed, short

CLASSES = [
    "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar",
    "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp",
    "meal-feed", "alum", "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel",
    "rubber", "heat", "jobs", "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
]  # fmt: skip
"""The names of the topics."""

FILE = RemoteFile(
    "reuters.npz", 2_110_848, "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
)
"""The news as numbers."""

WORDS = RemoteFile("reuters_word_index.json", 550_378, md5="4d44cc38712099c9e383dc6e5f11a921")
"""The words of the numbers."""


def load_data(
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Pair, Pair]:
    """Return the news; the first call downloads 2.1 MB and keeps them.

    Args:
        num_words: Numbers from here on become ``oov_char``; all words when omitted.
        skip_top: Numbers below become ``oov_char``.
        maxlen: News of so many words or more are left out; all when omitted.
        test_split: Part of the rows for the test, between 0 and 1.
        seed: Of the order.
        start_char: Stands before every text; None for nothing.
        oov_char: Stands for words that do not count; None leaves them out.
        index_from: Is added to every word's number.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; arrays of 8,982 and 2,246 lists, labels from 0 to 45, named in
        ``CLASSES``.

    Raises:
        DataError: The file cannot be had; the message says where to put it.

    Source: D. Lewis, Reuters-21578, 1987. As Keras's ``datasets.reuters``.
    """
    choice = Choice(num_words, skip_top, maxlen, start_char, oov_char, index_from)
    arrays = load_arrays(fetch("reuters", FILE, MIRRORS), FILE.name)
    texts, labels = mixed(arrays["x"], arrays["y"], seed)
    texts, labels = short(texts, labels, choice)
    found = limited(texts, choice)
    border = int(len(found) * (1 - test_split))
    return (found[:border], labels[:border]), (found[border:], labels[border:])


def get_word_index() -> dict[str, int]:
    """Return the number of each word, without ``index_from``; the first call downloads 0.6 MB."""
    return json.loads(fetch("reuters", WORDS, MIRRORS))


def get_label_names() -> tuple[str, ...]:
    """Return the names of the topics, in the order of their numbers."""
    return tuple(CLASSES)
