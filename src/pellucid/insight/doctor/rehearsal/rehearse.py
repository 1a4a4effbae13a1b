"""``rehearse``: what a second of training on a copy shows, as facts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.rehearsed import Asked, Rehearsed
from pellucid.insight.doctor.lengths import length, ways
from pellucid.insight.doctor.rehearsal.ahead import change_by_ends, is_next_step
from pellucid.insight.doctor.rehearsal.asks import dealt, own_loss, wanted_of
from pellucid.insight.doctor.rehearsal.hunt import first_bad, in_order
from pellucid.insight.doctor.rehearsal.programs import LONG, Programs, plain
from pellucid.insight.doctor.rehearsal.reaching import LARGER, last_activation, last_weights
from pellucid.insight.doctor.rehearsal.reading import (
    all_finite,
    both_losses,
    change_by_others,
    contradictory,
    is_stuck,
    number,
)
from pellucid.insight.doctor.rehearsal.stage import stage_of
from pellucid.insight.doctor.rehearsal.steps import MOST, SLOWER
from pellucid.insight.doctor.rehearsal.sureness import has_own
from pellucid.insight.doctor.rehearsal.turning import change_by_turning, is_asked
from pellucid.modules.tree import weights_of
from pellucid.training.prepare import Prepared, prepare_fit
from pellucid.training.probes.probe import by_layer
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
    stage, shapes = stage_of(model, prepared), prepared.outputs.shapes or {}
    count = steps_within(multiply_adds(model, shapes) * stage.rows)
    numbers = numbers_per_row(shapes) * stage.rows * count
    programs = Programs(stage, "long" if numbers > LONG * len(shapes) else "quick")
    seen = programs.before()
    if not all_finite(seen):
        programs = Programs(stage, "careful")
        seen = programs.before()
    found = replace(looked(programs, seen), asked=asked_of(programs, seen["outputs"]))
    if prepared.outputs.names is None and prepared.outputs.heads.activation is None:
        found = replace(found, last=last_of(programs, found.outputs))
    if has_own(model) and not stage.aim.own_step:
        found = replace(found, sure={p: number(s) for p, s in programs.sureness().items()})
    if not stage.arrays["params"]:
        return replace(found, unknown=("No weight is trained, so no step was rehearsed.",))
    if not all_finite(seen):
        return replace(found, bad=first_bad(stage, stage.arrays, 0, programs.careful))
    if not count:
        told = "No step was rehearsed: the network is too large for steps in a second."
        return replace(found, unknown=(told,))
    return trained(programs, found, (min(count, planned or count), count))


def steps_within(work: float) -> int:
    """Return how many steps of so many multiply-adds fit, 0 for none: by the work, not the clock, so always the same.

    >>> steps_within(1e4), steps_within(2e7), steps_within(1e9)
    (1000, 40, 0)
    """
    each = work / SPEED + BESIDE
    count = int(min(MOST, SECONDS / each))
    return max(count, FEWEST) if FEWEST * each <= 10 * SECONDS else 0


def looked(programs: Programs, seen: Arrays) -> Rehearsed:
    """Return what the programs say before any step, as plain numbers."""
    stage = programs.stage
    inputs, targets, _ = stage.arrays["batch"]
    names = stage.aim.names or ("",)
    by_output = targets if isinstance(targets, dict) and stage.aim.names else {names[0]: targets}
    outputs = {name: np.asarray(value, float) for name, value in seen["outputs"].items()}
    has_loss = stage.aim.loss is not None or stage.aim.own_loss
    params = plain(stage.arrays["params"])
    quantities = {
        name: {place: number(value) for place, value in places.items()}
        for name, places in seen["quantities"].items()
    }
    quantities["update_ratio"] = ways(by_layer(seen["updated"]), by_layer(params))
    order = in_order(stage.order, {place: 0 for places in quantities.values() for place in places})
    return Rehearsed(
        rows=stage.rows,
        loss=number(seen["loss"]) if has_loss else None,
        penalty=number(seen["penalty"]),
        outputs=outputs,
        targets={name: np.asarray(a) for name, a in by_output.items() if a is not None},
        order=tuple(order),
        quantities=quantities,
        sums={place: number(value) for place, value in seen["sums"].items()},
        gradients={path: number(length([array])) for path, array in seen["gradients"].items()},
        weights={path: number(length([array])) for path, array in params.items()},
        turned=change_by_turning(programs.both_ways()) if is_asked(stage) else None,
        ahead=change_by_ends(programs.other_ends()) if is_next_step(stage) else None,
        other_rows=change_by_others(outputs, programs.beside_others()),
        contradictory=contradictory(inputs, targets),
    )


def asked_of(programs: Programs, outputs: Arrays) -> dict[str, Asked]:
    """Return what losses of the user's own ask for, by output, where outputs and targets can be compared."""
    stage, found = programs.stage, {}
    if stage.aim.own_loss or stage.aim.own_step:
        return found
    targets = stage.arrays["batch"][1]
    for name, array in outputs.items():
        if own_loss(stage, name) is None:
            continue
        given = np.asarray(array)
        wanted = wanted_of(given, targets[name] if name else targets) if len(given) > 1 else None
        if wanted is None or np.mean(dealt(wanted) != wanted) < DIFFERENT:
            continue
        told = programs.asks(name, given, wanted)
        one, two = map(number, told["halves"])
        right, wrong, whole = (number(told[each]) for each in ("right", "wrong", "whole"))
        found[name] = Asked(right, wrong, whole, (one, two))
    return found


def last_of(programs: Programs, outputs: Mapping[str, Any]) -> str | None:
    """Return the activation that the only output ends in, by what it can reach."""
    paths = last_weights(programs.stage)
    if not paths:
        return None
    after = [np.asarray(programs.with_larger(paths, times)[""]) for times in LARGER]
    return last_activation(outputs[""], after)


def trained(programs: Programs, found: Rehearsed, ends: tuple[int, int]) -> Rehearsed:
    """Do so many steps with the user's optimizer, and so many free ones, and add what they showed."""
    seen = programs.steps(ends)
    losses, free_losses = both_losses(seen, *ends)
    if not np.isfinite([losses[-1], free_losses[-1]]).all() and programs.how != "careful":
        return trained(Programs(programs.stage, "careful"), found, ends)
    learnt = seen
    if is_stuck(free_losses):
        again = programs.steps((0, ends[1]), SLOWER)
        _, slower = both_losses(again, *ends)
        if np.isfinite(slower[-1]) and not slower[-1] > 0.9 * free_losses[-1]:
            learnt, free_losses = again, slower
    bad = None
    if not np.isfinite(losses[-1]):
        arrays = programs.arrays(params=seen["ended"], state=seen["ended_state"])
        bad = first_bad(programs.stage, arrays, len(losses) - 1, programs.careful)
    end = programs.look(programs.arrays(params=learnt["params"], state=learnt["state"]))
    return replace(
        found,
        losses=losses,
        free_losses=free_losses,
        moved=ways(
            *(by_weight(arrays) for arrays in (learnt["params"], programs.stage.arrays["params"]))
        ),
        learnt_loss=None if found.loss is None else number(end["loss"]),
        learnt_outputs={name: np.asarray(a, float) for name, a in end["outputs"].items()},
        bad=bad,
    )


def by_weight(arrays: Arrays) -> dict[str, list[np.ndarray]]:
    """Return each weight as a layer of its own."""
    return {path: [array] for path, array in plain(arrays).items()}
