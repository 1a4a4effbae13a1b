"""Layers that arrange the same numbers in another shape; the batch axis stays."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Choice, Instance, Limit
from pellucid.core.specs import shape_in_words
from pellucid.layers.checks import who
from pellucid.modules import Layer


class Flatten(Layer):
    """Makes one row of features out of every sample, e.g. of an image.

    Args:
        data_format: ``"channels_last"``, or ``"channels_first"``: then the channels become the last axis before
            flattening. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, a, b, ...); outputs: (batch, a b ...); inputs (batch,) become (batch, 1)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Flatten
        >>> Flatten()(jnp.zeros((2, 28, 28))).shape
        (2, 784)

    Differs from PyTorch: ``torch.nn.Flatten`` can flatten some of the axes only.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "data_format": Choice(("channels_last", "channels_first"), optional=True)
    }

    def __init__(self, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.data_format = data_format

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs as (batch, features)."""
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = jnp.moveaxis(inputs, 1, -1)
        return inputs.reshape(inputs.shape[0], math.prod(inputs.shape[1:]))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: its positions are gone."""


class Reshape(Layer):
    """Gives every sample another shape with the same number of entries.

    Args:
        target_shape: The new shape of one sample, without the batch; one size may be -1 and is computed.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, ...); outputs: (batch, *target_shape)

    Raises:
        ShapeError: The number of entries differs.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Reshape
        >>> Reshape((3, -1))(jnp.zeros((2, 12))).shape
        (2, 3, 4)

    Differs from PyTorch: ``torch.nn.Unflatten`` splits one axis only.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "target_shape": Instance((tuple, list, int), "a tuple of integers, without the batch size")
    }

    def __init__(self, target_shape: Any, **kwargs: Any):
        super().__init__(**kwargs)
        sizes = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        if sizes.count(-1) > 1 or any(size < -1 for size in sizes):
            raise ArgumentError(
                type(self).__name__,
                f"`target_shape` {sizes} has sizes that cannot be computed; at most one may be -1.",
            )
        self.target_shape = sizes

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs as (batch, *target_shape)."""
        held = math.prod(inputs.shape[1:])
        known = math.prod(size for size in self.target_shape if size != -1)
        fits = held % max(known, 1) == 0 if -1 in self.target_shape else held == known
        if not fits:
            wanted = f"a multiple of {known}" if -1 in self.target_shape else known
            raise ShapeError(
                who(self),
                f"it got {shape_in_words(inputs.shape)}, which hold {held} numbers, but "
                f"`target_shape` {self.target_shape} holds {wanted}.",
                "put -1 in the place of one size, and it is computed",
            )
        return inputs.reshape(inputs.shape[0], *self.target_shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: its positions are gone."""
