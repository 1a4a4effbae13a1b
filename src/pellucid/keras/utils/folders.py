"""Which files a folder holds, which class each belongs to, and which are for validation."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pellucid.core.errors import ArgumentError, DataError

SUBSETS = ("training", "validation", "both", None)


class Files(NamedTuple):
    """Files with their labels.

    Attributes:
        paths: The paths.
        labels: A number for each, or None.
        class_names: The classes in the order of their numbers, or None.
    """

    paths: list[str]
    labels: Any
    class_names: list[str] | None


def folder_of(who: str, directory: Any) -> str:
    """Return the folder's path; refuse one that is not there."""
    path = os.fspath(directory)
    if not os.path.isdir(path):
        nearby = next((str(each) for each in Path(path).parents if each.is_dir()), "")
        held = sorted(os.listdir(nearby))[:8] if nearby else []
        raise DataError(
            who,
            f"there is no folder {path!r}; {nearby!r} holds {held}.",
            "the path of a folder that is there",
        )
    return path


def files_below(
    folder: Path | str, endings: tuple[str, ...], follow_links: bool = False
) -> list[str]:
    """Return the files below a folder whose names end so, relative to it, sorted by folder and name."""
    found = []
    for place, _, names in sorted(os.walk(folder, followlinks=follow_links)):
        inner = os.path.relpath(place, folder)
        chosen = sorted(name for name in names if name.lower().endswith(endings))
        found += [os.path.normpath(os.path.join(inner, name)) for name in chosen]
    return found


def index_folder(
    who: str,
    directory: Any,
    labels: Any,
    endings: tuple[str, ...],
    class_names: Any = None,
    shuffle: bool = True,
    seed: int = 0,
    follow_links: bool = False,
    verbose: bool = True,
) -> Files:
    """Return the files of a folder.

    Args:
        who: The function that asks, for messages.
        directory: The folder.
        labels: ``"inferred"`` (the folders in it are the classes), a list of numbers, or None.
        endings: Of the files that count.
        class_names: The folders that count, in the order of their numbers.
        shuffle: Whether the files are mixed.
        seed: Of the mixing.
        follow_links: Whether links to folders are followed.
        verbose: Whether what was found is printed.
    """
    folder = folder_of(who, directory)
    inferred = isinstance(labels, str) and labels == "inferred"
    if inferred:
        names = _classes(who, folder, class_names)
        held = [files_below(Path(folder, name), endings, follow_links) for name in names]
        paths = [
            os.path.join(folder, name, file)
            for name, files in zip(names, held, strict=True)
            for file in files
        ]
        numbers: Any = np.repeat(
            np.arange(len(names), dtype=np.int32), [len(files) for files in held]
        )
    else:
        paths = [os.path.join(folder, file) for file in files_below(folder, endings, follow_links)]
        numbers, names = _given(who, folder, labels, class_names, len(paths))
    if verbose:
        classes = "" if names is None else f" belonging to {len(names)} classes"
        sys.stdout.write(f"Found {len(paths)} files{classes}.\n")
    if not paths:
        raise DataError(
            who,
            f"there are no files ending in {', '.join(endings)} below {folder!r}; it holds "
            f"{sorted(os.listdir(folder))[:8]}.",
            "a folder for each class, the files in them",
        )
    if shuffle:
        # Keras mixes paths and labels in this way, so the same seed gives its division.
        np.random.RandomState(seed).shuffle(paths)
        if numbers is not None:
            np.random.RandomState(seed).shuffle(numbers)
    return Files(paths, numbers, names)


def _classes(who: str, folder: str, class_names: Any) -> list[str]:
    there = sorted(
        each.name for each in os.scandir(folder) if each.is_dir() and not each.name.startswith(".")
    )
    if class_names is None:
        return there
    missing = [name for name in class_names if name not in there]
    if missing:
        raise ArgumentError(
            who,
            f"`class_names` holds {missing}, but the folders are {there}.",
            f"class_names={there}",
        )
    return list(class_names)


def _given(who: str, folder: str, labels: Any, class_names: Any, count: int) -> tuple[Any, Any]:
    if class_names is not None:
        raise ArgumentError(
            who, "`class_names` goes with labels='inferred' only.", "labels='inferred'"
        )
    if labels is None:
        return None, None
    if not isinstance(labels, (list, tuple, np.ndarray)) or len(labels) != count:
        raise ArgumentError(
            who,
            f"`labels` must be 'inferred', None or one number for each of the {count} files below {folder!r}, but it "
            f"is {str(labels)[:60]}.",
            "labels='inferred'",
        )
    return np.asarray(labels), [str(label) for label in sorted(set(np.asarray(labels).tolist()))]


def check_split(who: str, validation_split: Any, subset: Any, shuffle: bool, seed: Any) -> None:
    """Refuse a division that is half said, or whose two parts would overlap."""
    if subset not in SUBSETS:
        raise ArgumentError(
            who, f"`subset` must be one of {SUBSETS}, but it is {subset!r}.", "subset='training'"
        )
    if validation_split and not 0 < validation_split < 1:
        raise ArgumentError(
            who,
            f"`validation_split` must be between 0 and 1, but it is {validation_split}.",
            "validation_split=0.2",
        )
    if bool(validation_split) != bool(subset):
        raise ArgumentError(
            who,
            f"`validation_split` and `subset` go together, but they are {validation_split} and {subset!r}.",
            "validation_split=0.2, subset='training', seed=1",
        )
    if validation_split and shuffle and seed is None and subset != "both":
        raise ArgumentError(
            who,
            "without a `seed` the files are mixed anew at each call, and training and validation would overlap.",
            "seed=1, the same in both calls",
        )


def divide(files: Files, validation_split: float | None, subset: str | None) -> Files:
    """Return the part of the files that a subset means: validation comes last."""
    if not validation_split:
        return files
    border = len(files.paths) - int(validation_split * len(files.paths))
    chosen = slice(border, None) if subset == "validation" else slice(border)
    labels = None if files.labels is None else files.labels[chosen]
    return Files(files.paths[chosen], labels, files.class_names)
