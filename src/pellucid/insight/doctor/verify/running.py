"""Training and measuring the programs that are compared, within the seconds that there are."""

from __future__ import annotations

import time
import warnings
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
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
INTERRUPTED = "interrupt"
"""How a history says that Ctrl-C ended its training."""
HELD = 2**29
"""Bytes of trainings at the same time, at most."""


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


def train(copies: Sequence[Copy], epochs: int | None = None, as_one: bool = True) -> None:
    """Train copies on, at once, and quietly: what they warn of, the user's own training says, and the findings.

    Args:
        copies: What to train.
        epochs: How long; None for as long as each one's setup says.
        as_one: Whether copies may be one program.

    Raises:
        KeyboardInterrupt: A training was ended by Ctrl-C; there is no use in the others.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part in in_parts([(copy, epochs or copy.setup.epochs) for copy in copies]):
            train_together(part, as_one)
            if any(training.history.ended == INTERRUPTED for training in part):
                raise KeyboardInterrupt


def in_parts(copies: Iterable[tuple[Copy, int]]) -> Iterator[list[Training]]:
    """Yield the next trainings of copies, ready to run, in parts that can be held at once."""
    part: list[Training] = []
    room = HELD
    for copy, epochs in copies:
        training = copy.prepared(epochs)
        size = bytes_of(training)
        if part and size > room:
            yield part
            part, room = [], HELD
        part.append(training)
        room -= size
    yield part


def bytes_of(training: Training) -> int:
    """Return how much a training holds; gradients are as many as what it trains."""
    run = training.run
    held = (run.state, run.state["params"], run.fixed, run.data, run.validation)
    return sum(np.asarray(leaf).nbytes for leaf in jax.tree.leaves(held))


def trained(
    group: Sequence[Variant], numbers: Sequence[int], epochs: int | None = None, as_one: bool = True
) -> list[Copy]:
    """Return trained copies of those variants that can be trained; note of the others why they cannot.

    Args:
        group: The variants; those refused before are left out.
        numbers: The seeds.
        epochs: As in :func:`train`.
        as_one: As in :func:`train`.
    """
    try:
        copies = copies_of(group, numbers)
        train(copies, epochs, as_one)
    except REFUSALS as error:
        if len(group) > 1:  # it is one of them, so each is tried by itself
            return [copy for each in group for copy in trained([each], numbers, epochs, as_one)]
        refuse(group[0], error)
        return []
    return copies


def refuse(variant: Variant, error: Exception) -> None:
    """Note that a variant cannot be trained, and why."""
    variant.setup, variant.refused = None, reason_of(error)


def time_passes(variants: Sequence[Variant], share: float) -> None:
    """Compile all programs, side by side, then measure how long a pass of each takes when it is alone.

    Args:
        variants: The programs.
        share: The seconds that one training may take; a pass that takes longer is measured once.
    """
    trained(variants, [0], epochs=1, as_one=False)
    for variant in variants:
        if variant.setup is not None:
            variant.seconds = seconds_of_pass(variant, share)


def seconds_of_pass(variant: Variant, share: float) -> float:
    """Return how long a pass takes; the least of several is the least disturbed, and much of a first is its start."""
    copies = copies_of([variant], [0])
    variant.kind = kind_of(copies[0].prepared(1))
    once = seconds_of(copies, 1)
    if once >= share:
        return once
    once = min(once, seconds_of(copies, 1))
    count = min(MOST_TIMED, max(1, int(share / once)))
    more = min(seconds_of(copies, 1 + count) for _ in range(2))
    return max((more - once) / count, more / (1 + count) / 10)


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

    Variants that are one program have all seeds in it; the others go seed by seed, side by side.
    """
    begun = time.perf_counter()
    populations = populations_of(variants, seeds)
    for group in populations:
        train_and_measure(group, range(seeds), tasks)
    done = {id(each) for group in populations for each in group}
    others = [each for each in variants if id(each) not in done]
    for number in range(seeds):
        train_and_measure(others, [number], tasks)
        if time.perf_counter() - begun > seconds:
            return


def train_and_measure(
    group: Sequence[Variant], numbers: Sequence[int], tasks: Mapping[str, Task]
) -> None:
    """Train the variants of a group under some seeds, and measure them."""
    for copy in trained(group, numbers):
        try:
            copy.variant.scores.append(measured(copy.model, copy.setup, tasks))
            copy.variant.diverged += copy.model.history.ended == "non-finite"
        except REFUSALS as error:
            refuse(copy.variant, error)


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
