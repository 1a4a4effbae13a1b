"""What is minimised: the weighted loss of a batch and the penalties, in the stable fused form where there is one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from pellucid.core.paths import join
from pellucid.modules import Applied, Layer, run
from pellucid.modules.tree import owners, places, weights_of

Arrays = dict[str, Any]


def loss_of(loss: Any, applied: Applied, y: Any, weight: Any) -> Any:
    """Return the scalar loss of one batch.

    A model that ends in softmax (or sigmoid) and a cross-entropy are computed together from the logits:
    the logarithm of a rounded probability is never taken.
    """
    if loss.fused is not None and loss.fused == applied.activation and not loss.from_logits:
        values = loss.call_on_logits(y, applied.logits)
    else:
        values = loss.call(y, applied.outputs)
    return jnp.mean(loss.reduce(values, weight, loss.mask(y, values)))


def penalty_of(model: Layer, arrays: Arrays, hyper: Arrays) -> Any:
    """Return the sum of all regularizers of the weights, their strengths taken from ``hyper``."""
    bound = _with_arrays(model, hyper)
    total = jnp.float32(0.0)
    for path, slot in weights_of(model):
        if slot.regularizer is not None:
            total = total + bound.get(id(slot.regularizer), slot.regularizer)(arrays[path])
    return total


def _with_arrays(model: Layer, hyper: Arrays) -> dict[int, Any]:
    """Return copies of the regularizers whose numbers are arrays of ``hyper``, by the identity of the originals."""
    bound = {}
    for path, layer in places(model):
        for owner_path, owner in owners(path, layer):
            names = [name for name in owner.hyperparameters if join(owner_path, name) in hyper]
            if names and owner is not layer:
                copy = object.__new__(type(owner))
                copy.__dict__.update(vars(owner))
                copy.__dict__.update({name: hyper[join(owner_path, name)] for name in names})
                bound[id(owner)] = copy
    return bound


def with_numbers(recorded: Any, hyper: Arrays) -> Any:
    """Return a copy of a loss or metric whose hyper-parameters are the arrays of ``hyper``."""
    if not hyper:
        return recorded
    copy = object.__new__(type(recorded))
    copy.__dict__.update(vars(recorded))
    copy.__dict__.update(hyper)
    return copy


def objective(
    model: Layer,
    loss: Any,
    params: Arrays,
    state: Arrays,
    batch: tuple[Any, Any, Any],
    hyper: dict[str, Arrays],
    *,
    training: bool,
    key: Any = None,
) -> tuple[Any, Applied]:
    """Return the total loss of a batch and what the model gave.

    Args:
        model: The model's structure.
        loss: The loss object.
        params: All parameters by path, frozen ones too.
        state: State by path.
        batch: Inputs, targets and sample weights (or None).
        hyper: Arrays under ``"model"`` and ``"loss"``.
        training: Whether layers behave as in training.
        key: The step's JAX key.
    """
    x, y, weight = batch
    applied = run(model, params, state, x, training=training, key=key, hyper=hyper["model"])
    value = loss_of(with_numbers(loss, hyper["loss"]), applied, y, weight)
    total = value + penalty_of(model, params, hyper["model"])
    for extra in applied.losses:
        total = total + extra
    return total, applied
