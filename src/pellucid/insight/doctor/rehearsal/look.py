"""The first program of a rehearsal: what a batch gives in evaluation mode, with some weights.

The same compiled program looks at the batch before any step and after the last one, at rows among other rows, and at
rows from their ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.insight.doctor.rehearsal.stage import Stage, by_name
from pellucid.models import Sequential
from pellucid.models.functional import Functional
from pellucid.training.objective import objective, penalty_of
from pellucid.training.probes.passes import floats
from pellucid.training.probes.probe import View
from pellucid.training.probes.quantities import DeadShare, SaturatedShare

Arrays = dict[str, Any]

OF_LAYERS = (DeadShare(), SaturatedShare())


def look_of(stage: Stage) -> Callable[[Arrays], Arrays]:
    """Return the function of the stage's arrays that gives loss, penalty, outputs and what layers gave."""
    aim = stage.aim
    in_code = not isinstance(aim.model, (Sequential, Functional))

    def look(arrays: Arrays) -> Arrays:
        state, hyper = arrays["state"], arrays["hyper"]
        everything = {**arrays["params"], **arrays["frozen"]}
        loss, calm = objective(
            aim, everything, state, arrays["batch"], hyper, training=False, capture=True
        )
        penalty = penalty_of(aim.model, {**everything, **state}, hyper["model"])
        captured: Any = calm.captured
        view = View(
            outputs=floats(captured.outputs),
            preactivations=floats(captured.preactivations),
            activations=dict(captured.activations),
            axes=dict(captured.axes),
        )
        return {
            "loss": loss - penalty,
            "penalty": penalty,
            "outputs": by_name(aim, calm.outputs),
            "quantities": {probe.name: probe.measure(view) for probe in OF_LAYERS},
            "sums": sums_of(view) if in_code else {},
        }

    return look


def sums_of(view: View) -> Arrays:
    """Return the root mean square of what layers computed before their activation, by place.

    Asked where the order of layers stands in code: there it tells whether inputs come in as they are.
    """
    sums = {**view.outputs, **view.preactivations}
    return {place: jnp.sqrt(jnp.mean(jnp.square(each))) for place, each in sums.items()}


def with_inputs(arrays: Arrays, inputs: Any) -> Arrays:
    """Return a stage's arrays with other inputs for the batch's targets."""
    return {**arrays, "batch": (inputs, *arrays["batch"][1:])}


def beside_others(arrays: Arrays) -> Arrays:
    """Return a stage's arrays with the first row in place of each row of the second half.

    One row many times over moves all means and spreads of a batch; another half of the same kind may not.
    """

    def swapped(array: np.ndarray) -> np.ndarray:
        half = len(array) // 2
        return np.concatenate([array[: len(array) - half], np.repeat(array[:1], half, axis=0)])

    return with_inputs(arrays, jax.tree.map(swapped, arrays["batch"][0]))
