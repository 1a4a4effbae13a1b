"""CIFAR, IMDB, Reuters and the house prices: small files in their formats, through their own code."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import io
import json
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, DataError, FileFormatError
from pellucid.datasets import boston_housing, california_housing, cifar10, cifar100, imdb, reuters
from pellucid.datasets.remote import RemoteFile
from pellucid.datasets.wordlists import Choice, limited
from tests.datasets.test_arrays_in_files import lists, npz


@pytest.fixture
def put(tmp_path: Path, monkeypatch):
    """Put a file where a local copy is looked for, and make a module expect it."""
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))

    def place(module, folder: str, content: bytes, attribute: str = "FILE") -> None:
        name = getattr(module, attribute).name
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(content)
        expected = RemoteFile(name, len(content), hashlib.sha256(content).hexdigest())
        monkeypatch.setattr(module, attribute, expected)

    return place


def archive(**batches: dict) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as opened:
        for name, batch in batches.items():
            content = pickle.dumps(batch, 3)
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(content)
            opened.addfile(member, io.BytesIO(content))
    return held.getvalue()


def batch(first: int, **labels: list[int]) -> dict:
    """Return a batch as CIFAR has it: rows of 1024 red, 1024 green and 1024 blue values."""
    count = len(next(iter(labels.values())))
    planes = np.repeat(np.arange(count * 3, dtype="uint8").reshape(count, 3) + first, 1024, axis=1)
    return {b"data": planes, **{name.encode(): value for name, value in labels.items()}}


def test_cifar10(put) -> None:
    train = {
        f"cifar-10-batches-py__data_batch_{n}": batch(n, labels=[n, n + 4]) for n in (5, 4, 3, 2, 1)
    }
    test = {"cifar-10-batches-py__test_batch": batch(90, labels=[7])}
    more = {"cifar-10-batches-py__readme.html": {b"no": b"batch"}}
    put(cifar10, "cifar-10", archive(**more, **train, **test))
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert (x_train.shape, x_test.shape) == ((10, 32, 32, 3), (1, 32, 32, 3))
    assert (x_train.dtype, y_train.dtype) == (np.uint8, np.uint8)
    assert x_train[3, 9, 9].tolist() == [5, 6, 7]
    assert y_train.ravel().tolist() == [1, 5, 2, 6, 3, 7, 4, 8, 5, 9]
    assert y_test.tolist() == [[7]]
    assert len(cifar10.CLASSES) == 10


def test_cifar100(put) -> None:
    labels = {"fine_labels": [99, 1], "coarse_labels": [19, 2]}
    put(
        cifar100,
        "cifar-100",
        archive(
            **{
                "cifar-100-python__train": batch(0, **labels),
                "cifar-100-python__test": batch(9, **labels),
            }
        ),
    )
    assert cifar100.load_data()[0][1].tolist() == [[99], [1]]
    assert cifar100.load_data("coarse")[1][1].tolist() == [[19], [2]]
    with pytest.raises(ArgumentError, match="label_mode"):
        cifar100.load_data("all")


class Harm:
    def __reduce__(self):
        return print, ("called",)


BROKEN = {
    "no archive": b"hello",
    "no tar": gzip.compress(b"hello" * 200),
    "a batch is missing": archive(**{"cifar-100-python__train": batch(0, fine_labels=[1])}),
    "other keys": archive(**{f"cifar-100-python__{name}": {b"x": 1} for name in ("train", "test")}),
    "no dict": archive(**{f"cifar-100-python__{name}": [1] for name in ("train", "test")}),
    "calls": archive(
        **{f"cifar-100-python__{name}": {b"data": Harm()} for name in ("train", "test")}
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_archives_are_refused(put, name: str, capsys) -> None:
    put(cifar100, "cifar-100", BROKEN[name])
    with pytest.raises(FileFormatError):
        cifar100.load_data()
    assert capsys.readouterr().out == ""


def by_hand(texts, labels, seed, num_words, skip_top, maxlen, start_char, oov_char, index_from):
    """Return the texts as Keras's documentation describes them, word by word."""
    order = np.arange(len(texts))
    np.random.RandomState(seed).shuffle(order)
    rows = [[w + index_from for w in texts[place]] for place in order]
    rows = [row if start_char is None else [start_char, *row] for row in rows]
    pairs = [
        (row, labels[place])
        for row, place in zip(rows, order, strict=True)
        if not maxlen or len(row) < maxlen
    ]
    return [row for row, _ in pairs], [int(label) for _, label in pairs]


def counted(row, end, skip_top, oov_char):
    if oov_char is None:
        return [w for w in row if skip_top <= w < end]
    return [w if skip_top <= w < end else oov_char for w in row]


TEXTS = [[1, 5, 9, 2], [3], [40, 2, 2], [1, 1, 7, 30, 6, 2], [8, 4]]
LABELS = np.array([0, 1, 1, 0, 1])
CHOICES = [
    {},
    {"num_words": 8},
    {"num_words": 8, "skip_top": 5},
    {"num_words": 10, "oov_char": None},
    {"num_words": 10, "oov_char": None, "skip_top": 6},
    {"maxlen": 5, "seed": 3},
    {"start_char": None, "index_from": 0},
]
DEFAULTS = {
    "num_words": None, "skip_top": 0, "maxlen": None, "seed": 113, "start_char": 1, "oov_char": 2, "index_from": 3,
}  # fmt: skip


@pytest.mark.parametrize("choice", CHOICES)
def test_imdb(put, choice: dict) -> None:
    put(
        imdb,
        "imdb",
        npz(x_train=lists(*TEXTS), y_train=LABELS, x_test=lists(*TEXTS[:3]), y_test=LABELS[:3]),
    )
    settings = DEFAULTS | choice
    train, y_train = by_hand(TEXTS, LABELS, **settings)
    test, y_test = by_hand(TEXTS[:3], LABELS[:3], **settings)
    end = settings["num_words"] or max(w for row in train + test for w in row)
    (found, labels), (found_test, labels_test) = imdb.load_data(**choice)
    assert found.tolist() == [
        counted(row, end, settings["skip_top"], settings["oov_char"]) for row in train
    ]
    assert found_test.tolist() == [
        counted(row, end, settings["skip_top"], settings["oov_char"]) for row in test
    ]
    assert (labels.tolist(), labels_test.tolist()) == (y_train, y_test)
    assert found.dtype == object


@pytest.mark.parametrize("choice", CHOICES)
def test_reuters(put, choice: dict) -> None:
    put(reuters, "reuters", npz(x=lists(*TEXTS), y=LABELS))
    settings = DEFAULTS | choice
    rows, labels = by_hand(TEXTS, LABELS, **settings)
    end = settings["num_words"] or max(w for row in rows for w in row)
    rows = [counted(row, end, settings["skip_top"], settings["oov_char"]) for row in rows]
    (train, y_train), (test, y_test) = reuters.load_data(**choice)
    border = int(len(rows) * 0.8)
    assert (train.tolist(), test.tolist()) == (rows[:border], rows[border:])
    assert (y_train.tolist(), y_test.tolist()) == (labels[:border], labels[border:])


def test_equal_lengths_stay_lists() -> None:
    found = limited(lists([1], [2]), Choice(None, 0, None, 1, 2, 3))
    assert found.shape == (2,)
    assert found.tolist() == [[1, 4], [1, 2]]


def test_no_text_is_left(put) -> None:
    put(reuters, "reuters", npz(x=lists(*TEXTS), y=LABELS))
    with pytest.raises(DataError, match="the shortest has 2 words"):
        reuters.load_data(maxlen=2)


def test_words(tmp_path, monkeypatch) -> None:
    content = json.dumps({"the": 1, "and": 2}).encode()
    for module, folder in ((imdb, "imdb"), (reuters, "reuters")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / module.WORDS.name).write_bytes(content)
        right = RemoteFile(module.WORDS.name, len(content), md5=hashlib.md5(content).hexdigest())
        monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
        with pytest.raises(DataError, match="damaged or another file"):
            module.get_word_index()
        monkeypatch.setattr(module, "WORDS", right)
        assert module.get_word_index() == {"the": 1, "and": 2}
    assert len(reuters.get_label_names()) == 46


def test_tables_are_mixed_and_divided(put) -> None:
    x, y = np.arange(1400.0).reshape(700, 2), np.arange(700.0)
    put(california_housing, "california-housing", npz(x=x, y=y))
    (x_train, y_train), (x_test, y_test) = california_housing.load_data(test_split=0.1, seed=1)
    assert (len(y_train), len(y_test)) == (630, 70)
    np.testing.assert_array_equal(np.r_[x_train, x_test][:, 0], np.r_[y_train, y_test] * 2)
    assert sorted(np.r_[y_train, y_test]) == list(range(700))
    (_, small), _ = california_housing.load_data("small", test_split=0)
    assert sorted(small) == list(range(600))
    for arguments in (("tiny",), ("large", 1.0)):
        with pytest.raises(ArgumentError, match="Repair"):
            california_housing.load_data(*arguments)
    put(boston_housing, "boston-housing", npz(x=x, y=y))
    assert boston_housing.load_data()[0][0].shape == (560, 2)


def test_the_real_boston(local_data) -> None:
    del local_data
    (x_train, y_train), (x_test, y_test) = boston_housing.load_data()
    assert (x_train.shape, x_test.shape, x_train.dtype) == ((404, 13), (102, 13), np.float64)
    # What books print for Keras's file.
    assert x_train[0].tolist() == [
        1.23247, 0.0, 8.14, 0.0, 0.538, 6.142, 91.7, 3.9769, 4.0, 307.0, 21.0, 396.9, 18.72,
    ]  # fmt: skip
    assert y_train[:4].tolist() == [15.2, 42.3, 50.0, 21.1]
    assert len(y_test) == 102


NAMES = [
    "boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters",
]  # fmt: skip


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_checksums_are_those_that_keras_asks_for(name: str) -> None:
    keras = pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    source = Path(keras.__file__).parent / "src" / "datasets" / f"{name}.py"
    module = importlib.import_module(f"pellucid.datasets.{name}")
    files = [
        each
        for each in vars(module).values()
        if isinstance(each, RemoteFile) and each.name != "housing.csv"
    ]
    for file in files:
        assert (file.sha256 or file.md5) in source.read_text()
        assert file.name in source.read_text()
