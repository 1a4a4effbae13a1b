"""A pass without training: the same batches in order, the same sums, used by validation and ``evaluate``."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from pellucid.training.objective import Measured, objective
from pellucid.training.plan import Plan, is_scalar
from pellucid.training.spread import AXIS, averaged, joined, share
from pellucid.training.sums import add_batch, new_sums, number_of

Arrays = dict[str, Any]


def gather(tree: Any, index: Any) -> Any:
    """Return the rows at ``index``, which is known to be in bounds."""
    return jax.tree.map(lambda array: array.at[index].get(mode="promise_in_bounds"), tree)


def slice_rows(tree: Any, first: Any, size: int) -> Any:
    """Return ``size`` consecutive rows from ``first``."""
    return jax.tree.map(lambda array: lax.dynamic_slice_in_dim(array, first, size), tree)


def evaluation(
    plan: Plan,
    params: Arrays,
    state: Arrays,
    data: Arrays,
    hyper: Arrays,
    batch_size: int,
    sums: Arrays | None = None,
) -> Arrays:
    """Return the sums of a pass over ``data``; the last, smaller batch counts with its exact weight.

    ``sums`` are those of the data before, where these come in several sets.
    """
    rows = jax.tree.leaves(data["x"])[0].shape[0]
    full, rest = divmod(rows, batch_size)

    def add(sums: Arrays, first: Any, size: int) -> Arrays:
        batch = tuple(slice_rows(data[name], first, size) for name in ("x", "y", "weight"))
        loss, measured = measure(plan, params, state, batch, hyper, size)
        return add_batch(plan, sums, loss, batch, measured, training=False)

    first = new_sums(plan, data, batch_size, training=False) if sums is None else sums
    found: Arrays = jax.tree.map(jnp.asarray, first)
    if full:
        found = lax.fori_loop(0, full, lambda i, s: add(s, i * batch_size, batch_size), found)
    return add(found, full * batch_size, rest) if rest else found


def measure(
    plan: Plan, params: Arrays, state: Arrays, batch: Any, hyper: Arrays, size: int
) -> tuple[Any, Measured]:
    """Return loss and outputs of a batch; the cores share its rows where they can."""
    if plan.cores == 1 or size % plan.cores:
        return objective(plan.aim, params, state, batch, hyper, training=False)
    mine = share(batch, plan.cores)
    loss, found = objective(plan.aim, params, state, mine, hyper, training=False, over=AXIS)
    loss, parts = averaged((loss, found.parts))
    return loss, Measured(joined(found.outputs), state, parts)


def summary_row(metrics: tuple[Any, ...], sums: Arrays) -> jax.Array:
    """Return loss, its parts and scalar metrics as one vector."""
    values = [sums["loss"] / sums["rows"]]
    values += [total / sums["rows"] for total, _ in sums["parts"]]
    for metric, state in zip(metrics, sums["metrics"], strict=True):
        if is_scalar(metric):
            values.append(number_of(metric, state))
    return jnp.stack([jnp.asarray(value, jnp.float32) for value in values])
