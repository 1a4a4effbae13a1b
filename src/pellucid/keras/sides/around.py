"""Losses of scripts that read symbolic tensors of the graph around them, as Keras 2 allowed.

The variational autoencoders of that time add a divergence of ``z_mean`` and ``z_log_var`` to the loss, critics a
penalty on ``K.gradients(y_pred, averaged)``. While such a loss is computed, a symbolic tensor stands for what it is on
the batch: the graph from the model's inputs up to it, with the same weights and the same random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import jax

from pellucid.keras.late import late
from pellucid.keras.tensor import Tensor, as_array
from pellucid.modules.binding import Scope, measured
from pellucid.modules.graph import Symbolic


@dataclass(frozen=True)
class Batch:
    """The batch whose loss is being computed.

    Attributes:
        model: The script's model.
        outputs: What it gave, as a list.
        compute: Gives what a symbolic tensor of the model's graph is on the batch.
    """

    model: Any
    outputs: list[Any]
    compute: Callable[[Any], Any]


class GraphReadError(Exception):
    """A loss reads symbolic tensors where it is computed as one function of its arguments."""


REFUSED = Batch(None, [], lambda end: None)
_fitted: ContextVar[Any] = ContextVar("fitted", default=None)
_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def graph_of(model: Any) -> Iterator[None]:
    """Say whose loss the programs of this context compute."""
    token = _fitted.set(model)
    try:
        yield
    finally:
        _fitted.reset(token)


@contextmanager
def on_batch(model: Any, x: Any, outputs: Any) -> Iterator[None]:
    """Say whose loss is computed on tensors, of which batch."""
    leaves = jax.tree.leaves(outputs, is_leaf=lambda leaf: isinstance(leaf, Tensor))
    found = Batch(model, leaves, lambda end: _model(model.input, end)(x, training=True))
    token = _batch.set(found)
    try:
        yield
    finally:
        _batch.reset(token)


@contextmanager
def on_arrays() -> Iterator[None]:
    """Refuse to read symbolic tensors: what is computed here is told to tapes as one function of its arguments."""
    token = _batch.set(REFUSED) if _batch.get() is not None else None
    try:
        yield
    finally:
        if token is not None:
            _batch.reset(token)


def batch_around() -> Batch | None:
    """Return the batch whose loss is being computed, or None.

    Raises:
        GraphReadError: The loss is computed as a function of arrays.
    """
    scope, model = measured.get(), _fitted.get()
    if scope is None or scope.batch is None or model is None:
        found = _batch.get()
        if found is REFUSED:
            raise GraphReadError
        return found
    inputs, outputs = scope.batch

    def compute(end: Symbolic) -> Any:
        # The model's own outputs come first, so that layers have the paths under which their weights are known.
        part = _model(model.input, [*model.outputs, end])
        again = Scope(
            scope.arrays,
            training=scope.training,
            key=scope.key,
            hyper=scope.hyper,
            over=scope.over,
        )
        return again.bind(part)(inputs)[-1]

    return Batch(model, jax.tree.leaves(outputs), compute)


def _model(inputs: Any, outputs: Any) -> Any:
    return late("models").Model(inputs, outputs)


def value_of(tensor: Symbolic) -> Any:
    """Return what a symbolic tensor is on the batch around it, as a tensor, or None where there is no batch."""
    around = batch_around()
    if around is None:
        return None
    found = around.compute(tensor)
    return found if isinstance(found, Tensor) else Tensor(found)


def output_of(value: Any) -> Any:
    """Return the symbolic output of the model whose value on the batch this is, or None."""
    around = batch_around()
    for place, output in enumerate(around.outputs if around else []):
        if as_array(output) is as_array(value):
            return around.model.outputs[place] if around else None
    return None
