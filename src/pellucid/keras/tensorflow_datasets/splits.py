"""Words for splits, as ``tensorflow_datasets`` reads them: ``train[10%:-500]+test``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pellucid.core.errors import ArgumentError

PART = re.compile(r"^(\w+)(?:\[(-?\d+%?)?:(-?\d+%?)?\])?$")
"""A split's name, and perhaps from where to where, in rows or percent."""


def row_numbers(words: str, sizes: Mapping[str, int]) -> list[tuple[str, slice]]:
    """Return which rows of which splits are asked for.

    Args:
        words: Parts that are joined by ``+``; ``"all"`` means every split.
        sizes: The number of rows of each split.

    Raises:
        ArgumentError: The words are not understood, or name no split of the set.

    >>> row_numbers("train[:80%]+test", {"train": 10, "test": 3})
    [('train', slice(0, 8, None)), ('test', slice(0, 3, None))]
    """
    parts = []
    for part in words.replace(" ", "").split("+"):
        found = PART.match(part)
        names = list(sizes) if found and found[1] == "all" else [found[1]] if found else []
        if found is None or not set(names) <= set(sizes):
            raise ArgumentError(
                "tensorflow_datasets",
                f"the split '{words}' is not one of this set, which has {', '.join(sizes)}.",
                f"split='{next(iter(sizes))}[:80%]'",
            )
        parts += [(name, slice(*_limits(found[2], found[3], sizes[name]))) for name in names]
    return parts


def _limits(first: str | None, last: str | None, size: int) -> tuple[int, int]:
    return _row(first or "0", size), _row(last or "100%", size)


def _row(word: str, size: int) -> int:
    """Return the row that a limit means: percents are rounded, negative ones count from the end.

    >>> _row("33%", 10), _row("-20%", 10), _row("7", 5)
    (3, 8, 5)
    """
    percent = word.endswith("%")
    number = int(word.removesuffix("%"))
    row = round(abs(number) * size / 100) if percent else abs(number)
    return max(size - row, 0) if number < 0 else min(row, size)
