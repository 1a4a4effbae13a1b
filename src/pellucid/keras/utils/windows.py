"""Data sets of the windows of a series: ``timeseries_dataset_from_array``."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras.tensorflow.data import Dataset
from pellucid.keras.tensorflow.data.source import Rows
from pellucid.keras.tensorflow.dtypes import host_array
from pellucid.keras.utils.columns import WindowColumn

WHO = "timeseries_dataset_from_array"


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Any:
    """Return the windows of a series as batches.

    Equation: window ``i`` is ``data[s : s + sequence_length * sampling_rate : sampling_rate]`` with
    ``s = i * sequence_stride``, its target ``targets[s]``, both within ``start_index`` and ``end_index``.

    Args:
        data: The series, steps first.
        targets: The target of the window that begins at each step, or None.
        sequence_length: Steps of a window.
        sequence_stride: From one window's begin to the next.
        sampling_rate: Every which step is taken.
        batch_size: Windows of a batch; None for single windows.
        shuffle: Whether windows are mixed, anew in each epoch.
        seed: Of the mixing.
        start_index: Earlier steps are not used.
        end_index: This and later steps are not used.
        format: Accepted; a data set of this package is returned.

    Example:
        >>> windows = timeseries_dataset_from_array(np.arange(5), None, sequence_length=3)
        >>> [batch.numpy().tolist() for batch in windows]
        [[[0, 1, 2], [1, 2, 3], [2, 3, 4]]]
    """
    steps = len(data)
    for name, value in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        if not 0 < value < steps:
            raise ArgumentError(
                WHO,
                f"`{name}` must be at least 1 and less than the {steps} steps, but it is {value}.",
                f"{name}=1",
            )
    begin, end = start_index or 0, steps if end_index is None else end_index
    if not 0 <= begin < end <= steps:
        raise ArgumentError(
            WHO,
            f"`start_index` and `end_index` must be in order and within the {steps} steps, but they are {begin} and "
            f"{end}.",
            "start_index=None, end_index=None",
        )
    series = host_array(data)[begin:end]
    count = len(series) - (sequence_length - 1) * sampling_rate
    values = None if targets is None else host_array(targets)[begin:]
    count = count if values is None else min(count, len(values))
    if count < 1:
        raise DataError(
            WHO,
            f"{end - begin} steps hold no window of {sequence_length} steps at sampling_rate={sampling_rate}.",
            "sequence_length=..., smaller",
        )
    starts = np.arange(0, count, sequence_stride)
    windows = WindowColumn(series, starts, sequence_length, sampling_rate)
    dataset = Dataset(Rows(windows if values is None else (windows, values[starts])))
    if shuffle:
        dataset = dataset.shuffle(len(starts), seed=seed)
    return dataset if batch_size is None else dataset.batch(batch_size)
