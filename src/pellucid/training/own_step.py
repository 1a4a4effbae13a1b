"""A training step of the user's own: ``Model.train_step`` in the pure style, inside the one compiled program.

The step is a pure function: arrays in, loss and gradients out. The optimizer's update, constraints, metrics, callbacks,
early stopping and the loop stay as they are, so such a model trains as fast as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import UsageError, nearest
from pellucid.modules.notes import is_our_function, line_of, noted
from pellucid.training.objective import Aim, Measured, objective

Arrays = dict[str, Any]

GIVES = "(loss, gradients, new_state, outputs), or with a dict of numbers to watch as the fifth"


def has_own(model: Any, method: str) -> bool:
    """Tell whether a model's class has a method of its own in the place of ours."""
    return not is_our_function(getattr(type(model), method))


def own_step(
    aim: Aim, params: Arrays, state: Arrays, frozen: Arrays, batch: Any, hyper: Arrays, key: Any
) -> tuple[Any, Arrays, Measured]:
    """Return ``(loss, gradients, measured)`` as the model's ``train_step`` says, checked.

    Args:
        aim: What is minimised.
        params: The weights that training changes, by path.
        state: State by path.
        frozen: The weights that training leaves alone; the step gets them among its state.
        batch: Inputs, targets and sample weights (or None).
        hyper: Arrays under ``"model"`` and ``"loss"``.
        key: The step's JAX key.
    """
    model = on_stage(aim, hyper)
    with noted(f"In {type(model).__name__}.train_step."):
        found = model.train_step(dict(params), {**state, **frozen}, batch, key)
    loss, gradients, new_state, outputs, logs = checked(model, found, params, state)
    kept = {path: new_state[path] for path in state}
    return loss, gradients, Measured(outputs, kept, logs)


def on_stage(aim: Aim, hyper: Arrays) -> Any:
    """Return a throw-away copy of the structure whose ``batch_loss`` works."""

    def batch_loss(params: Arrays, state: Arrays, batch: Any, key: Any, training: bool) -> Any:
        total, measured = objective(aim, params, state, batch, hyper, training=training, key=key)
        return total, (measured.state, measured.outputs)

    copy = object.__new__(type(aim.model))
    copy.__dict__.update(vars(aim.model))
    copy.__dict__["_batch_loss"] = batch_loss
    return copy


def checked(model: Any, found: Any, params: Arrays, state: Arrays) -> tuple[Any, ...]:
    """Return what a ``train_step`` gave, with its fifth value, or refuse it with the user's line.

    Raises:
        UsageError: Another number of values, a loss that is no number, gradients of unknown paths or other shapes.
    """
    if not isinstance(found, tuple) or len(found) not in (4, 5):
        came = f"{len(found)} values" if isinstance(found, tuple) else f"a {type(found).__name__}"
        raise _refuse(model, "None" if found is None else came, f"return {GIVES}")
    more: tuple[Any, ...] = (*found, {})
    loss, gradients, new_state, outputs, logs = more[:5]
    if jnp.shape(loss) != ():
        raise _refuse(model, f"a loss of shape {jnp.shape(loss)}", "loss = jnp.mean(...)")
    _check_gradients(model, gradients, params)
    if not isinstance(new_state, Mapping) or not set(state) <= set(new_state):
        raise _refuse(
            model,
            "a new state that is no dict with all paths of `state`",
            "outputs, new_state = pellucid.apply(self, params, state, x, training=True, key=key)",
        )
    for name, value in logs.items():
        if jnp.shape(value) != ():
            raise _refuse(
                model, f"'{name}' of shape {jnp.shape(value)} to watch", f"jnp.mean({name})"
            )
    return loss, dict(gradients), new_state, outputs, dict(logs)


def _check_gradients(model: Any, gradients: Any, params: Arrays) -> None:
    if not isinstance(gradients, Mapping):
        raise _refuse(
            model,
            f"gradients that are a {type(gradients).__name__}",
            "(loss, more), gradients = jax.value_and_grad(batch_loss, has_aux=True)(params)",
        )
    for path in gradients:
        if path not in params:
            close = nearest(str(path), params)
            raise _refuse(
                model,
                f"a gradient for '{path}', which is no trainable weight",
                f"write '{close}'" if close else f"the weights are: {', '.join(params)}",
            )
    for path, weight in params.items():
        if path not in gradients:
            raise _refuse(
                model,
                f"no gradient for '{path}'",
                f"gradients['{path}'] = jnp.zeros_like(params['{path}']), or freeze the layer",
            )
        if jnp.shape(gradients[path]) != weight.shape:
            raise _refuse(
                model,
                f"a gradient of shape {jnp.shape(gradients[path])} for '{path}' of shape {weight.shape}",
                "a gradient has its weight's shape",
            )


def _refuse(model: Any, came: str, repair: str) -> UsageError:
    return UsageError(
        f"{type(model).__name__}.train_step",
        f"it returned {came}; it must return {GIVES}.",
        repair,
        where=line_of(type(model).train_step),
    )


def training_loss(model: Any, y: Any, outputs: Any, weight: Any) -> Any:
    """Return the loss that ``compile`` was given, for ``super().compute_loss(...)`` inside a program."""
    scope = model._scope
    if scope is None or scope.given_loss is None:
        raise UsageError(
            f"{type(model).__name__} '{model.name}'",
            "`compute_loss` works inside `fit` and `evaluate`, which know loss and weights.",
            "on arrays: model.evaluate(x, y)",
        )
    return scope.given_loss(y, outputs, weight)


def gradients_of(
    aim: Aim,
    params: Arrays,
    state: Arrays,
    frozen: Arrays,
    batch: Any,
    hyper: Arrays,
    key: Any,
    over: str | None = None,
    capture: bool = False,
) -> tuple[Any, Arrays, Measured]:
    """Return ``(loss, gradients, measured)`` of a batch: by the model's own step where it has one.

    ``over`` is the axis of the cores among which the rows are shared, or None. Where ``hyper`` has a ``"loss_scale"``,
    the gradients are those of the loss times that number; the loss itself is returned unscaled. With ``capture`` is
    also measured what layers gave, but not in a step of the model's own.
    """
    scale = hyper.get("loss_scale")
    if aim.own_step:
        loss, gradients, measured = own_step(aim, params, state, frozen, batch, hyper, key)
        if scale is not None:
            gradients = {path: gradient * scale for path, gradient in gradients.items()}
        return loss, gradients, measured

    def total(params: Arrays) -> Any:
        everything = {**params, **frozen}
        loss, measured = objective(
            aim, everything, state, batch, hyper, training=True, key=key, over=over, capture=capture
        )
        return loss if scale is None else loss * scale, (loss, measured)

    (_, (loss, measured)), gradients = jax.value_and_grad(total, has_aux=True)(params)
    return loss, gradients, measured
