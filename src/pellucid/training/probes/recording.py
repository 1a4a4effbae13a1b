"""Probes inside the training program: between two stretches of its loops, never in them.

The loops over epochs and steps are run up to the step that is to be measured, and then again. What they compute is
untouched by that, so a training with probes gives the very bits of one without, and a step that is not measured costs
what it did.

The state has a ring of rows that the host reads when it wakes, one number a column, and a spare row at its end for
what was not measured. Which steps come next is data: ``fixed["probes"]["points"]``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from pellucid.core.errors import ShapeError
from pellucid.modules.notes import line_of, noted
from pellucid.modules.tree import places
from pellucid.training.plan import Plan
from pellucid.training.probes.passes import view_of
from pellucid.training.probes.probe import Probe, View
from pellucid.training.step import is_under_way

Arrays = dict[str, Any]

ROWS = 256
"""Rows of the ring: so many steps are measured in one dispatch, at most."""
NEVER = np.iinfo(np.int32).max


def ring(columns: int, first: int) -> Arrays:
    """Return the part of the state that the probes have; ``first`` is the first step to measure."""
    return {
        "rows": np.zeros((ROWS + 1, columns), np.float32),
        "steps": np.zeros(ROWS + 1, np.int32),
        "count": np.int32(0),
        "next": np.int32(first),
    }


def stretches(
    plan: Plan,
    state: Arrays,
    fixed: Arrays,
    ahead: Callable[[Arrays], tuple[Any, Any]],
    run: Callable[[Any, Arrays], Arrays],
    end: Any,
) -> Arrays:
    """Train up to the step ``end``, cut where a step is to be measured.

    Args:
        plan: What to compute.
        state: The state before the first step.
        fixed: What does not change within a dispatch.
        ahead: Of a state the next batch, and whether it is a full one.
        run: Trains a state up to a step.
        end: The number of the step before which the dispatch ends.
    """

    def stretch(state: Arrays) -> Arrays:
        state = looked(plan, state, fixed, ahead)
        return run(jnp.minimum(end, state["probes"]["next"]), state)

    return lax.while_loop(partial(is_under_way, end), stretch, state)


def looked(plan: Plan, state: Arrays, fixed: Arrays, ahead: Callable[[Arrays], Any]) -> Arrays:
    """Measure the step that comes next, if it is due or overdue; before a smaller batch, put it off by a step."""
    held, step = state["probes"], state["step"]

    def measure() -> tuple[Any, Any, Any]:
        batch, is_full = ahead(state)
        row = row_of(measured_by(plan, view_of(plan, state, fixed, batch)))
        points = fixed["probes"]["points"]
        following = points[jnp.sum(points <= step)]
        spare = jnp.int32(ROWS), step + 1
        place, following = (
            jnp.where(is_full, *pair)
            for pair in zip((held["count"] % ROWS, following), spare, strict=True)
        )
        return row, place, following

    def leave() -> tuple[Any, Any, Any]:
        return jnp.zeros(held["rows"].shape[1], jnp.float32), jnp.int32(ROWS), held["next"]

    row, place, following = lax.cond(step >= held["next"], measure, leave)
    return {
        **state,
        "probes": {
            "rows": held["rows"].at[place].set(row),
            "steps": held["steps"].at[place].set(step),
            "count": held["count"] + (place < ROWS),
            "next": following,
        },
    }


def measured_by(plan: Plan, view: View) -> dict[str, Arrays]:
    """Return what the plan's probes make of a view, by quantity and place, in the order of the model's layers."""
    order = {path: turn for turn, (path, _) in enumerate(places(plan.model))}

    def rank(place: str) -> tuple[int, str]:
        return order.get(place.partition("#")[0], len(order)), place

    found = {probe.name: checked(probe, view) for probe in plan.probes}
    return {
        name: {place: given[place] for place in sorted(given, key=rank)}
        for name, given in found.items()
    }


def checked(probe: Probe, view: View) -> Arrays:
    """Return what a probe measures, each place in its right shape.

    Raises:
        ShapeError: It returned no dict, or not as many numbers a place as it has labels.
    """
    who, shape = f"{type(probe).__name__}.measure", (len(probe.labels),) if probe.labels else ()
    with noted(f"In {who}."):
        found = probe.measure(view)
    where = line_of(type(probe).measure)
    if not isinstance(found, dict):
        raise ShapeError(
            who,
            f"it must return a dict of numbers by place, but it returned a {type(found).__name__}.",
            "return {place: jnp.mean(output) for place, output in view.outputs.items()}",
            where=where,
        )
    for place, value in found.items():
        if jnp.shape(value) != shape:
            raise ShapeError(
                who,
                f"at '{place}' it returned shape {jnp.shape(value)}; with {len(probe.labels)} labels it must be "
                f"{shape}.",
                "one number a place, or name them: labels = ('low', 'high')",
                where=where,
            )
    return found


def row_of(values: dict[str, Arrays]) -> Any:
    """Return all numbers as one vector, in the order of quantities and places."""
    parts = [jnp.ravel(value) for places in values.values() for value in places.values()]
    return jnp.concatenate([jnp.asarray(part, jnp.float32) for part in parts])
