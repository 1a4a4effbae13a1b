"""Pooling: the largest or the mean value of every window, channels last, any rank."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from pellucid.core.errors import ShapeError
from pellucid.functional.convolution.geometry import Padding, Window, window_for

MOST_CELLS = 16
"""Longer windows are left to XLA's own operation: below, every cell of a window is a slice of its own."""


def max_pool(
    x: jax.Array,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> jax.Array:
    """Return the largest value of every window.

    Equation: ``y[b, i, c] = max_t x[b, i * stride - low + t, c]`` with batch row ``b``, position ``i``, channel ``c``,
    the cells ``t`` of the window and ``low`` cells of padding before the first; cells outside of ``x`` do not count.
    The gradient goes to the first of equal largest cells.

    Args:
        x: Shape (batch, *spatial, channels).
        size: Cells of the window, at least 1; one number or one per axis.
        strides: Cells from one window to the next, at least 1; ``size`` when None.
        padding: ``"valid"``, ``"same"``, or a pair (before, after) of cells per axis.

    Returns:
        Shape (batch, *positions, channels).

    Raises:
        ArgumentError: ``size``, ``strides`` or ``padding`` is not allowed.
        ShapeError: ``x`` has no spatial axis.

    Example:
        >>> max_pool(jnp.array([1.0, 5.0, 2.0, 3.0]).reshape(1, 4, 1), 2).ravel()
        Array([5., 3.], dtype=float32)
    """
    window = _window("max_pool", x, size, strides, padding)
    if max(window.sizes) > MOST_CELLS:
        return _max_by_xla(x, window=window)
    return lax.platform_dependent(
        x,
        cpu=partial(_max_by_slices, window=window),
        default=partial(_max_by_xla, window=window),
    )


def average_pool(
    x: jax.Array,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> jax.Array:
    """Return the mean value of every window, over its cells inside ``x`` only.

    Equation: ``y[b, i, c] = sum_t x[b, i * stride - low + t, c] / n[i]``, as in :func:`max_pool`, with ``n[i]`` the
    count of the window's cells that lie inside of ``x``.

    Args:
        x: Shape (batch, *spatial, channels).
        size: Cells of the window, at least 1; one number or one per axis.
        strides: Cells from one window to the next, at least 1; ``size`` when None.
        padding: ``"valid"``, ``"same"``, or a pair (before, after) of cells per axis.

    Returns:
        Shape (batch, *positions, channels).

    Raises:
        ArgumentError: ``size``, ``strides`` or ``padding`` is not allowed.
        ShapeError: ``x`` has no spatial axis.

    Example:
        >>> average_pool(jnp.array([1.0, 5.0, 2.0]).reshape(1, 3, 1), 2, padding="same").ravel()
        Array([3., 2.], dtype=float32)

    Differs from PyTorch: there padded cells count as zeros unless ``count_include_pad=False``.
    """
    window = _window("average_pool", x, size, strides, padding)
    total = (
        _sum_by_xla(x, window)
        if max(window.sizes) > MOST_CELLS
        else lax.platform_dependent(
            x,
            cpu=partial(_sum_by_slices, window=window),
            default=partial(_sum_by_xla, window=window),
        )
    )
    if not any(v for pair in window.padding for v in pair):
        return total / math.prod(window.sizes)
    return total / jnp.asarray(_inside(x.shape[1:-1], window), x.dtype)


def _window(
    who: str,
    x: jax.Array,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None,
    padding: Padding,
) -> Window:
    """Return the window of a pooling, which moves by its own size unless told otherwise."""
    if x.ndim < 3:
        raise ShapeError(
            who,
            f"the input must be (batch, *spatial, channels), but its shape is {x.shape}.",
            "x = x[..., None] gives an image without channels its channel axis",
        )
    return window_for(x.shape[1:-1], size, size if strides is None else strides, padding)


def _max_by_xla(x: jax.Array, window: Window) -> jax.Array:
    """Return the largest cell of every window by XLA's own operation, with the same gradient."""
    return _reduce(x, _lowest(x.dtype), lax.max, window)


def _sum_by_xla(x: jax.Array, window: Window) -> jax.Array:
    """Return the sum of every window by XLA's own operation."""
    return _reduce(x, np.zeros((), x.dtype), lax.add, window)


def _reduce(
    x: jax.Array, start: np.ndarray, operation: Callable[..., jax.Array], window: Window
) -> jax.Array:
    """Combine the cells of every window, beginning with ``start``."""
    return lax.reduce_window(
        x,
        start,
        operation,
        (1, *window.sizes, 1),
        (1, *window.strides, 1),
        ((0, 0), *window.padding, (0, 0)),
    )


def _max_by_slices(x: jax.Array, window: Window) -> jax.Array:
    """Return the largest cell of every window, one axis after the other.

    The last axis goes first: of equal cells the first of a row wins, and then the first row, which is the order of
    XLA and PyTorch. XLA:CPU's own gradient of a maximum walks cell by cell and is 3 to 8 times slower.
    """
    for axis, size, stride, pads in _axes(window):
        if size > 1 or stride > 1 or pads != (0, 0):
            x = _largest(_fit(x, axis, size, stride, pads, _lowest(x.dtype)), axis, size, stride)
    return x


def _sum_by_slices(x: jax.Array, window: Window) -> jax.Array:
    """Return the sum of every window, one axis after the other."""
    for axis, size, stride, pads in _axes(window):
        if size > 1 or stride > 1 or pads != (0, 0):
            x = _fit(x, axis, size, stride, pads, np.zeros((), x.dtype))
            if size == stride:
                x = jnp.sum(_split(x, axis, size), axis + 1)
            else:
                x = sum(_slices(x, axis, size, stride)[1:], _slices(x, axis, size, stride)[0])
    return x


def _axes(window: Window) -> list[tuple[int, int, int, tuple[int, int]]]:
    """Return (axis, size, stride, padding) of each spatial axis of (batch, *spatial, channels), the last first."""
    rows = zip(window.sizes, window.strides, window.padding, strict=True)
    return [(axis, *row) for axis, row in enumerate(rows, start=1)][::-1]


def _fit(
    x: jax.Array, axis: int, size: int, stride: int, pads: tuple[int, int], fill: np.ndarray
) -> jax.Array:
    """Pad one axis, and drop the cells at its end that no window reads."""
    n = x.shape[axis]
    windows = max((n + sum(pads) - size) // stride + 1, 0)
    used = (windows - 1) * stride + size if windows else 0
    widths = [(0, 0, 0)] * x.ndim
    widths[axis] = (pads[0], used - n - pads[0], 0)
    return lax.pad(x, fill, widths) if any(map(any, widths)) else x


def _slices(x: jax.Array, axis: int, size: int, stride: int) -> list[jax.Array]:
    """Return the first cell of every window, the second, and so on; ``x`` fits the windows exactly."""
    last = x.shape[axis] - size
    return [lax.slice_in_dim(x, t, t + last + 1, stride, axis) for t in range(size)]


def _split(x: jax.Array, axis: int, size: int) -> jax.Array:
    """Return windows that touch but do not overlap as an axis of their own, after ``axis``."""
    return x.reshape(*x.shape[:axis], -1, size, *x.shape[axis + 1 :])


@partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3))
def _largest(x: jax.Array, axis: int, size: int, stride: int) -> jax.Array:
    """Return the largest cell of every window along one axis; ``x`` fits the windows exactly."""
    best, *others = _slices(x, axis, size, stride)
    for cells in others:
        best = jnp.maximum(best, cells)
    return best


@_largest.defjvp
def _largest_jvp(
    axis: int, size: int, stride: int, primals: tuple[jax.Array], tangents: tuple[jax.Array]
) -> tuple[jax.Array, jax.Array]:
    """The tangent of a maximum is the tangent of the first cell that has it."""
    (x,), (dx,) = primals, tangents
    best, *others = _slices(x, axis, size, stride)
    place = jnp.zeros(best.shape, jnp.uint8)
    for t, cells in enumerate(others, start=1):
        larger = cells > best
        best, place = jnp.where(larger, cells, best), jnp.where(larger, jnp.uint8(t), place)
    y = _largest(x, axis, size, stride)
    if size == stride:
        # Where the windows touch, the transpose of this is one pass without any padding or adding.
        taps = jnp.arange(size, dtype=jnp.uint8).reshape(-1, *(1,) * (x.ndim - axis - 1))
        chosen = jnp.expand_dims(place, axis + 1) == taps
        return y, jnp.sum(jnp.where(chosen, _split(dx, axis, size), 0), axis + 1)
    parts = _slices(dx, axis, size, stride)
    return y, sum(
        (jnp.where(place == t, part, 0) for t, part in enumerate(parts[1:], start=1)),
        jnp.where(place == 0, parts[0], 0),
    )


def _inside(spatial: tuple[int, ...], window: Window) -> np.ndarray:
    """Return how many cells of each window lie inside the input, shape (*positions, 1).

    >>> _inside((3,), window_for((3,), 2, 2, "same")).ravel()
    array([2., 1.])
    """
    counts = np.ones(())
    for n, size, stride, (low, _), positions in zip(
        spatial,
        window.sizes,
        window.strides,
        window.padding,
        window.output(spatial),
        strict=True,
    ):
        start = np.arange(positions) * stride - low
        counts = np.multiply.outer(counts, np.minimum(start + size, n) - np.maximum(start, 0))
    return np.maximum(counts, 1)[..., None]


def _lowest(dtype: jnp.dtype) -> np.ndarray:
    """Return the number that no maximum is below."""
    if jnp.issubdtype(dtype, jnp.floating):
        return np.array(-np.inf, dtype)
    return np.array(jnp.iinfo(dtype).min, dtype)
