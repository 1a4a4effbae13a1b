"""Data sets of the texts in a folder: ``text_dataset_from_directory``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pellucid.keras.utils.columns import FileColumn
from pellucid.keras.utils.labelled import Plan, labelled

WHO = "text_dataset_from_directory"


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Return the ``.txt`` files of a folder as batches of texts with labels.

    Args:
        directory: The folder; with inferred labels it has a folder for each class.
        labels: ``"inferred"``, a list of numbers in the order of the sorted paths, or None.
        label_mode: ``"int"``, ``"categorical"`` (one-hot), ``"binary"`` (0.0 and 1.0) or None.
        class_names: The folders that count, in the order of their numbers.
        batch_size: Texts of a batch; None for single texts.
        max_length: Bytes of a text at most; the rest is cut off.
        shuffle: Whether the texts are mixed, anew in each epoch.
        seed: Of the mixing.
        validation_split: The part for validation.
        subset: ``"training"``, ``"validation"`` or ``"both"``, which gives two data sets.
        follow_links: Whether links to folders are followed.
        format: Accepted; a data set of this package is returned.
        verbose: Whether what was found is printed.

    Returns:
        A ``tf.data.Dataset`` with ``class_names`` and ``file_paths``.

    Raises:
        DataError: The folder is not there, or holds no texts.
    """
    plan = Plan(
        WHO, directory, labels, label_mode, class_names, (".txt",), batch_size, shuffle, seed, validation_split,
        subset, follow_links, verbose,
    )  # fmt: skip

    def read(path: str) -> bytes:
        return Path(path).read_bytes()[:max_length]

    return labelled(plan, lambda paths: FileColumn(paths, read, (), "string"))
