"""Repeating and interpolating cells, against NumPy and PyTorch."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.resizing import interpolate, repeat_cells

IMAGES = np.random.default_rng(0).normal(size=(2, 3, 4, 2)).astype("float32")


def test_cells_are_repeated_along_each_axis():
    wanted = np.kron(IMAGES, np.ones((1, 2, 3, 1), "float32"))
    np.testing.assert_array_equal(repeat_cells(jnp.asarray(IMAGES), (2, 3)), wanted)


def test_linear_interpolation_is_numpys():
    series = IMAGES[:, 0]
    places = (np.arange(10) + 0.5) * 0.4 - 0.5
    wanted = [[np.interp(places, range(4), row[:, c]) for c in range(2)] for row in series]
    ours = interpolate(jnp.asarray(series), [10])
    np.testing.assert_allclose(np.moveaxis(ours, 1, -1), wanted, atol=1e-6)


@pytest.mark.parametrize("method", ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"])
def test_constant_images_stay_constant(method):
    resized = interpolate(jnp.full((1, 3, 4, 1), 2.5), (6, 12), method)
    np.testing.assert_allclose(resized, np.full((1, 6, 12, 1), 2.5), rtol=1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize("sizes", [(6, 8), (5, 7), (2, 3)])
def test_bilinear_interpolation_is_pytorchs(sizes):
    torch = pytest.importorskip("torch", reason="extra `oracle`")
    first = torch.tensor(np.moveaxis(IMAGES, -1, 1))
    theirs = torch.nn.functional.interpolate(first, sizes, mode="bilinear")
    ours = interpolate(jnp.asarray(IMAGES), sizes)
    np.testing.assert_allclose(ours, np.moveaxis(theirs.numpy(), 1, -1), atol=1e-6)
