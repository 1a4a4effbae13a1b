"""Checks of callbacks that go by a column of the history: what they take for better, and how long they wait."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import StopEarly
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts, Watch
from pellucid.insight.doctor.finding import Place, Repair, Sign
from pellucid.training.callbacks.monitor import maximises

LOSSES = ("loss", "mean_squared_error", "mse", "mean_absolute_error", "mae")
"""Names whose better end nobody doubts, beside those of scores; metrics of one's own may go either way."""
LONG = 10
"""Epochs that are planned, from which on it matters to be stopped by the first one that is not better."""


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
