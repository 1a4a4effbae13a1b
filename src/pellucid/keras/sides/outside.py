"""Layers of scripts whose ``call`` reads symbolic tensors that are not among its inputs, as Keras 2 allowed.

The variational autoencoders of that time have a last layer without weights, whose loss reads ``z_mean`` and
``z_log_var`` of the graph around it. Such a ``call`` cannot run on arrays. It runs on the symbolic tensors themselves,
and what it computes becomes operations of the graph.
"""

from __future__ import annotations

from typing import Any

import jax

from pellucid.core.errors import UsageError
from pellucid.keras.late import late
from pellucid.modules.graph import Symbolic
from pellucid.modules.tree import weights_of


class OutsideTensorError(UsageError):
    """A ``call`` that runs on arrays read a symbolic tensor."""


def outside(layer: Any) -> OutsideTensorError:
    """Return the error for a layer whose ``call`` is running."""
    return OutsideTensorError(
        f"{type(layer).__name__} '{layer.name}'",
        "its `call` reads a symbolic tensor that is not among its inputs; only layers without weights may.",
        "make the tensor an input: layer([x, tensor])",
    )


def inlined(layer: Any, error: OutsideTensorError, args: Any, kwargs: Any) -> Any:
    """Run a layer's ``call`` on symbolic tensors; its losses become losses of the graph.

    Args:
        layer: The layer.
        error: What a run on arrays raised.
        args: Positional arguments of the call.
        kwargs: Keyword arguments of the call.

    Raises:
        OutsideTensorError: The layer has weights, which operations of a graph would not train.
    """
    call = getattr(type(layer).call, "__wrapped__", None)
    if call is None or weights_of(layer):
        raise error
    losses: list[Any] = []
    object.__setattr__(layer, "_collected", losses)
    try:
        outputs = call(layer, *args, **kwargs)
    finally:
        object.__delattr__(layer, "_collected")
    leaves, structure = jax.tree.flatten(outputs, is_leaf=lambda leaf: isinstance(leaf, Symbolic))
    for loss in losses:
        leaves[0] = late("models").WithLoss()([leaves[0], loss])
    return jax.tree.unflatten(structure, leaves)
