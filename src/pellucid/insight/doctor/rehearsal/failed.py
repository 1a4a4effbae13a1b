"""The hunt in a training that lost its numbers: the step that failed, on its rows, with the last finite weights."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.insight.doctor.facts.rehearsed import Bad
from pellucid.insight.doctor.rehearsal.hunt import first_bad, tapped_loss
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.modules.taps import Taps
from pellucid.training.failing import Failing, failing_step


def failed(run: Any) -> Bad | None:
    """Return where the first number that is not finite arose in the step that ended a training.

    Args:
        run: The run, rewound to the last finite weights.
    """
    failing = failing_step(run)
    stage = Stage(failing.aim, failing.optimizer, failing.arrays, called(failing), None)
    return first_bad(stage, failing.arrays, failing.after, lambda _name, make: jax.jit(make(stage)))


def called(failing: Failing) -> tuple[str, ...]:
    """Return the layers' paths in the order in which their calls end; nothing is computed."""
    taps = Taps()
    jax.eval_shape(lambda arrays: tapped_loss(failing.aim, arrays, taps), failing.arrays)
    return tuple(call.path for call in taps.calls.values())
