"""Film reviews as lists of word numbers: :mod:`pellucid.datasets.imdb`."""

from __future__ import annotations

from typing import Any

from pellucid.datasets import imdb


def load_data(
    path: str = "imdb.npz", num_words: int | None = None, *arguments: Any, **options: Any
) -> Any:
    """Return the reviews; the cached file keeps its own name, and ``nb_words`` is the old ``num_words``."""
    return imdb.load_data(options.pop("nb_words", num_words), *arguments, **options)


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """Return the number of each word."""
    return imdb.get_word_index()
