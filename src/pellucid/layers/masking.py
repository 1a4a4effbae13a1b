"""Masking: saying which steps of a series are padding."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Instance, Limit
from pellucid.core.specs import shape_in_words
from pellucid.layers.checks import who
from pellucid.modules import Layer


class Masking(Layer):
    """Marks the steps whose features all equal one value as padding, for the layers after it to leave out.

    Equation: step ``t`` counts if ``x[t, c] != mask_value`` for some feature ``c`` of the inputs ``x``; the outputs
    are ``x`` where it counts, else 0.

    Args:
        mask_value: What padding consists of. Default 0. NaN marks steps of which nothing is known.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, steps, ..., features); the outputs' mask: (batch, steps, ...)

    Raises:
        ShapeError: The inputs are no series.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Masking
        >>> layer, series = Masking(mask_value=-1.0), jnp.array([[[5.0], [-1.0]]])
        >>> layer(series)[0, :, 0], layer.compute_mask(series)
        (Array([5., 0.], dtype=float32), Array([[ True, False]], dtype=bool))

    Differs from Keras: rows (batch, features) are refused, and steps that were masked before stay masked. PyTorch has
    no masks: it packs series by their lengths.
    """

    limits: ClassVar[dict[str, Limit]] = {"mask_value": Instance((int, float), "a number")}

    def __init__(self, mask_value: float = 0.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return the inputs, zeros in the place of padding."""
        if inputs.ndim < 3:
            raise ShapeError(
                who(self),
                f"it needs series, shape (batch, steps, features), but it got {shape_in_words(inputs.shape)}.",
                "x[..., None] makes each number a step of one feature",
            )
        counts = self.compute_mask(inputs, mask)
        return jnp.where(counts[..., None], inputs, jnp.zeros((), inputs.dtype))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return True for the steps that count."""
        other = ~jnp.isnan(inputs) if math.isnan(self.mask_value) else inputs != self.mask_value
        counts = jnp.any(other, axis=-1)
        if mask is None:
            return counts
        return counts & mask.reshape(mask.shape + (1,) * (counts.ndim - mask.ndim))
