"""How a view is filled: forward and backward once more, apart from the training's own step, which stays as it is."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.training.objective import Aim, Head, Measured, loss_of, objective, several_losses
from pellucid.training.own_step import gradients_of
from pellucid.training.plan import Plan
from pellucid.training.probes.probe import WHOLE, View
from pellucid.training.several import WEIGHT, SeveralLosses
from pellucid.training.spread import AXIS, share
from pellucid.training.step import gradients_in, numbers_of, updated

Arrays = dict[str, Any]

OF_LAYERS = {"outputs", "preactivations", "activations", "axes"}
OF_ROWS = {*OF_LAYERS, "row_losses", "predictions", "evaluated"}


def view_of(plan: Plan, state: Arrays, fixed: Arrays, batch: Any) -> View:
    """Return what the step that comes next computes on its batch, as far as the plan's probes need it.

    Of a step in parts, loss, gradients and update are those of the whole batch; what is seen by rows is that of the
    first part, with the very noise that it has there.
    """
    needs = {name for probe in plan.probes for name in probe.needs}
    hyper, key = numbers_of(plan, state, fixed)
    everything = {**state["params"], **fixed["frozen"]}
    seen, over = batch, None
    if plan.divided == 1:
        given = (state["params"], state["state"], fixed["frozen"], batch, hyper, key)
        capture = bool(needs & {*OF_LAYERS, "row_losses"})
        loss, gradients, measured = gradients_of(plan.aim, *given, capture=capture)
    else:
        loss, gradients, measured = gradients_in(
            plan, state, fixed, batch, hyper, key, plan.divided, plan.cores
        )
        if needs & OF_ROWS:
            seen, key, over = first_part(plan, batch, key)
            _, measured = objective(
                plan.aim,
                everything,
                state["state"],
                seen,
                hyper,
                training=True,
                key=key,
                over=over,
                capture=True,
            )
    found: Arrays = {"params": state["params"], "loss": loss}
    scale = hyper.get("loss_scale")
    found["gradients"] = gradients
    if scale is not None:
        found["gradients"] = {path: gradient / scale for path, gradient in gradients.items()}
    if "updated" in needs:
        found["updated"] = updated(plan, state, hyper, gradients)[0]
    if "start" in needs:
        found["start"] = fixed["probes"]["start"]
    if measured.captured is not None:
        found |= of_layers(measured)
    if "row_losses" in needs:
        found["row_losses"] = row_losses(plan.aim, seen, measured, hyper["loss"])
    found["predictions"] = named(plan.aim, measured.outputs)
    if "evaluated" in needs:
        _, calm = objective(
            plan.aim, everything, state["state"], seen, hyper, training=False, over=over
        )
        found["evaluated"] = named(plan.aim, calm.outputs)
    return View(**{name: floats(value) for name, value in found.items()})


def first_part(plan: Plan, batch: Any, key: Any) -> tuple[Any, Any, str | None]:
    """Return the rows of the first part of a divided step, its key, and the axis of the cores if it has one.

    Each core has a first part; all but the first core's are forgotten.
    """
    if plan.cores == 1:
        number, over = jnp.int32(0), None
    else:
        batch, each = share(batch, plan.cores), plan.divided // plan.cores
        number, over = lax.axis_index(AXIS) * each, AXIS if each == 1 else None
    rows = plan.batch_size // plan.divided
    return jax.tree.map(lambda a: a[:rows], batch), jax.random.fold_in(key, number), over


def of_layers(measured: Measured) -> Arrays:
    """Return the fields of a view that say what layers gave."""
    captured: Any = measured.captured
    return {
        "outputs": captured.outputs,
        "preactivations": captured.preactivations,
        "activations": dict(captured.activations),
        "axes": dict(captured.axes),
    }


def row_losses(aim: Aim, batch: Any, measured: Measured, numbers: Arrays) -> Any:
    """Return the loss of each row as if it were alone, (batch,); None where the loss is not made of rows."""
    captured: Any = measured.captured
    losses = aim.loss.losses.values() if isinstance(aim.loss, SeveralLosses) else [aim.loss]
    if captured is None or captured.mixed or aim.own_loss or not all(map(is_of_rows, losses)):
        return None
    _, y, weight = batch

    def alone(y: Any, weight: Any, outputs: Any, logits: Any, masks: Any) -> Any:
        if aim.names is None:
            head = Head(outputs, logits, captured.heads, masks)
            return loss_of(aim.loss, head, y, weight, numbers) * numbers.get(WEIGHT, 1.0)
        leaves = jax.tree.leaves(outputs)
        found = map(Head, leaves, logits, captured.heads, masks or (None,) * len(leaves))
        heads = dict(zip(aim.names, found, strict=True))
        return several_losses(aim.loss, heads, y, weight, numbers, {})

    given = (y, weight, measured.outputs, captured.logits, measured.masks)
    return jax.vmap(alone)(*jax.tree.map(lambda array: array[:, None], given))


def is_of_rows(loss: Any) -> bool:
    """Tell whether a loss gives each row its own."""
    return loss is not None and getattr(loss, "divisible", True)


def named(aim: Aim, outputs: Any) -> Arrays:
    """Return a model's outputs by name; a single one belongs to the whole model."""
    return dict(zip(aim.names or (WHOLE,), jax.tree.leaves(outputs), strict=True))


def floats(tree: Any) -> Any:
    """Return arrays in single precision at least; words and numbers stay."""

    def cast(leaf: Any) -> Any:
        if not hasattr(leaf, "dtype") or leaf.dtype == jnp.float64:
            return leaf
        return leaf.astype(jnp.float32)

    return jax.tree.map(cast, tree)
