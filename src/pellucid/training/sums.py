"""The running sums of a pass: the loss to a compensated sum, each metric to its own sufficient statistics."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ShapeError, UsageError
from pellucid.modules.notes import line_of, noted
from pellucid.training.objective import Measured
from pellucid.training.outputs import by_name
from pellucid.training.plan import Plan
from pellucid.training.several import position_weights, weight_of

Arrays = dict[str, Any]


def new_sums(plan: Plan, data: Arrays, batch_size: int, training: bool, room: int = 0) -> Arrays:
    """Return the zero sums for a pass over ``data``, or over at least ``room`` rows, in batches of ``batch_size``."""
    rows = max(jax.tree.leaves(data["x"])[0].shape[0], room)
    size = min(batch_size, rows)
    y = jax.tree.map(lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), data["y"])
    outputs = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), plan.outputs
    )
    return {
        "loss": np.float32(0),
        "lost": np.float32(0),
        "rows": np.float32(0),
        "parts": [(np.float32(0), np.float32(0)) for _ in plan.parts_of(training)],
        "metrics": [jax.tree.map(with_dtype, m.start(y, outputs, rows)) for m in plan.metrics],
    }


def with_room(plan: Plan, sums: Arrays, rows: int) -> Arrays:
    """Return the sums with room for so many more rows, where metrics keep them; on the host."""
    pairs = zip(plan.metrics, sums["metrics"], strict=True)
    return {**sums, "metrics": [metric.make_room(state, rows) for metric, state in pairs]}


def add_batch(
    plan: Plan, sums: Arrays, loss: Any, batch: Any, measured: Measured, training: bool
) -> Arrays:
    """Add one batch: its mean loss weighted by its rows, so its parts, and its metrics."""
    x, y, weight = batch
    rows = jax.tree.leaves(x)[0].shape[0]
    whole, rest = add_exactly(sums["loss"], sums["lost"], loss * rows)
    outputs = plan.aim.fitted(by_name(plan.aim.names, measured.outputs), y)
    weight = metric_weights(plan, weight, measured)
    parts = zip(plan.parts_of(training), sums["parts"], strict=True)
    return {
        **sums,
        "loss": whole,
        "lost": rest,
        "rows": sums["rows"] + rows,
        "parts": [
            add_exactly(total, lost, measured.parts[name] * rows) for name, (total, lost) in parts
        ],
        "metrics": [
            add_metric(metric, state, y, outputs, weight)
            for metric, state in zip(plan.metrics, sums["metrics"], strict=True)
        ],
    }


def metric_weights(plan: Plan, weight: Any, measured: Measured) -> Any:
    """Return the weights that metrics heed: of rows, or of positions where these are masked."""
    if plan.aim.names is None:
        return position_weights(weight, measured.masks, plan.masked)
    masks = measured.masks or (None,) * len(plan.aim.names)
    return {
        name: position_weights(weight_of(weight, name), mask, plan.masked[name])
        for name, mask in zip(plan.aim.names, masks, strict=True)
    }


def add_exactly(total: Any, lost: Any, value: Any) -> tuple[Any, Any]:
    """Add to a sum and to what rounding lost of it (Kahan's sum)."""
    corrected = value - lost
    new = total + corrected
    return new, (new - total) - corrected


def add_metric(metric: Any, state: Any, y: Any, outputs: Any, weight: Any) -> Any:
    """Add a batch to a metric; an error in a metric of the user's own says whose it is.

    Raises:
        UsageError: The metric's new statistics have other names or shapes than the old ones.
    """
    with noted(f"In metric '{metric.name}'."):
        new = metric.add(state, y, outputs, weight)
    if shapes(new) != shapes(state):
        raise UsageError(
            f"Metric '{metric.name}'",
            f"its `add` must return the state with the names and shapes of `start`, {shapes(state)}, but it returned "
            f"{'None' if new is None else shapes(new)}.",
            "return {**state, 'name': state['name'] + ...}",
            where=line_of(type(metric).add),
        )
    return new


def shapes(tree: Any) -> Any:
    """Return the shapes of a tree of arrays."""
    return jax.tree.map(np.shape, tree)


def number_of(metric: Any, state: Any) -> Any:
    """Return the value of a metric that is one number, or refuse it.

    Raises:
        ShapeError: It is an array.
    """
    value = metric.compute(state)
    if value is None or np.shape(value) != ():
        raise ShapeError(
            f"Metric '{metric.name}'",
            f"its `compute` must return one number, but it returned "
            f"{'None' if value is None else f'shape {np.shape(value)}'}.",
            "for a vector or matrix, which evaluate gives whole, write in the class: scalar = False",
            where=line_of(type(metric).compute),
        )
    return value


def with_dtype(value: Any) -> Any:
    """Return arrays as they are, traced ones too, and plain numbers as arrays: a number's dtype would be weak."""
    return value if hasattr(value, "dtype") else np.asarray(value)
