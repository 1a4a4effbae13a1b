"""One training step: forward, backward, update; a pure function of the state and a batch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.modules.tree import weights_of
from pellucid.training.divided import divided_gradients
from pellucid.training.objective import Measured
from pellucid.training.own_step import gradients_of
from pellucid.training.plan import Plan
from pellucid.training.sums import add_batch

Arrays = dict[str, Any]


def training_step(
    plan: Plan, state: Arrays, fixed: Arrays, batch: Any, parts: int, cores: int
) -> Arrays:
    """Forward, backward, update: one pure training step, the batch in so many parts on so many cores."""
    hyper, key = numbers_of(plan, state, fixed)
    loss, grads, measured = gradients_in(plan, state, fixed, batch, hyper, key, parts, cores)
    params, optimizer_state = updated(plan, state, hyper, grads)
    return {
        **state,
        "params": params,
        "state": measured.state,
        "optimizer": optimizer_state,
        "sums": add_batch(plan, state["sums"], loss, batch, measured, training=True),
        "step": state["step"] + 1,
        "cursor": state["cursor"] + 1,
        "bad": ~jnp.isfinite(loss),
    }


def is_under_way(end: Any, state: Arrays) -> Any:
    """Tell whether steps before the number ``end`` are left, and nothing stops the training."""
    return (state["step"] < end) & ~state["stop"] & ~state["bad"]


def numbers_of(plan: Plan, state: Arrays, fixed: Arrays) -> tuple[Arrays, Any]:
    """Return the hyper-parameters of a step, with the scale of its loss where it has one, and its key."""
    hyper = fixed["hyper"]
    scale = plan.optimizer.loss_scale(hyper["optimizer"], state["optimizer"])
    if scale is not None:
        hyper = {**hyper, "loss_scale": scale}
    return hyper, jax.random.fold_in(jax.random.wrap_key_data(fixed["step_key"]), state["step"])


def gradients_in(
    plan: Plan,
    state: Arrays,
    fixed: Arrays,
    batch: Any,
    hyper: Arrays,
    key: Any,
    parts: int,
    cores: int,
) -> tuple[Any, Arrays, Measured]:
    """Return ``(loss, gradients, measured)`` of a batch in so many parts on so many cores."""
    given = (state["params"], state["state"], fixed["frozen"], batch, hyper, key)
    if parts == 1:
        return gradients_of(plan.aim, *given)
    return divided_gradients(plan.aim, parts, cores, *given)


def updated(plan: Plan, state: Arrays, hyper: Arrays, gradients: Arrays) -> tuple[Arrays, Any]:
    """Return the weights after the update, and the optimizer's state."""
    params, optimizer_state = plan.optimizer.apply(
        gradients, state["optimizer"], state["params"], hyper["optimizer"], state["step"]
    )
    return constrained(plan, params), optimizer_state


def constrained(plan: Plan, params: Arrays) -> Arrays:
    """Apply the weights' constraints after an update."""
    rules = {path: slot.constraint for path, slot in weights_of(plan.model) if slot.constraint}
    return {path: rules[path](array) if path in rules else array for path, array in params.items()}
