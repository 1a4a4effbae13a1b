"""The running sums of a pass: the loss to a compensated sum, each metric to its own sufficient statistics."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.training.plan import Plan

Arrays = dict[str, Any]


def new_sums(plan: Plan, data: Arrays, batch_size: int) -> Arrays:
    """Return the zero sums for a pass over ``data`` in batches of ``batch_size``."""
    rows = jax.tree.leaves(data["x"])[0].shape[0]
    size = min(batch_size, rows)
    y = jax.tree.map(lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), data["y"])
    outputs = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), plan.outputs
    )
    return {
        "loss": np.float32(0),
        "lost": np.float32(0),
        "rows": np.float32(0),
        "metrics": [jax.tree.map(with_dtype, m.start(y, outputs, rows)) for m in plan.metrics],
    }


def add_batch(
    metrics: tuple[Any, ...], sums: Arrays, loss: Any, batch: Any, outputs: Any
) -> Arrays:
    """Add one batch: its mean loss weighted by its rows (Kahan's sum), its metrics."""
    x, y, weight = batch
    rows = jax.tree.leaves(x)[0].shape[0]
    corrected = loss * rows - sums["lost"]
    total = sums["loss"] + corrected
    added = [
        metric.add(state, y, outputs, weight)
        for metric, state in zip(metrics, sums["metrics"], strict=True)
    ]
    return {
        **sums,
        "loss": total,
        "lost": (total - sums["loss"]) - corrected,
        "rows": sums["rows"] + rows,
        "metrics": added,
    }


def with_dtype(value: Any) -> Any:
    """Return arrays as they are, traced ones too, and plain numbers as arrays: a number's dtype would be weak."""
    return value if hasattr(value, "dtype") else np.asarray(value)
