"""``rehearse``: what a second of training on a copy shows, as facts."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from pellucid.data.arrays import rows
from pellucid.insight.doctor.facts.rehearsed import Asked, Bad, Rehearsed
from pellucid.insight.doctor.rehearsal.asks import asks_of, dealt, wanted_of
from pellucid.insight.doctor.rehearsal.hunt import Ask, first_bad, in_order
from pellucid.insight.doctor.rehearsal.look import look_of
from pellucid.insight.doctor.rehearsal.reading import (
    all_finite,
    both_losses,
    change_by_others,
    contradictory,
    is_stuck,
    number,
    upto,
)
from pellucid.insight.doctor.rehearsal.stage import Stage, stage_of
from pellucid.insight.doctor.rehearsal.steps import MOST, SLOWER, steps_of
from pellucid.insight.doctor.rehearsal.turning import change_by_turning
from pellucid.modules.tree import weights_of
from pellucid.training.cache import kept
from pellucid.training.prepare import Prepared, prepare_fit
from pellucid.training.rehearsal import is_own
from pellucid.training.work import multiply_adds, numbers_per_row

Arrays = dict[str, Any]

SPEED = 3e9
"""Multiply-adds of a forward pass that a core does in a second, with the backward pass beside it."""
BESIDE = 5e-5
"""Seconds of a step beside that."""
SECONDS = 0.2
"""How long one of both trainings should take; the fewest steps may take ten times as long."""
FEWEST = 40
"""Steps from which something can be said about what a network learns."""
PLAIN = {"xla_cpu_use_fusion_emitters": False}
"""XLA's options: each operation a kernel of its own, which is compiled in half the time."""
OPTIONS = {
    "quick": {**PLAIN, "xla_backend_optimization_level": 0},
    "long": {**PLAIN, "xla_backend_optimization_level": 1},
    "careful": None,
}
"""How a program is compiled. One that runs once, or on few numbers: as fast as can be. One of many steps on many
numbers (convolutions): a second longer, for loops that run three times as fast. With the quick options jaxlib 0.10.2
gave NaN for the gradient of a healthy network (convolutions, batch normalisation, global max pooling), so that a number
which is not finite is believed only of a program that was compiled as trainings are, which takes longest."""
LONG = 5e6
"""Numbers given by one layer in all steps, from which loops that run faster are worth their compilation."""
ARRAYS = 150
"""Weights, as arrays, above which compiling the passes takes longer than ten seconds."""
DIFFERENT = 0.05
"""Share of the targets' numbers that have to differ from another row's, so that it matters whose they are."""


def rehearse(
    model: Any, x: Any, y: Any = None, *, sample_weight: Any = None, planned: int | None = None
) -> Rehearsed:
    """Train a copy of a model on one batch for about a second, and return what it showed.

    Nothing of the model changes but that it is built, as by ``fit``: no weight, no state of its optimizer, no random
    number. Where a part cannot be rehearsed, ``unknown`` says why.

    Args:
        model: A compiled model.
        x: Inputs, as for ``fit``.
        y: Targets, as for ``fit``.
        sample_weight: Weights of the rows, as for ``fit``.
        planned: How many updates the training is to have; the user's optimizer rehearses no more of them.

    Example:
        >>> import numpy as np, pellucid
        >>> model = pellucid.Sequential([pellucid.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> found = rehearse(model, np.arange(8.0)[:, None] / 8, np.arange(8.0) / 4)
        >>> found.rows, bool(found.free_losses[-1] < 0.01 * found.free_losses[0])
        (8, True)
    """
    began = time.perf_counter()
    classes = getattr(model, "classes", None)
    try:
        prepared = prepare_fit(
            model, x, y, sample_weight=sample_weight, class_weight=None, validation_split=0.0,
            validation_data=None, shuffle=False, seed=model.seed,
        )  # fmt: skip
        found = rehearsed(model, prepared, planned)
    except Exception as error:  # a doctor who cannot look must not stop the training
        reason = str(error).strip().split("\n")[0]
        found = Rehearsed(unknown=(f"There was no rehearsal: {type(error).__name__}: {reason}",))
    finally:
        model.classes = classes
    return replace(found, seconds=time.perf_counter() - began)


def rehearsed(model: Any, prepared: Prepared, planned: int | None) -> Rehearsed:
    """Return what a rehearsal shows, but for its time."""
    arrays = len(weights_of(model))
    if arrays > ARRAYS:
        told = f"There was no rehearsal: {arrays} arrays of weights take too long to compile."
        return Rehearsed(unknown=(told,))
    stage = stage_of(model, prepared)
    seen = program(stage, "look", look_of)(stage.arrays)
    if not all_finite(seen):
        seen = program(stage, "look", look_of, how="careful")(stage.arrays)
    found = replace(looked(stage, seen), asked=asked_of(stage, seen["outputs"]))
    if not stage.arrays["params"]:
        return replace(found, unknown=("No weight is trained, so no step was rehearsed.",))
    bad = bad_start(stage, seen)
    if bad is not None:
        return replace(found, bad=bad)
    shapes = prepared.outputs.shapes or {}
    count = steps_within(multiply_adds(model, shapes) * found.rows)
    if not count:
        told = "No step was rehearsed: the network is too large for steps in a second."
        return replace(found, unknown=(told,))
    numbers = numbers_per_row(shapes) * found.rows * count
    how = "long" if numbers > LONG * len(shapes) else "quick"
    return trained(stage, found, how, count, planned or count)


def steps_within(work: float) -> int:
    """Return how many steps of so many multiply-adds fit, 0 for none: by the work, not the clock, so always the same.

    >>> steps_within(1e4), steps_within(2e7), steps_within(1e9)
    (1000, 40, 0)
    """
    each = work / SPEED + BESIDE
    count = int(min(MOST, SECONDS / each))
    return max(count, FEWEST) if FEWEST * each <= 10 * SECONDS else 0


def program(stage: Stage, name: str, make: Any, how: str = "quick") -> Any:
    """Return one of the rehearsal's programs, kept for models of the same structure.

    Args:
        stage: What it computes with.
        name: Its name.
        make: What makes its function.
        how: How it is compiled, one of ``OPTIONS``, which are for CPUs.
    """
    options = OPTIONS[how] if jax.default_backend() == "cpu" else None
    return kept(
        (f"rehearsal {name}", how, stage.key),
        lambda: jax.jit(make(stage), compiler_options=options),
    )


def looked(stage: Stage, seen: Arrays) -> Rehearsed:
    """Return what the first program says, as plain numbers."""
    inputs, targets, _ = stage.arrays["batch"]
    names = stage.aim.names or ("",)
    by_output = targets if isinstance(targets, dict) and stage.aim.names else {names[0]: targets}
    outputs = {name: np.asarray(value, float) for name, value in seen["outputs"].items()}
    has_loss = stage.aim.loss is not None or stage.aim.own_loss
    quantities = {
        name: {place: number(value) for place, value in places.items() if np.ndim(value) == 0}
        for name, places in seen["quantities"].items()
    }
    order = in_order(stage.order, {place: 0 for places in quantities.values() for place in places})
    return Rehearsed(
        rows=rows(inputs),
        loss=number(seen["loss"]) if has_loss else None,
        penalty=number(seen["penalty"]),
        outputs=outputs,
        targets={name: np.asarray(a) for name, a in by_output.items() if a is not None},
        order=tuple(order),
        quantities=quantities,
        gradients={path: number(value) for path, value in seen["gradients"].items()},
        weights={path: number(value) for path, value in seen["weights"].items()},
        turned=change_by_turning(seen["turned"]) if "turned" in seen else None,
        other_rows=change_by_others(outputs, seen["others"]),
        contradictory=contradictory(inputs, targets),
    )


def asked_of(stage: Stage, outputs: Arrays) -> Asked | None:
    """Return what a loss of the user's own asks for, where outputs and targets can be compared."""
    aim, targets = stage.aim, stage.arrays["batch"][1]
    if aim.loss is None or aim.own_loss or aim.own_step or len(outputs) != 1 or aim.names:
        return None
    given = np.asarray(outputs[""])
    wanted = wanted_of(given, targets) if is_own(aim.loss) and len(given) > 1 else None
    if wanted is None or np.mean(dealt(wanted) != wanted) < DIFFERENT:
        return None
    told = program(stage, "asks", asks_of)(stage.arrays, given, wanted)
    one, two = map(number, told["halves"])
    return Asked(number(told["right"]), number(told["wrong"]), number(told["whole"]), (one, two))


def bad_start(stage: Stage, seen: Arrays) -> Bad | None:
    """Return where a number is not finite before any step, or None."""
    if all_finite(seen):
        return None
    return first_bad(stage, stage.arrays, 0, asking(stage))


def asking(stage: Stage) -> Ask:
    """Return what makes the programs of a hunt."""
    return lambda name, make: program(stage, name, make, "careful")


def trained(stage: Stage, found: Rehearsed, how: str, most: int, planned: int) -> Rehearsed:
    """Do so many steps, with the user's optimizer no more than are planned, and add what they showed."""
    steps, theirs = program(stage, "steps", steps_of, how), min(most, planned)
    seen = steps(stage.arrays, np.array([theirs, most], np.int32), 1.0)
    losses, free_losses = both_losses(seen, theirs, most)
    if not np.isfinite([losses[-1], free_losses[-1]]).all():
        steps = program(stage, "steps", steps_of, "careful")
        seen = steps(stage.arrays, np.array([theirs, most], np.int32), 1.0)
        losses, free_losses = both_losses(seen, theirs, most)
    learnt = seen
    if is_stuck(free_losses):
        again = steps(stage.arrays, np.array([0, most], np.int32), SLOWER)
        slower = upto(np.asarray(again["losses"], float)[1], most)
        if np.isfinite(slower[-1]) and not slower[-1] > 0.9 * free_losses[-1]:
            learnt, free_losses = again, slower
    bad = None
    if not np.isfinite(losses[-1]):
        arrays = {**stage.arrays, "params": seen["ended"], "state": seen["ended_state"]}
        bad = first_bad(stage, arrays, len(losses) - 1, asking(stage))
    return replace(
        found,
        losses=losses,
        free_losses=free_losses,
        moved={path: number(value) for path, value in learnt["moved"].items()},
        learnt_loss=None if found.loss is None else number(learnt["loss"]),
        learnt_outputs={name: np.asarray(a, float) for name, a in learnt["outputs"].items()},
        bad=bad,
    )
