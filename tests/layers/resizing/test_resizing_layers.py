"""Layers that enlarge, frame and trim: sizes, sides, channels first, and inputs that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import layers
from pellucid.core.errors import ArgumentTypeError, ShapeError

RNG = np.random.default_rng(0)
SERIES, IMAGES, VOLUMES = (
    RNG.normal(size=size).astype("float32") for size in ((2, 4, 3), (2, 4, 5, 3), (2, 3, 4, 5, 2))
)


@pytest.mark.parametrize(
    ("rank", "x", "frame", "sides"),
    [
        (1, SERIES, 2, [(2, 2)]),
        (1, SERIES, (0, 3), [(0, 3)]),
        (2, IMAGES, 1, [(1, 1), (1, 1)]),
        (2, IMAGES, (2, 1), [(2, 2), (1, 1)]),
        (2, IMAGES, ((0, 1), (2, 3)), [(0, 1), (2, 3)]),
        (3, VOLUMES, (0, 1, 2), [(0, 0), (1, 1), (2, 2)]),
        (3, VOLUMES, ((0, 1), (1, 0), (2, 1)), [(0, 1), (1, 0), (2, 1)]),
    ],
)
def test_padding_adds_what_cropping_takes_off(rank, x, frame, sides):
    pad, crop = (getattr(layers, f"{kind}{rank}D") for kind in ("ZeroPadding", "Cropping"))
    larger = pad(frame)(x)
    np.testing.assert_array_equal(larger, np.pad(x, [(0, 0), *sides, (0, 0)]))
    np.testing.assert_array_equal(crop(frame)(larger), x)
    first = np.moveaxis(x, -1, 1)
    larger = pad(frame, data_format="channels_first")(first)
    np.testing.assert_array_equal(larger, np.pad(first, [(0, 0), (0, 0), *sides]))
    np.testing.assert_array_equal(crop(frame, data_format="channels_first")(larger), first)


def test_upsampling_repeats_along_the_axes_of_the_cells():
    np.testing.assert_array_equal(layers.UpSampling1D(3)(SERIES), np.repeat(SERIES, 3, axis=1))
    wanted = IMAGES.repeat(2, axis=1).repeat(3, axis=2)
    np.testing.assert_array_equal(layers.UpSampling2D((2, 3))(IMAGES), wanted)
    first = layers.UpSampling2D((2, 3), "channels_first")(np.moveaxis(IMAGES, -1, 1))
    np.testing.assert_array_equal(np.moveaxis(first, 1, -1), wanted)
    wanted = VOLUMES.repeat(2, axis=3)
    np.testing.assert_array_equal(layers.UpSampling3D((1, 1, 2))(VOLUMES), wanted)


def test_interpolation_makes_numbers_between_the_cells():
    ramp = np.broadcast_to(np.arange(4.0, dtype="float32").reshape(1, 4, 1, 1), (1, 4, 3, 1))
    smooth = layers.UpSampling2D(2, interpolation="BILINEAR")(ramp)
    wanted = np.clip((np.arange(8) + 0.5) / 2 - 0.5, 0, 3)
    np.testing.assert_allclose(smooth[0, :, :, 0], np.tile(wanted[:, None], (1, 6)), rtol=1e-6)


def test_whole_numbers_stay_whole():
    tokens = np.arange(6, dtype="int32").reshape(2, 3, 1)
    for layer in (layers.ZeroPadding1D(1), layers.Cropping1D(1), layers.UpSampling1D(2)):
        assert layer(tokens).dtype == "int32"


@pytest.mark.parametrize(
    ("layer", "x", "message"),
    [
        (
            layers.Cropping1D(2),
            SERIES,
            r"rows of shape \(4, 3\), of which `cropping` \(\(2, 2\),\) leaves",
        ),
        (layers.Cropping2D(((0, 0), (5, 0))), IMAGES, "leaves nothing"),
        (layers.ZeroPadding2D(), SERIES, r"it needs images.*x\[\.\.\., None\]"),
        (layers.UpSampling2D(), VOLUMES, "layers.UpSampling3D, or layers.TimeDistributed"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(layer, x, message):
    with pytest.raises(ShapeError, match=f"(?s){message}"):
        layer(x)


@pytest.mark.parametrize(
    ("cls", "argument", "value"),
    [
        (layers.ZeroPadding1D, "padding", (1, 2, 3)),
        (layers.ZeroPadding2D, "padding", -1),
        (layers.ZeroPadding2D, "padding", ((1, 2), (3, 4), (5, 6))),
        (layers.Cropping3D, "cropping", (1, 1)),
        (layers.Cropping2D, "cropping", (1.5, 1)),
        (layers.UpSampling2D, "size", 0),
        (layers.UpSampling2D, "interpolation", "cubic"),
    ],
)
def test_arguments_outside_their_limits_are_refused(cls, argument, value):
    with pytest.raises((ArgumentTypeError, ValueError), match=f"`{argument}` must be"):
        cls(**{argument: value})
