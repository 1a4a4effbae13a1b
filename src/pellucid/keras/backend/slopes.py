"""``K.gradients``: derivatives between tensors of a graph, themselves tensors of the graph."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

import pellucid
from pellucid.core.errors import ArgumentTypeError
from pellucid.keras.notices import say
from pellucid.keras.sides.around import output_of
from pellucid.keras.tensor import Tensor
from pellucid.modules.graph import Symbolic


class Gradients(pellucid.Layer):
    """Computes the derivatives of a model's output by some of its inputs.

    Args:
        model: From the tensors that are varied, and other inputs behind them, to what is differentiated.
        varied: How many inputs are varied.
    """

    def __init__(self, model: Any, varied: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.model = model
        self.varied = varied

    def call(self, inputs: Any) -> Any:
        """Return the derivatives of the sum of the output's numbers, one array for each input that is varied."""
        rest = inputs[self.varied :]

        def total(varied: Any) -> jax.Array:
            given = [*varied, *rest]
            return jnp.sum(self.model(given if len(given) > 1 else given[0]))

        return jax.grad(total)(list(inputs[: self.varied]))


def gradients(loss: Any, variables: Any) -> list[Any]:
    """Return the derivatives of ``loss`` (of the sum of its numbers) by other tensors of its graph.

    Args:
        loss: A symbolic tensor, e.g. ``model.output[:, 0]``, or, inside a loss, the ``y_pred`` that it was given.
        variables: A symbolic tensor, e.g. ``model.input``, or a list of them.

    Raises:
        ArgumentTypeError: Something is no symbolic tensor: derivatives by weights and numbers are found by a tape.
    """
    sources = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    if isinstance(loss, Tensor):  # what a loss is given: the value of one of its model's outputs
        loss = output_of(loss)
    if not all(isinstance(each, Symbolic) for each in [loss, *sources]):
        raise ArgumentTypeError(
            "K.gradients",
            "only tensors of a graph, such as `model.input` and `model.output`, have gradients here.",
            "with tf.GradientTape() as tape: loss = ...   and then   tape.gradient(loss, weights)",
        )
    say(
        "K.gradients",
        "`K.gradients(loss, x)` is now `tape.gradient(loss, x)` under `tf.GradientTape()`.",
    )
    others = _other_inputs(loss, sources)
    model = pellucid.Model([*sources, *others], loss)
    return Gradients(model, len(sources))([*sources, *others])


def _other_inputs(loss: Any, known: list[Any]) -> list[Any]:
    """Return the inputs of a graph that ``loss`` needs beside the known tensors."""
    seen = {id(each) for each in known}
    found, waiting = [], [loss]
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        waiting += tensor.node.parents
        found += [] if tensor.node.parents else [tensor]
    return found
