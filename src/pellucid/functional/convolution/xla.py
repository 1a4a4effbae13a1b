"""The plain reference: XLA's own convolution and its own two gradients. Also the lowering for GPUs and TPUs."""

from __future__ import annotations

import jax
from jax import lax

from pellucid.functional.convolution.geometry import Ints, Window

_LETTERS = "DHW"


def layout(rank: int) -> tuple[str, str, str]:
    """Return XLA's names for (batch, *spatial, channels), (*sizes, in, out) and (batch, *positions, channels).

    >>> layout(2)
    ('NHWC', 'HWIO', 'NHWC')
    """
    spatial = _LETTERS[-rank:] if rank <= len(_LETTERS) else "".join(map(str, range(rank)))
    return f"N{spatial}C", f"{spatial}IO", f"N{spatial}C"


def output(x: jax.Array, kernel: jax.Array, window: Window, groups: int = 1) -> jax.Array:
    """Return the convolution of ``x`` (batch, *spatial, in) with ``kernel`` (*sizes, in / groups, out)."""
    return lax.conv_general_dilated(
        x,
        kernel,
        window_strides=window.strides,
        padding=window.padding,
        rhs_dilation=window.dilation,
        dimension_numbers=layout(x.ndim - 2),
        feature_group_count=groups,
    )


def input_gradient(
    kernel: jax.Array, g: jax.Array, window: Window, spatial: Ints, groups: int = 1
) -> jax.Array:
    """Return the gradient of ``sum(g * output(x, kernel))`` for ``x``, whose spatial sizes are ``spatial``."""
    shape = (g.shape[0], *spatial, kernel.shape[-2] * groups)
    x = jax.ShapeDtypeStruct(shape, g.dtype)
    (gradient,) = jax.linear_transpose(lambda x: output(x, kernel, window, groups), x)(g)
    return gradient


def kernel_gradient(x: jax.Array, g: jax.Array, window: Window, groups: int = 1) -> jax.Array:
    """Return the gradient of ``sum(g * output(x, kernel))`` for ``kernel``."""
    shape = (*window.sizes, x.shape[-1] // groups, g.shape[-1])
    kernel = jax.ShapeDtypeStruct(shape, x.dtype)
    (gradient,) = jax.linear_transpose(lambda k: output(x, k, window, groups), kernel)(g)
    return gradient
