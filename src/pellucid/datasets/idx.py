"""The IDX format of MNIST: a magic number, the sizes as big-endian 32-bit integers, then bytes row by row."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from pellucid.core.errors import DataError
from pellucid.datasets.bundled import Pair
from pellucid.datasets.remote import RemoteFile, fetch

_UINT8 = 0x08


def parse_idx(packed: bytes, name: str = "file") -> np.ndarray:
    """Return the uint8 array of a gzipped IDX file.

    Raises:
        DataError: It is no such file, or it ends too early.

    >>> parse_idx(gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])))
    array([7, 8, 9], dtype=uint8)
    """
    try:
        content = gzip.decompress(packed)
        zero, kind, axes = struct.unpack_from(">HBB", content)
        sizes = struct.unpack_from(f">{axes}I", content, 4)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        raise DataError(
            name, f"this is no gzipped IDX file: {error}.", "delete it and load again"
        ) from None
    start = 4 + 4 * axes
    wanted = int(np.prod(sizes, dtype=np.int64))
    if zero or kind != _UINT8 or len(content) - start != wanted:
        raise DataError(
            name,
            f"an IDX file of bytes with {wanted:,} values should stand here; {len(content) - start:,} came.",
            "delete it and load again",
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(sizes).copy()


def load_images(
    dataset: str, files: Sequence[RemoteFile], mirrors: Sequence[str]
) -> tuple[Pair, Pair]:
    """Return the four files of an MNIST-like set: training images and labels, test images and labels.

    They are read in threads: unpacking takes longest and runs outside Python's lock.
    """

    def load(file: RemoteFile) -> np.ndarray:
        return parse_idx(fetch(dataset, file, mirrors), f"{dataset}/{file.name}")

    with ThreadPoolExecutor(max_workers=len(files)) as pool:
        x_train, y_train, x_test, y_test = pool.map(load, files)
    return (x_train, y_train), (x_test, y_test)
