"""Checks of how many steps there are: epochs, batch size, and a schedule that ends before them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetFit, SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import descent
from pellucid.insight.doctor.checks.symptoms import SHORT, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

FEW = 100
"""Updates that are few, whatever the optimizer: its own averages last 10 (Adam's first) to 1,000."""
ENOUGH = 500
"""Updates from which on a network may have learnt from a part of very many rows: as in D431."""


def times(epochs: int) -> str:
    """Return a number of epochs in words.

    >>> times(1), times(20)
    ('1 epoch', '20 epochs')
    """
    return f"{epochs} epoch" + "s" * (epochs != 1)


def steps_of(facts: Facts) -> int | None:
    """Return how many steps are planned in all, or None."""
    if not facts.fit.steps or not facts.fit.epochs:
        return None
    return facts.fit.steps * facts.fit.epochs


@check("D404", "Very few steps in all", faults=("F10",), explains=STUCK)
def few_steps(facts: Facts) -> Iterator[Sign]:
    """Each step changes a weight by about the rate; a few of them lead nowhere, whatever the rate.

    Thresholds: 20 steps a warning, 100 a hint. The optimizers' own averages last 10 (Adam's first) and 1,000 steps.
    """
    steps = steps_of(facts)
    if steps is None or steps >= FEW or (facts.fit.epochs or 0) < 1 or facts.fit.goes_on:
        return
    fit = facts.fit
    evidence = (f"{times(fit.epochs or 0)} of {fit.steps} steps are {steps} updates in all.",)
    wanted = max(10, math.ceil(500 / (fit.steps or 1)))
    place = Place(None, "epochs", str(fit.epochs))
    repair = Repair(f"fit(..., epochs={wanted})", (SetFit("epochs", wanted),))
    level: Level = "warning" if steps < 20 else "hint"
    yield Sign(level, 0.8, place, evidence, repair)


@check(
    "D405",
    "The schedule ends the learning long before the training",
    faults=("F09",),
    explains=(*STUCK, "D620"),
)
def dead_schedule(facts: Facts) -> Iterator[Sign]:
    """Once the rate has fallen to nothing, the other steps are wasted.

    Threshold: for more than half of the planned steps the rate is below a thousandth of its largest; cosine and linear
    schedules spend a fiftieth of the steps there.
    """
    optimizer = facts.optimizer
    if optimizer is None or optimizer.rates is None or len(optimizer.rates) < 5:
        return
    rates = np.asarray(optimizer.rates, float)
    dead = float((rates < rates.max() / 1000).mean())
    if dead <= 0.5:
        return
    evidence = (
        f"The rate falls from {rates.max():.3g} to {rates[-1]:.3g}, and is below a thousandth of it in {dead:.0%} of "
        "the planned steps.",
    )
    repair = Repair(
        f"learning_rate={rates.max():.3g}, or a schedule as long as the training",
        (SetOptimizer(None, {"learning_rate": float(rates.max())}),),
    )
    yield Sign("warning", 0.85, Place(None, "learning_rate", "schedule"), evidence, repair)


@check("D431", "One step for all rows", faults=("F12", "F10"), explains=STUCK)
def one_step(facts: Facts) -> Iterator[Sign]:
    """A batch of all rows makes one update an epoch: the cost of many for the progress of one.

    Source: Bottou and Bousquet (2008). Thresholds: at least 64 rows and fewer than 100 updates a warning; up to 500 a
    hint, and so is a training whose loss has fallen to 0.3 of that without learning. Fewer than 20 are D404.
    """
    fit, data = facts.fit, facts.data
    steps = steps_of(facts)
    if data is None or fit.batch_size is None or steps is None or fit.steps != 1:
        return
    rows = data.training.count * (1 - fit.validation_split)
    if rows < 64 or fit.batch_size < rows or not 20 <= steps < 500:
        return
    course = descent(facts)
    has_learnt = course is not None and course.left < 0.3
    level: Level = "warning" if steps < 100 and not has_learnt else "hint"
    evidence = (
        f"batch_size={fit.batch_size} holds all {rows:.0f} rows: {fit.epochs} epochs are {steps} updates.",
    )
    place = Place(None, "batch_size", str(fit.batch_size))
    repair = Repair("fit(..., batch_size=32)", (SetFit("batch_size", 32),))
    yield Sign(level, 0.7, place, evidence, repair)


@check("D432", "One row a step", faults=("F12",))
def one_row(facts: Facts) -> Iterator[Sign]:
    """The gradient of one row is mostly noise, and each step costs nearly as much as one of 32 rows.

    A hint: with a small rate it learns well (LeCun et al., Efficient BackProp, 4.1). With batch normalisation: D333.
    """
    size, data = facts.fit.batch_size, facts.data
    if size != 1 or data is None or data.training.count < 100:
        return
    evidence = (f"batch_size=1 makes {data.training.count} updates an epoch, each after one row.",)
    repair = Repair("fit(..., batch_size=32)", (SetFit("batch_size", 32),))
    yield Sign("hint", 0.6, Place(None, "batch_size", "1"), evidence, repair)


@check(
    "D436",
    "Most rows are never seen",
    faults=("F10",),
    explains=tuple(dict.fromkeys((*SHORT, *STUCK))),
)
def rows_left_out(facts: Facts) -> Iterator[Sign]:
    """``steps_per_epoch`` ends an epoch before its rows do; epochs are then planned as if each were a pass.

    Thresholds: less than a tenth of the steps of one pass, and all epochs together see less than half of the rows; 500
    updates and more a hint, since of millions of rows a part may do. Silent where an earlier ``fit`` has seen others,
    and for loops, which have no such argument.
    """
    fit, data, steps = facts.fit, facts.data, steps_of(facts)
    if (
        data is None
        or steps is None
        or not fit.batch_size
        or fit.goes_on
        or facts.source == "torch"
    ):
        return
    rows = round(data.training.count * (1 - fit.validation_split))
    a_pass, seen = math.ceil(rows / fit.batch_size), steps * fit.batch_size
    if (fit.steps or 0) * 10 >= a_pass or seen * 2 >= rows:
        return
    evidence = (
        f"{times(fit.epochs or 0)} of {fit.steps} steps of {fit.batch_size} rows are {seen} of {rows} rows; one pass "
        f"takes {a_pass} steps.",
    )
    level: Level = "warning" if steps < ENOUGH else "hint"
    place = Place(None, "steps_per_epoch", str(fit.steps))
    repair = Repair("leave out steps_per_epoch: then an epoch is one pass over all rows")
    yield Sign(level, 0.75, place, evidence, repair)
