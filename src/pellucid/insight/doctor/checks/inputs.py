"""Checks of the inputs' scale: too large, too small, or different from column to column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import Scale, SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ENCODING,
    RECURRENT,
    SATURATING,
    ends,
    number,
)
from pellucid.insight.doctor.checks.scale import (
    Entrance,
    entrances,
    features,
    first_layers,
    inputs_of,
    is_pixels,
    is_table,
)
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK, WILD
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


def place_of(column: Column) -> Place:
    """Return where an input is written: in the call of ``fit``."""
    return Place(None, "x", column.name or None)


def repair_of(column: Column) -> Repair:
    """Return the line that scales an input."""
    name = column.name or None
    if is_pixels(column):
        return Repair("x = x / 255", (Scale("x", name, "range"),))
    clipped = "" if column.spreads.all() else ".clip(1e-7)"
    line = f"x = (x - x.mean(axis=0)) / x.std(axis=0){clipped}"
    if name:
        line = f't = x["{name}"]; x["{name}"] = (t - t.mean(axis=0)) / t.std(axis=0){clipped}'
    return Repair(line, (Scale("x", name, "standard"),))


LARGE_SUMS = 10.0
SATURATING_SUMS = 6.0
"""Initialisations make sums of about 1 out of inputs of about 1. Ten times that takes as many times the steps;
a sigmoid or tanh of six times that has lost its slope (below 0.01) in nearly half of the rows."""


@check(
    "D101", "The inputs are not scaled", faults=("F06",), explains=STUCK + WILD + FLAT + ("D102",)
)
def large_inputs(facts: Facts) -> Iterator[Sign]:
    """First sums far above 1: saturated or exploding first layers, and a first loss far off.

    Source: LeCun et al., Efficient BackProp, 4.3; the size of the sums by Glorot and Bengio (2010). Thresholds:
    ``LARGE_SUMS`` and ``SATURATING_SUMS``; brightness from 0 to 255 whatever the kernel. Serious where plain gradient
    descent must diverge: rate times the mean square of an input row above 100, while 2 is the bound of a linear layer.
    A hint where a single sum stands between inputs and answers, and the rehearsal takes its loss to a hundredth.
    """
    seen: set[str] = set()
    for way in entrances(facts):
        bends = way.layer.activation in SATURATING or way.layer.kind in RECURRENT
        limit = SATURATING_SUMS if bends else LARGE_SUMS
        pixels = is_pixels(way.column) and way.size > 20
        if way.column.name in seen or (way.sums < limit and not pixels):
            continue
        seen.add(way.column.name)
        diverges = _step_factor(facts, way) > 100
        level: Level = "serious" if diverges else "warning"
        if not diverges and _learns_anyway(facts, way):
            level = "hint"
        excess = max(way.sums / limit, 1.0)
        confidence = min(
            0.95, (0.8 if pixels or diverges else 0.65) + 0.1 * float(np.log10(excess))
        )
        repair = repair_of(way.column) if way.rescaled is None else _rescaled(way)
        yield Sign(level, confidence, _place(way), _evidence(way), repair)


def _learns_anyway(facts: Facts, way: Entrance) -> bool:
    """Tell whether no unit can be lost, because the first sum is the last, and the user's own steps learn a batch."""
    losses = facts.rehearsed.losses if facts.rehearsed else None
    is_only = way.layer.path in ends(facts) and way.layer.activation == "linear"
    return is_only and losses is not None and bool(losses[-1] < 0.01 * losses[0])


def _place(way: Entrance) -> Place:
    """Return where the scale of an input is written: in the call of ``fit``, or in the layer that rescales it."""
    if way.rescaled is None:
        return place_of(way.column)
    return Place(way.rescaled.path, "scale", f"{way.rescaled.config['scale']:.3g}")


def _rescaled(way: Entrance) -> Repair:
    """Return the scale by which a rescaling brings the inputs to a size of 1."""
    assert way.rescaled is not None
    scale = float(f"{way.rescaled.config['scale'] / way.size:.1g}")
    scale = 1.0 if 0.3 < scale < 3 else scale  # mostly they were scaled before, too
    return Repair(f"Rescaling({scale:g})", (SetLayer(way.rescaled.path, "scale", scale),))


def _step_factor(facts: Facts, way: Entrance) -> float:
    """Return how many times its own size plain gradient descent moves a first sum with one step, at a slope of 1."""
    optimizer = facts.optimizer
    if optimizer is None or optimizer.name != "sgd":
        return 0.0
    return 0.0 if optimizer.clips else optimizer.learning_rate * way.numbers * way.size**2


def _evidence(way: Entrance) -> tuple[str, ...]:
    column = way.column
    where = "The inputs" if way.rescaled is None else f"Behind '{way.rescaled.path}' the inputs"
    first = f"{where} reach from {column.low:.4g} to {column.high:.4g}; their root mean square is {way.size:.3g}."
    second = f"With usual weights, the sums of '{way.layer.path}' are about {way.sums:.3g}; about 1 is meant."
    values = features(column)
    means, spreads = values.mean(axis=0), values.std(axis=0)
    worst = int(np.argmax(np.abs(means) + spreads))
    if values.shape[1] < 2 or is_pixels(column):
        return first, second
    third = f"Column {worst} is the largest: mean {means[worst]:.4g}, spread {spreads[worst]:.4g}."
    return first, second, third


@check("D102", "Columns of very different scale", faults=("F06",))
def different_scales(facts: Facts) -> Iterator[Sign]:
    """Gradient descent learns from the large columns first and from the small ones hardly at all.

    Source: LeCun et al., Efficient BackProp, 4.3: the number of steps grows with the ratio of the largest curvature to
    the smallest, which is the square of the ratio of the columns' sizes. Threshold: a ratio of 100; a hint, because a
    network that does not need the small columns is well.
    """
    seen: set[str] = set()
    for way in entrances(facts):
        if way.column.name in seen or not is_table(way.column):
            continue
        seen.add(way.column.name)
        spreads = way.column.spreads[way.column.spreads > 0]
        if len(spreads) < 2 or spreads.max() < 100 * spreads.min():
            continue
        evidence = (
            f"The spread of the columns goes from {spreads.min():.3g} to {spreads.max():.3g}: a ratio of "
            f"{spreads.max() / spreads.min():.3g}.",
        )
        yield Sign("hint", 0.6, place_of(way.column), evidence, repair_of(way.column))


@check("D103", "The inputs are nearly 0", faults=("F06",), explains=STUCK)
def small_inputs(facts: Facts) -> Iterator[Sign]:
    """First sums far below 1: the network sees a constant; mostly pixels that were divided by 255 twice.

    Source: as D101. Threshold: sums below 0.004 is 1/255 of what is meant; below ten times that a hint.
    Numbers joined to others are silent: the sums hold those, and marks that are seldom 1 are small on average.
    """
    for way in entrances(facts):
        if way.joined or not 0 < way.sums < 0.04:
            continue
        level: Level = "warning" if way.sums < 0.004 else "hint"
        name = way.column.name or None
        repair = Repair("x = (x - x.mean()) / x.std()", (Scale("x", name, "range"),))
        if way.rescaled is not None:
            repair = _rescaled(way)
        yield Sign(level, 0.75, _place(way), _evidence(way)[:2], repair)


@check("D108", "Numbers that are no ids go into an Embedding", faults=("F31",), explains=STUCK)
def no_ids(facts: Facts) -> Iterator[Sign]:
    """An Embedding reads row number x of its table: fractions are cut off, and beyond the table there is nothing.

    Source: the definition; Stack Overflow 61274792. Threshold: none.
    """
    for column in inputs_of(facts):
        for layer in first_layers(facts, column):
            size = number(layer, "input_dim")
            if layer.kind not in ENCODING or layer.kind in ("CategoryEncoding", "Discretization"):
                continue
            place = Place(layer.path, "input_dim", None if size is None else f"{size:g}")
            if not column.whole:
                share = float((column.flat != np.round(column.flat)).mean())
                problem = (
                    f"{share:.0%} of the numbers that go into '{layer.path}' are fractions, from "
                    f"{column.low:.4g} to {column.high:.4g}."
                )
                repair = Repair(f"replace '{layer.path}' by Dense(units), or give whole numbers")
                yield Sign("serious", 0.95, place, (problem,), repair)
            elif size is not None and (column.low < 0 or column.high >= size):
                problem = (
                    f"The ids reach from {column.low:g} to {column.high:g}; '{layer.path}' has the rows "
                    f"0 to {size - 1:g}."
                )
                needed = int(column.high) + 1
                changes = (SetLayer(layer.path, "input_dim", needed),) if column.low >= 0 else ()
                repair = Repair(f"Embedding({needed}, ...)", changes)
                yield Sign("serious", 0.95, place, (problem,), repair)
