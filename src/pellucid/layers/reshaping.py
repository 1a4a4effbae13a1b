"""Layers that arrange the same numbers in another shape; the batch axis stays."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Choice, Instance, Integer, Limit
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


class Permute(Layer):
    """Puts the axes of every sample in another order.

    Equation: axis ``k`` of the outputs is axis ``dims[k - 1]`` of the inputs, both counted from 1 after the batch.

    Args:
        dims: The axes in their new order, counted from 1: ``(2, 1)`` swaps steps and features.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, a, b, ...); outputs: (batch, ...), the same sizes in another order

    Raises:
        ShapeError: The inputs have another number of axes.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Permute
        >>> Permute((2, 1))(jnp.zeros((2, 10, 64))).shape
        (2, 64, 10)

    Differs from PyTorch: ``torch.permute`` counts the batch as axis 0 and may move it.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "dims": Instance((tuple, list), "a tuple of the axes 1, 2, ... in their new order")
    }

    def __init__(self, dims: Any, **kwargs: Any):
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ArgumentError(
                type(self).__name__,
                f"`dims` must hold every axis from 1 to their number once, but it is {dims!r}.",
                "dims=(2, 1) swaps the two axes after the batch",
            )

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the inputs with their axes in another order."""
        if inputs.ndim != len(self.dims) + 1:
            raise ShapeError(
                who(self),
                f"`dims` {self.dims} orders {len(self.dims)} axes, but it got {shape_in_words(inputs.shape)}.",
                f"dims with every axis from 1 to {inputs.ndim - 1} once",
            )
        return jnp.transpose(inputs, (0, *self.dims))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: its steps may be another axis now."""


class RepeatVector(Layer):
    """Makes a series of every row by repeating it, e.g. the start of a decoder.

    Equation: ``y[t] = x`` for ``t = 0 ... n - 1`` with the inputs ``x``.

    Args:
        n: The number of steps, at least 1.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, features); outputs: (batch, n, features)

    Raises:
        ShapeError: The inputs are no rows of features.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RepeatVector
        >>> RepeatVector(3)(jnp.array([[1.0, 2.0]]))[0]
        Array([[1., 2.],
               [1., 2.],
               [1., 2.]], dtype=float32)

    PyTorch has no such layer: ``x[:, None].repeat(1, n, 1)``.
    """

    limits: ClassVar[dict[str, Limit]] = {"n": Integer(1)}

    def __init__(self, n: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.n = n

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return every row ``n`` times."""
        if inputs.ndim != 2:
            raise ShapeError(
                who(self),
                f"it needs rows, shape (batch, features), but it got {shape_in_words(inputs.shape)}.",
                "layers.Flatten() before it",
            )
        return jnp.repeat(inputs[:, None], self.n, axis=1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: rows have no steps."""
