"""ImageDataGenerator: its settings, its random changes in closed form, its batches."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, DataError, ShapeError
from pellucid.keras.preprocessing.image import ImageDataGenerator, apply_affine_transform
from pellucid.keras.preprocessing.image.affine import transform
from pellucid.keras.utils.chance import GLOBAL


def images(count: int = 6, height: int = 5, width: int = 5, channels: int = 3) -> np.ndarray:
    return (
        np.random.default_rng(0).uniform(0, 255, (count, height, width, channels)).astype("float32")
    )


def plain(**change: float) -> dict[str, float]:
    return {"theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1} | change


def test_a_half_turn_mirrors_both_axes_of_any_shape() -> None:
    image = images(1, 4, 7)[0]
    turned = ImageDataGenerator().apply_transform(image, plain(theta=180))
    np.testing.assert_allclose(turned, image[::-1, ::-1], atol=1e-3)


def test_shifts_take_pixels_from_the_right_and_below() -> None:
    image = images(1)[0]
    found = ImageDataGenerator(fill_mode="constant", cval=-1).apply_transform(
        image, plain(tx=2, ty=1)
    )
    np.testing.assert_allclose(found[:4, :3], image[1:, 2:], atol=1e-4)
    assert (found[4] == -1).all()
    assert (found[:, 3:] == -1).all()


def padded(image: np.ndarray, by: int, mode: str) -> np.ndarray:
    names = {"nearest": "edge", "reflect": "symmetric"}
    return np.pad(image, ((by, by), (by, by), (0, 0)), names[mode])


@pytest.mark.parametrize("mode", ["nearest", "reflect"])
def test_edges_are_continued(mode: str) -> None:
    image = images(1)[0]
    found = transform(image[None], [plain(tx=-3, ty=7)], mode)[0]
    np.testing.assert_allclose(found, padded(image, 9, mode)[16:21, 6:11], atol=1e-4)


def test_what_is_wrapped_has_its_last_pixel_upon_its_first() -> None:
    row = np.arange(5, dtype="float32").reshape(1, 1, 5, 1)
    found = transform(row, [plain(tx=3)], "wrap")
    assert found.ravel().tolist() == [3, 4, 1, 2, 3]


def test_half_a_pixel_is_the_mean_of_two() -> None:
    row = np.array([0.0, 4, 8], "float32").reshape(1, 1, 3, 1)
    assert transform(row, [plain(tx=0.5)])[0].ravel().tolist() == [2, 6, 8]
    assert transform(row, [plain(tx=0.5)], order=0)[0].ravel().tolist() == [4, 8, 8]


def test_a_batch_is_changed_as_its_images_are() -> None:
    batch = images(4)
    rng = np.random.default_rng(1)
    parameters = [
        plain(theta=rng.uniform(-40, 40), tx=rng.uniform(-2, 2), shear=rng.uniform(-20, 20), zx=1.3)
        for _ in batch
    ]
    parameters[2] = plain()
    together = transform(batch, parameters, "reflect")
    for image, change, found in zip(batch, parameters, together, strict=True):
        np.testing.assert_array_equal(transform(image[None], [change], "reflect")[0], found)


def test_splines_agree_with_lines_where_they_must() -> None:
    ramp = np.broadcast_to(np.arange(9.0, dtype="float32")[None, None, :, None], (1, 9, 9, 1))
    curved = transform(ramp.copy(), [plain(tx=0.5)], order=3)
    np.testing.assert_allclose(curved[0, 4, 2:6, 0], [2.5, 3.5, 4.5, 5.5], atol=0.02)


def test_the_ranges_move_the_way_their_names_say() -> None:
    sideways = ImageDataGenerator(width_shift_range=[3]).get_random_transform((8, 8, 1), seed=0)
    upwards = ImageDataGenerator(height_shift_range=0.5).get_random_transform((8, 6, 1), seed=0)
    assert (abs(sideways["tx"]), sideways["ty"]) == (3, 0)
    assert upwards["tx"] == 0
    assert 0 < abs(upwards["ty"]) < 4


def test_flow_is_endless_and_counts_its_epochs() -> None:
    x, y = images(5), np.arange(5)
    batches = ImageDataGenerator().flow(x, y, batch_size=2, shuffle=False)
    assert len(batches) == 3
    labels = [next(batches)[1].tolist() for _ in range(4)]
    assert labels == [[0, 1], [2, 3], [4], [0, 1]]
    batches.reset()
    np.testing.assert_array_equal(batches.next()[0], x[:2])
    assert batches[2][1].tolist() == [4]
    assert (batches.n, batches.batch_size) == (5, 2)
    with pytest.raises(IndexError, match="3 batches"):
        batches[3]


def test_every_epoch_has_its_own_order_and_a_seed_repeats_them() -> None:
    def epochs(seed: int) -> list[list[int]]:
        batches = ImageDataGenerator(rotation_range=9).flow(
            images(8), np.arange(8), batch_size=8, seed=seed
        )
        return [next(batches)[1].tolist() for _ in range(3)]

    assert epochs(1) == epochs(1) != epochs(2)
    assert len({tuple(epoch) for epoch in epochs(1)}) == 3
    assert all(sorted(epoch) == list(range(8)) for epoch in epochs(1))


def test_numpys_seed_repeats_batches_too() -> None:
    def batch() -> np.ndarray:
        GLOBAL.seed(3)
        return next(ImageDataGenerator(zoom_range=0.3).flow(images(), batch_size=4))

    np.testing.assert_array_equal(batch(), batch())


def test_weights_and_further_inputs_go_along() -> None:
    x, more = images(4), np.arange(4)[:, None]
    (pictures, extra), y, weight = ImageDataGenerator().flow(
        (x, more), [5, 6, 7, 8], batch_size=3, shuffle=False, sample_weight=[1, 2, 3, 4]
    )[1]
    assert (pictures.shape, extra.tolist(), y.tolist(), weight.tolist()) == (
        (1, 5, 5, 3),
        [[3]],
        [8],
        [4],
    )


def test_validation_comes_first_and_needs_all_classes() -> None:
    x, y = images(10), np.arange(10) % 2
    generator = ImageDataGenerator(validation_split=0.2)
    assert generator.flow(x, y, subset="validation").n == 2
    np.testing.assert_array_equal(generator.flow(x, y, subset="training").x, x[2:])
    with pytest.raises(DataError, match="sorted by class"):
        generator.flow(x, np.sort(y), subset="training")
    assert generator.flow(x, np.sort(y), subset="training", ignore_class_split=True).n == 8


def test_integers_become_floats_and_are_left_alone() -> None:
    x = np.full((2, 3, 3, 1), 200, "uint8")
    batch = next(ImageDataGenerator(rescale=1 / 255).flow(x, shuffle=False))
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch, 200 / 255, rtol=1e-6)
    assert (x == 200).all()


def test_standardize_scales_in_place() -> None:
    x = images(2)
    expected = x * np.float32(0.5)
    ImageDataGenerator(rescale=0.5).standardize(x)
    np.testing.assert_allclose(x, expected)


def test_samples_and_features_are_centred() -> None:
    x = images(6)
    each = next(ImageDataGenerator(samplewise_std_normalization=True).flow(x, shuffle=False))
    np.testing.assert_allclose(each.mean(axis=(1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(each.std(axis=(1, 2, 3)), 1, atol=1e-4)
    generator = ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
    generator.fit(x)
    whole = next(generator.flow(x, shuffle=False))
    np.testing.assert_allclose(whole.mean(axis=(0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(whole.std(axis=(0, 1, 2)), 1, atol=1e-4)
    assert generator.mean.shape == (1, 1, 3)


def test_whitened_pixels_are_uncorrelated() -> None:
    x = images(200, 2, 2, 1) / 255
    generator = ImageDataGenerator(zca_whitening=True)
    assert generator.featurewise_center
    generator.fit(x)
    flat = next(generator.flow(x, batch_size=200, shuffle=False)).reshape(200, 4)
    np.testing.assert_allclose(flat.T @ flat / 200, np.eye(4), atol=1e-3)


def test_data_that_were_not_seen_are_asked_for() -> None:
    with pytest.warns(UserWarning, match=r"featurewise_center.*datagen\.fit"):
        next(ImageDataGenerator(featurewise_center=True).flow(images()))


def test_a_function_of_ones_own_comes_before_the_factor() -> None:
    seen = []

    def function(image: np.ndarray) -> np.ndarray:
        seen.append(image.shape)
        return image * 0 + 4

    batch = next(ImageDataGenerator(preprocessing_function=function, rescale=0.5).flow(images(2)))
    assert seen == [(5, 5, 3)] * 2
    assert (batch == 2).all()


def test_methods_of_ones_own_are_heard() -> None:
    class Own(ImageDataGenerator):
        def apply_transform(self, x, transform_parameters):
            return x * 0 + 1

        def standardize(self, x):
            return x + 1

    assert (next(Own().flow(images(2))) == 2).all()


def test_channels_first() -> None:
    x = images(3)
    settings = {
        "theta": 30.0,
        "channel_shift_intensity": 20.0,
        "brightness": 0.7,
        "flip_horizontal": True,
    }
    last = ImageDataGenerator().apply_transform(x[0], settings)
    first = ImageDataGenerator(data_format="channels_first").apply_transform(
        x[0].transpose(2, 0, 1), settings
    )
    np.testing.assert_array_equal(first.transpose(1, 2, 0), last)


def test_brightness_and_channels() -> None:
    image = np.array([[[10.0, 100.0, 200.0]]], "float32")
    generator = ImageDataGenerator()
    assert generator.apply_transform(image, {"brightness": 2.0}).ravel().tolist() == [20, 200, 255]
    assert generator.apply_transform(image, {"channel_shift_intensity": 50}).ravel().tolist() == [
        60,
        150,
        200,
    ]


def test_pictures_are_saved(tmp_path) -> None:
    next(
        ImageDataGenerator().flow(
            images(2), batch_size=2, save_to_dir=tmp_path, save_prefix="p", save_format="jpeg"
        )
    )
    assert len(list(tmp_path.glob("p_*.jpeg"))) == 2


def test_mistakes() -> None:
    for arguments in (
        {"fill_mode": "mirror", "rotation_range": 9},
        {"zoom_range": [1, 2, 3]},
        {"brightness_range": 0.5},
        {"validation_split": 1.5},
        {"data_format": "last"},
    ):
        with pytest.raises(ArgumentError, match="Repair"):
            next(ImageDataGenerator(**arguments).flow(images()))
    with pytest.raises(ShapeError, match="four axes"):
        ImageDataGenerator().flow(images()[0])
    with pytest.raises(ShapeError, match="four axes"):
        ImageDataGenerator().fit(images()[0])
    with pytest.raises(ShapeError, match="three axes"):
        ImageDataGenerator().random_transform(images())
    with pytest.raises(DataError, match="`y` has 3 rows"):
        ImageDataGenerator().flow(images(), [1, 2, 3])
    with pytest.raises(ShapeError, match="channels"):
        apply_affine_transform(images()[0], row_axis=0, col_axis=0, channel_axis=2)
