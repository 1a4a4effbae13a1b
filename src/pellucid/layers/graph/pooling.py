"""From the nodes of a graph to one row: for classifying whole graphs."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Choice, Limit
from pellucid.functional.graph import REDUCTIONS
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer


class GraphPooling(Layer):
    """Reduces the features of a graph's nodes to one row.

    Equation: ``y = reduce_i x_i`` over the nodes ``i`` that exist: the sum, the mean or the largest; 0 without nodes.

    Args:
        reduction: ``"mean"``, ``"sum"`` or ``"max"``. Default ``"mean"``.
        **kwargs: ``name``, ``dtype`` as in :class:`~pellucid.Layer`.

    Call arguments:
        inputs: The nodes' features.
        mask: Which nodes exist, (batch, nodes).

    Shapes:
        inputs: (batch, nodes, features); outputs: (batch, features)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import GraphPooling
        >>> x, exist = jnp.array([[[1.0], [3.0], [99.0]]]), jnp.array([[True, True, False]])
        >>> GraphPooling("mean")(x, mask=exist)
        Array([[2.]], dtype=float32)

    Source: Xu et al., How powerful are graph neural networks?, 2019, https://arxiv.org/abs/1810.00826. Differs from
    Keras and PyTorch: they have no graph layers.
    """

    limits: ClassVar[dict[str, Limit]] = {"reduction": Choice(options=REDUCTIONS)}

    def __init__(self, reduction: str = "mean", **kwargs: Any):
        super().__init__(**kwargs)
        self.reduction = reduction

    def call(self, inputs: jax.Array, mask: Any = None) -> jax.Array:
        """Return one row a graph."""
        x = as_float(inputs, self)
        if x.ndim != 3:
            raise ShapeError(
                who(self), f"it needs nodes, (batch, nodes, features), but it got {x.shape}."
            )
        exist = jnp.ones(x.shape[:2], bool) if mask is None else mask
        if self.reduction == "max":
            largest = jnp.where(exist[..., None], x, -jnp.inf).max(1)
            return jnp.where(exist.any(1)[:, None], largest, 0)
        total = jnp.where(exist[..., None], x, 0).sum(1)
        if self.reduction == "sum":
            return total
        return total / jnp.maximum(exist.sum(1), 1)[:, None].astype(x.dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: its nodes are gone."""
