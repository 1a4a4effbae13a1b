"""Sequences of numbers: brought to one length, cut into windows, paired as word2vec wants them."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras.utils.batches import PyDataset
from pellucid.keras.utils.chance import GLOBAL
from pellucid.keras.utils.padding import pad_sequences as pad_sequences


class TimeseriesGenerator(PyDataset):
    """Windows of a series and the values that follow them, batch after batch.

    Equation: the window of row ``i`` is ``data[i - length : i : sampling_rate]``, its target ``targets[i]``.

    Args:
        data: The series, steps first.
        targets: As many rows as ``data``.
        length: Steps of a window, before every ``sampling_rate``-th is taken.
        sampling_rate: Which steps of a window are kept.
        stride: From one window's row to the next.
        start_index: Earlier rows are not used.
        end_index: Later rows are not used; the last one when omitted.
        shuffle: Whether rows are drawn at random.
        reverse: Whether windows run backwards.
        batch_size: Windows of a batch.
        **options: Those of :class:`PyDataset`.

    Example:
        >>> windows = TimeseriesGenerator(np.arange(6), np.arange(6), length=2, batch_size=3)
        >>> x, y = windows[0]
        >>> x.tolist(), y.tolist(), len(windows)
        ([[0, 1], [1, 2], [2, 3]], [2, 3, 4], 2)
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **options: Any,
    ):
        super().__init__(**options)
        if len(data) != len(targets):
            raise DataError(
                "TimeseriesGenerator",
                f"data has {len(data)} steps, but targets has {len(targets)}.",
                "give both the same length",
            )
        self.data, self.targets, self.length = data, targets, length
        self.sampling_rate, self.stride = sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise DataError(
                "TimeseriesGenerator",
                f"the first window ends before row {self.start_index}, but the last row is {self.end_index}: "
                "no window fits.",
                "length=..., smaller than the series",
            )

    def __len__(self) -> int:
        step = self.batch_size * self.stride
        return (self.end_index - self.start_index + step) // step

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if self.shuffle:
            rows = GLOBAL.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            step = self.batch_size * self.stride
            start = self.start_index + step * index
            rows = np.arange(start, min(start + step, self.end_index + 1), self.stride)
        places = rows[:, None] + np.arange(-self.length, 0, self.sampling_rate)
        windows = np.asarray(self.data)[places]
        targets = np.asarray(self.targets)[rows]
        return (windows[:, ::-1] if self.reverse else windows), targets

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; series as JSON texts."""
        return {
            "data": json.dumps(np.asarray(self.data).tolist()),
            "targets": json.dumps(np.asarray(self.targets).tolist()),
            "length": self.length,
            "sampling_rate": self.sampling_rate,
            "stride": self.stride,
            "start_index": self.start_index,
            "end_index": self.end_index,
            "shuffle": self.shuffle,
            "reverse": self.reverse,
            "batch_size": self.batch_size,
        }

    def to_json(self, **options: Any) -> str:
        """Return everything as JSON; options are those of ``json.dumps``."""
        return json.dumps(
            {"class_name": "TimeseriesGenerator", "config": self.get_config()}, **options
        )


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """Return how likely word2vec keeps the word of each rank: rare words always, frequent ones seldom.

    Equation: ``min(1, sqrt(s / f))`` with the frequency ``1 / f = r (ln r + 0.577) + 1/2 - 1 / (12 r)`` of rank ``r``
    by Zipf's law, and ``s`` the sampling factor.

    Args:
        size: How many words there are; rank 0 is none and counts as 1.
        sampling_factor: The smaller, the fewer frequent words are kept.
    """
    rank = np.maximum(np.arange(size), 1)
    rarity = rank * (np.log(rank) + 0.577) + 0.5 - 1 / (12 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * rarity))


def skipgrams(
    sequence: Any,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Return pairs of words that stand near each other (label 1) and pairs at random (label 0).

    Args:
        sequence: Numbers of words; 0 is none.
        vocabulary_size: One more than the largest number.
        window_size: How far words of a pair are apart at most.
        negative_samples: Random pairs for each true one.
        shuffle: Whether the pairs are mixed.
        categorical: Whether labels are ``[0, 1]`` and ``[1, 0]`` instead of 1 and 0.
        sampling_table: How likely the word of each number is taken; see :func:`make_sampling_table`.
        seed: Of the mixing.

    >>> skipgrams([1, 2, 0], 3, window_size=1, negative_samples=0, shuffle=False)
    ([[1, 2], [2, 1]], [1, 1])
    """
    couples: list[list[int]] = []
    for place, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        first, last = max(0, place - window_size), min(len(sequence), place + window_size + 1)
        couples += [
            [word, sequence[near]]
            for near in range(first, last)
            if near != place and sequence[near]
        ]
    true, false = ([0, 1], [1, 0]) if categorical else (1, 0)
    labels: list[Any] = [true] * len(couples)
    if negative_samples > 0 and couples:
        if vocabulary_size < 2:
            raise ArgumentError(
                "skipgrams",
                f"`vocabulary_size` must be at least 2, but it is {vocabulary_size}.",
                "vocabulary_size=1000",
            )
        count = int(len(couples) * negative_samples)
        words = [couple[0] for couple in couples]
        random.shuffle(words)
        couples += [
            [words[number % len(words)], random.randint(1, vocabulary_size - 1)]
            for number in range(count)
        ]
        labels += [false] * count
    if shuffle:
        seed = random.randint(0, 10_000_000) if seed is None else seed
        # Two equal sources of chance mix pairs and labels alike.
        random.Random(seed).shuffle(couples)
        random.Random(seed).shuffle(labels)
    return couples, labels
