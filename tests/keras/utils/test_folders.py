"""Data sets of files and windows: which rows they hold, divided and mixed as they should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, DataError
from pellucid.keras.preprocessing.image import load_img, save_img
from pellucid.keras.utils import (
    image_dataset_from_directory,
    split_dataset,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)
from pellucid.keras.utils.resampling import resize


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Ten pictures of two classes; the value of each is its number."""
    for kind, first in (("a", 0), ("b", 5)):
        (tmp_path / "pictures" / kind).mkdir(parents=True)
        for number in range(first, first + 5):
            image = np.full((4, 6, 3), number, "float32")
            save_img(tmp_path / "pictures" / kind / f"{number}.png", image, scale=False)
    return tmp_path / "pictures"


def values(batches) -> list[int]:
    return [round(float(image[0, 0, 0])) for x, _ in batches for image in np.asarray(x)]


def test_pictures_in_order(pictures: Path, capsys) -> None:
    batches = image_dataset_from_directory(pictures, image_size=(3, 2), batch_size=4, shuffle=False)
    assert capsys.readouterr().out == "Found 10 files belonging to 2 classes.\n"
    assert batches.class_names == ["a", "b"]
    assert [Path(path).name for path in batches.file_paths[:2]] == ["0.png", "1.png"]
    assert values(batches) == list(range(10))
    x, y = next(iter(batches))
    assert (x.shape, str(x.dtype), y.numpy().tolist()) == ((4, 3, 2, 3), "float32", [0, 0, 0, 0])
    assert str(y.dtype) == "int32"
    assert len(batches) == 3


def test_every_epoch_is_mixed_and_whole(pictures: Path) -> None:
    batches = image_dataset_from_directory(
        str(pictures), image_size=(2, 2), batch_size=3, seed=1, verbose=False
    )
    first, second = values(batches), values(batches)
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    for x, y in batches:
        np.testing.assert_array_equal(np.asarray(x)[:, 0, 0, 0] >= 5, np.asarray(y) == 1)


def test_two_calls_share_no_file(pictures: Path) -> None:
    settings = {"validation_split": 0.3, "seed": 7, "verbose": False, "image_size": (2, 2)}
    train = image_dataset_from_directory(pictures, subset="training", **settings)
    valid = image_dataset_from_directory(pictures, subset="validation", **settings)
    assert (len(train.file_paths), len(valid.file_paths)) == (7, 3)
    assert sorted(values(train) + values(valid)) == list(range(10))
    both = image_dataset_from_directory(pictures, subset="both", **settings)
    assert [data.file_paths for data in both] == [train.file_paths, valid.file_paths]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("int", [0, 1]), ("categorical", [[1, 0], [0, 1]]), ("binary", [[0], [1]]), (None, None)],
)
def test_labels(pictures: Path, mode, expected) -> None:
    batches = image_dataset_from_directory(
        pictures, label_mode=mode, batch_size=None, shuffle=False, image_size=2, verbose=False
    )
    found = list(batches)
    if mode is None:
        assert found[0].shape == (2, 2, 3)
    else:
        assert [found[place][1].numpy().tolist() for place in (0, 9)] == expected


def test_given_labels_and_colours(pictures: Path) -> None:
    batches = image_dataset_from_directory(
        pictures,
        labels=list(range(10)),
        shuffle=False,
        image_size=(2, 2),
        color_mode="grayscale",
        verbose=False,
    )
    x, y = next(iter(batches))
    assert x.shape == (10, 2, 2, 1)
    assert y.numpy().tolist() == list(range(10))
    swapped = image_dataset_from_directory(
        pictures, class_names=["b", "a"], shuffle=False, verbose=False
    )
    assert swapped.class_names == ["b", "a"]
    first = image_dataset_from_directory(
        pictures, labels=None, image_size=(2, 3), data_format="channels_first", verbose=False
    )
    assert next(iter(first)).shape == (10, 3, 2, 3)


def test_proportions_are_kept(tmp_path: Path) -> None:
    image = np.zeros((4, 8, 3), "float32")
    image[:, 2:6] = 200
    save_img(tmp_path / "1.png", image, scale=False)
    settings = {"labels": None, "image_size": (4, 4), "verbose": False}
    cropped = next(
        iter(image_dataset_from_directory(tmp_path, crop_to_aspect_ratio=True, **settings))
    )
    assert (np.asarray(cropped) == 200).all()
    framed = np.asarray(
        next(iter(image_dataset_from_directory(tmp_path, pad_to_aspect_ratio=True, **settings)))
    )
    assert (framed[0, [0, 3]] == 0).all()
    assert (framed[0, 1:3, 1:3] == 200).all()


def test_mistakes(pictures: Path) -> None:
    load = image_dataset_from_directory
    for options, kind, text in (
        ({"label_mode": "onehot"}, ArgumentError, "label_mode"),
        ({"color_mode": "grey"}, ArgumentError, "color_mode"),
        ({"interpolation": "cubic"}, ArgumentError, "interpolation"),
        ({"labels": [1, 2]}, ArgumentError, "each of the 10 files"),
        ({"class_names": ["c"]}, ArgumentError, r"the folders are \['a', 'b'\]"),
        ({"validation_split": 0.2}, ArgumentError, "go together"),
        ({"validation_split": 0.2, "subset": "training"}, ArgumentError, "overlap"),
        ({"subset": "test"}, ArgumentError, "subset"),
        ({"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, ArgumentError, "not both"),
    ):
        with pytest.raises(kind, match=text):
            load(pictures, **options)
    with pytest.raises(DataError, match="there is no folder"):
        load(pictures / "c")
    with pytest.raises(DataError, match="there are no files ending in"):
        load(pictures / "a", verbose=False)


def test_texts(tmp_path: Path) -> None:
    for kind in ("neg", "pos"):
        (tmp_path / kind).mkdir()
        for number in range(2):
            (tmp_path / kind / f"{number}.txt").write_text(f"{kind} {number} é", encoding="utf-8")
    batches = text_dataset_from_directory(
        tmp_path, batch_size=3, shuffle=False, label_mode="binary", verbose=False
    )
    assert batches.class_names == ["neg", "pos"]
    x, y = next(iter(batches))
    assert x.numpy()[0].decode() == "neg 0 é"
    assert y.numpy().tolist() == [[0], [0], [1]]
    short = text_dataset_from_directory(
        tmp_path, labels=None, max_length=3, shuffle=False, verbose=False
    )
    assert next(iter(short)).numpy().tolist() == [b"neg", b"neg", b"pos", b"pos"]
    words = short.map(lambda text: text + b"!").take(1)
    assert next(iter(words)).numpy()[0] == b"neg!"


def test_windows_of_the_documented_example() -> None:
    batches = timeseries_dataset_from_array(
        np.arange(99), None, sequence_length=10, sampling_rate=2, sequence_stride=3, batch_size=100
    )
    windows = next(iter(batches)).numpy()
    assert windows[0].tolist() == list(range(0, 20, 2))
    assert windows[1].tolist() == list(range(3, 22, 2))
    assert windows[-1].tolist() == list(range(78, 98, 2))


def reference(data, targets, length, stride, rate, start, end):
    """Return windows and targets, one by one."""
    data, targets = data[start:end], targets[start:]
    found = []
    for begin in range(0, len(data), stride):
        places = [begin + step * rate for step in range(length)]
        if places[-1] < len(data) and begin < len(targets):
            found.append(([data[place].tolist() for place in places], targets[begin].tolist()))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_windows_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data, targets = (
        rng.normal(size=(30, 2)).astype("float32"),
        rng.normal(size=int(rng.integers(20, 31))),
    )
    length, stride, rate = (int(rng.integers(1, 4)) for _ in range(3))
    start, end = (0, 30) if seed % 2 else (3, 25)
    batches = timeseries_dataset_from_array(
        data,
        targets.astype("float32"),
        length,
        stride,
        rate,
        batch_size=4,
        start_index=start,
        end_index=end,
    )
    found = [
        pair
        for x, y in batches
        for pair in zip(x.numpy().tolist(), y.numpy().tolist(), strict=True)
    ]
    assert found == reference(data, targets.astype("float32"), length, stride, rate, start, end)


def test_windows_are_mixed_and_zipped() -> None:
    series = np.arange(20, dtype="float32")
    mixed = timeseries_dataset_from_array(
        series[:-3], series[3:], 3, shuffle=True, seed=1, batch_size=6
    )
    pairs = [pair for x, y in mixed for pair in zip(x.numpy()[:, -1], y.numpy(), strict=True)]
    assert all(last + 1 == target for last, target in pairs)
    assert [last for last, _ in pairs] != sorted(last for last, _ in pairs)
    plain = timeseries_dataset_from_array(series, None, 5, 5, batch_size=None)
    assert [window.numpy()[0] for window in plain] == [0, 5, 10, 15]
    pairs = list(type(plain).zip((plain, plain.map(lambda window: -window))))
    assert pairs[1][1].numpy().tolist() == [-5, -6, -7, -8, -9]


def test_windows_that_do_not_fit() -> None:
    series = np.arange(5)
    with pytest.raises(DataError, match="no window of 9 steps"):
        timeseries_dataset_from_array(series, None, 9)
    for options in (
        {"sampling_rate": 0},
        {"sequence_stride": 5},
        {"start_index": 4, "end_index": 3},
    ):
        with pytest.raises(ArgumentError, match="Repair"):
            timeseries_dataset_from_array(series, None, 2, **options)


def test_a_data_set_in_two() -> None:
    x, y = np.arange(10, dtype="float32"), np.arange(10) * 2
    left, right = split_dataset((x, y), left_size=0.7)
    assert [[int(a) for a in pair] for pair in right] == [[7, 14], [8, 16], [9, 18]]
    assert len(left) == 7
    mixed, rest = split_dataset(left, right_size=2, shuffle=True, seed=3)
    assert sorted(float(a) for part in (mixed, rest) for a, _ in part) == list(range(7))
    assert len(rest) == 2
    for sizes in ({}, {"left_size": 1.5}, {"left_size": 11}, {"left_size": 0.9, "right_size": 0.9}):
        with pytest.raises(ArgumentError, match="Repair"):
            split_dataset(x, **sizes)


@pytest.mark.oracle
@pytest.mark.parametrize("method", ["bilinear", "nearest", "bicubic", "lanczos3"])
def test_sizes_beside_keras(method: str) -> None:
    keras = pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    image = np.random.default_rng(0).uniform(0, 255, (7, 9, 3)).astype("float32")
    for size in ((12, 13), (4, 5)):
        want = np.asarray(keras.ops.image.resize(image, size, interpolation=method))
        np.testing.assert_allclose(resize(image, size, method), want, atol=1e-2)


@pytest.mark.oracle
def test_division_beside_keras(pictures: Path) -> None:
    pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    from keras.src.utils import dataset_utils

    paths, labels, names = dataset_utils.index_directory(
        str(pictures), "inferred", (".png",), shuffle=True, seed=5, verbose=False
    )
    paths, labels = dataset_utils.get_training_or_validation_split(paths, labels, 0.4, "validation")
    ours = image_dataset_from_directory(
        pictures,
        seed=5,
        validation_split=0.4,
        subset="validation",
        verbose=False,
        image_size=(2, 2),
    )
    assert (ours.file_paths, ours.class_names) == (paths, names)
    assert sorted(values(ours)) == sorted(
        int(np.asarray(load_img(path))[0, 0, 0]) for path in paths
    )
