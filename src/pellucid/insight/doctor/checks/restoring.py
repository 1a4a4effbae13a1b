"""Networks that are asked for their inputs: for the same in validation, and for what stands before them anyway."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import SPARSE_LOSSES
from pellucid.insight.doctor.checks.pairs import paired
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.checks.tasks import loss_of
from pellucid.insight.doctor.facts.data import Rows
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Place, Repair, Sign

SAME = 0.99
"""The share of rows whose target is their input, from which a network is trained to give back its inputs."""


PLACES = 4
"""Steps of a series, at least: of fewer columns one may be a category that is to be told again."""


@check(
    "D133",
    "Trained to give back its inputs, validated on something else",
    faults=("F28", "F33"),
    explains=(*FOOLED, "D607", "D608", "D621"),
)
def other_aim(facts: Facts) -> Iterator[Sign]:
    """A network that is asked for its inputs learns to let them through: of noisy ones, the noise with them.

    Threshold: nearly all training targets (99 %) are their row of the inputs to the last digit, and of the validation
    targets less than half are.
    """
    data = facts.data
    if data is None or data.validation is None:
        return
    here, there = same_share(data.training), same_share(data.validation)
    if here is None or there is None or here < SAME or there >= 0.5:
        return
    evidence = (
        f"{here:.0%} of the training targets are their own inputs to the last digit; of the validation targets "
        f"{there:.0%} are.",
    )
    repair = Repair("fit(x, y) with y as it is for validation: what the inputs were made of")
    yield Sign("warning", 0.85, Place(None, "y"), evidence, repair)


def same_share(part: Rows) -> float | None:
    """Return the share of rows whose target is their input; None where there are several, or other shapes."""
    if len(part.x) != 1 or len(part.y) != 1:
        return None
    x, y = next(iter(part.x.values())), next(iter(part.y.values()))
    if x.rows.dtype.kind not in "biuf" or y.rows.dtype.kind not in "biuf":
        return None
    inputs, targets = paired(x, y)
    if inputs.shape != targets.shape or not len(inputs) or inputs.shape[1] < 2:
        return None
    return float(np.all(inputs == targets, axis=1).mean())


def copied(facts: Facts, output: Output) -> Iterator[Sign]:
    """Yield a sign where classes are asked for at each place that are the input there: the network copies.

    Told are ids whose places all layers keep: what goes through a single vector must know the text to restore it.
    """
    rows, loss = facts.data.training if facts.data else None, loss_of(output)
    share = same_share(rows) if rows is not None else None
    if share is None or share < SAME or loss not in SPARSE_LOSSES or len(output.shape) != 2:
        return
    shapes = [layer.output_shape for layer in facts.layers]
    if not all(shape is not None and len(shape) == 2 for shape in shapes):
        return
    if len({shape[0] for shape in shapes if shape}) != 1:
        return
    evidence = (
        f"{share:.0%} of the rows have their own inputs as targets: what is asked for at a place stands at that place.",
    )
    repair = Repair(
        "the next one: y = ids[start + 1 : start + length + 1] for x = ids[start : start + length]"
    )
    yield Sign("warning", 0.8, Place(None, "y"), evidence, repair)


def held_at_a_place(x: np.ndarray, y: np.ndarray) -> Iterator[Sign]:
    """Yield a sign where one step of a series of rows with one 1 is the class that is asked for.

    Args:
        x: ``(rows, steps, classes)``.
        y: ``(rows, classes)``.
    """
    steps = x.shape[1]
    if steps < PLACES or x.shape[2] != y.shape[1] or len(np.unique(y, axis=0)) < 3:
        return
    share = np.all(x == y[:, None, :], axis=2).mean(axis=0)
    place = int(share.argmax())
    if share[place] < SAME:
        return
    evidence = (
        f"In {share[place]:.0%} of the rows the class asked for is a step of the inputs, x[:, {place - steps}].",
    )
    repair = Repair(
        "the step behind the window: y = ids[start + length] for x = ids[start : start + length]"
    )
    yield Sign("warning", 0.85, Place(None, "x", f"step {place}"), evidence, repair)
