"""Whole files as text."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import Any

from pellucid.core.errors import ArgumentError
from pellucid.keras.tensorflow.text import Text, texts, to_str


def path_of(filename: Any) -> str:
    """Return a file's name from text in any form.

    >>> path_of(Text("a.txt")), path_of(b"a.txt"), path_of(Path("a.txt"))
    ('a.txt', 'a.txt', 'a.txt')
    """
    return filename.__fspath__() if isinstance(filename, Path) else to_str(texts(filename)[()])


def read_file(filename: Any, name: str | None = None) -> Text:
    """Return what stands in a file, ``tf.io.read_file``.

    Raises:
        ArgumentError: There is no such file.
    """
    path = Path(path_of(filename))
    if not path.is_file():
        raise ArgumentError("tf.io.read_file", f"there is no file {str(path)!r}.")
    return Text(path.read_bytes())


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Write text or bytes to a file, making its folder, ``tf.io.write_file``."""
    path = Path(path_of(filename))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(texts(contents)[()])


def matching_files(pattern: Any, name: str | None = None) -> Text:
    """Return the files that a pattern with ``*`` fits, in order, ``tf.io.matching_files``."""
    patterns = [to_str(each) for each in texts(pattern).ravel()]
    return Text(sorted(path for each in patterns for path in glob(each)))
