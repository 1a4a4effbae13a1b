"""The step at which a training lost its numbers, with all that it computed from, so that it can be looked into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.training.engine import Run
from pellucid.training.objective import Aim
from pellucid.training.program import opened, place, rows_of, take_batch

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Failing:
    """A step that was not done, because it gives numbers that are not finite.

    Attributes:
        aim: What is minimised.
        optimizer: The optimizer.
        arrays: ``params``, ``state``, ``frozen``, ``batch`` (inputs, targets, weights of rows), ``hyper``, ``key``,
            ``optimizer`` (its state) and ``step``.
        after: How many steps of this ``fit`` were done before it.
    """

    aim: Aim
    optimizer: Any
    arrays: Arrays
    after: int


def failing_step(run: Run) -> Failing:
    """Return the step after the last one that left finite weights, of a run that was rewound to there."""
    plan, fixed, data = run.plan, run.fixed, run.data
    state, _ = opened(plan, run.state, fixed, data)  # an epoch's order is drawn with its first step
    first = int(place(plan, state, fixed, data)) * plan.batch_size
    size = min(plan.batch_size, rows_of(data) - first)
    key = jax.random.fold_in(
        jax.random.wrap_key_data(jnp.asarray(fixed["step_key"])), state["step"]
    )
    arrays = {
        "params": state["params"],
        "state": state["state"],
        "frozen": fixed["frozen"],
        "batch": take_batch(plan, state, data, first, size),
        "hyper": fixed["hyper"],
        "key": jax.random.key_data(key),
        "optimizer": state["optimizer"],
        "step": state["step"],
    }
    return Failing(plan.aim, plan.optimizer, arrays, int(state["step"]) - run.first_step)
