"""``tf.io.gfile``: files and folders of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from glob import glob as find
from pathlib import Path
from typing import IO, Any

from pellucid.keras.tensorflow.io.files import path_of

__all__ = [
    "GFile", "copy", "exists", "glob", "isdir", "join", "listdir", "makedirs", "mkdir", "remove", "rename", "rmtree",
    "stat", "walk",
]  # fmt: skip


def GFile(name: Any, mode: str = "r") -> IO[Any]:
    """Open a file, ``tf.io.gfile.GFile``."""
    return open(path_of(name), mode)


def exists(path: Any) -> bool:
    """Tell whether there is such a file or folder."""
    return Path(path_of(path)).exists()


def isdir(path: Any) -> bool:
    """Tell whether it is a folder."""
    return Path(path_of(path)).is_dir()


def listdir(path: Any) -> list[str]:
    """Return the names in a folder."""
    return sorted(os.listdir(path_of(path)))


def glob(pattern: Any) -> list[str]:
    """Return the paths that one pattern, or one of several, fits."""
    patterns = pattern if isinstance(pattern, (list, tuple)) else [pattern]
    return sorted(path for each in patterns for path in find(path_of(each)))


def makedirs(path: Any) -> None:
    """Make a folder and those above it; it may be there already."""
    Path(path_of(path)).mkdir(parents=True, exist_ok=True)


def mkdir(path: Any) -> None:
    """Make a folder."""
    Path(path_of(path)).mkdir()


def remove(path: Any) -> None:
    """Remove a file."""
    Path(path_of(path)).unlink()


def rmtree(path: Any) -> None:
    """Remove a folder with all that is in it."""
    shutil.rmtree(path_of(path))


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copy a file.

    Raises:
        FileExistsError: There is one already, and ``overwrite`` is not set.
    """
    if exists(dst) and not overwrite:
        raise FileExistsError(path_of(dst))
    shutil.copyfile(path_of(src), path_of(dst))


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Give a file another name.

    Raises:
        FileExistsError: There is one already, and ``overwrite`` is not set.
    """
    if exists(dst) and not overwrite:
        raise FileExistsError(path_of(dst))
    Path(path_of(src)).replace(path_of(dst))


def stat(path: Any) -> os.stat_result:
    """Return size and times of a file."""
    return Path(path_of(path)).stat()


def walk(top: Any, topdown: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Return each folder below another, with the folders and files in it."""
    return os.walk(path_of(top), topdown)


def join(path: Any, *paths: Any) -> str:
    """Return parts as one path."""
    return str(Path(path_of(path), *map(path_of, paths)))
