"""Builders: a set by its name, with its description, cut into the splits that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow.text import Text
from pellucid.keras.tensorflow_datasets.info import DatasetInfo, SplitInfo
from pellucid.keras.tensorflow_datasets.sets import SETS, Rows
from pellucid.keras.tensorflow_datasets.splits import row_numbers
from pellucid.keras.unknown import nearest_names


class Builder:
    """One set: ``builder.download_and_prepare()``, ``builder.info``, ``builder.as_dataset(split="train")``.

    Args:
        name: The set's name.
    """

    def __init__(self, name: str):
        self.name = name
        self._set = SETS[name]

    @cached_property
    def _splits(self) -> dict[str, Rows]:
        return self._set.read()

    @cached_property
    def info(self) -> DatasetInfo:
        """The description."""
        sizes = {
            name: SplitInfo(name, len(rows[self._set.pair[1]]))
            for name, rows in self._splits.items()
        }
        return DatasetInfo(self.name, self._set.features, self._set.pair, sizes)

    def download_and_prepare(self, *options: Any, **more: Any) -> None:
        """Read the files, from where Pellucid keeps them or from the net."""
        _ = self._splits

    def as_dataset(
        self,
        split: Any = None,
        batch_size: int | None = None,
        shuffle_files: bool = False,
        as_supervised: bool = False,
        **more: Any,
    ) -> Any:
        """Return the splits that are asked for; see :func:`pellucid.keras.tensorflow_datasets.load`."""
        wanted = {name: name for name in self._splits} if split is None else split
        if isinstance(wanted, Mapping):
            return {k: self._one(v, batch_size, as_supervised) for k, v in wanted.items()}
        if isinstance(wanted, (list, tuple)):
            return [self._one(each, batch_size, as_supervised) for each in wanted]
        return self._one(wanted, batch_size, as_supervised)

    def _one(self, split: Any, batch_size: int | None, as_supervised: bool) -> Any:
        chosen = row_numbers(
            str(split), {name: info.num_examples for name, info in self.info.splits.items()}
        )
        table: Any = {
            key: np.concatenate([self._splits[name][key][rows] for name, rows in chosen])
            for key in self._set.features
        }
        if as_supervised:
            table = tuple(table[key] for key in self._set.pair)
        if batch_size == -1:
            whole = [_tensor(v) for v in (table if as_supervised else table.values())]
            return tuple(whole) if as_supervised else dict(zip(table, whole, strict=True))
        found = Dataset.from_tensor_slices(table)
        return found if batch_size is None else found.batch(batch_size)


def _tensor(array: Any) -> Tensor:
    return Text(array) if array.dtype == object else Tensor(array)


def list_builders(*options: Any, **more: Any) -> list[str]:
    """Return the names of the sets."""
    return sorted(SETS)


def builder(name: str, **options: Any) -> Builder:
    """Return the builder of a set; versions and configurations in the name (``mnist:3.*.*``) are accepted.

    Raises:
        ArgumentError: There is no such set here.
    """
    plain = name.split(":")[0].removesuffix("/plain_text")
    if plain not in SETS:
        near = nearest_names(plain, SETS) or list_builders()
        raise ArgumentError(
            "tensorflow_datasets.load",
            f"the set '{name}' is not here; here are {', '.join(list_builders())}.",
            f"tfds.load('{near[0]}'), or read the files with tf.data",
        )
    return Builder(plain)
