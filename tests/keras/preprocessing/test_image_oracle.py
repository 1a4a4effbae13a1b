"""ImageDataGenerator beside Keras's own: the same seeds give the same pictures."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from pellucid.keras.preprocessing import image as ours
from pellucid.keras.utils.chance import GLOBAL

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def theirs():
    pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from keras.src.legacy.preprocessing import image
    return image


@pytest.fixture(autouse=True)
def _scipys_old_names():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield


SETTINGS = {
    "turned": {"rotation_range": 40},
    "all moves": {"rotation_range": 25, "shear_range": 15, "zoom_range": 0.3},
    "reflected": {"rotation_range": 60, "zoom_range": [0.5, 2.0], "fill_mode": "reflect"},
    "wrapped": {"rotation_range": 60, "fill_mode": "wrap"},
    "constant": {"rotation_range": 60, "fill_mode": "constant", "cval": 7.0},
    "nearest pixel": {"rotation_range": 30, "interpolation_order": 0},
    "colours": {"channel_shift_range": 40, "brightness_range": [0.4, 1.6]},
    "flips": {"horizontal_flip": True, "vertical_flip": True, "rescale": 1 / 255},
    "samplewise": {"samplewise_center": True, "samplewise_std_normalization": True},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_flow(theirs, name: str) -> None:
    x = np.random.default_rng(0).integers(0, 256, (6, 9, 9, 3)).astype("float32")
    y = np.arange(6)
    wanted = theirs.ImageDataGenerator(**SETTINGS[name]).flow(x.copy(), y, batch_size=4, seed=5)
    found = ours.ImageDataGenerator(**SETTINGS[name]).flow(x.copy(), y, batch_size=4, seed=5)
    for _ in range(4):
        (want_x, want_y), (have_x, have_y) = next(wanted), next(found)
        np.testing.assert_array_equal(have_y, want_y)
        np.testing.assert_allclose(have_x, want_x, rtol=1e-4, atol=1e-2)


def test_shifts_are_theirs_with_rows_and_columns_in_place(theirs) -> None:
    x = np.random.default_rng(0).uniform(0, 255, (8, 8, 3)).astype("float32")
    settings = {"width_shift_range": 0.4, "height_shift_range": [1, 2], "rotation_range": 10}
    drawn = theirs.ImageDataGenerator(**settings).get_random_transform(x.shape, seed=3)
    own = ours.ImageDataGenerator(**settings).get_random_transform(x.shape, seed=3)
    assert (own["tx"], own["ty"], own["theta"]) == pytest.approx(
        (drawn["ty"], drawn["tx"], drawn["theta"])
    )
    np.testing.assert_allclose(
        ours.ImageDataGenerator().apply_transform(x, drawn),
        theirs.ImageDataGenerator().apply_transform(x, drawn),
        atol=1e-2,
    )


def test_measures(theirs) -> None:
    x = np.random.default_rng(0).uniform(0, 1, (30, 3, 3, 1)).astype("float32")
    settings = {"featurewise_center": True, "zca_whitening": True}
    pair = [module.ImageDataGenerator(**settings) for module in (theirs, ours)]
    for generator in pair:
        generator.fit(x)
    wanted, found = (next(generator.flow(x, shuffle=False)) for generator in pair)
    np.testing.assert_allclose(found, wanted, atol=1e-3)


@pytest.mark.parametrize(
    "name", ["random_rotation", "random_shear", "random_zoom", "random_brightness"]
)
def test_functions(theirs, name: str) -> None:
    x = np.random.default_rng(0).uniform(0, 255, (7, 7, 3)).astype("float32")
    value = (0.7, 1.4) if name in ("random_zoom", "random_brightness") else 30
    axes = {} if name == "random_brightness" else {"row_axis": 0, "col_axis": 1, "channel_axis": 2}
    pair = []
    for module in (theirs, ours):
        GLOBAL.seed(1)
        pair.append(getattr(module, name)(x, value, **axes))
    np.testing.assert_allclose(pair[1], pair[0], atol=1e-2)


def test_pictures(theirs) -> None:
    del theirs
    import keras

    x = np.random.default_rng(0).uniform(-3, 9, (6, 5, 3))
    want, have = keras.utils.array_to_img(x), ours.array_to_img(x)
    np.testing.assert_array_equal(np.asarray(have), np.asarray(want))
    for size in ((4, 7), (12, 10)):
        want = keras.preprocessing.image.smart_resize(x.astype("float32"), size)
        np.testing.assert_allclose(ours.smart_resize(x.astype("float32"), size), want, atol=1e-4)


def test_folders(theirs, tmp_path) -> None:
    rng = np.random.default_rng(0)
    for kind in ("cats", "dogs"):
        (tmp_path / kind / "deep").mkdir(parents=True)
        for number in range(4):
            folder = tmp_path / kind / ("deep" if number == 3 else "")
            ours.save_img(folder / f"{number}.png", rng.uniform(0, 255, (7, 9, 3)), scale=False)
    settings = {
        "target_size": (6, 6),
        "batch_size": 3,
        "seed": 1,
        "class_mode": "binary",
        "subset": "training",
    }
    pair = [
        module.ImageDataGenerator(rescale=0.5, validation_split=0.25).flow_from_directory(
            tmp_path, **settings
        )
        for module in (theirs, ours)
    ]
    assert pair[1].class_indices == pair[0].class_indices
    assert pair[1].filenames == pair[0].filenames
    for _ in range(3):
        (want_x, want_y), (have_x, have_y) = (next(batches) for batches in pair)
        np.testing.assert_allclose(have_x, want_x)
        np.testing.assert_array_equal(have_y, want_y)
