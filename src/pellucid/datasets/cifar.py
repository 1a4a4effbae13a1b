"""The format of CIFAR: a ``.tar.gz`` of pickled batches, read without running anything."""

from __future__ import annotations

import io
import pickle
import tarfile
import zlib
from collections.abc import Sequence

import numpy as np

from pellucid.core.errors import FileFormatError
from pellucid.datasets.bundled import Pair
from pellucid.datasets.npz import ArrayUnpickler

MIRRORS = ["https://www.cs.toronto.edu/~kriz/"]
"""Where the files are."""


def parse_cifar(
    packed: bytes, folder: str, train: Sequence[str], test: Sequence[str], label: str
) -> tuple[Pair, Pair]:
    """Return the images and labels of an archive.

    Args:
        packed: The ``.tar.gz`` file.
        folder: The folder in it.
        train: The names of the training batches in it.
        test: The names of the test batches.
        label: The key of the labels in a batch.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``; images (rows, 32, 32, 3) and labels (rows, 1), uint8.
    """
    wanted = {f"{folder}/{name}": name for name in (*train, *test)}
    batches: dict[str, Pair] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.name in wanted else None
                if stream is not None:
                    batches[wanted[member.name]] = _batch(stream.read(), label)
        return _joined([batches[name] for name in train]), _joined([batches[name] for name in test])
    except (
        tarfile.TarError,
        pickle.UnpicklingError,
        EOFError,
        OSError,
        KeyError,
        TypeError,
        zlib.error,
    ) as error:
        raise FileFormatError(
            folder,
            f"this is no CIFAR archive: {type(error).__name__} {error}.",
            "delete it and load again",
        ) from None


def _batch(content: bytes, label: str) -> Pair:
    # The batches were written by Python 2, whose texts are bytes.
    found = ArrayUnpickler(io.BytesIO(content), encoding="bytes").load()
    images = found[b"data"].reshape(-1, 3, 32, 32)
    return images, np.array(found[label.encode()], np.uint8)


def _joined(batches: list[Pair]) -> Pair:
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    return np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels.reshape(-1, 1)
