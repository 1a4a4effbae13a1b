"""get_file: where files and what archives hold are found, as scripts for Keras 2 and 3 look for them."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError, FileFormatError
from pellucid.keras.utils import get_file


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PELLUCID_DATA", raising=False)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "table.csv"
    path.write_text("1,2")
    return path.as_uri()


@pytest.fixture
def flowers(tmp_path: Path) -> str:
    """An archive of a folder `flowers` with a folder for each class."""
    path = tmp_path / "flowers.tgz"
    with tarfile.open(path, "w:gz") as opened:
        for kind in ("rose", "tulip"):
            member = tarfile.TarInfo(f"flowers/{kind}/1.txt")
            member.size = 4
            opened.addfile(member, io.BytesIO(kind[:4].encode()))
    return path.as_uri()


def test_downloaded_once(table: str, tmp_path: Path, capsys) -> None:
    path = get_file("t.csv", table)
    assert path == str(tmp_path / "home" / "datasets" / "t.csv")
    assert Path(path).read_text() == "1,2"
    assert get_file("t.csv", origin=table) == path
    assert capsys.readouterr().err.count("downloading") == 1
    get_file("t.csv", origin=table, force_download=True)
    assert capsys.readouterr().err.count("downloading") == 1


def test_folders_of_ones_own(table: str, tmp_path: Path) -> None:
    path = get_file(origin=table, cache_dir=tmp_path / "cache", cache_subdir="inner")
    assert path == str(tmp_path / "cache" / "inner" / "table.csv")
    assert get_file(origin=table, cache_subdir=str(tmp_path / "whole")) == str(
        tmp_path / "whole" / "table.csv"
    )


def test_checksums(table: str, tmp_path: Path) -> None:
    right = hashlib.sha256(b"1,2").hexdigest()
    path = Path(get_file(origin=table, file_hash=right))
    path.write_text("spoilt")
    assert Path(get_file(origin=table, file_hash=right)).read_text() == "1,2"
    assert get_file(origin=table, md5_hash=hashlib.md5(b"1,2").hexdigest()) == str(path)
    with pytest.raises(DataError, match="another checksum"):
        get_file("u.csv", table, file_hash="0" * 64)


def test_local_copies_go_first(table: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "copies"))
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "table.csv").write_text("copy")
    assert Path(get_file("x.csv", table)).read_text() == "copy"
    with pytest.raises(DataError, match="PELLUCID_DATA"):
        get_file("x.csv", table, file_hash="0" * 64)


def test_keras_3_unpacks_into_a_folder(flowers: str) -> None:
    folder = get_file("pictures.tgz", flowers, extract=True)
    assert folder.endswith("pictures_extracted")
    assert sorted(os.listdir(Path(folder, "flowers"))) == ["rose", "tulip"]
    bare = get_file("bare", flowers, extract=True)
    assert os.listdir(bare) == ["flowers"]


def test_keras_2_looks_beside_the_archive(flowers: str) -> None:
    folder = get_file("pictures.tgz", flowers, extract=True)
    beside = Path(os.path.dirname(folder), "flowers")
    assert (beside / "tulip" / "1.txt").read_text() == "tuli"
    named = get_file("flowers", flowers, untar=True)
    assert sorted(os.listdir(named)) == ["rose", "tulip"]
    unnamed = get_file(origin=flowers, extract=True, cache_subdir="third")
    assert sorted(os.listdir(Path(unnamed).with_suffix(""))) == ["rose", "tulip"]


def test_unpacked_once(flowers: str) -> None:
    marked = Path(get_file("p.tgz", flowers, extract=True), "mark")
    marked.write_text("")
    get_file("p.tgz", flowers, extract=True)
    assert marked.exists()
    get_file("p.tgz", flowers, extract=True, force_download=True)
    assert not marked.exists()


def test_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.writestr("inner/1.txt", "one")
    folder = get_file("a.zip", (tmp_path / "a.zip").as_uri(), extract=True)
    assert Path(folder, "inner", "1.txt").read_text() == "one"


def test_archives_that_lead_out_are_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "w") as opened:
        member = tarfile.TarInfo("../../outside.txt")
        opened.addfile(member, io.BytesIO(b""))
    with pytest.raises(FileFormatError, match="outside"):
        get_file("bad.tar", (tmp_path / "bad.tar").as_uri(), extract=True)
    assert not list(tmp_path.rglob("outside.txt"))
    assert not list((tmp_path / "home").rglob("bad_extracted*"))


def test_mistakes(table: str) -> None:
    with pytest.raises(ArgumentTypeError, match="origin"):
        get_file("x.csv")
    with pytest.raises(ArgumentError, match="without folders"):
        get_file("a/x.csv", table)
    with pytest.raises(FileFormatError, match="no archive"):
        get_file("t.csv", table, extract=True)
