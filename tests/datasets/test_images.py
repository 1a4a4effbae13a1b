"""The IDX format, and the real MNIST files where a local copy is at hand."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct

import numpy as np
import pytest

from pellucid.core.errors import DataError
from pellucid.datasets import fashion_mnist, mnist
from pellucid.datasets.idx import load_images, parse_idx
from pellucid.datasets.remote import RemoteFile

needs_data = pytest.mark.skipif(
    not os.environ.get("PELLUCID_DATA"), reason="PELLUCID_DATA names no local copy of the data sets"
)


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 4)])
def test_arrays_come_back_and_can_be_written(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape).astype("uint8")
    found = parse_idx(idx(array))
    np.testing.assert_array_equal(found, array)
    assert found.flags.writeable


BROKEN = {
    "not gzip": b"hello",
    "cut off": idx(np.zeros((4, 4), "uint8"))[:-12],
    "too few bytes": gzip.compress(struct.pack(">HBBI", 0, 8, 1, 9) + b"123"),
    "huge": gzip.compress(struct.pack(">HBBII", 0, 8, 2, 2**31, 2**31)),
    "other kind": gzip.compress(struct.pack(">HBBI", 0, 13, 1, 1) + b"1"),
    "no header": gzip.compress(b"\0"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused(name: str) -> None:
    with pytest.raises(DataError, match="IDX"):
        parse_idx(BROKEN[name], "train.gz")


def test_four_files_become_a_data_set(tmp_path, monkeypatch) -> None:
    parts = [
        np.full((3, 2, 2), 1, "uint8"),
        np.arange(3, dtype="uint8"),
        np.full((1, 2, 2), 4, "uint8"),
        np.array([9], "uint8"),
    ]
    files = []
    folder = tmp_path / "set"
    folder.mkdir()
    for number, part in enumerate(parts):
        content = idx(part)
        (folder / f"{number}.gz").write_bytes(content)
        files.append(RemoteFile(f"{number}.gz", len(content), hashlib.sha256(content).hexdigest()))
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    (x_train, y_train), (x_test, y_test) = load_images("set", files, [])
    for found, part in zip((x_train, y_train, x_test, y_test), parts, strict=True):
        np.testing.assert_array_equal(found, part)


@needs_data
@pytest.mark.parametrize(
    ("module", "mean", "std", "first_train", "first_test"),
    [
        (mnist, 0.1307, 0.3081, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]),
        (
            fashion_mnist,
            0.2860,
            0.3530,
            [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
            [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
        ),
    ],
)
def test_real_sets(module, mean, std, first_train, first_test) -> None:
    (x_train, y_train), (x_test, y_test) = module.load_data()
    assert (x_train.shape, x_test.shape) == ((60_000, 28, 28), (10_000, 28, 28))
    assert (x_train.dtype, y_train.dtype) == (np.uint8, np.uint8)
    assert x_train.mean() / 255 == pytest.approx(mean, abs=5e-5)
    assert x_train.std() / 255 == pytest.approx(std, abs=5e-5)
    assert y_train[:10].tolist() == first_train
    assert y_test[:10].tolist() == first_test
    assert len(module.CLASSES) == len(set(y_train)) == 10
