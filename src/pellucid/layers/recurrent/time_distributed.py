"""One layer applied to every step of a series."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.functional.recurrent.loop import valid_only
from pellucid.layers.checks import who
from pellucid.layers.recurrent.rnn import first_mask, is_shape, step_shape
from pellucid.layers.wrapper import Wrapper
from pellucid.modules.binding import declare, parameters_of


class TimeDistributed(Wrapper):
    """Applies one layer, with the same weights, to every step of a series.

    Equation: ``y_t = layer(x_t)`` for every step t. All steps are computed at once, as rows of one larger batch.

    Args:
        layer: Any layer for inputs of shape (batch, ...).
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: Shape (batch, steps, ...), or a tree of such arrays.
        mask: Shape (batch, steps, ...), True where a step counts; a layer with a ``mask`` argument gets its own
            part. In skipped steps the layer sees zeros, so that what stands there reaches neither output nor
            gradient.

    Shapes:
        inputs: (batch, steps, ...); outputs: (batch, steps, ...) with the layer's output shape behind the steps.

    Raises:
        ShapeError: The inputs have fewer than three axes, or the mask does not fit.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dense, TimeDistributed
        >>> TimeDistributed(Dense(4))(jnp.ones((2, 10, 3))).shape
        (2, 10, 4)

    Differs from Keras: one call for all steps, so a layer that averages over its batch, e.g. `BatchNormalization`,
    averages over all steps together, and over those that count if there is a mask; skipped steps give
    ``layer(0)`` where Keras has ``layer(x_t)``. PyTorch has none; its layers take any axes in front.
    """

    def build(self, inputs_shape: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Declare the layer's weights for single steps."""
        self._check(jax.tree.leaves(inputs_shape, is_leaf=is_shape)[0], None)
        declare(self.layer, step_shape(inputs_shape))

    def call(self, inputs: Any, mask: Any = None, training: Any = False) -> Any:
        """Return the layer's outputs at all steps."""
        mask = first_mask(mask)
        first = jax.tree.leaves(inputs)[0]
        self._check(first.shape, mask)
        batch, steps = first.shape[:2]
        steps_mask = mask if mask is None or mask.ndim == 2 else jnp.any(mask, range(2, mask.ndim))
        rows = jax.tree.map(
            lambda x: valid_only(jnp.asarray(x), steps_mask).reshape((-1, *x.shape[2:])), inputs
        )
        more = {}
        if mask is not None and "mask" in parameters_of(type(self.layer).call):
            more["mask"] = row_mask(mask, jax.tree.leaves(rows)[0].shape)
        outputs = self.layer(rows, training=training, **more)
        return jax.tree.map(lambda y: y.reshape((batch, steps, *y.shape[1:])), outputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Pass the mask on: the steps stay."""
        return first_mask(mask)

    def _check(self, shape: Any, mask: Any) -> None:
        if len(shape) < 3:
            raise ShapeError(
                who(self),
                f"it needs series, shape (batch, steps, ...), but it got shape {tuple(shape)}.",
                "x[:, :, None] makes each number a step of one feature",
            )
        if mask is not None and tuple(mask.shape[:2]) != tuple(shape[:2]):
            raise ShapeError(
                who(self),
                f"the mask must begin with (batch, steps) = {tuple(shape[:2])}, but it has {tuple(mask.shape)}.",
                "mask = lengths[:, None] > numpy.arange(steps)",
            )


def row_mask(mask: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """Return the mask of all steps as rows of one batch, repeated along the inner axes but the features'.

    Args:
        mask: Shape (batch, steps, ...).
        shape: The shape of the rows.

    Example:
        >>> row_mask(jnp.array([[True, False]]), (2, 3))
        Array([ True, False], dtype=bool)
    """
    rows = jnp.asarray(mask, bool).reshape((-1, *mask.shape[2:]))
    inner = (1,) * (len(shape) - 1 - rows.ndim)
    return jnp.broadcast_to(
        rows.reshape(rows.shape + inner), shape[: max(len(shape) - 1, rows.ndim)]
    )
