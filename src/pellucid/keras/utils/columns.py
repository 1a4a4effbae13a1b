"""Columns of data sets that are not in memory: files and windows, read for the rows that are asked for.

A column looks like an array of rows: it has a length, a shape and a dtype, and ``column[places]`` gives the rows. Data
sets shuffle row numbers and look batches up, so nothing is read before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from pellucid.core.cores import usable


class FileColumn:
    """Files as rows.

    Args:
        paths: The files.
        read: Makes the row of a path: an array, or bytes for text.
        shape: The shape of a row.
        dtype: The dtype; ``"string"`` for text.
    """

    def __init__(
        self, paths: list[str], read: Callable[[str], Any], shape: tuple[int, ...], dtype: str
    ):
        self.paths, self.read = paths, read
        self.shape, self.dtype = (len(paths), *shape), dtype

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, places: Any) -> Any:
        if isinstance(places, slice):
            return FileColumn(self.paths[places], self.read, self.shape[1:], self.dtype)
        if np.ndim(places) == 0:
            return self.read(self.paths[places])
        found = np.empty(
            (len(places), *self.shape[1:]), object if self.dtype == "string" else self.dtype
        )
        # Reading and decoding run outside Python's lock.
        with ThreadPoolExecutor(usable()) as pool:
            for row, value in enumerate(
                pool.map(self.read, [self.paths[place] for place in places])
            ):
                found[row] = value
        return found


class WindowColumn:
    """Windows of a series as rows, cut out when they are asked for.

    Args:
        series: The series, steps first.
        starts: Where each window begins.
        length: Steps of a window.
        rate: Every which step is taken.
    """

    def __init__(self, series: np.ndarray, starts: np.ndarray, length: int, rate: int):
        self.series, self.starts = series, starts
        self.length, self.rate = length, rate
        self.offsets = np.arange(length) * rate
        self.shape = (len(starts), length, *series.shape[1:])
        self.dtype = series.dtype

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, places: Any) -> Any:
        if isinstance(places, slice):
            return WindowColumn(self.series, self.starts[places], self.length, self.rate)
        return self.series[self.starts[places][..., None] + self.offsets]
