"""Pooling against loops in NumPy and PyTorch."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.functional.convolution.geometry import window_for
from pellucid.functional.pooling import (
    _max_by_slices,
    _max_by_xla,
    _sum_by_slices,
    _sum_by_xla,
    average_pool,
    max_pool,
)

RNG = np.random.default_rng(0)

CASES = [
    # spatial, size, strides, padding
    ((8,), 2, None, "valid"),
    ((7,), 2, None, "valid"),
    ((7,), 3, 2, "same"),
    ((6, 4), 2, None, "valid"),
    ((7, 5), 2, None, "valid"),
    ((7, 5), 2, None, "same"),
    ((6, 6), (3, 2), (1, 2), "same"),
    ((6, 6), 3, 2, "valid"),
    ((6, 6), 2, 3, "valid"),
    ((6, 6), 3, 2, ((1, 0), (0, 1))),
    ((6, 6), (3, 2), None, "valid"),
    ((4, 5, 4), 2, None, "valid"),
    ((4, 5, 4), 2, 1, "same"),
    ((6, 6), 1, None, "valid"),
]


def slow_pool(x, window, reduce):
    """Collect the cells of each window in a list and reduce it."""
    positions = window.output(x.shape[1:-1])
    y = np.zeros((x.shape[0], *positions, x.shape[-1]))
    for i in np.ndindex(*positions):
        box = tuple(
            slice(max(p * s - low, 0), max(p * s - low + k, 0))
            for p, s, k, (low, _) in zip(
                i, window.strides, window.sizes, window.padding, strict=True
            )
        )
        cells = x[(slice(None), *box)]
        y[(slice(None), *i)] = reduce(cells.reshape(x.shape[0], -1, x.shape[-1]), 1)
    return y


@pytest.mark.parametrize(("pool", "reduce"), [(max_pool, np.max), (average_pool, np.mean)])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_pooling_equals_loops(case, pool, reduce):
    spatial, size, strides, padding = case
    x = RNG.normal(size=(2, *spatial, 3)) - 2
    window = window_for(spatial, size, size if strides is None else strides, padding)
    got = jax.jit(lambda x: pool(x, size, strides, padding))(jnp.float32(x))
    np.testing.assert_allclose(got, slow_pool(x, window, reduce), rtol=1e-5, atol=1e-6)


def test_integers_have_a_maximum():
    x = jnp.array([3, -5, -7, -6]).reshape(1, 4, 1)
    np.testing.assert_array_equal(max_pool(x, 2).ravel(), [3, -6])
    np.testing.assert_array_equal(max_pool(x, 3, 2, "same").ravel(), [3, -6])


def test_errors_teach():
    with pytest.raises(ShapeError, match="spatial"):
        max_pool(jnp.zeros((2, 3)), 2)
    with pytest.raises(ArgumentError, match="sizes"):
        average_pool(jnp.zeros((2, 3, 3, 1)), 0)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients_go_to_the_first_of_equal_cells(case):
    """Numbers from 0 to 3 make many ties; the loop gives each window's number to its first largest cell."""
    spatial, size, strides, padding = case
    x = RNG.integers(0, 4, (2, *spatial, 3)).astype("float32")
    window = window_for(spatial, size, size if strides is None else strides, padding)
    g = RNG.normal(size=(2, *window.output(spatial), 3)).astype("float32")
    wanted = np.zeros_like(x)
    for i in np.ndindex(*window.output(spatial)):
        cells = [
            tuple(
                p * s - low + q
                for p, s, q, (low, _) in zip(i, window.strides, t, window.padding, strict=True)
            )
            for t in np.ndindex(*window.sizes)
        ]
        cells = [c for c in cells if all(0 <= q < n for q, n in zip(c, spatial, strict=True))]
        for b in range(2):
            for c in range(3):
                first = max(cells, key=lambda cell: x[(b, *cell, c)])
                wanted[(b, *first, c)] += g[(b, *i, c)]
    got = jax.jit(lambda x, g: jax.vjp(lambda x: max_pool(x, size, strides, padding), x)[1](g)[0])(
        x, g
    )
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_slices_and_xla_agree(case):
    """Values and gradients of the CPU's lowering against XLA's own operation."""
    spatial, size, strides, padding = case
    window = window_for(spatial, size, size if strides is None else strides, padding)
    x = jnp.float32(RNG.normal(size=(2, *spatial, 3)))
    for ours, theirs in ((_max_by_slices, _max_by_xla), (_sum_by_slices, _sum_by_xla)):
        (y, back), (wanted, wanted_back) = (
            jax.vjp(lambda x, f=f: f(x, window=window), x) for f in (ours, theirs)
        )
        np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-5)
        g = jnp.float32(RNG.normal(size=y.shape))
        np.testing.assert_allclose(back(g)[0], wanted_back(g)[0], rtol=1e-5, atol=1e-5)


def test_nan_is_seen():
    x = jnp.array([1.0, jnp.nan, jnp.nan, 2.0, 3.0, 4.0]).reshape(1, 6, 1)
    np.testing.assert_array_equal(max_pool(x, 2).ravel(), [np.nan, np.nan, 4])


def test_long_windows():
    x = RNG.normal(size=(1, 60, 2)).astype("float32")
    window = window_for((60,), 20, 7, "same")
    np.testing.assert_allclose(
        max_pool(jnp.asarray(x), 20, 7, "same"), slow_pool(x, window, np.max)
    )
    np.testing.assert_allclose(
        average_pool(jnp.asarray(x), 20, 7, "same"),
        slow_pool(x, window, np.mean),
        rtol=1e-5,
        atol=1e-6,
    )


def test_second_derivatives_and_forward_mode():
    x = jnp.float32(RNG.normal(size=(1, 4, 4, 2)))

    def f(x):
        return jnp.sum(max_pool(x, 2) ** 3) + jnp.sum(average_pool(x, 3, 1, "same") ** 3)

    hessian = jax.jit(jax.hessian(f))(x).reshape(32, 32)
    other = jax.jit(jax.jacrev(jax.grad(f)))(x).reshape(32, 32)
    np.testing.assert_allclose(hessian, other, rtol=1e-5, atol=1e-5)
    step = 1e-2 * jnp.float32(RNG.normal(size=x.shape))
    difference = (jax.grad(f)(x + step) - jax.grad(f)(x - step)).ravel() / 2
    np.testing.assert_allclose(hessian @ step.ravel(), difference, rtol=1e-2, atol=1e-3)


@pytest.mark.oracle
@pytest.mark.parametrize(("size", "strides"), [(2, 2), (3, 2), (3, 3), (2, 1)])
def test_pooling_equals_pytorch(size, strides):
    torch = pytest.importorskip("torch", reason="oracle extra")
    x = RNG.integers(0, 5, (2, 7, 8, 3)).astype("float32")
    for ours, theirs in (
        (max_pool, torch.nn.functional.max_pool2d),
        (average_pool, torch.nn.functional.avg_pool2d),
    ):
        t = torch.tensor(x.transpose(0, 3, 1, 2).copy(), requires_grad=True)
        y = theirs(t, size, strides)
        g = RNG.normal(size=tuple(y.shape)).astype("float32")
        y.backward(torch.tensor(g))
        got, back = jax.vjp(lambda x, f=ours: f(x, size, strides), jnp.asarray(x))
        np.testing.assert_allclose(got.transpose(0, 3, 1, 2), y.detach(), rtol=1e-6)
        gradient = back(jnp.asarray(g.transpose(0, 2, 3, 1)))[0].transpose(0, 3, 1, 2)
        np.testing.assert_allclose(gradient, t.grad, rtol=1e-5, atol=1e-6)
