"""The first training state: one tree of arrays that holds all that changes while training."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.keys import path_hash
from pellucid.modules.tree import hyperparameters_of, weights_of
from pellucid.training import stopping
from pellucid.training.plan import Plan
from pellucid.training.program import HISTORY_ROWS, rows_of
from pellucid.training.session import Session
from pellucid.training.several import as_arrays, loss_numbers
from pellucid.training.sums import new_sums

Arrays = dict[str, Any]


def weight_kinds(model: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Return the paths of the weights that training changes, and the paths of declared state."""
    slots = weights_of(model, with_layer=True)
    trainable = frozenset(p for p, layer, slot in slots if slot.trainable and layer.trainable)
    return trainable, frozenset(p for p, _, slot in slots if not slot.trainable)


def start_state(
    plan: Plan,
    session: Session,
    arrays: Arrays,
    state_paths: frozenset[str],
    data: Arrays,
    validation: Arrays | None,
) -> Arrays:
    """Return the state before the first step of a ``fit``.

    Args:
        plan: The program's plan.
        session: Where optimizer state and counters are continued from.
        arrays: The model's current arrays by path.
        state_paths: Paths of declared state.
        data: The training set.
        validation: The validation set or None.
    """
    params = {path: arrays[path] for path in arrays if path in plan.trainable}
    state = {path: arrays[path] for path in arrays if path in state_paths}
    if session.optimizer_state is None or session.trainable != plan.trainable:
        session.optimizer_state = plan.optimizer.start(params)
        session.trainable = plan.trainable
    weights = {"params": params, "state": state}
    checked: Arrays = {}
    if validation is not None:
        checked = new_sums(plan, validation, plan.validation_batch_size, False)
    columns = plan.columns(validation is not None)
    return {
        "params": params,
        "state": state,
        "optimizer": session.optimizer_state,
        "step": np.int32(session.steps),
        "cursor": np.int32(0),
        "epoch": np.int32(0),
        "epochs_done": np.int32(session.epochs),
        "order": np.arange(0 if plan.streamed else rows_of(data), dtype=np.int32),
        "sums": new_sums(plan, data, plan.batch_size, True),
        "validation": checked,
        "history": np.zeros((HISTORY_ROWS, len(columns)), np.float32),
        "stop_rules": tuple(stopping.start(rule, weights) for rule in plan.stop_rules),
        "stop": np.bool_(False),
        "bad": np.bool_(False),
    }


def fixed_arrays(
    plan: Plan,
    model: Any,
    session: Session,
    arrays: Arrays,
    state_paths: frozenset[str],
    *,
    seed: int,
    epochs: tuple[int, int],
    loss_weights: dict[str, float] | None,
    stop_numbers: tuple[Arrays, ...],
) -> Arrays:
    """Return what does not change within a dispatch: frozen weights, hyper-parameters, keys and limits."""
    frozen = {p: a for p, a in arrays.items() if p not in plan.trainable and p not in state_paths}
    return {
        "frozen": frozen,
        "hyper": hyper_arrays(model, plan.loss, session.hyper, loss_weights),
        "order_key": key_data(seed, "order"),
        "step_key": key_data(seed, "step"),
        "first_epoch": np.int32(epochs[0]),
        "epochs": np.int32(epochs[1] - epochs[0]),
        "stop_rules": stop_numbers,
    }


def hyper_arrays(
    model: Any, loss: Any, optimizer: dict[str, float], loss_weights: dict[str, float] | None
) -> dict[str, Arrays]:
    """Return all hyper-parameters as arrays: the optimizer's, the layers' by path, the loss's with its weight."""
    groups = {
        "optimizer": optimizer,
        "model": hyperparameters_of(model),
        "loss": loss_numbers(loss, loss_weights),
    }
    return {group: as_arrays(numbers) for group, numbers in groups.items()}


def key_data(seed: int, purpose: str) -> np.ndarray:
    """Return the raw data of a JAX key for ``purpose`` under ``seed``, made without compiling anything."""
    bits = path_hash("pellucid", seed, purpose)
    return np.array([bits >> 32, bits & 0xFFFFFFFF], np.uint32)
