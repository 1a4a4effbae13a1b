"""Masked means and maxima, and pooling into regions, against loops in NumPy and against PyTorch."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional.regional_pooling import (
    adaptive_average_pool,
    adaptive_max_pool,
    masked_max,
    masked_mean,
)

RNG = np.random.default_rng(0)
SERIES = RNG.normal(size=(3, 5, 2)).astype("float32")
MASK = np.arange(5) < np.array([[3], [5], [0]])


@pytest.mark.parametrize(("function", "of_rows"), [(masked_mean, np.mean), (masked_max, np.max)])
def test_only_what_counts_is_reduced(function, of_rows):
    dirty = np.where(MASK[..., None], SERIES, np.nan)
    reduced = function(dirty, [1], MASK[..., None])
    wanted = [
        of_rows(row[keep], axis=0) if keep.any() else np.zeros(2)
        for row, keep in zip(SERIES, MASK, strict=True)
    ]
    np.testing.assert_allclose(reduced, wanted, rtol=1e-6)
    assert function(dirty, [1], MASK[..., None], keepdims=True).shape == (3, 1, 2)


@pytest.mark.parametrize("function", [masked_mean, masked_max])
def test_garbage_reaches_no_gradient(function):
    slope = jax.grad(lambda x: function(x, [1], MASK[..., None]).sum())
    clean, dirty = (slope(np.where(MASK[..., None], SERIES, g)) for g in (1.0, np.nan))
    np.testing.assert_array_equal(clean, dirty)
    assert np.isfinite(clean).all()
    assert not np.any(np.asarray(clean)[~MASK])


@pytest.mark.parametrize("sizes", [(1, 1), (2, 3), (4, 4), (3, 7), (7, 9)])
@pytest.mark.parametrize(
    ("function", "of_region"), [(adaptive_average_pool, np.mean), (adaptive_max_pool, np.max)]
)
def test_regions_cover_the_input(function, of_region, sizes):
    x = RNG.normal(size=(2, 7, 6, 3)).astype("float32")
    wanted = np.zeros((2, *sizes, 3))
    for i in range(sizes[0]):
        for j in range(sizes[1]):
            rows = slice(i * 7 // sizes[0], math.ceil((i + 1) * 7 / sizes[0]))
            columns = slice(j * 6 // sizes[1], math.ceil((j + 1) * 6 / sizes[1]))
            wanted[:, i, j] = of_region(x[:, rows, columns], axis=(1, 2))
    np.testing.assert_allclose(function(jnp.asarray(x), sizes), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.oracle
@pytest.mark.parametrize(("rank", "sizes"), [(1, (4,)), (2, (3, 5)), (3, (2, 3, 2))])
def test_regions_are_those_of_pytorch(rank, sizes):
    torch = pytest.importorskip("torch", reason="extra `oracle`")
    x = RNG.normal(size=(2, *(7, 6, 5)[:rank], 3)).astype("float32")
    first = torch.tensor(np.moveaxis(x, -1, 1))
    for function, name in ((adaptive_average_pool, "avg"), (adaptive_max_pool, "max")):
        theirs = getattr(torch.nn.functional, f"adaptive_{name}_pool{rank}d")(first, sizes)
        ours = function(jnp.asarray(x), sizes)
        np.testing.assert_allclose(ours, np.moveaxis(theirs.numpy(), 1, -1), rtol=1e-5, atol=1e-6)
