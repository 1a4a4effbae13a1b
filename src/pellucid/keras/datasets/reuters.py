"""News as lists of word numbers: :mod:`pellucid.datasets.reuters`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import reuters


def load_data(
    path: str = "reuters.npz", num_words: int | None = None, *arguments: Any, **options: Any
) -> Any:
    """Return the news; the cached file keeps its own name, and ``nb_words`` is the old ``num_words``."""
    return reuters.load_data(options.pop("nb_words", num_words), *arguments, **options)


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """Return the number of each word."""
    return reuters.get_word_index()


def get_label_names() -> tuple[str, ...]:
    """Return the names of the topics."""
    return reuters.get_label_names()
