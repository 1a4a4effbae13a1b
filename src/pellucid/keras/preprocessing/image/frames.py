"""Batches of images that a data frame names: what ``flow_from_dataframe`` gives."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentTypeError, DataError
from pellucid.keras.preprocessing.image.files import FileIterator, check_mode, join
from pellucid.keras.preprocessing.image.settings import part

WHO = "flow_from_dataframe"
MODES = ("binary", "categorical", "input", "multi_output", "raw", "sparse", None)
OF_CLASSES = ("binary", "categorical", "sparse")


class DataFrameIterator(FileIterator):
    """Endless batches of the images that a column of a data frame names.

    Args:
        dataframe: A data frame of any library whose columns are had by ``frame["name"]``.
        directory: The folder that the names are relative to; None for whole paths.
        image_data_generator: Varies and scales the images.
        x_col: The column of file names.
        y_col: The column of the targets, or a list of columns for ``"raw"`` and ``"multi_output"``.
        weight_col: A column of sample weights, or None.
        target_size: ``(height, width)`` that all images get.
        color_mode: ``"rgb"``, ``"rgba"`` or ``"grayscale"``.
        classes: The classes that count, in the order of their numbers; all, sorted, when omitted.
        class_mode: ``"categorical"`` (one-hot; a list of names gives several ones), ``"sparse"`` or ``"binary"``
            (numbers), ``"raw"`` (the column as it stands), ``"multi_output"`` (a list of columns), ``"input"`` or None.
        batch_size: Images of a batch.
        shuffle: Whether each epoch has its own order.
        seed: A number for the same batches in every run.
        subset: ``"training"`` or ``"validation"``.
        validate_filenames: Whether rows without a file are left out, with a warning.
        **options: Those of :class:`~.files.FileIterator`; ``has_ext``, ``sort`` and ``drop_duplicates`` of old
            versions are without effect.
    """

    def __init__(
        self,
        dataframe: Any,
        directory: Any = None,
        image_data_generator: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        subset: str | None = None,
        validate_filenames: bool = True,
        **options: Any,
    ):
        class_mode = "raw" if class_mode == "other" else class_mode
        check_mode(class_mode, MODES)
        for old in ("has_ext", "sort", "drop_duplicates"):
            options.pop(old, None)
        self.directory = directory or ""
        names = list(dataframe[x_col])
        if not all(isinstance(name, str) for name in names):
            raise ArgumentTypeError(
                WHO, f"column '{x_col}' must hold file names, all of them text.", f"x_col={x_col!r}"
            )
        rows = np.arange(len(names))
        if validate_filenames:
            rows = self._with_files(names, rows)
        labels: list[Any] = list(dataframe[y_col]) if class_mode in OF_CLASSES else []
        if class_mode in OF_CLASSES:
            rows, labels, kinds = _known(labels, rows, classes, class_mode, y_col)
            self.class_indices = {name: number for number, name in enumerate(kinds)}
        begin, end = part(getattr(image_data_generator, "_validation_split", 0.0), subset)
        chosen = slice(int(begin * len(rows)), int(end * len(rows)))
        rows, labels = rows[chosen], labels[chosen]
        if class_mode in OF_CLASSES:
            self.classes = [
                self.class_indices[one]
                if isinstance(one, str)
                else [self.class_indices[each] for each in one]
                for one in labels
            ]
        self.filenames = [names[row] for row in rows]
        self._columns = _columns(dataframe, y_col, rows, class_mode)
        self._weights = None if weight_col is None else np.asarray(dataframe[weight_col])[rows]
        _say(len(rows), validate_filenames, getattr(self, "class_indices", None))
        super().__init__(
            image_data_generator, target_size, color_mode, class_mode, batch_size, shuffle, seed,
            join(self.directory, self.filenames), **options,
        )  # fmt: skip

    @property
    def labels(self) -> Any:
        """The classes' numbers, or the columns that are the targets."""
        return self.classes if self._columns is None else self._columns

    @property
    def sample_weight(self) -> Any:
        """A weight for each image, or None."""
        return self._weights

    def _with_files(self, names: list[str], rows: np.ndarray) -> np.ndarray:
        there = [
            name.lower().endswith(self.white_list_formats) and os.path.isfile(path)
            for name, path in zip(names, join(self.directory, names), strict=True)
        ]
        if not any(there):
            raise DataError(
                WHO,
                f"none of the {len(names)} files that the column names is there, the first is {names[:1]} "
                f"in {str(self.directory)!r}.",
                "directory='the folder that the names are relative to', names with their ending: '1.jpg'",
            )
        if not all(there):
            warnings.warn(
                f"{len(there) - sum(there)} rows name no image file and are left out", stacklevel=3
            )
        return rows[np.array(there)]


def _known(
    labels: list[Any], rows: np.ndarray, classes: Any, class_mode: str, column: str
) -> tuple[np.ndarray, list[Any], list[str]]:
    """Return the rows whose class counts, their labels, and the names of the classes."""
    allowed = (str, list, tuple) if class_mode == "categorical" else (str,)
    if not all(isinstance(labels[row], allowed) for row in rows):
        raise ArgumentTypeError(
            WHO,
            f"class_mode={class_mode!r} wants names of classes, as text, in column '{column}'.",
            f"frame['{column}'] = frame['{column}'].astype(str), or class_mode='raw'",
        )
    several = [[labels[row]] if isinstance(labels[row], str) else labels[row] for row in rows]
    kinds = list(dict.fromkeys(classes or sorted({name for names in several for name in names})))
    if class_mode == "binary" and len(kinds) != 2:
        raise DataError(
            WHO,
            f"class_mode='binary' needs two classes, but there are {len(kinds)}: {kinds[:5]}.",
            "class_mode='categorical'",
        )
    counted = [[name for name in names if name in kinds] for names in several]
    kept = [place for place, names in enumerate(counted) if names]
    found = [
        labels[rows[place]] if isinstance(labels[rows[place]], str) else counted[place]
        for place in kept
    ]
    return rows[kept], found, kinds


def _columns(dataframe: Any, y_col: Any, rows: np.ndarray, class_mode: str | None) -> Any:
    """Return the targets that are taken as they stand: one array, or a list of them for several outputs."""
    if class_mode == "multi_output":
        if not isinstance(y_col, (list, tuple)):
            raise ArgumentTypeError(
                WHO,
                f"class_mode='multi_output' takes a list of columns, but y_col is {y_col!r}.",
                "y_col=['a', 'b']",
            )
        return [np.array(list(dataframe[column]))[rows] for column in y_col]
    if class_mode != "raw":
        return None
    if isinstance(y_col, str):
        return np.asarray(dataframe[y_col])[rows]
    return np.stack([np.asarray(dataframe[column])[rows] for column in y_col], axis=1)


def _say(count: int, validated: bool, class_indices: dict[str, int] | None) -> None:
    kind = "validated" if validated else "non-validated"
    classes = f" belonging to {len(class_indices)} classes" if class_indices is not None else ""
    sys.stdout.write(f"Found {count} {kind} image filenames{classes}.\n")
