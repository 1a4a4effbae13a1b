"""A penalty on what flows through, as a layer of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid import regularizers
from pellucid.core.limits import Limit, Real
from pellucid.modules import Layer


class ActivityRegularization(Layer):
    """Passes its inputs on, and adds a penalty on them to the loss.

    Equation: the loss grows by ``(l1 sum |x| + l2 sum x^2) / batch``, the sums running over the whole batch.

    Args:
        l1: The weight of the sum of magnitudes, at least 0. Default 0. Enters programs as an array.
        l2: The weight of the sum of squares, at least 0. Default 0. Enters programs as an array.
        **kwargs: ``name``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, ...)

    Example:
        >>> import jax.numpy as jnp, pellucid
        >>> from pellucid.layers import ActivityRegularization
        >>> layer = ActivityRegularization(l2=0.5)
        >>> pellucid.modules.run(layer, {}, {}, jnp.array([[1.0, 2.0], [3.0, 0.0]])).losses
        [Array(3.5, dtype=float32)]
    """

    limits: ClassVar[dict[str, Limit]] = {"l1": Real(0), "l2": Real(0)}

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any):
        kwargs["activity_regularizer"] = regularizers.L1L2(l1=l1, l2=l2)
        super().__init__(**kwargs)
        self.l1 = l1
        self.l2 = l2

    def call(self, inputs: Any) -> Any:
        """Return the inputs."""
        return inputs
