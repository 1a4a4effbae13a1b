"""A file of any address: checked, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pellucid.core.errors import ArgumentError, DataError
from pellucid.datasets.download import download_file, is_file_right

CONTENT = b"some numbers" * 1000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.bin"
    path.write_bytes(CONTENT)
    return path


def test_right_files(source: Path) -> None:
    for algorithm in ("sha256", "md5"):
        digest = hashlib.new(algorithm, CONTENT).hexdigest()
        assert is_file_right(source, digest)
        assert is_file_right(source, digest.upper(), algorithm)
        assert not is_file_right(source, digest[::-1])
    assert is_file_right(source, None)
    assert not is_file_right(source.parent / "none", None)
    with pytest.raises(ArgumentError, match="hash_algorithm"):
        is_file_right(source, "0", "sha1")


def test_fetched_and_kept(source: Path, tmp_path: Path, capsys) -> None:
    target = tmp_path / "new" / "folder" / "file"
    download_file(source.as_uri(), target, hashlib.sha256(CONTENT).hexdigest())
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["file"]
    assert capsys.readouterr().err.startswith("downloading file:")


def test_wrong_ones_leave_nothing(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "file"
    with pytest.raises(DataError, match="another checksum"):
        download_file(source.as_uri(), target, "0" * 64)
    with pytest.raises(DataError, match="could not be downloaded") as caught:
        download_file((tmp_path / "none").as_uri(), target)
    assert str(target) in str(caught.value.repair)
    assert list(target.parent.iterdir()) == []


def test_folder_that_cannot_be_written(source: Path) -> None:
    with pytest.raises(DataError, match="cannot be kept"):
        download_file(source.as_uri(), source / "inside a file")
