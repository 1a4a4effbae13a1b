"""Data sets of files with labels: what image and text folders have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras.tensorflow.data import Dataset
from pellucid.keras.tensorflow.data.source import Rows
from pellucid.keras.utils.chance import GLOBAL
from pellucid.keras.utils.folders import Files, check_split, divide, index_folder

MODES = ("int", "categorical", "binary", None)


class Plan(NamedTuple):
    """What the caller wants; the arguments of :func:`~.image_folders.image_dataset_from_directory`.

    Attributes:
        who: The function, for messages.
        directory: The folder.
        labels: ``"inferred"``, a list or None.
        label_mode: What labels look like.
        class_names: The classes in the order of their numbers.
        endings: Of the files that count.
        batch_size: Rows of a batch, or None.
        shuffle: Whether rows are mixed.
        seed: Of the mixing.
        validation_split: The part for validation.
        subset: Which part is wanted.
        follow_links: Whether links to folders are followed.
        verbose: Whether what was found is printed.
    """

    who: str
    directory: Any
    labels: Any
    label_mode: str | None
    class_names: Any
    endings: tuple[str, ...]
    batch_size: int | None
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    verbose: bool


def labelled(plan: Plan, column: Callable[[list[str]], Any]) -> Any:
    """Return the data set of a plan, or two of them.

    Args:
        plan: What is wanted.
        column: Makes the inputs of paths.
    """
    if plan.label_mode not in MODES:
        raise ArgumentError(
            plan.who,
            f"`label_mode` must be one of {MODES}, but it is {plan.label_mode!r}.",
            "label_mode='int'",
        )
    if plan.labels is None or plan.label_mode is None:
        plan = plan._replace(labels=None, label_mode=None)
    check_split(plan.who, plan.validation_split, plan.subset, plan.shuffle, plan.seed)
    if plan.seed is None:
        plan = plan._replace(seed=int(GLOBAL.randint(1_000_000)))
    files = index_folder(
        plan.who,
        plan.directory,
        plan.labels,
        plan.endings,
        plan.class_names,
        plan.shuffle,
        plan.seed or 0,
        plan.follow_links,
        plan.verbose,
    )
    if plan.label_mode == "binary" and len(files.class_names or ()) != 2:
        raise DataError(
            plan.who,
            f"label_mode='binary' needs two classes, but there are {files.class_names}.",
            "label_mode='int'",
        )
    if plan.subset != "both":
        return _dataset(
            plan, divide(files, plan.validation_split, plan.subset), column, plan.subset
        )
    parts = ("training", "validation")
    return [
        _dataset(plan, divide(files, plan.validation_split, part), column, part) for part in parts
    ]


def _dataset(plan: Plan, files: Files, column: Callable[[list[str]], Any], part: str | None) -> Any:
    if not files.paths:
        raise DataError(
            plan.who,
            f"validation_split={plan.validation_split} leaves no file to the {part} part.",
            "validation_split=0.5",
        )
    if plan.verbose and plan.validation_split:
        sys.stdout.write(f"Using {len(files.paths)} files for {part}.\n")
    inputs = column(files.paths)
    table = inputs if plan.label_mode is None else (inputs, _labels(plan, files))
    dataset = Dataset(Rows(table))
    # Keras mixes the validation part too when it is asked for alone; only its place in "both" is fixed.
    if plan.shuffle and not (plan.subset == "both" and part == "validation"):
        # Only row numbers are mixed, so all of them are.
        dataset = dataset.shuffle(len(files.paths), seed=plan.seed)
    if plan.batch_size is not None:
        dataset = dataset.batch(plan.batch_size)
    dataset = dataset.prefetch(1)
    dataset.class_names = files.class_names
    dataset.file_paths = files.paths
    return dataset


def _labels(plan: Plan, files: Files) -> np.ndarray:
    numbers = np.asarray(files.labels)
    if plan.label_mode == "binary":
        return numbers.astype(np.float32)[:, None]
    if plan.label_mode == "categorical":
        return np.eye(len(files.class_names or ()), dtype=np.float32)[numbers]
    return numbers.astype(np.int32) if numbers.dtype.kind == "i" else numbers
