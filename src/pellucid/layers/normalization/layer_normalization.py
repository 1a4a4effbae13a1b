"""Layer normalisation."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers, regularizers
from pellucid.core.limits import Boolean, Instance, Limit, Real
from pellucid.functional.norm import layer_norm
from pellucid.functional.padding import clear_padding, places
from pellucid.layers.checks import as_float, require_feature_axis, require_size
from pellucid.modules import Layer


class LayerNormalization(Layer):
    """Brings every row to mean 0 and variance 1, then to a learned mean and scale for each feature.

    Equation: ``y = gamma (x - mean) / sqrt(variance + epsilon) + beta`` with mean and variance over ``axis`` of each
    row alone, so batch size and training do not matter; with ``rms_scaling``
    ``y = gamma x / sqrt(variance + epsilon)``.

    Args:
        axis: The axis, or the list of axes, of the features. Default -1.
        epsilon: A small number, at least 0, that keeps the division finite. Default 1e-3.
        center: Whether ``beta`` is learned. Default True; 0 otherwise.
        scale: Whether ``gamma`` is learned. Default True; 1 otherwise.
        beta_initializer: Starting values of ``beta``. Default ``"zeros"``.
        gamma_initializer: Starting values of ``gamma``. Default ``"ones"``.
        beta_regularizer: A penalty on ``beta``. Default None.
        gamma_regularizer: A penalty on ``gamma``. Default None.
        beta_constraint: Applied to ``beta`` after each update. Default None.
        gamma_constraint: Applied to ``gamma`` after each update. Default None.
        rms_scaling: Only scale: no mean is taken away, no ``beta`` added, ``gamma`` always learned. Default False.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: Shape (batch, steps), False in the padding, which counts in no mean or variance.

    Shapes:
        inputs and outputs: (batch, ..., features); each weight: (features,), or the sizes of the axes in order

    Raises:
        ShapeError: The inputs have no feature axis, or another number of features than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import LayerNormalization
        >>> LayerNormalization(epsilon=0.0)(jnp.array([[1.0, 3.0], [10.0, 30.0]]))
        Array([[-1.,  1.],
               [-1.,  1.]], dtype=float32)

    Source: Ba, Kiros and Hinton, Layer Normalization, 2016, https://arxiv.org/abs/1607.06450.
    Differs from Keras: padding is left out of mean and variance; its ``rms_scaling`` divides by the standard deviation,
    as here, not by the root mean square. Differs from PyTorch: ``epsilon`` is 1e-3 for 1e-5, and the
    feature sizes are inferred.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "axis": Instance((int, list, tuple), "an integer or a list of integers"),
        "epsilon": Real(0),
        "center": Boolean(),
        "scale": Boolean(),
        "rms_scaling": Boolean(),
    }
    gamma: jax.Array
    beta: jax.Array

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.rms_scaling = rms_scaling

    def build(self, input_shape: Any) -> None:
        """Declare scale and mean for the features on ``axis``."""
        require_feature_axis(self, input_shape)
        shape = tuple(input_shape[axis] for axis in self._axes(len(input_shape)))
        if self.scale or self.rms_scaling:
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center and not self.rms_scaling:
            self.beta = self.add_weight(
                shape,
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return the inputs, each row normalised."""
        x = clear_padding(as_float(inputs, self), mask)
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        gamma = self._spread(self.gamma, x) if self.scale or self.rms_scaling else None
        beta = self._spread(self.beta, x) if self.center and not self.rms_scaling else None
        return layer_norm(
            wide,
            gamma,
            beta,
            axes=self._axes(x.ndim),
            epsilon=self.epsilon,
            rms_scaling=self.rms_scaling,
            mask=places(mask, x.ndim) if mask is not None and 1 in self._axes(x.ndim) else None,
        ).astype(x.dtype)

    def _axes(self, rank: int) -> list[int]:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        return sorted(axis % rank for axis in axes)

    def _spread(self, weight: jax.Array, x: jax.Array) -> jax.Array:
        """Give a weight the rank of the inputs, its sizes on the feature axes."""
        shape = [1] * x.ndim
        for axis, size in zip(self._axes(x.ndim), weight.shape, strict=True):
            require_size(self, x.shape, axis - x.ndim, size)
            shape[axis] = size
        return weight.reshape(shape)
