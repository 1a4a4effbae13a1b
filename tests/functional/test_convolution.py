"""Convolutions against loops in NumPy, PyTorch, and their own algebra."""

from __future__ import annotations

import itertools
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.functional.convolution import (
    convolution,
    depthwise_convolution,
    rule,
    transposed_convolution,
    xla,
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
    # more than four channels: another lowering of the kernel's gradient
    ((9,), (3,), 2, "same", 1, 6, 5, 1),
    ((9,), (2,), 1, "causal", 3, 6, 3, 1),
    ((7, 8), (3, 2), (2, 1), "same", (1, 2), 6, 5, 1),
    ((8, 7), (3, 3), 2, "valid", 1, 5, 7, 1),
    ((7, 6), (3, 3), 1, ((1, 0), (-1, 2)), 1, 5, 4, 1),
    ((5, 5), (3, 3), 2, "same", 1, 12, 4, 2),
    ((4, 4, 3), (2, 2, 2), 1, "same", 1, 5, 3, 1),
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


def reference(case):
    """XLA's own convolution with XLA's own derivatives."""
    spatial, sizes, strides, padding, dilation, _, _, groups = case
    window = window_for(spatial, sizes, strides, padding, dilation)
    return lambda x, kernel: xla.output(x, kernel, window, groups)


def weighted(function):
    """A number that depends on every output in its own way, and not linearly."""

    def number(x, kernel):
        y = function(x, kernel)
        return jnp.sum(jnp.sin(y) * jnp.arange(y.size, dtype=y.dtype).reshape(y.shape) / y.size)

    return number


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients_equal_those_of_xla(case, dtype):
    with jax.enable_x64(dtype == "float64"):
        x, kernel = (jnp.asarray(array, dtype) for array in make(case))
        got = quick(jax.value_and_grad(weighted(call(case)), (0, 1)), x, kernel)
        wanted = quick(jax.value_and_grad(weighted(reference(case)), (0, 1)), x, kernel)
        tolerance = (
            {"rtol": 1e-3, "atol": 1e-4} if dtype == "float32" else {"rtol": 1e-11, "atol": 1e-11}
        )
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, **tolerance), got, wanted)
        assert got[1][0].dtype == got[1][1].dtype == dtype


SOME = [CASES[i] for i in (1, 3, 4, 6, 7, 9, 12)]


@pytest.mark.parametrize("case", SOME, ids=str)
def test_second_derivatives_and_forward_mode(case):
    """A Hessian times a vector, forward over reverse and reverse over reverse, against XLA's."""
    x, kernel = (jnp.float32(array) for array in make(case))
    directions = (jnp.cos(x), jnp.sin(kernel))

    def forward_over_reverse(function):
        gradient = jax.grad(weighted(function), (0, 1))
        return lambda x, k: jax.jvp(gradient, (x, k), directions)[1]

    def reverse_over_reverse(function):
        def slope(x, k):
            gx, gk = jax.grad(weighted(function), (0, 1))(x, k)
            return jnp.vdot(gx, directions[0]) + jnp.vdot(gk, directions[1])

        return jax.grad(slope, (0, 1))

    wanted = quick(forward_over_reverse(reference(case)), x, kernel)
    for way in (forward_over_reverse, reverse_over_reverse):
        got = quick(way(call(case)), x, kernel)
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-3), got, wanted
        )


@pytest.mark.parametrize("axes", [(0, None), (None, 0), (0, 0), (1, 2)], ids=str)
@pytest.mark.parametrize("case", [CASES[i] for i in (0, 6, 9, 12)], ids=str)
def test_vmap_equals_a_loop(case, axes):
    """Of the gradients, and of the values inside of the gradient's function."""
    x, kernel = (jnp.float32(array) for array in make(case))
    xs = x if axes[0] is None else jnp.stack([x, x + 1, x * 2], axes[0])
    ks = kernel if axes[1] is None else jnp.stack([kernel, kernel - 1, kernel * 2], axes[1])
    number = weighted(call(case))
    members = [
        (
            x if axes[0] is None else jnp.take(xs, i, axes[0]),
            kernel if axes[1] is None else jnp.take(ks, i, axes[1]),
        )
        for i in range(3)
    ]
    got = quick(jax.vmap(jax.grad(number, (0, 1)), axes), xs, ks)
    gradient = jax.jit(
        jax.grad(number, (0, 1)), compiler_options={"xla_backend_optimization_level": 0}
    )
    wanted = [gradient(*member) for member in members]
    for mine, theirs in zip(got, zip(*wanted, strict=True), strict=True):
        np.testing.assert_allclose(mine, jnp.stack(theirs), rtol=1e-3, atol=1e-3)
    total = quick(jax.grad(lambda x, k: jnp.sum(jax.vmap(number, axes)(x, k)), (0, 1)), xs, ks)
    for mine, theirs, axis in zip(total, zip(*wanted, strict=True), axes, strict=True):
        theirs = sum(theirs) if axis is None else jnp.stack(theirs, axis)
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3)


def test_vmap_of_vmap():
    case = CASES[6]
    x, kernel = (jnp.float32(array) for array in make(case))
    xs, ks = jnp.stack([x, x + 1]), jnp.stack([kernel, kernel * 2, kernel - 1])
    got = quick(jax.vmap(jax.vmap(call(case), (None, 0)), (0, None)), xs, ks)
    for i, j in itertools.product(range(2), range(3)):
        np.testing.assert_allclose(got[i, j], reference(case)(xs[i], ks[j]), rtol=1e-4, atol=1e-5)


def test_large_batches_are_summed_in_chunks(monkeypatch):
    """The kernel's gradient in chunks of 4 rows, with a smaller rest, equals the whole."""
    case = ((6, 6), (3, 3), 1, "same", 1, 8, 5, 1)
    x, kernel = RNG.normal(size=(11, 6, 6, 8)), RNG.normal(size=(3, 3, 8, 5))
    monkeypatch.setattr(rule, "CHUNK", 1)
    got = quick(jax.grad(weighted(call(case)), 1), jnp.float32(x), jnp.float32(kernel))
    wanted = quick(jax.grad(weighted(reference(case)), 1), jnp.float32(x), jnp.float32(kernel))
    np.testing.assert_allclose(got, wanted, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "case",
    [
        ((6, 7), (3, 2), 1, "valid", 1, 17, 18, 1),
        ((6, 7), (3, 2), 2, "valid", 1, 17, 18, 1),
        ((6, 8), (3, 3), 1, "same", 1, 5, 12, 1),
        ((6, 8), (3, 3), (2, 1), "same", (2, 1), 12, 9, 1),
        ((5, 6), (3, 3), 1, "same", 1, 3, 12, 1),
    ],
    ids=str,
)
def test_rows_and_columns_that_the_lowering_adds_are_not_seen(case):
    """An extra row without padding, two columns as channels of one, three channels with a fourth."""
    x, kernel = (jnp.float32(array) for array in make(case))
    got = quick(jax.value_and_grad(weighted(call(case)), (0, 1)), x, kernel)
    wanted = quick(jax.value_and_grad(weighted(reference(case)), (0, 1)), x, kernel)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-3), got, wanted)


def test_a_gradient_in_a_loop_has_the_axis_order_that_the_libraries_take():
    """XLA's own would leave one in another order, which is a plain nest of loops inside of a loop."""
    case = CASES[4]
    x, kernel = (jnp.float32(array) for array in make(case))

    def steps(function):
        step = jax.grad(weighted(function), 1)
        return lambda x, k: jax.lax.fori_loop(0, 3, lambda _, k: k - step(x, k), k)

    def orders(function):
        text = jax.jit(steps(function)).lower(x, kernel).as_text("hlo")
        return set(re.findall(r"dim_labels=(\S+?)[,\s]", text))

    assert orders(call(case)) <= {"b01f_01io->b01f"}
    assert orders(reference(case)) - {"b01f_01io->b01f"}


def test_on_several_devices_the_shared_kernel_gets_the_sum_of_gradients():
    mesh = jax.make_mesh((1,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
    case = CASES[6]
    x, kernel = (jnp.float32(array) for array in make(case))
    rows, all_of_it = jax.sharding.PartitionSpec("data"), jax.sharding.PartitionSpec()
    gradient = jax.grad(weighted(call(case)), 1)
    mapped = jax.shard_map(gradient, mesh=mesh, in_specs=(rows, all_of_it), out_specs=all_of_it)
    np.testing.assert_allclose(
        jax.jit(mapped)(x, kernel), gradient(x, kernel), rtol=1e-4, atol=1e-4
    )


def test_both_arrays_must_have_one_dtype():
    with pytest.raises(TypeError, match="one dtype"):
        convolution(jnp.zeros((1, 4, 1)), jnp.zeros((2, 1, 1), "bfloat16"))


@pytest.mark.oracle
@pytest.mark.parametrize(
    "case", [case for case in CASES if not isinstance(case[3], str) or case[3] == "valid"], ids=str
)
def test_convolution_equals_pytorch(case):
    torch = pytest.importorskip("torch", reason="oracle extra")
    x, kernel = make(case)
    pads = ((0, 0),) * len(case[0]) if case[3] == "valid" else case[3]
    rank = len(case[0])
    t = torch.tensor(np.moveaxis(x, -1, 1).copy(), requires_grad=True)
    k = torch.tensor(np.moveaxis(kernel, (-1, -2), (0, 1)).copy(), requires_grad=True)
    padded = torch.nn.functional.pad(t, [v for pair in pads[::-1] for v in pair])
    y = getattr(torch.nn.functional, f"conv{rank}d")(
        padded, k, stride=case[2], dilation=case[4], groups=case[7]
    )
    g = RNG.normal(size=tuple(y.shape))
    y.backward(torch.tensor(g))
    with jax.enable_x64(True):
        got, back = jax.vjp(jax.jit(call(case)), jnp.asarray(x), jnp.asarray(kernel))
        np.testing.assert_allclose(np.moveaxis(got, -1, 1), y.detach(), rtol=1e-9, atol=1e-9)
        dx, dk = back(jnp.asarray(np.moveaxis(g, 1, -1)))
        np.testing.assert_allclose(np.moveaxis(dx, -1, 1), t.grad, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(np.moveaxis(dk, (-1, -2), (0, 1)), k.grad, rtol=1e-9, atol=1e-9)
