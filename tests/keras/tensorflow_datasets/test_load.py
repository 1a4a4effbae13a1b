"""Sets by the names of `tensorflow_datasets`: splits, forms of elements, descriptions."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError
from pellucid.datasets import cifar100, imdb, mnist
from pellucid.keras import tensorflow_datasets as tfds

IMAGES = np.arange(10, dtype="uint8")[:, None, None] * np.ones((28, 28), "uint8")
LABELS = np.arange(10, dtype="uint8")


@pytest.fixture(autouse=True)
def _digits(monkeypatch):
    monkeypatch.setattr(
        mnist, "load_data", lambda: ((IMAGES, LABELS), (IMAGES[:3] + 100, LABELS[:3]))
    )


def labels_of(found):
    return [int(label) for _, label in found.as_numpy_iterator()]


def test_the_first_lines_of_most_lessons():
    (train, test), info = tfds.load(
        "mnist", split=["train", "test"], shuffle_files=True, as_supervised=True, with_info=True
    )
    image, label = next(iter(train))
    assert (image.shape, image.dtype, label.shape) == ((28, 28, 1), "uint8", ())
    assert labels_of(train) == list(range(10))
    assert [int(image.numpy()[0, 0, 0]) for image, _ in test] == [100, 101, 102]
    assert info.splits["train"].num_examples == 10
    assert info.features["label"].num_classes == 10
    assert info.features["label"].int2str(4) == "4"
    assert info.features["image"].shape == (28, 28, 1)


@pytest.mark.parametrize(
    ("split", "wanted"),
    [
        ("train[:30%]", [0, 1, 2]),
        ("train[30%:]", [3, 4, 5, 6, 7, 8, 9]),
        ("train[-2:]", [8, 9]),
        ("train[1:-7]", [1, 2]),
        ("test+train[:1]", [0, 1, 2, 0]),
        (tfds.Split.TEST, [0, 1, 2]),
        ("all", [*range(10), 0, 1, 2]),
    ],
)
def test_splits(split, wanted):
    assert labels_of(tfds.load("mnist", split=split, as_supervised=True)) == wanted


def test_forms_of_elements():
    whole = tfds.load("mnist:3.*.*")
    assert list(whole) == ["train", "test"]
    assert set(next(iter(whole["test"]))) == {"image", "label"}
    batch = next(iter(tfds.load("mnist", split="train", batch_size=4, as_supervised=True)))
    assert batch[0].shape == (4, 28, 28, 1)
    x, y = tfds.as_numpy(tfds.load("mnist", split="train", batch_size=-1, as_supervised=True))
    assert np.array_equal(x[..., 0], IMAGES)
    assert y.tolist() == list(range(10))
    rows = list(tfds.as_numpy(tfds.load("mnist", split="test")))
    assert [int(row["label"]) for row in rows] == [0, 1, 2]
    frame = tfds.as_dataframe(whole["test"])
    assert frame["label"].tolist() == [0, 1, 2]


def test_reviews_are_texts(monkeypatch):
    rows = np.empty(1, object)
    rows[:] = [[1, 4, 5]]
    monkeypatch.setattr(imdb, "load_data", lambda: ((rows, np.array([1])), (rows, np.array([0]))))
    monkeypatch.setattr(imdb, "get_word_index", lambda: {"good": 1, "film": 2})
    text, label = next(iter(tfds.load("imdb_reviews", split="test", as_supervised=True)))
    assert (text.numpy(), int(label)) == (b"good film", 0)
    assert tfds.builder("imdb_reviews").info.features["label"].names == ["neg", "pos"]


def test_both_kinds_of_labels(monkeypatch):
    def load_data(label_mode="fine"):
        label = np.array([[7 if label_mode == "fine" else 2]], "uint8")
        return ((IMAGES[:1, :, :, None], label), (IMAGES[:1, :, :, None], label))

    monkeypatch.setattr(cifar100, "load_data", load_data)
    row = next(iter(tfds.load("cifar100", split="test")))
    assert (int(row["label"]), int(row["coarse_label"])) == (7, 2)


def test_what_is_not_here_is_refused():
    with pytest.raises(ArgumentError, match="'mnistt' is not here; here are cifar10") as error:
        tfds.load("mnistt")
    assert "tfds.load('mnist')" in str(error.value)
    with pytest.raises(ArgumentError, match="which has train, test"):
        tfds.load("mnist", split="validation")


def test_pictures():
    found, info = tfds.load("mnist", split="train", with_info=True)
    figure = tfds.show_examples(found, info)
    assert [axis.get_title() for axis in figure.axes][:3] == ["0", "1", "2"]
