"""A model's loss as a function of its weights: what landscapes and gradients are measured with.

It is the loss that ``evaluate`` gives: evaluation mode, penalties included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.modules.pure import run
from pellucid.modules.tree import current_arrays
from pellucid.training.choosing import loss_in_use, weights_in_use
from pellucid.training.evaluation import slice_rows
from pellucid.training.objective import Aim, Head, loss_of, objective
from pellucid.training.prepare import (
    build_for_loss,
    match_inputs,
    need_compiled,
    need_loss,
    prepare_evaluation,
    prepare_inputs,
)
from pellucid.training.program import rows_of
from pellucid.training.rehearsal import aim_of
from pellucid.training.start import hyper_arrays, weight_kinds

Arrays = dict[str, Any]

ROWS = 1024
"""So many rows go through the network at once; more are a loop."""


@dataclass(frozen=True)
class Task:
    """A compiled model and rows, ready to be measured at any weights.

    Attributes:
        aim: What is minimised.
        params: The weights that training changes, by path, as they are now.
        rest: Everything else that a measurement needs: frozen weights, state, rows and hyper-parameters; arrays alone,
            so that a program takes them as its argument.
    """

    aim: Aim
    params: Arrays
    rest: Arrays


def task_of(who: str, model: Any, x: Any, y: Any, sample_weight: Any = None) -> Task:
    """Check model and rows as ``evaluate`` does, and take the weights; the model keeps its own.

    Args:
        who: The function, for messages.
        model: A compiled model.
        x: Inputs.
        y: Targets.
        sample_weight: One weight per row, or None.

    Raises:
        UsageError: The model is not compiled.
    """
    compiled = need_compiled(model, who)
    inputs = prepare_inputs(model, x)
    outputs, added = match_inputs(model, inputs)
    loss, _ = loss_in_use(model, compiled, outputs, None)
    loss = loss or model._session.loss
    if loss is None and y is not None:
        loss, _ = loss_in_use(model, compiled, outputs, y)
    need_loss(model, loss, added, who)
    data = prepare_evaluation(model, compiled, loss, outputs, (inputs, y, sample_weight))
    build_for_loss(model, loss, outputs, data)
    arrays = current_arrays(model, model.seed)
    trainable, state_paths = weight_kinds(model)
    rest = {
        "frozen": {p: a for p, a in arrays.items() if p not in trainable and p not in state_paths},
        "state": {p: a for p, a in arrays.items() if p in state_paths},
        "data": data,
        "hyper": hyper_arrays(model, loss, {}, weights_in_use(compiled, outputs)),
    }
    params = {path: a for path, a in arrays.items() if path in trainable}
    return Task(aim_of(model, loss, outputs), params, rest)


def mean_loss(aim: Aim, params: Arrays, rest: Arrays) -> jax.Array:
    """Return the mean loss of all rows at the weights ``params``; traceable and differentiable."""
    data = rest["data"]
    rows = rows_of(data)
    size = min(rows, ROWS)
    full, left = divmod(rows, size)

    def part(first: Any, size: int) -> Any:
        batch = tuple(slice_rows(data[name], first, size) for name in ("x", "y", "weight"))
        everything = {**params, **rest["frozen"]}
        loss, _ = objective(aim, everything, rest["state"], batch, rest["hyper"], training=False)
        return loss * size

    # A scan, not a loop of a changing length: gradients go back through it.
    total = lax.map(lambda first: part(first, size), jnp.arange(full) * size).sum()
    if left:
        total = total + part(full * size, left)
    return total / rows


def row_losses(aim: Aim, params: Arrays, rest: Arrays) -> jax.Array:
    """Return the loss of each row by itself, without penalties, (rows,); traceable."""
    data, hyper = rest["data"], rest["hyper"]
    rows = rows_of(data)
    size = min(rows, ROWS)
    full, left = divmod(rows, size)

    def part(first: Any, size: int) -> Any:
        x, y = (slice_rows(data[name], first, size) for name in ("x", "y"))
        everything = {**params, **rest["frozen"]}
        given = run(aim.model, everything, rest["state"], x, hyper=hyper["model"])
        logits = given.outputs if given.logits is None else given.logits

        def one(output: Any, logit: Any, target: Any) -> Any:
            head = Head(output[None], logit[None], given.activation)
            return loss_of(aim.loss, head, target[None], None, hyper["loss"])

        return jax.vmap(one)(given.outputs, logits, y)

    found = lax.map(lambda first: part(first, size), jnp.arange(full) * size).reshape(-1)
    return jnp.concatenate([found, part(full * size, left)]) if left else found
