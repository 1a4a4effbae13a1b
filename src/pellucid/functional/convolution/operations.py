"""Convolutions of any rank, channels last: the three functions that layers call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import jax

from pellucid.core.errors import ArgumentError
from pellucid.functional.convolution.form import Form, Role, contraction
from pellucid.functional.convolution.geometry import (
    Ints,
    Padding,
    Window,
    check_channels,
    per_axis,
    window_for,
)


def convolution(
    x: jax.Array,
    kernel: jax.Array,
    *,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> jax.Array:
    """Slide a kernel over the spatial axes and return its product sum at every position.

    Equation: ``y[b, i, o] = sum_t sum_c x[b, i * stride - low + t * dilation, c] kernel[t, c, o]`` with batch row
    ``b``, position ``i``, tap ``t``, input channel ``c``, output channel ``o`` and ``low`` cells of padding before the
    first; ``i`` and ``t`` have one part per spatial axis, and cells outside of ``x`` are zero. (Mathematicians call it
    a cross-correlation: the kernel is not flipped.)

    Args:
        x: Shape (batch, *spatial, in).
        kernel: Shape (*sizes, in / groups, out).
        strides: Cells from one position to the next, at least 1; one number or one per axis.
        padding: ``"valid"``, ``"same"``, ``"causal"``, or a pair (before, after) of cells per axis.
        dilation: Cells from one tap to the next, at least 1.
        groups: Blocks of channels that do not see each other; divides both ``in`` and ``out``.

    Returns:
        Shape (batch, *positions, out).

    Raises:
        ShapeError: The kernel does not fit the input's channels.
        ArgumentError: ``strides``, ``padding``, ``dilation`` or ``groups`` is not allowed.

    Example:
        >>> import jax.numpy as jnp
        >>> series = jnp.array([1.0, 2.0, 4.0, 8.0]).reshape(1, 4, 1)
        >>> difference = jnp.array([-1.0, 1.0]).reshape(2, 1, 1)
        >>> convolution(series, difference).ravel()
        Array([1., 2., 4.], dtype=float32)

    Differs from PyTorch: channels are the last axis. As Keras, ``"same"`` with a stride gives ``ceil(n / stride)``
    positions and puts an odd cell of padding at the end.
    """
    _check_groups(x, kernel, groups)
    check_channels("convolution", x.shape, kernel.shape, x.shape[-1] // groups, -2)
    window = window_for(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
    return contraction(x, kernel, Form(Role.OUTPUT, window, x.shape[1:-1], groups))


def depthwise_convolution(
    x: jax.Array,
    kernel: jax.Array,
    *,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
) -> jax.Array:
    """Convolve every channel on its own, with ``multiplier`` kernels each.

    Equation: ``y[b, i, c * multiplier + m] = sum_t x[b, i * stride - low + t * dilation, c] kernel[t, c, m]``.

    Args:
        x: Shape (batch, *spatial, in).
        kernel: Shape (*sizes, in, multiplier).
        strides: As in :func:`convolution`, like all that follow.
        padding: See there.
        dilation: See there.

    Returns:
        Shape (batch, *positions, in * multiplier).

    Example:
        >>> import jax.numpy as jnp
        >>> x = jnp.array([[1.0, 10.0], [2.0, 20.0]]).reshape(1, 2, 2)
        >>> depthwise_convolution(x, jnp.ones((2, 2, 1)))
        Array([[[ 3., 30.]]], dtype=float32)
    """
    check_channels("depthwise_convolution", x.shape, kernel.shape, x.shape[-1], -2)
    window = window_for(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
    channels, multiplier = kernel.shape[-2:]
    columns = kernel.reshape(*window.sizes, 1, channels * multiplier)
    return contraction(x, columns, Form(Role.OUTPUT, window, x.shape[1:-1], channels))


def transposed_convolution(
    x: jax.Array,
    kernel: jax.Array,
    *,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    output_padding: int | Sequence[int] | None = None,
    dilation: int | Sequence[int] = 1,
) -> jax.Array:
    """Let every input cell add a copy of the kernel, times its value, to the output: the transpose of a convolution.

    Equation: ``y[b, i * stride + t * dilation - low, o] += x[b, i, c] kernel[t, o, c]`` over all positions ``i``, taps
    ``t`` and input channels ``c``, for batch row ``b`` and output channel ``o``; ``low`` cells are cut off at the
    start.
    The output has, with ``reach = (size - 1) * dilation + 1``, along each axis of ``n`` cells

    - ``"valid"``: ``(n - 1) * stride + max(reach, stride)`` cells, or ``(n - 1) * stride + reach + output_padding``;
    - ``"same"``: ``n * stride`` cells, or ``(n - 1) * stride + reach % 2 + output_padding``.

    Args:
        x: Shape (batch, *spatial, in).
        kernel: Shape (*sizes, out, in).
        strides: Output cells from one input cell to the next, at least 1.
        padding: ``"valid"`` or ``"same"``.
        output_padding: Cells more at the end, at least 0 and below the stride; see above. One number or one per axis.
        dilation: Cells from one tap to the next, at least 1.

    Returns:
        Shape (batch, *positions, out).

    Raises:
        ArgumentError: ``padding`` or another argument is not allowed.

    Example:
        >>> import jax.numpy as jnp
        >>> x = jnp.array([1.0, 2.0]).reshape(1, 2, 1)
        >>> transposed_convolution(x, jnp.array([1.0, 10.0]).reshape(2, 1, 1), strides=2).ravel()
        Array([ 1., 10.,  2., 20.], dtype=float32)

    Differs from PyTorch: there the caller gives the padding that the output loses on both sides.
    """
    check_channels("transposed_convolution", x.shape, kernel.shape, x.shape[-1], -1)
    rank = x.ndim - 2
    window, spatial = _reversed(
        x.shape[1:-1],
        Window(
            kernel.shape[:-2],
            per_axis("strides", strides, rank),
            ((0, 0),) * rank,
            per_axis("dilation", dilation, rank),
        ),
        padding,
        output_padding,
    )
    return contraction(kernel, x, Form(Role.INPUT, window, spatial))


def _reversed(
    positions: Ints, window: Window, padding: str, output_padding: int | Sequence[int] | None
) -> tuple[Window, Ints]:
    """Return the convolution whose transpose is wanted: its window, and the sizes of its input, our output.

    Args:
        positions: Spatial sizes of what the transposed convolution reads.
        window: Sizes, strides and dilation.
        padding: ``"valid"`` or ``"same"``.
        output_padding: See :func:`transposed_convolution`.
    """
    name = padding.lower() if isinstance(padding, str) else padding
    if name not in ("valid", "same"):
        raise ArgumentError(
            "transposed_convolution",
            f"`padding` must be 'valid' or 'same', but it is {padding!r}.",
            "padding='same'",
        )
    extra = (
        (output_padding,) * len(positions)
        if output_padding is None or isinstance(output_padding, int)
        else tuple(output_padding)
    )
    pairs, spatial = [], []
    for m, reach, stride, more in zip(positions, window.reach, window.strides, extra, strict=True):
        full = (m - 1) * stride + reach
        if name == "valid":
            n, low = full + (max(stride - reach, 0) if more is None else more), 0
        else:
            n = m * stride if more is None else (m - 1) * stride + reach % 2 + more
            low = max((full - n) // 2, 0)
        pairs.append((low, full - n - low))
        spatial.append(n)
    return replace(window, padding=tuple(pairs)), tuple(spatial)


def _check_groups(x: jax.Array, kernel: jax.Array, groups: int) -> None:
    """Refuse a count of groups that does not divide the channels on both sides."""
    if groups < 1 or x.shape[-1] % groups or kernel.shape[-1] % groups:
        raise ArgumentError(
            "convolution",
            f"`groups` must divide the {x.shape[-1]} channels of the input and the {kernel.shape[-1]} of "
            f"the output, but it is {groups!r}.",
            "groups=1",
        )
