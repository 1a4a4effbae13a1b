"""Which lowering the CPU takes."""

from __future__ import annotations

import jax

from pellucid.functional.convolution import canonical, xla
from pellucid.functional.convolution.geometry import Ints, Window


def output(x: jax.Array, kernel: jax.Array, window: Window, groups: int) -> jax.Array:
    """Return the convolution."""
    if groups > 1:
        return xla.output(x, kernel, window, groups)
    return canonical.output(x, kernel, window)


def input_gradient(
    kernel: jax.Array, g: jax.Array, window: Window, spatial: Ints, groups: int
) -> jax.Array:
    """Return the gradient for the input."""
    if groups > 1:
        return xla.input_gradient(kernel, g, window, spatial, groups)
    return canonical.input_gradient(kernel, g, window, spatial)


def kernel_gradient(x: jax.Array, g: jax.Array, window: Window, groups: int) -> jax.Array:
    """Return the gradient for the kernel."""
    if groups > 1:
        return xla.kernel_gradient(x, g, window, groups)
    return canonical.kernel_gradient(x, g, window)
