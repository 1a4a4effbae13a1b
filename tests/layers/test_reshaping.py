"""Flatten and Reshape."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError

IMAGES = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)


def test_flatten_keeps_order_dtype_and_rows():
    outputs = layers.Flatten()(IMAGES.astype("uint8"))
    np.testing.assert_array_equal(outputs, IMAGES.reshape(2, -1))
    assert outputs.dtype == np.uint8
    assert layers.Flatten()(np.ones(7)).shape == (7, 1)
    assert layers.Flatten()(np.ones((0, 2, 3))).shape == (0, 6)


def test_flatten_of_channels_first_equals_flatten_of_channels_last():
    first = np.moveaxis(IMAGES, -1, 1)
    np.testing.assert_array_equal(layers.Flatten("channels_first")(first), IMAGES.reshape(2, -1))
    with pytest.raises(ArgumentError, match="channels_last"):
        layers.Flatten("channels_middle")


@pytest.mark.parametrize("target", [(60,), (-1,), (3, -1), (4, 5, 3), [6, 10]])
def test_reshape_equals_numpy(target):
    np.testing.assert_array_equal(layers.Reshape(target)(IMAGES), IMAGES.reshape(2, *target))


@pytest.mark.parametrize(("target", "words"), [((7,), "holds 7"), ((7, -1), "a multiple of 7")])
def test_another_number_of_entries_is_refused(target, words):
    with pytest.raises(ShapeError, match=rf"Reshape 'reshape'.*hold 60 numbers.*{words}"):
        layers.Reshape(target)(IMAGES)


@pytest.mark.parametrize("target", [(-1, -1), (2, -3)])
def test_sizes_that_cannot_be_computed_are_refused(target):
    with pytest.raises(ArgumentError, match="at most one may be -1"):
        layers.Reshape(target)


def test_a_shape_must_be_a_shape():
    with pytest.raises((ArgumentError, ArgumentTypeError), match="`target_shape` must be a tuple"):
        layers.Reshape("3, 4")
