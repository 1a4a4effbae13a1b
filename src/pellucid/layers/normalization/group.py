"""Group normalisation."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid import initializers, regularizers
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.core.specs import shape_in_words
from pellucid.functional.norm import group_norm
from pellucid.functional.padding import clear_padding, places
from pellucid.layers.checks import as_float, require_feature_axis, require_size, who
from pellucid.modules import Layer


class GroupNormalization(Layer):
    """Brings every group of features of a row to mean 0 and variance 1, then to a learned mean and scale.

    Equation: ``y = gamma (x - mean) / sqrt(variance + epsilon) + beta`` with mean and variance over all places and all
    features of one group of one row; group ``j`` holds the features ``j n / groups`` to ``(j + 1) n / groups - 1`` of
    ``n``. Batch size and training do not matter. One group: layer normalisation over places and features; as many
    groups as features: instance normalisation.

    Args:
        groups: The number of groups, at least 1, a divisor of the number of features; -1 for a group per feature.
            Default 32.
        axis: The axis of the features. Default -1.
        epsilon: A small number, at least 0, that keeps the division finite. Default 1e-3.
        center: Whether ``beta`` is learned. Default True; 0 otherwise.
        scale: Whether ``gamma`` is learned. Default True; 1 otherwise.
        beta_initializer: Starting values of ``beta``. Default ``"zeros"``.
        gamma_initializer: Starting values of ``gamma``. Default ``"ones"``.
        beta_regularizer: A penalty on ``beta``. Default None.
        gamma_regularizer: A penalty on ``gamma``. Default None.
        beta_constraint: Applied to ``beta`` after each update. Default None.
        gamma_constraint: Applied to ``gamma`` after each update. Default None.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        mask: Shape (batch, steps), False in the padding, which counts in no mean or variance.

    Shapes:
        inputs and outputs: (batch, ..., features); each weight: (features,)

    Raises:
        ArgumentError: ``groups`` does not divide the number of features.
        ShapeError: The inputs have no feature axis, or another number of features than at the first call.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GroupNormalization
        >>> GroupNormalization(groups=2, epsilon=0.0)(jnp.array([[1.0, 3.0, 10.0, 30.0]]))
        Array([[-1.,  1., -1.,  1.]], dtype=float32)

    Source: Wu and He, Group Normalization, 2018, https://arxiv.org/abs/1803.08494.
    Differs from Keras: padding is left out of mean and variance. Differs from PyTorch: ``epsilon`` is 1e-3 for 1e-5,
    the features are on the last axis, and their number is inferred.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "groups": Integer(-1),
        "axis": Integer(),
        "epsilon": Real(0),
        "center": Boolean(),
        "scale": Boolean(),
    }
    gamma: jax.Array
    beta: jax.Array

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if groups == 0:
            raise ArgumentError(
                "GroupNormalization",
                "`groups` must be at least 1, or -1 for a group per feature, but it is 0.",
                "GroupNormalization(groups=4)",
            )
        self.groups = int(groups)
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

    def build(self, input_shape: Any) -> None:
        """Declare scale and mean for the features on ``axis``."""
        require_feature_axis(self, input_shape)
        features = self._features(input_shape)
        if self.scale:
            self.gamma = self.add_weight(
                (features,),
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                (features,),
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )

    def _features(self, shape: Any) -> int:
        """Return the number of features, once it is sure that the groups divide it."""
        rank = len(shape)
        if self.axis not in range(-rank + 1, rank) or self.axis == 0:
            raise ShapeError(
                who(self),
                f"axis {self.axis} is no feature axis of {shape_in_words(shape)}.",
                "axis=-1 for features on the last axis",
            )
        features = shape[self.axis]
        if features % abs(self.groups):
            divisor = max(
                n for n in range(1, features + 1) if features % n == 0 and n <= self.groups
            )
            raise ArgumentError(
                who(self),
                f"`groups` is {self.groups}, which does not divide the {features} features.",
                f"GroupNormalization(groups={divisor})",
            )
        return features

    def call(self, inputs: jax.Array, mask: jax.Array | None = None) -> jax.Array:
        """Return the inputs, each group of each row normalised."""
        if self.scale or self.center:
            built = self.gamma.shape[0] if self.scale else self.beta.shape[0]
            require_size(self, inputs.shape, self.axis, built)
        x = clear_padding(as_float(inputs, self), mask)
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        normalised = group_norm(
            wide,
            self.groups if self.groups > 0 else x.shape[self.axis],
            self.gamma if self.scale else None,
            self.beta if self.center else None,
            axis=self.axis,
            epsilon=self.epsilon,
            mask=None if mask is None else places(mask, x.ndim),
        )
        return normalised.astype(x.dtype)
