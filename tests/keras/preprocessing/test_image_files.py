"""Pictures in files: read, saved, flowed from folders and data frames."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError, ShapeError
from pellucid.keras.preprocessing.image import (
    ImageDataGenerator,
    array_to_img,
    img_to_array,
    load_img,
    save_img,
    smart_resize,
)
from pellucid.keras.tensor import Tensor


def picture(value: float, height: int = 4, width: int = 6) -> np.ndarray:
    return np.full((height, width, 3), value, "float32")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes: three dark cats, two bright dogs, and a file that is no picture."""
    for kind, first, count in (("cats", 10, 3), ("dogs", 200, 2)):
        (tmp_path / kind).mkdir()
        for number in range(count):
            save_img(tmp_path / kind / f"{number}.png", picture(first + number), scale=False)
    (tmp_path / "cats" / "notes.txt").write_text("no picture")
    return tmp_path


def test_arrays_and_pictures_come_back() -> None:
    image = np.random.default_rng(0).integers(0, 256, (5, 4, 3)).astype("float32")
    np.testing.assert_array_equal(img_to_array(array_to_img(image, scale=False)), image)
    grey = image[:, :, :1]
    assert array_to_img(grey).mode == "L"
    assert img_to_array(array_to_img(grey)).shape == (5, 4, 1)
    first = img_to_array(array_to_img(image, scale=False), "channels_first")
    np.testing.assert_array_equal(first, image.transpose(2, 0, 1))
    stretched = img_to_array(array_to_img(image / 7 - 3))
    assert (stretched.min(), stretched.max()) == (0, 255)
    assert array_to_img(np.full((2, 2, 1), 300.0), scale=False).mode == "I"


def test_reading(folder: Path) -> None:
    path = folder / "cats" / "1.png"
    assert load_img(str(path)).size == (6, 4)
    assert load_img(io.BytesIO(path.read_bytes()), color_mode="rgba").mode == "RGBA"
    assert load_img(path, grayscale=True).mode == "L"
    assert load_img(path, target_size=(8, 3), interpolation="bilinear").size == (3, 8)
    assert img_to_array(load_img(path, target_size=(8, 3))).max() == 11
    with pytest.raises(ArgumentError, match="color_mode"):
        load_img(path, color_mode="cmyk")
    with pytest.raises(ArgumentError, match="interpolation"):
        load_img(path, target_size=(2, 2), interpolation="cubic")
    with pytest.raises(FileNotFoundError, match=r"9\.png"):
        load_img(folder / "9.png")
    with pytest.raises(ArgumentTypeError, match="path"):
        load_img(3)


def test_the_middle_is_kept_without_distortion(tmp_path: Path) -> None:
    image = picture(0, 4, 8)
    image[:, 2:6] = 255
    save_img(tmp_path / "1.png", image, scale=False)
    kept = load_img(tmp_path / "1.png", target_size=(2, 2), keep_aspect_ratio=True)
    assert (img_to_array(kept) == 255).all()


def test_jpeg_has_no_transparency(tmp_path: Path) -> None:
    save_img(tmp_path / "1.jpg", np.zeros((4, 4, 4)))
    assert load_img(tmp_path / "1.jpg").mode == "RGB"


def test_smart_resize_crops_the_middle() -> None:
    image = np.zeros((4, 8, 1), "float32")
    image[:, 2:6] = 1
    assert (smart_resize(image, (2, 2)) == 1).all()
    found = smart_resize(Tensor(image[None]), (2, 2))
    assert isinstance(found, Tensor)
    assert found.shape == (1, 2, 2, 1)
    with pytest.raises(ShapeError, match="three axes"):
        smart_resize(image[0], (2, 2))


def test_what_is_no_image() -> None:
    with pytest.raises(ShapeError, match="three axes"):
        array_to_img(np.zeros((2, 2, 2, 3)))
    with pytest.raises(ShapeError, match="1, 3 or 4 channels"):
        array_to_img(np.zeros((2, 2, 2)))


def test_folders_are_classes(folder: Path, capsys) -> None:
    batches = ImageDataGenerator(rescale=0.1).flow_from_directory(
        folder, target_size=(2, 3), batch_size=4, shuffle=False
    )
    assert capsys.readouterr().out == "Found 5 images belonging to 2 classes.\n"
    assert batches.class_indices == {"cats": 0, "dogs": 1}
    assert batches.classes.tolist() == [0, 0, 0, 1, 1]
    assert batches.filenames == [
        str(Path(*each))
        for each in [
            ("cats", "0.png"),
            ("cats", "1.png"),
            ("cats", "2.png"),
            ("dogs", "0.png"),
            ("dogs", "1.png"),
        ]
    ]
    assert (batches.samples, batches.n, len(batches), batches.num_classes) == (5, 5, 2, 2)
    assert batches.image_shape == (2, 3, 3)
    x, y = next(batches)
    np.testing.assert_allclose(x[:, 0, 0, 0], [1.0, 1.1, 1.2, 20.0], rtol=1e-6)
    assert y.tolist() == [[1, 0], [1, 0], [1, 0], [0, 1]]
    assert [len(x) for x, _ in (next(batches), next(batches))] == [1, 4]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("binary", [0, 0, 0, 1, 1]), ("sparse", [0, 0, 0, 1, 1]), (None, None), ("input", "input")],
)
def test_modes(folder: Path, mode, expected) -> None:
    batch = next(
        ImageDataGenerator().flow_from_directory(
            str(folder), target_size=(2, 2), class_mode=mode, shuffle=False, color_mode="grayscale"
        )
    )
    if mode is None:
        assert batch.shape == (5, 2, 2, 1)
    elif mode == "input":
        np.testing.assert_array_equal(*batch)
    else:
        assert batch[1].tolist() == expected


def test_each_class_is_divided(folder: Path) -> None:
    generator = ImageDataGenerator(validation_split=0.5)
    train = generator.flow_from_directory(folder, subset="training", classes=["dogs", "cats"])
    valid = generator.flow_from_directory(folder, subset="validation", classes=["dogs", "cats"])
    assert train.classes.tolist() == [0, 1, 1]
    assert valid.classes.tolist() == [0, 1]
    assert not set(train.filenames) & set(valid.filenames)


def test_mistakes_with_folders(folder: Path) -> None:
    flow = ImageDataGenerator().flow_from_directory
    with pytest.raises(DataError, match=r"there is no folder.*dogs"):
        flow(folder / "birds")
    (folder / "empty" / "inner").mkdir(parents=True)
    with pytest.raises(DataError, match="there are no images"):
        flow(folder / "empty")
    with pytest.raises(ArgumentError, match="class_mode"):
        flow(folder, class_mode="onehot")
    with pytest.raises(ArgumentError, match="color_mode"):
        flow(folder, color_mode="grey")
    with pytest.raises(ArgumentError, match="subset"):
        flow(folder, subset="test")


@pytest.fixture
def frame(folder: Path):
    pandas = pytest.importorskip("pandas", reason="needs pandas (extra `test`)")
    del folder
    return pandas.DataFrame(
        {
            "file": ["cats/0.png", "cats/1.png", "dogs/0.png", "gone.png"],
            "kind": ["cat", "cat", "dog", "dog"],
            "age": [1.0, 2.0, 3.0, 4.0],
            "weight": [5.0, 6.0, 7.0, 8.0],
        }
    )


def flow(frame, folder: Path, **options):
    with pytest.warns(UserWarning, match="1 rows name no image file"):
        return ImageDataGenerator().flow_from_dataframe(
            frame, folder, x_col="file", target_size=(2, 2), shuffle=False, **options
        )


def test_frames_name_files_and_classes(folder: Path, frame, capsys) -> None:
    batches = flow(frame, folder, y_col="kind")
    assert capsys.readouterr().out == "Found 3 validated image filenames belonging to 2 classes.\n"
    x, y = next(batches)
    assert x[:, 0, 0, 0].tolist() == [10, 11, 200]
    assert y.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert (batches.class_indices, batches.classes) == ({"cat": 0, "dog": 1}, [0, 0, 1])


def test_frames_name_numbers(folder: Path, frame) -> None:
    assert next(flow(frame, folder, y_col="age", class_mode="raw"))[1].tolist() == [1, 2, 3]
    both = next(flow(frame, folder, y_col=["age", "weight"], class_mode="other"))[1]
    assert both.tolist() == [[1, 5], [2, 6], [3, 7]]
    several = next(flow(frame, folder, y_col=["age", "weight"], class_mode="multi_output"))[1]
    assert [each.tolist() for each in several] == [[1, 2, 3], [5, 6, 7]]
    weighted = next(
        flow(frame, folder, y_col="kind", class_mode="binary", weight_col="weight", has_ext=True)
    )
    assert [each.tolist() for each in weighted[1:]] == [[0, 0, 1], [5, 6, 7]]
    assert next(flow(frame, folder, class_mode=None)).shape == (3, 2, 2, 3)


def test_several_labels_of_an_image(folder: Path, frame) -> None:
    frame["tags"] = [["a", "b"], ["b"], ["c"], ["a"]]
    batches = flow(frame, folder, y_col="tags", classes=["b", "a"])
    assert next(batches)[1].tolist() == [[1, 1], [1, 0]]
    assert batches.filenames == ["cats/0.png", "cats/1.png"]


def test_mistakes_with_frames(folder: Path, frame) -> None:
    for options, kind in (
        ({"y_col": "age"}, ArgumentTypeError),
        ({"y_col": "kind", "classes": ["cat"], "class_mode": "binary"}, DataError),
        ({"y_col": "age", "class_mode": "multi_output"}, ArgumentTypeError),
    ):
        with pytest.raises(kind, match="Repair"):
            flow(frame, folder, **options)
    with pytest.raises(ArgumentTypeError, match="file names"):
        ImageDataGenerator().flow_from_dataframe(frame, folder, x_col="age")
    with pytest.raises(DataError, match="none of the 4 files"):
        ImageDataGenerator().flow_from_dataframe(frame, folder / "cats", x_col="file", y_col="kind")
