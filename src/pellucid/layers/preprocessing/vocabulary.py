"""A vocabulary: which tokens a layer knows, in which order, and how it is learned from documents.

Terms: a *token* is a text or a whole number; a *document* is what belongs together, a row of the data; the *inverse
document frequency* (idf) of a token is high for those in few documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of a layer, those with a meaning of their own first.

    Args:
        special: The tokens for masked and for unknown ones.
        tokens: The others, in order.
        weights: The inverse document frequency of all of them, the special ones too; None where it is not needed.

    Example:
        >>> words = Vocabulary(("[UNK]",), ("b", "a"))
        >>> words.index["a"], len(words)
        (2, 3)
    """

    special: tuple[Any, ...]
    tokens: tuple[Any, ...]
    weights: tuple[float, ...] | None = None

    def __len__(self) -> int:
        return len(self.special) + len(self.tokens)

    @cached_property
    def all(self) -> list[Any]:
        """All tokens by number."""
        return [*self.special, *self.tokens]

    @cached_property
    def index(self) -> dict[Any, int]:
        """The number of each token that is not special."""
        return {token: number for number, token in enumerate(self.tokens, len(self.special))}

    @cached_property
    def sorted_numbers(self) -> tuple[np.ndarray, np.ndarray]:
        """Tokens that are whole numbers in rising order, and the number of each."""
        values = np.array(self.tokens, np.int64)
        order = np.argsort(values)
        return values[order], (order + len(self.special)).astype(np.int32)

    def padded_weights(self, depth: int) -> np.ndarray:
        """Return the inverse document frequencies, with zeros up to ``depth``."""
        weights = np.zeros(depth, np.float64)
        weights[: len(self)] = self.weights or ()
        return weights


class Census:
    """Counts tokens: how often each occurs, and in how many documents.

    Args:
        with_documents: Whether documents are counted, which takes longer. Default False.

    Example:
        >>> census = Census()
        >>> census.add(["b", "a", "a", "c", "c"], np.array([3, 2]))
        >>> census.by_frequency(without=["b"])
        ['c', 'a']
    """

    def __init__(self, with_documents: bool = False):
        self._with_documents = with_documents
        self._counts: Counter[Any] = Counter()
        self._documents: Counter[Any] = Counter()
        self._total = 0

    def add(self, tokens: Sequence[Any], lengths: np.ndarray) -> None:
        """Count the tokens of some documents, end to end, of which each has so many."""
        self._counts.update(tokens)
        self._total += len(lengths)
        if self._with_documents:
            start = 0
            for length in lengths.tolist():
                self._documents.update(set(tokens[start : start + length]))
                start += length

    def by_frequency(self, without: Iterable[Any] = (), most: int | None = None) -> list[Any]:
        """Return the tokens, the most frequent ones first; among equally frequent ones those last in the alphabet."""
        counts, dropped = self._counts, set(without)
        kept = [token for token in counts if token not in dropped]
        return sorted(kept, key=lambda token: (counts[token], token), reverse=True)[:most]

    def inverse_document_frequency(self, tokens: Iterable[Any]) -> np.ndarray:
        """Return ``log(1 + n / (1 + n_t))`` for ``n`` documents, of which ``n_t`` hold the token."""
        holding = np.array([self._documents[token] for token in tokens], np.float64)
        return np.log1p(self._total / (1 + holding))
