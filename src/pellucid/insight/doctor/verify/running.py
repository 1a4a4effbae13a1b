"""Training and measuring the programs that are compared, within the seconds that there are."""

from __future__ import annotations

import time
import warnings
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pellucid.callbacks import EarlyStopping
from pellucid.insight.doctor.verify.rows import by_name
from pellucid.insight.doctor.verify.score import Scores, scores_of
from pellucid.insight.doctor.verify.setup import Setup
from pellucid.insight.doctor.verify.task import Task, fitted
from pellucid.insight.doctor.verify.variants import REFUSALS, Variant, reason_of
from pellucid.training.together import kind_of, train_together
from pellucid.training.trainer import Training, prepare_training

STOP_SHARE = 0.2
"""The share of the training rows that early stopping watches."""
MOST_TIMED = 50
"""Passes over the rows that are timed at most."""
LONG = 4.0
"""Seconds of the trainings of a population, one after the other, at least: its program is compiled for them alone."""


@dataclass(frozen=True)
class Copy:
    """A copy of the user's model under a seed, to be trained as a variant says."""

    variant: Variant
    setup: Setup
    number: int
    model: Any

    def prepared(self, epochs: int) -> Training:
        """Return its next training, ready to run."""
        setup = self.setup
        stop = None if setup.patience is None else EarlyStopping(patience=setup.patience)
        return prepare_training(
            self.model,
            setup.training.x,
            setup.training.y,
            batch_size=setup.batch_size,
            epochs=epochs,
            callbacks=None if stop is None else [stop],
            validation_split=0.0 if stop is None else STOP_SHARE,
            shuffle=setup.shuffle,
            class_weight=setup.class_weight,
            sample_weight=setup.training.weight,
            seed=setup.program.seed + self.number,
        )


def copies_of(group: Sequence[Variant], numbers: Iterable[int]) -> list[Copy]:
    """Return a copy for each variant of a group and each seed."""
    return [
        Copy(variant, variant.setup, number, variant.setup.model(number))
        for number in numbers
        for variant in group
        if variant.setup is not None
    ]


def train(copies: Sequence[Copy], epochs: int | None = None) -> None:
    """Train copies on, quietly: what they warn of, the user's own training says, and the findings.

    Args:
        copies: What to train, as one program where that can be.
        epochs: How long; None for as long as each one's setup says.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        train_together([copy.prepared(epochs or copy.setup.epochs) for copy in copies])


def refuse(group: Sequence[Variant], error: Exception) -> None:
    """Note that variants cannot be trained, and why."""
    for variant in group:
        variant.setup, variant.refused = None, reason_of(error)


def time_pass(variant: Variant, share: float) -> None:
    """Measure how long one pass takes, once the program is compiled, and note with which variants it is one program.

    Args:
        variant: The program.
        share: The seconds that one training may take; a pass that takes longer is measured once.
    """
    if variant.setup is None:
        return
    try:
        copies = copies_of([variant], [0])
        variant.kind = kind_of(copies[0].prepared(1))
        train(copies, 1)
        once = variant.seconds = seconds_of(copies, 1)
        if (
            once < share
        ):  # the least of two is the least disturbed, and most of a single pass may be its start
            once = min(once, seconds_of(copies, 1))
            count = min(MOST_TIMED, max(1, int(share / once)))
            more = min(seconds_of(copies, 1 + count) for _ in range(2))
            variant.seconds = max((more - once) / count, more / (1 + count) / 10)
    except REFUSALS as error:
        refuse([variant], error)


def seconds_of(copies: Sequence[Copy], epochs: int) -> float:
    """Return how long a training of copies takes."""
    begun = time.perf_counter()
    train(copies, epochs)
    return time.perf_counter() - begun


def plan_passes(variants: Sequence[Variant], seconds: float, seeds: int) -> None:
    """Shorten all trainings by the same share, so that together they take no more than the seconds."""
    able = [(each, each.setup) for each in variants if each.setup is not None]
    needed = seeds * sum(each.seconds * setup.epochs for each, setup in able)
    share = min(1.0, seconds / max(needed, 1e-9))
    for each, setup in able:
        each.setup = replace(setup, epochs=max(1, int(setup.epochs * share)))


def populations_of(variants: Sequence[Variant], seeds: int) -> list[list[Variant]]:
    """Return the variants that are one program together, where that saves more than its compilation takes."""
    groups: dict[Hashable, list[Variant]] = {}
    for variant in variants:
        if variant.setup is not None and variant.kind is not None:
            groups.setdefault(variant.kind, []).append(variant)
    return [
        group
        for group in groups.values()
        if seeds * sum(each.seconds * each.setup.epochs for each in group if each.setup) >= LONG
    ]


def train_all(
    variants: Sequence[Variant], tasks: Mapping[str, Task], seconds: float, seeds: int
) -> None:
    """Train and measure every variant under every seed; under fewer where time is short, but one at least.

    Variants that are one program have all seeds in it; the others go seed by seed.
    """
    begun = time.perf_counter()
    populations = populations_of(variants, seeds)
    for group in populations:
        train_and_measure(group, range(seeds), tasks)
    done = {id(each) for group in populations for each in group}
    for number in range(seeds):
        for variant in variants:
            if id(variant) not in done:
                train_and_measure([variant], [number], tasks)
        if time.perf_counter() - begun > seconds:
            return


def train_and_measure(
    group: Sequence[Variant], numbers: Iterable[int], tasks: Mapping[str, Task]
) -> None:
    """Train the variants of a group under some seeds, and measure them."""
    try:
        copies = copies_of(group, numbers)
        train(copies)
    except REFUSALS as error:
        refuse(group, error)
        return
    for variant, setup, model in ((each.variant, each.setup, each.model) for each in copies):
        try:
            variant.scores.append(measured(model, setup, tasks))
            variant.diverged += model.history.ended == "non-finite"
        except REFUSALS as error:
            refuse([variant], error)


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
