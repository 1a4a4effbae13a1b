"""Colours, levels, sharpness, perspective: each against NumPy, SciPy or Python's colorsys, and against Keras."""

from __future__ import annotations

import colorsys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

import pellucid
from pellucid import layers
from pellucid.core.errors import ArgumentError

RNG = np.random.default_rng(5)
IMAGES = RNG.uniform(0, 255, (4, 10, 12, 3)).astype("float32")
ONE = np.repeat(IMAGES[:1], 64, 0)

RANDOM = [
    layers.RandomInvert(),
    layers.RandomPosterization(4),
    layers.Solarization(0.3, 0.5),
    layers.RandomHue(1.0),
    layers.RandomGrayscale(),
    layers.RandomColorDegeneration(1.0),
    layers.RandomColorJitter((0, 255), 0.3, 0.4, 0.8, 0.5),
    layers.RandomSharpness(1.0),
    layers.RandomGaussianBlur(),
    layers.RandomPerspective(scale=0.5),
    layers.RandomElasticTransform(),
]
KINDS = {"RandomInvert": 2, "RandomPosterization": 4, "RandomGrayscale": 2}
every = pytest.mark.parametrize("layer", RANDOM, ids=[type(layer).__name__ for layer in RANDOM])


def varied(layer, images, seed=0):
    return np.asarray(
        pellucid.apply(layer, {}, {}, images, training=True, key=jax.random.key(seed))[0]
    )


@every
def test_every_image_draws_for_itself_and_only_in_training(layer):
    pellucid.infer(layer, ONE)
    np.testing.assert_array_equal(pellucid.apply(layer, {}, {}, ONE)[0], ONE)
    seen = varied(layer, ONE)
    assert seen.shape == ONE.shape
    assert np.isfinite(seen).all()
    assert seen.min() >= -0.01
    assert seen.max() <= 255.01
    kinds = len({image.tobytes() for image in seen})
    exactly = KINDS.get(type(layer).__name__)
    assert kinds == exactly if exactly else kinds >= 20
    np.testing.assert_array_equal(varied(layer, ONE), seen)
    assert not np.array_equal(varied(layer, ONE, seed=1), seen)


@every
def test_channels_first_is_the_same_picture(layer):
    first = layer.clone(data_format="channels_first", name=layer.name)
    pellucid.infer(first, np.moveaxis(IMAGES, -1, 1))
    seen = varied(first, np.moveaxis(IMAGES, -1, 1))
    pellucid.infer(layer, IMAGES)
    np.testing.assert_allclose(np.moveaxis(seen, 1, -1), varied(layer, IMAGES), atol=1e-3)


@every
def test_compiled_and_eager_runs_agree_and_half_precision_stays(layer):
    pellucid.infer(layer, IMAGES)
    key = jax.random.key(3)

    @jax.jit
    def run(images):
        return pellucid.apply(layer, {}, {}, images, training=True, key=key)[0]

    np.testing.assert_allclose(run(IMAGES), varied(layer, IMAGES, seed=3), atol=2e-2)
    half = layer.clone(dtype="bfloat16", name=layer.name)
    assert varied(half, jnp.asarray(IMAGES, jnp.bfloat16)).dtype == jnp.bfloat16


# What each one does, with numbers that are given.


def test_inverted_images_are_about_the_part_that_is_drawn():
    seen = varied(layers.RandomInvert(0.5, (50, 250)), np.full((2000, 1, 1, 1), 100.0, "float32"))
    assert set(np.unique(seen)) == {100.0, 200.0}
    assert 0.2 < np.mean(seen == 200) < 0.3


def test_solarized_values_are_those_of_the_formula():
    drawn = {"additions": np.array([51.0, 0.0]), "thresholds": np.array([102.0, 255.0])}
    x = np.linspace(0, 1, 11).reshape(1, 1, 11, 1).repeat(2, 0)
    seen = layers.Solarization(value_range=(0, 1)).vary(jnp.asarray(x, jnp.float32), drawn)
    z = np.minimum(x[0] + 0.2, 1)
    np.testing.assert_allclose(seen[0], np.where(z < 0.4 - 1e-6, z, 1 - z), atol=1e-6)
    np.testing.assert_allclose(seen[1, 0, :-1], x[1, 0, :-1], atol=1e-6)


def test_solarization_draws_within_both_ends():
    drawn = layers.Solarization((0.2, 0.3), 0.5).draw(ONE, jax.random.key(0))
    assert 51 <= drawn["additions"].min() < drawn["additions"].max() <= 76.5
    assert drawn["thresholds"].min() < 40
    assert 90 < drawn["thresholds"].max() <= 127.5


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_posters_have_the_bits_that_are_kept(bits):
    x = np.arange(256, dtype="float32").reshape(1, 16, 16, 1)
    seen = varied(layers.RandomPosterization((bits, bits)), x)
    wanted = (x.astype("uint8") >> (8 - bits)) << (8 - bits)
    np.testing.assert_array_equal(seen, wanted)


def test_bits_are_drawn_evenly_and_both_ends_are_there():
    lost = layers.RandomPosterization((3, 5)).draw(np.zeros((3000, 1, 1, 1)), jax.random.key(0))
    counts = np.bincount(lost["shift_factor"], minlength=9)
    assert counts[[3, 4, 5]].sum() == 3000
    assert counts[[3, 4, 5]].min() > 900


def test_hues_are_those_of_colorsys():
    turns = np.array([0.1, -0.3, 0.5, 0.0], "float32")
    seen = layers.RandomHue(1.0).vary(jnp.asarray(IMAGES), {"factor": turns})

    def turned(pixel, turn):
        hue, saturation, value = colorsys.rgb_to_hsv(*(pixel / 255))
        return 255 * np.array(colorsys.hsv_to_rgb((hue + turn) % 1, saturation, value))

    wanted = [[[turned(p, t) for p in r] for r in image] for image, t in zip(IMAGES, turns, strict=True)]  # fmt: skip
    np.testing.assert_allclose(seen, wanted, atol=2e-3)


def test_hues_turn_both_ways():
    turns = layers.RandomHue((0.4, 0.6)).draw(
        np.zeros((1000, 1, 1, 3), "float32"), jax.random.key(0)
    )["factor"]
    assert 0.2 <= np.abs(turns).min() < np.abs(turns).max() <= 0.3
    assert 0.4 < np.mean(turns > 0) < 0.6


def test_grey_images_are_weighted_sums_in_about_the_part_asked_for():
    seen = varied(layers.RandomGrayscale(0.25), np.repeat(IMAGES[:1], 1000, 0))
    grey = IMAGES[0] @ np.array([0.2989, 0.587, 0.114], "float32")
    is_grey = np.ptp(seen, axis=-1).max((1, 2)) == 0
    assert 0.2 < is_grey.mean() < 0.3
    np.testing.assert_allclose(seen[is_grey][0, ..., 1], grey, rtol=1e-5)
    np.testing.assert_array_equal(seen[~is_grey][0], IMAGES[0])


def test_sharpness_is_a_blend_with_the_neighbourhood():
    factors = np.array([0.0, 0.5, 1.0, 0.3], "float32")
    seen = layers.RandomSharpness(1.0).vary(jnp.asarray(IMAGES), {"factor": factors})
    kernel = np.ones((3, 3, 1)) / 13
    kernel[1, 1] = 5 / 13
    for image, factor, got in zip(IMAGES.astype("float64"), factors, seen, strict=True):
        smooth = ndimage.correlate(image, kernel, mode="constant")
        wanted = np.clip(image + (1 - 2 * factor) * (smooth - image), 0, 255)
        np.testing.assert_allclose(got, wanted, atol=2e-3)


def test_blur_equals_scipy_for_each_image():
    sigma = np.array([[0.3, 0.9], [0.8, 0.2], [0.5, 0.5], [1.0, 1.0]])
    drawn = {"should_apply_blur": np.array([True, True, False, True]), "blur_factor": sigma}
    seen = layers.RandomGaussianBlur(kernel_size=(7, 5)).vary(jnp.asarray(IMAGES), drawn)
    for image, (across, down), applied, got in zip(
        IMAGES.astype("float64"), sigma, drawn["should_apply_blur"], seen, strict=True
    ):
        wanted = image
        if applied:
            wanted = ndimage.gaussian_filter1d(image, down, 0, mode="constant", radius=2)
            wanted = ndimage.gaussian_filter1d(wanted, across, 1, mode="constant", radius=3)
        np.testing.assert_allclose(got, wanted, atol=1e-3)


def test_perspective_takes_corners_to_where_they_are_drawn():
    start = np.array([[0.0, 0], [11, 0], [0, 9], [11, 9]])[None].repeat(2, 0)
    end = start * RNG.uniform(0.6, 0.95, start.shape)
    drawn = {"apply_perspective": np.array([True, False]), "start_points": start, "end_points": end}
    layer = layers.RandomPerspective()
    points = layer.follow(jnp.asarray(start, jnp.float32), drawn, (10, 12))
    np.testing.assert_allclose(points, np.stack([end[0], start[1]]), atol=1e-3)
    down, across = np.mgrid[0:10, 0:12].astype("float32")
    picture = np.stack([across, down], -1)[None].repeat(2, 0)
    seen = layer.vary(jnp.asarray(picture), drawn)
    np.testing.assert_array_equal(seen[1], picture[1])
    # A picture of its own coordinates tells where each pixel was taken: going back leads to the pixel.
    places = np.array([[3.0, 2.0], [5.0, 4.0], [4.0, 6.0]])
    taken = np.array([seen[0, int(y), int(x)] for x, y in places])
    back = layer.follow(jnp.asarray(taken)[None], {k: v[:1] for k, v in drawn.items()}, (10, 12))
    np.testing.assert_allclose(back[0], places, atol=1e-2)


def test_bent_pictures_take_pixels_where_the_smooth_noise_says():
    layer = layers.RandomElasticTransform(scale=(0.8, 0.8), fill_mode="nearest")
    height, width = 60, 40
    down, across = np.mgrid[0:height, 0:width].astype("float64")
    picture = np.stack([down, across], -1)[None].astype("float32")
    drawn = {"apply_transform": np.array([True]), "distortion_factor": 0.8, "seed": 3}
    noise = np.asarray(jax.random.normal(jax.random.key(3), (1, height, width, 2)))[0]
    alpha, sigma = 0.8 * 0.1 * height, 0.8 * 0.05 * width
    moved = sigma * noise.astype("float64")
    for axis in (0, 1):
        moved = ndimage.gaussian_filter1d(
            moved, sigma, axis, mode="constant", radius=int(3 * sigma)
        )
    places = [down + alpha * moved[..., 0], across + alpha * moved[..., 1]]
    wanted = [
        ndimage.map_coordinates(each, places, order=1, mode="nearest") for each in (down, across)
    ]
    seen = layer.vary(jnp.asarray(picture), drawn)[0]
    np.testing.assert_allclose(seen, np.stack(wanted, -1), atol=2e-3)
    assert np.abs(seen - picture[0]).max() > 0.5


def test_masks_are_bent_as_their_images_without_new_classes():
    layer = layers.RandomElasticTransform((1.0, 1.0), (0.9, 0.9), value_range=(0, 1))
    masks = np.repeat(RNG.integers(0, 7, (1, 20, 20, 1)), 2, 0).astype("float32")
    drawn = layer.draw(masks, jax.random.key(0))
    assert set(np.unique(layer.vary_masks(jnp.asarray(masks), drawn))) <= set(range(7))


def test_jitter_is_its_parts_one_after_the_other():
    jitter = layers.RandomColorJitter((0, 255), 0.3, 0.4, None, 0.5)
    drawn = jitter.draw(IMAGES, jax.random.key(2))
    assert list(drawn) == ["brightness", "contrast", "hue"]
    wanted = layers.RandomBrightness(0.3).vary(jnp.asarray(IMAGES), drawn["brightness"])
    wanted = layers.RandomContrast(0.4).vary(wanted, drawn["contrast"])
    wanted = layers.RandomHue(0.5).vary(wanted, drawn["hue"])
    np.testing.assert_allclose(jitter.vary(jnp.asarray(IMAGES), drawn), wanted)


# Layers that draw nothing.


@pytest.mark.parametrize(
    "layer",
    [
        layers.AutoContrast(),
        layers.Equalization(),
        layers.ContrastLimitedAdaptiveHistogramEqualization(),
    ],
)
def test_they_work_in_training_and_outside_alike(layer):
    flat = IMAGES / 4 + 100
    outside = np.asarray(layer(flat))
    assert np.abs(outside - flat).max() > 5
    np.testing.assert_array_equal(varied(layer, flat), outside)


def test_equalized_levels_are_even():
    bell = np.clip(RNG.normal(128, 30, (1, 200, 200, 1)), 0, 255)
    seen = np.asarray(layers.Equalization()(bell))
    counts = np.histogram(seen, 8, (0, 256))[0] / seen.size
    assert np.abs(counts - 1 / 8).max() < 0.02
    assert np.histogram(bell, 8, (0, 256))[0].max() / bell.size > 0.3


def test_local_contrast_grows_where_a_whole_image_has_none():
    ramp = np.linspace(100, 150, 64)[None, :, None] + 3 * np.sin(np.arange(64.0) * 2)[:, None, None]
    layer = layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(4, 4))
    seen = np.asarray(layer(np.float32(ramp[None])))[0, ..., 0]
    assert seen.std(0).mean() > 3 * ramp[..., 0].std(0).mean()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: layers.RandomPosterization(2.5), "number of bits"),
        (lambda: layers.RandomPosterization(9), r"within \[1, 8\]"),
        (lambda: layers.RandomGaussianBlur(kernel_size=4), "odd number"),
        (lambda: layers.RandomGaussianBlur(sigma=1.5), "`sigma` must be"),
        (lambda: layers.RandomHue(-0.2), "`factor` must be"),
        (lambda: layers.RandomColorJitter(hue_factor=2), r"within \[0, 1\]"),
        (lambda: layers.Solarization(threshold_factor=200), "`threshold_factor` must be"),
        (
            lambda: layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=8),
            "`tile_grid_size` must be two whole numbers",
        ),
    ],
)
def test_numbers_that_mean_nothing_are_refused(make, words):
    with pytest.raises(ArgumentError, match=words):
        make()
