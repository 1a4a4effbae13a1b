"""Training and measuring the programs that are compared, within the seconds that there are."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.callbacks import EarlyStopping
from pellucid.insight.doctor.verify.rows import by_name
from pellucid.insight.doctor.verify.score import Scores, scores_of
from pellucid.insight.doctor.verify.setup import Setup
from pellucid.insight.doctor.verify.task import Task, fitted
from pellucid.insight.doctor.verify.variants import REFUSALS, Variant, reason_of

STOP_SHARE = 0.2
"""The share of the training rows that early stopping watches."""
MOST_TIMED = 50
"""Passes over the rows that are timed at most."""


def trained(setup: Setup, number: int, epochs: int) -> Any:
    """Return a copy of the model after a training from the start."""
    model = setup.model(number)
    fit(model, setup, number, epochs)
    return model


def fit(model: Any, setup: Setup, number: int, epochs: int) -> None:
    """Train a copy on, quietly: what it warns of, the user's own training says, and the findings."""
    stop = None if setup.patience is None else EarlyStopping(patience=setup.patience)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(
            setup.training.x,
            setup.training.y,
            batch_size=setup.batch_size,
            epochs=epochs,
            verbose=0,
            callbacks=None if stop is None else [stop],
            validation_split=0.0 if stop is None else STOP_SHARE,
            shuffle=setup.shuffle,
            class_weight=setup.class_weight,
            sample_weight=setup.training.weight,
            seed=setup.program.seed + number,
            doctor=False,
        )


def time_pass(variant: Variant, share: float) -> None:
    """Measure how long one pass takes, once the program is compiled.

    Args:
        variant: The program.
        share: The seconds that one training may take; a pass that takes longer is measured once.
    """
    if variant.setup is None:
        return
    try:
        model = trained(variant.setup, 0, 1)
        once = variant.seconds = seconds_of(model, variant.setup, 1)
        if (
            once < share
        ):  # the least of two is the least disturbed, and most of a single pass may be its start
            once = min(once, seconds_of(model, variant.setup, 1))
            count = min(MOST_TIMED, max(1, int(share / once)))
            more = min(seconds_of(model, variant.setup, 1 + count) for _ in range(2))
            variant.seconds = max((more - once) / count, more / (1 + count) / 10)
    except REFUSALS as error:
        variant.setup, variant.refused = None, reason_of(error)


def seconds_of(model: Any, setup: Setup, epochs: int) -> float:
    """Return how long a call of ``fit`` takes."""
    begun = time.perf_counter()
    fit(model, setup, 0, epochs)
    return time.perf_counter() - begun


def plan_passes(variants: Sequence[Variant], seconds: float, seeds: int) -> None:
    """Shorten all trainings by the same share, so that together they take no more than the seconds."""
    able = [(each, each.setup) for each in variants if each.setup is not None]
    needed = seeds * sum(each.seconds * setup.epochs for each, setup in able)
    share = min(1.0, seconds / max(needed, 1e-9))
    for each, setup in able:
        each.setup = replace(setup, epochs=max(1, int(setup.epochs * share)))


def train_all(
    variants: Sequence[Variant], tasks: Mapping[str, Task], seconds: float, seeds: int
) -> int:
    """Train and measure every variant under every seed; return for how many seeds there was time, at least one."""
    begun = time.perf_counter()
    for number in range(seeds):
        for variant in variants:
            if variant.setup is not None:
                train_one(variant, variant.setup, tasks, number)
        if time.perf_counter() - begun > seconds:
            return number + 1
    return seeds


def train_one(variant: Variant, setup: Setup, tasks: Mapping[str, Task], number: int) -> None:
    """Train a variant under one seed, and measure it."""
    try:
        model = trained(setup, number, setup.epochs)
        variant.scores.append(measured(model, setup, tasks))
        variant.diverged += model.history.ended == "non-finite"
    except REFUSALS as error:
        variant.setup, variant.refused = None, reason_of(error)


def measured(model: Any, setup: Setup, tasks: Mapping[str, Task]) -> dict[str, Scores]:
    """Return the scores of a trained copy by output."""
    names = setup.program.model.output_names
    outputs = by_name(model.predict(setup.held.x), names)
    losses = getattr(model._session.loss, "losses", None)
    found = {}
    for name, task in tasks.items():
        loss = model._session.loss if losses is None else losses.get(name)
        classes = model.classes.get(name) if isinstance(model.classes, dict) else model.classes
        values = np.asarray(outputs[name])
        if name in setup.scalings:
            values = setup.scalings[name].undone(fitted(values.astype(float), task.truth))
        found[name] = scores_of(task, values, loss, classes)
    return found
