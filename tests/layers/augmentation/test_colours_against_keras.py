"""What Keras's layers make of images with the same drawn values."""

from __future__ import annotations

import os

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import layers

os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="oracle extra")

pytestmark = pytest.mark.oracle

RNG = np.random.default_rng(8)
# Between two levels, for Keras's tables of levels are read at values that rounding puts one too low.
IMAGES = np.floor(RNG.uniform(0, 255, (3, 24, 20, 3))).astype("float32") + np.float32(0.5)
TURNED = [
    ("RandomInvert", {"value_range": (0, 255)}, ("apply_inversion",)),
    ("RandomPosterization", {"factor": (1, 8)}, ("shift_factor",)),
    ("Solarization", {"addition_factor": 0.4, "threshold_factor": 0.8}, ("additions", "thresholds")),
    ("RandomHue", {"factor": 1.0}, ("factor",)),
    ("RandomColorDegeneration", {"factor": (0.0, 1.0)}, ("factor",)),
    ("RandomSharpness", {"factor": 1.0}, ("factor",)),
    ("RandomPerspective", {"scale": 0.6}, ("apply_perspective", "start_points", "end_points")),
]  # fmt: skip
FOUR_AXES = {"additions", "thresholds"}


@pytest.mark.parametrize(("name", "arguments", "keys"), TURNED, ids=[row[0] for row in TURNED])
def test_the_same_values_make_the_same_images(name, arguments, keys):
    layer = getattr(layers, name)(**arguments)
    theirs = getattr(keras.layers, name)(**arguments)
    for seed in range(4):
        drawn = layer.draw(jnp.asarray(IMAGES), jax.random.key(seed))
        assert set(drawn) == set(keys)
        given = {
            k: np.asarray(v).reshape((-1, 1, 1, 1) if k in FOUR_AXES else v.shape)
            for k, v in drawn.items()
        }
        if name == "RandomPosterization":
            given = {k: v.astype("uint8") for k, v in given.items()}
        wanted = theirs.transform_images(jnp.asarray(IMAGES), given, training=True)
        np.testing.assert_allclose(layer.vary(jnp.asarray(IMAGES), drawn), wanted, atol=2e-2)


def test_greys_are_kerass():
    coins = np.array([True, False, True])
    theirs = keras.layers.RandomGrayscale()
    wanted = theirs.transform_images(jnp.asarray(IMAGES), coins[:, None, None, None])
    ours = layers.RandomGrayscale().vary(jnp.asarray(IMAGES), {"should_apply": coins})
    np.testing.assert_allclose(ours, wanted, atol=1e-3)


@pytest.mark.parametrize("kernel_size", [3, (5, 3)])
def test_blurred_images_are_kerass(kernel_size):
    sigma = np.array([0.7, 0.4], "float32")
    drawn = {"should_apply_blur": np.array([True, False, True]), "blur_factor": sigma}
    theirs = keras.layers.RandomGaussianBlur(kernel_size=kernel_size)
    wanted = theirs.transform_images(jnp.asarray(IMAGES), drawn)
    ours = layers.RandomGaussianBlur(kernel_size=kernel_size)
    np.testing.assert_allclose(ours.vary(jnp.asarray(IMAGES), drawn), wanted, atol=1e-3)


@pytest.mark.parametrize("bins", [256, 64])
def test_equalized_images_are_kerass_one_at_a_time(bins):
    theirs = keras.layers.Equalization(bins=bins)
    wanted = [theirs(image[None], training=True)[0] for image in IMAGES]
    np.testing.assert_allclose(layers.Equalization(bins=bins)(IMAGES), wanted, atol=1e-3)


@pytest.mark.parametrize("grid", [(8, 8), (3, 4)])
@pytest.mark.parametrize("value_range", [(0, 255), (0, 510)])
def test_locally_equalized_images_are_kerass(grid, value_range):
    arguments = {"tile_grid_size": grid, "value_range": value_range}
    theirs = keras.layers.ContrastLimitedAdaptiveHistogramEqualization(**arguments)
    ours = layers.ContrastLimitedAdaptiveHistogramEqualization(**arguments)
    images = IMAGES * np.float32(value_range[1] / 255)
    np.testing.assert_allclose(ours(images), theirs(images), atol=1e-3 * value_range[1])
