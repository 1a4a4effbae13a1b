"""Texts into tokens: what is changed before, where they are cut, and neighbours put together.

No loop goes over characters: Python's own string methods do, a whole text at a time.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pellucid.core.errors import DataError

PUNCTUATION = string.punctuation
_DELETED = str.maketrans("", "", PUNCTUATION)
STANDARDIZATIONS = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
SPLITS = ("whitespace", "character", "byte")


def standardized(texts: list[str], way: str | Callable[[np.ndarray], Any] | None) -> list[str]:
    """Return the texts in lower case, without punctuation, or as a function of one's own leaves them.

    Args:
        texts: The texts.
        way: One of ``STANDARDIZATIONS``; a function of an array of texts that returns as many; None.

    Example:
        >>> standardized(["Free entry!"], "lower_and_strip_punctuation")
        ['free entry']
    """
    if way is None:
        return texts
    if callable(way):
        return [str(text) for text in np.asarray(called(way, texts, "standardize"))]
    if way in ("lower", "lower_and_strip_punctuation"):
        texts = [text.lower() for text in texts]
    if way in ("strip_punctuation", "lower_and_strip_punctuation"):
        texts = [text.translate(_DELETED) for text in texts]
    return texts


def split_up(texts: list[str], way: str | Callable[[np.ndarray], Any]) -> list[Sequence[str]]:
    """Return the tokens of each text: words, characters, or the bytes of UTF-8, each as the character of that number.

    Args:
        texts: The texts.
        way: One of ``SPLITS``, or a function of an array of texts that returns a list of tokens for each.

    Example:
        >>> split_up(["to be", " or "], "whitespace")
        [['to', 'be'], ['or']]
        >>> [list(tokens) for tokens in split_up(["né"], "byte")]
        [['n', 'Ã', '©']]
    """
    if callable(way):
        found = called(way, texts, "split")
        found = np.asarray(found) if hasattr(found, "__array__") else found
        return [[str(token) for token in tokens] for tokens in found]
    if way == "whitespace":
        return [text.split() for text in texts]
    if way == "byte":
        return [text.encode("utf-8", "surrogatepass").decode("latin-1") for text in texts]
    return list(texts)


def with_ngrams(tokens: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return neighbouring tokens put together with spaces, those of the first width before those of the second.

    >>> with_ngrams(["a", "b", "c"], (1, 2))
    ['a', 'b', 'c', 'a b', 'b c']
    """
    found: list[str] = []
    for width in widths:
        if width == 1:
            found += tokens
        else:
            shifted = (tokens[start:] for start in range(width))
            found += map(" ".join, zip(*shifted, strict=False))
    return found


def called(function: Callable[[np.ndarray], Any], texts: list[str], argument: str) -> Any:
    """Return what a function of the user's own makes of the texts, one result for each.

    Raises:
        DataError: It takes a single text, or gave another number of results.
    """
    repair = f"{argument}=lambda texts: [f(text) for text in texts]"
    try:
        results = function(np.array(texts, str))
    except AttributeError as error:
        if "ndarray" not in str(error):
            raise
        raise DataError(
            f"`{argument}`", f"the function gets an array of texts, but failed: {error}.", repair
        ) from error
    if isinstance(results, str) or not hasattr(results, "__len__") or len(results) != len(texts):
        count = len(results) if hasattr(results, "__len__") else "no"
        raise DataError(
            f"`{argument}`",
            f"the function got an array of {len(texts)} texts and must return as many results, but gave {count}.",
            repair,
        )
    return results
