"""``tensorflow_datasets`` for the sets that Pellucid has: the same splits, elements and descriptions.

Scripts get it under that name from ``pellucid run``; sets that it does not have are refused with those that it has.
"""

from __future__ import annotations

from typing import Any

from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow.data.elements import mapped
from pellucid.keras.tensorflow_datasets.builders import (
    Builder,
    builder as builder,
    list_builders as list_builders,
)
from pellucid.keras.tensorflow_datasets.showing import (
    as_dataframe as as_dataframe,
    show_examples as show_examples,
)

__version__ = "4.9.9"


class Split(str):
    """The names of splits."""

    TRAIN, TEST, VALIDATION, ALL = "train", "test", "validation", "all"


def load(
    name: str,
    *,
    split: Any = None,
    batch_size: int | None = None,
    as_supervised: bool = False,
    with_info: bool = False,
    **more: Any,
) -> Any:
    """Return a set as ``tf.data``.

    Args:
        name: ``"mnist"``, ``"fashion_mnist"``, ``"cifar10"``, ``"cifar100"``, ``"imdb_reviews"`` or ``"iris"``.
        split: ``"train"``, ``"test[:20%]"``, ``"train+test"``, a list or dict of such; a dict of all when omitted.
        batch_size: Rows of an element; -1 for all rows at once, as tensors; single rows when omitted.
        as_supervised: Whether elements are pairs of input and label, else dicts.
        with_info: Whether the description comes too.
        **more: Where and how files are read (``data_dir``, ``shuffle_files``, ``download``); accepted.

    Raises:
        ArgumentError: There is no such set or split here.

    >>> flowers, info = load("iris", split="train[:10%]", as_supervised=True, with_info=True)
    >>> len(flowers), flowers.element_spec[0].shape, info.features["label"].num_classes
    (15, TensorShape([4]), 3)
    """
    made = builder(name)
    found = made.as_dataset(split=split, batch_size=batch_size, as_supervised=as_supervised)
    return (found, made.info) if with_info else found


def as_numpy(dataset: Any) -> Any:
    """Return data sets as generators of arrays, and tensors as arrays, in the structure in which they come."""
    if isinstance(dataset, Dataset):
        return dataset.as_numpy_iterator()
    return mapped(as_numpy_leaf, dataset)


def as_numpy_leaf(value: Any) -> Any:
    """Return one data set or tensor of a structure for NumPy."""
    return value.as_numpy_iterator() if isinstance(value, Dataset) else value.numpy()


def disable_progress_bar() -> None:
    """Accept it: nothing is drawn here."""


enable_progress_bar = disable_progress_bar
__all__ = ["Builder", "Split", "as_dataframe", "as_numpy", "builder", "disable_progress_bar"]
__all__ += ["enable_progress_bar", "list_builders", "load", "show_examples"]
