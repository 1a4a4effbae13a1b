"""Convolutions against loops in NumPy, PyTorch, and their own algebra."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.functional.convolution import (
    convolution,
    depthwise_convolution,
    transposed_convolution,
)
from pellucid.functional.convolution.geometry import window_for

RNG = np.random.default_rng(0)


def quick(function, *arguments):
    return jax.jit(function, compiler_options={"xla_backend_optimization_level": 0})(*arguments)


def slow_convolution(x, kernel, window, groups=1):
    """One loop per index of the definition; taps outside the input are skipped."""
    positions = window.output(x.shape[1:-1])
    y = np.zeros((x.shape[0], *positions, kernel.shape[-1]))
    c_block, o_block = kernel.shape[-2], kernel.shape[-1] // groups
    for i in np.ndindex(*positions):
        for t in np.ndindex(*window.sizes):
            cell = tuple(
                p * s - low + tap * d
                for p, s, (low, _), tap, d in zip(
                    i, window.strides, window.padding, t, window.dilation, strict=True
                )
            )
            if any(not 0 <= q < n for q, n in zip(cell, x.shape[1:-1], strict=True)):
                continue
            for g in range(groups):
                cs, os = (
                    slice(g * c_block, (g + 1) * c_block),
                    slice(g * o_block, (g + 1) * o_block),
                )
                y[(slice(None), *i, os)] += (
                    x[(slice(None), *cell, cs)] @ kernel[(*t, slice(None), os)]
                )
    return y


def slow_transpose(x, kernel, strides, dilation, length, low):
    """Every input cell adds its multiple of the kernel; then the output is cut to ``length`` from ``low`` on."""
    rank = x.ndim - 2
    big = [
        n * s + k * d + 50
        for n, s, k, d in zip(x.shape[1:-1], strides, kernel.shape, dilation, strict=False)
    ]
    y = np.zeros((x.shape[0], *big, kernel.shape[-2]))
    for i in np.ndindex(*x.shape[1:-1]):
        for t in np.ndindex(*kernel.shape[:rank]):
            cell = tuple(p * s + q * d for p, s, q, d in zip(i, strides, t, dilation, strict=True))
            y[(slice(None), *cell)] += x[(slice(None), *i)] @ kernel[t].T
    return y[(slice(None), *(slice(b, b + n) for b, n in zip(low, length, strict=True)))]


CASES = [
    # spatial, sizes, strides, padding, dilation, in, out, groups
    ((7,), (3,), 1, "valid", 1, 2, 3, 1),
    ((8,), (3,), 2, "same", 1, 2, 3, 1),
    ((9,), (2,), 1, "causal", 3, 2, 3, 1),
    ((9,), (4,), 3, ((2, 1),), 1, 4, 4, 2),
    ((5, 6), (3, 3), 1, "same", 1, 1, 4, 1),
    ((5, 6), (3, 3), 1, "valid", 1, 3, 4, 1),
    ((5, 6), (3, 2), (2, 1), "same", 1, 3, 4, 1),
    ((7, 7), (3, 3), 1, "same", 2, 2, 4, 1),
    ((7, 6), (2, 3), (2, 3), "valid", (2, 1), 2, 4, 1),
    ((5, 6), (1, 1), 1, "valid", 1, 3, 4, 1),
    ((5, 6), (1, 1), 2, "same", 1, 3, 4, 1),
    ((5, 5), (5, 5), 1, "valid", 1, 3, 4, 1),
    ((5, 5), (3, 3), 1, "same", 1, 4, 6, 2),
    ((5, 5), (3, 3), 2, "same", 1, 4, 8, 4),
    ((6, 5), (2, 2), 1, ((1, 0), (-1, 2)), 1, 2, 2, 1),
    ((4, 5, 3), (2, 3, 2), (1, 2, 1), "same", 1, 2, 3, 1),
    ((5, 4, 4), (2, 2, 2), 1, "valid", (2, 1, 1), 2, 3, 1),
]


def make(case):
    spatial, sizes, _, _, _, inputs, outputs, groups = case
    x = RNG.normal(size=(2, *spatial, inputs))
    return x, RNG.normal(size=(*sizes, inputs // groups, outputs))


def call(case):
    _, _, strides, padding, dilation, _, _, groups = case
    return lambda x, kernel: convolution(
        x, kernel, strides=strides, padding=padding, dilation=dilation, groups=groups
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_convolution_equals_loops(case):
    x, kernel = make(case)
    window = window_for(x.shape[1:-1], kernel.shape[:-2], *case[2:5])
    got = quick(call(case), jnp.float32(x), jnp.float32(kernel))
    np.testing.assert_allclose(
        got, slow_convolution(x, kernel, window, case[-1]), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("multiplier", [1, 2])
@pytest.mark.parametrize(
    "arguments",
    [{}, {"strides": 2, "padding": "same"}, {"dilation": 2, "padding": "same"}],
    ids=str,
)
@pytest.mark.parametrize("rank", [1, 2])
def test_depthwise_equals_one_convolution_per_channel(rank, arguments, multiplier):
    x, kernel = (
        RNG.normal(size=(2, *(7, 6)[:rank], 3)),
        RNG.normal(size=(*(3, 2)[:rank], 3, multiplier)),
    )
    window = window_for(x.shape[1:-1], kernel.shape[:-2], **arguments)
    wanted = np.concatenate(
        [slow_convolution(x[..., c : c + 1], kernel[..., c : c + 1, :], window) for c in range(3)],
        -1,
    )
    got = quick(
        lambda x, k: depthwise_convolution(x, k, **arguments), jnp.float32(x), jnp.float32(kernel)
    )
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_transposed_convolution_equals_loops(size, stride, dilation):
    x, kernel = RNG.normal(size=(2, 4, 3)), RNG.normal(size=(size, 2, 3))
    reach = (size - 1) * dilation + 1
    for padding, more in itertools.product(("valid", "same"), (None, 0, 1)):
        if padding == "valid":
            length, low = 3 * stride + (max(reach, stride) if more is None else reach + more), 0
        else:
            length = 4 * stride if more is None else 3 * stride + reach % 2 + more
            cut = reach - 1 - min(-(-(length - 3 * stride - 2 + reach) // 2), reach - 1)
            low = max(cut, 0)
        got = quick(
            lambda x, k, padding=padding, more=more: transposed_convolution(
                x, k, strides=stride, padding=padding, output_padding=more, dilation=dilation
            ),
            jnp.float32(x),
            jnp.float32(kernel),
        )
        wanted = slow_transpose(x, kernel, (stride,), (dilation,), (length,), (low,))
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5, err_msg=f"{padding} {more}")


def test_errors_teach():
    x = jnp.zeros((1, 4, 4, 3))
    with pytest.raises(ShapeError, match="reads 2 channels"):
        convolution(x, jnp.zeros((3, 3, 2, 5)))
    with pytest.raises(ShapeError, match="as many axes"):
        convolution(x, jnp.zeros((3, 3, 5)))
    with pytest.raises(ArgumentError, match="groups"):
        convolution(x, jnp.zeros((3, 3, 1, 4)), groups=2)
    with pytest.raises(ArgumentError, match="strides"):
        convolution(x, jnp.zeros((3, 3, 3, 4)), strides=0)
    with pytest.raises(ArgumentError, match="padding"):
        convolution(x, jnp.zeros((3, 3, 3, 4)), padding="full")
    with pytest.raises(ArgumentError, match="padding"):
        transposed_convolution(x, jnp.zeros((3, 3, 4, 3)), padding="causal")
