"""Images in a new size, every interpolation, cut off or filled up first: what Keras makes of them."""

from __future__ import annotations

import os

import numpy as np
import pytest

from pellucid import layers
from pellucid.core.errors import ArgumentError

IMAGES = np.random.default_rng(4).uniform(0, 255, (2, 12, 9, 3)).astype("float32")


@pytest.mark.oracle
@pytest.mark.parametrize(
    "interpolation", ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]
)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"antialias": True},
        {"crop_to_aspect_ratio": True},
        {"pad_to_aspect_ratio": True, "fill_value": 7.0},
    ],
    ids=["stretched", "smoothed", "cut off", "filled up"],
)
@pytest.mark.parametrize("size", [(5, 7), (20, 16)])
def test_images_are_kerass(interpolation, options, size):
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = pytest.importorskip("keras", reason="oracle extra")
    theirs = keras.layers.Resizing(*size, interpolation=interpolation, **options)(IMAGES)
    ours = layers.Resizing(*size, interpolation=interpolation, **options)(IMAGES)
    np.testing.assert_allclose(ours, theirs, atol=1e-2)


def test_filled_up_images_keep_their_proportions():
    found = np.asarray(layers.Resizing(24, 24, pad_to_aspect_ratio=True, fill_value=-1.0)(IMAGES))
    assert (found[:, :, [0, 23]] == -1).all()
    pixels = found[:, :, 3:-3]
    np.testing.assert_allclose(pixels.mean((1, 2)), IMAGES.mean((1, 2)), rtol=0.05)


def test_both_cutting_off_and_filling_up_are_refused():
    with pytest.raises(ArgumentError, match="pad_to_aspect_ratio"):
        layers.Resizing(4, 4, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
