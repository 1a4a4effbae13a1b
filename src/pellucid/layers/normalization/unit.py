"""Normalisation to length one."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.limits import Instance, Limit
from pellucid.functional.norm import unit_norm
from pellucid.functional.padding import clear_padding
from pellucid.layers.checks import as_float
from pellucid.modules import Layer


class UnitNormalization(Layer):
    """Scales every row to length 1, so that only its direction counts.

    Equation: ``y = x / max(||x||, 1e-12)`` with the Euclidean length ``||x||`` over ``axis``; a row of zeros stays.

    Args:
        axis: The axis, or the list of axes, over which the length is taken. Default -1.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: Shape (batch, steps), False in the padding, which becomes 0.

    Shapes:
        inputs and outputs: (batch, ..., features)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import UnitNormalization
        >>> UnitNormalization()(jnp.array([[3.0, 4.0], [0.0, 0.0]]))
        Array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)

    Differs from Keras: the gradient at a row of zeros is finite. Differs from PyTorch: a layer for
    ``torch.nn.functional.normalize``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "axis": Instance((int, list, tuple), "an integer or a list of integers"),
    }

    def __init__(self, axis: Any = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return the inputs, each row scaled to length 1."""
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        return unit_norm(clear_padding(as_float(inputs, self), mask), axes=axes)
