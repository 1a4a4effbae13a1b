"""Normalisation by the root mean square."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Instance, Limit, Real
from pellucid.functional.norm import rms_norm
from pellucid.functional.padding import clear_padding, places
from pellucid.layers.checks import as_float, require_feature_axis, require_size
from pellucid.modules import Layer


class RMSNormalization(Layer):
    """Divides every row by its root mean square, then scales each feature by a learned factor.

    Equation: ``y = scale x / sqrt(mean(x^2) + epsilon)`` with the mean over ``axis`` of each row alone.

    Args:
        axis: The axis, or the list of axes, of the features. Default -1.
        epsilon: A small number, at least 0, that keeps the division finite. Default 1e-6.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: Shape (batch, steps), False in the padding, which counts in no mean.

    Shapes:
        inputs and outputs: (batch, ..., features); scale: (features,), or the sizes of the axes in order

    Raises:
        ShapeError: The inputs have no feature axis, or another number of features than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RMSNormalization
        >>> RMSNormalization(epsilon=0.0)(jnp.array([[1.0, 7.0]]))
        Array([[0.2, 1.4]], dtype=float32)

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019, https://arxiv.org/abs/1910.07467.
    Differs from Keras: padding is left out of the mean. Differs from PyTorch: ``epsilon`` is 1e-6, where
    ``torch.nn.RMSNorm`` takes the dtype's own smallest step, and the feature sizes are inferred.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "axis": Instance((int, list, tuple), "an integer or a list of integers"),
        "epsilon": Real(0),
    }
    scale: jax.Array

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any):
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon

    def build(self, input_shape: Any) -> None:
        """Declare the scale for the features on ``axis``."""
        require_feature_axis(self, input_shape)
        axes = self._axes(len(input_shape))
        self.scale = self.add_weight(tuple(input_shape[axis] for axis in axes), "ones")

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return the inputs, each row divided by its root mean square and scaled."""
        x = clear_padding(as_float(inputs, self), mask)
        axes = self._axes(x.ndim)
        shape = [1] * x.ndim
        for axis, size in zip(axes, self.scale.shape, strict=True):
            require_size(self, x.shape, axis - x.ndim, size)
            shape[axis] = size
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        scale = self.scale.reshape(shape)
        valid = places(mask, x.ndim) if mask is not None and 1 in axes else None
        return rms_norm(wide, scale, axes=axes, epsilon=self.epsilon, mask=valid).astype(x.dtype)

    def _axes(self, rank: int) -> list[int]:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        return sorted(axis % rank for axis in axes)
