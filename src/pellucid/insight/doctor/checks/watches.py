"""Checks of callbacks that go by a column of the history: what they take for better, and how long they wait."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from pellucid.insight.doctor.changes import StopEarly
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import column
from pellucid.insight.doctor.checks.course.generalising import rise
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts, Watch
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign
from pellucid.training.callbacks.monitor import maximises

LOSSES = ("loss", "mean_squared_error", "mse", "mean_absolute_error", "mae")
"""Names whose better end nobody doubts, beside those of scores; metrics of one's own may go either way."""
LONG = 10
"""Epochs that are planned, from which on it matters to be stopped by the first one that is not better."""
AMPLE = 10
"""Rows for each trained weight, from which on there is little to learn by heart: the rule of thumb that Baum and
Haussler (1989) found the bounds of generalisation to agree with, for an error of a tenth."""


def better(watch: Watch) -> str | None:
    """Return the mode that a column's name asks for, or None where it does not tell.

    >>> better(Watch("EarlyStopping", "val_accuracy")), better(Watch("EarlyStopping", "churn"))
    ('max', None)
    """
    name = watch.monitor.removeprefix("val_")
    if name in LOSSES or name.endswith("_loss"):
        return "min"
    return "max" if maximises(name, "auto") else None


@check(
    "D433",
    "A callback takes the worst epoch for the best",
    faults=("F10", "F34"),
    explains=(*STUCK, "D404", "D619"),
)
def wrong_way(facts: Facts) -> Iterator[Sign]:
    """An accuracy is the better the larger it is, a loss the smaller; a callback told otherwise stops what gets better.

    Threshold: none; names of which nobody doubts the better end.
    """
    for watch in facts.fit.watches:
        right = better(watch)
        if right is None or watch.mode in ("auto", right):
            continue
        what = {"EarlyStopping": "stops", "ModelCheckpoint": "keeps the weights"}.get(
            watch.kind, "acts"
        )
        evidence = (
            f"{watch.kind} goes by '{watch.monitor}' with mode='{watch.mode}': it {what} where '{watch.monitor}' is "
            f"{'smallest' if watch.mode == 'min' else 'largest'}, which is worst.",
        )
        repair = Repair(f"{watch.kind}(monitor='{watch.monitor}', mode='{right}')")
        yield Sign("serious", 0.9, Place(None, "callbacks", watch.kind), evidence, repair)


@check("D434", "Early stopping waits for no epoch", faults=("F10",))
def no_patience(facts: Facts) -> Iterator[Sign]:
    """Losses of batches and of few rows go up and down by chance, and the first epoch that goes up ends the training.

    Source: Prechelt, Early stopping - but when?, 1998, whose rules wait. Threshold: a patience of 0, which is the
    default, where ten epochs or more are planned. A hint: whether it does harm is seen in the course (D619).
    """
    if (facts.fit.epochs or 0) < LONG:
        return
    for watch in facts.fit.watches:
        if watch.kind != "EarlyStopping" or watch.patience != 0:
            continue
        evidence = (
            f"patience=0: of {facts.fit.epochs} epochs the first in which '{watch.monitor}' is not better is the last.",
        )
        repair = Repair(
            "EarlyStopping(patience=10, restore_best_weights=True)", (StopEarly(patience=10),)
        )
        yield Sign("hint", 0.5, Place(None, "patience", "0"), evidence, repair)


@check("D435", "A callback goes by the training rows", faults=("F23",), explains=("D607", "D608"))
def trained_column(facts: Facts) -> Iterator[Sign]:
    """The training loss falls also where rows are learnt by heart; only rows held back show when to stop.

    Source: Prechelt, Early stopping - but when?, 1998. Threshold: none; validation rows, and a column of the training
    rows. A hint for a checkpoint, for fewer than ten epochs, for ten rows and more for each trained weight, and once
    five epochs of validation have not got worse. Silent beside another one of its kind that goes by validation.
    """
    if not validates(facts):
        return
    kinds = {each.kind for each in facts.fit.watches if each.monitor.startswith("val_")}
    own = training_columns(facts)
    for watch in facts.fit.watches:
        if watch.monitor not in own or watch.kind in kinds or not watch.selects:
            continue
        if watch.kind == "EarlyStopping":
            yield _stops_by(facts, watch)
        elif watch.kind == "ModelCheckpoint":
            words = f"It keeps the epoch in which '{watch.monitor}' of the training rows is best."
            repair = Repair("ModelCheckpoint(..., monitor='val_loss')")
            place = Place(None, "monitor", f"'{watch.monitor}'")
            yield Sign("hint", 0.6, place, (f"ModelCheckpoint: {words}",), repair)


def _stops_by(facts: Facts, watch: Watch) -> Sign:
    """Return the sign of early stopping by the training rows."""
    held = column(facts, "val_loss")
    went_well = held is not None and len(held) >= 5 and rise(facts) is None
    is_short = (facts.fit.epochs or 0) < LONG
    level: Level = "hint" if went_well or is_short or has_ample_rows(facts) else "warning"
    evidence = (
        f"EarlyStopping goes by '{watch.monitor}' of the training rows, which gets better also while rows are learnt "
        "by heart; the rows held back are not asked.",
    )
    patience = watch.patience or 5
    repair = Repair(
        f"EarlyStopping(monitor='val_loss', patience={patience})", (StopEarly(patience),)
    )
    return Sign(level, 0.7, Place(None, "monitor", f"'{watch.monitor}'"), evidence, repair)


def validates(facts: Facts) -> bool:
    """Tell whether rows are held back, as far as it is known."""
    given = facts.data is not None and facts.data.validation is not None
    return given or facts.fit.validation_split > 0 or column(facts, "val_loss") is not None


def training_columns(facts: Facts) -> set[str]:
    """Return the columns of the history that are measured on the training rows: losses, and metrics of ``compile``."""
    names = {"loss"}
    for output in facts.outputs:
        own = {"loss", *output.metrics}
        names |= own | {f"{output.name}_{each}" for each in own if output.name}
    return names


def has_ample_rows(facts: Facts) -> bool:
    """Tell whether there are ``AMPLE`` rows and more for each trained weight."""
    if facts.data is None:
        return False
    weights = (weight for layer in facts.layers for weight in layer.weights if weight.trainable)
    count = sum(prod(weight.shape) for weight in weights)
    return facts.data.training.count * (1 - facts.fit.validation_split) >= AMPLE * count
