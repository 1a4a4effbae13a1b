"""``tf.data.TextLineDataset``: the lines of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pellucid.keras.tensorflow.data.dataset import Dataset
from pellucid.keras.tensorflow.data.source import Source
from pellucid.keras.tensorflow.text import texts, to_str


class Lines(Source):
    """The lines of files, one after the other, without their ends."""

    def __init__(self, files: list[str]):
        self.files = files

    def elements(self) -> Iterator[bytes]:
        for file in self.files:
            with Path(file).open("rb") as lines:
                for line in lines:
                    yield line.rstrip(b"\r\n")


def TextLineDataset(filenames: Any, *options: Any, **more: Any) -> Dataset:
    """Return the lines of files as a data set of text."""
    return Dataset(Lines([to_str(name) for name in texts(filenames).ravel()]))
