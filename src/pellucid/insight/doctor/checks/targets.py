"""Checks of the targets by themselves: their scale, whether they change, and how often each class comes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import Scale, SetFit
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import DISTANCES, NORMALISING, fan_in, head, kernel
from pellucid.insight.doctor.checks.losses import HITS
from pellucid.insight.doctor.checks.rates import USUAL
from pellucid.insight.doctor.checks.several import drowned_by
from pellucid.insight.doctor.checks.steps import steps_of
from pellucid.insight.doctor.checks.symptoms import FLAT, FOOLED, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import Task, loss_of, targets, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

SQUARES = ("mean_squared_error", "half_squared_error")

FAR = 100.0
"""Outputs start at about 1. A hundred times that, their squared distance to the targets starts at 10,000."""


def place_of(output: Output) -> Place:
    """Return where targets are written: in the call of ``fit``."""
    return Place(None, "y", output.name or None)


@check("D121", "The targets are not scaled", faults=("F07",), explains=STUCK + WILD + FLAT)
def large_targets(facts: Facts) -> Iterator[Sign]:
    """Outputs start at about 1 and have to travel to the targets; a squared error's gradient is as large as they are.

    Source: DeepDiagnosis (ICSE 2022) has a factor of 10, which healthy programs exceed. Thresholds: a root mean square
    above ``FAR``; serious from ten times that with plain gradient descent on squares, whose first step throws the
    weights away; below a thousandth the first outputs' noise hides the targets; between 10 and ``FAR`` a hint,
    where the planned steps of Adam's kind reach five times as far, and behind a bounded activation, which D206 judges.
    However far the steps reach: a warning where another output is drowned, which ``several.drowned_by`` decides.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        last = facts.layer(output.layer) if output.layer else None
        is_scaled = last is not None and (last.kind in NORMALISING | {"Lambda"} or not last.ours)
        if task is None or loss_of(output) not in DISTANCES or is_scaled:
            continue
        size = float(np.sqrt(np.mean(task.values**2)))
        if task.kind not in ("numbers", "classes") or not (0 < size < 1e-3 or size > 10):
            continue
        is_bounded = output.activation in ("sigmoid", "tanh", "softmax", "hard_sigmoid", "softsign")
        is_far = (
            size < 1e-3 or (size > FAR and not _is_in_reach(facts, output, size))
        ) and not is_bounded
        optimizer = facts.optimizer
        explodes = (
            optimizer is not None
            and optimizer.name == "sgd"
            and loss_of(output) in SQUARES
            and optimizer.learning_rate * size > 10
        )
        level: Level = "serious" if explodes else "warning" if is_far else "hint"
        evidence = (
            f"The targets have a root mean square of {size:.4g} (mean {task.values.mean():.4g}, spread "
            f"{task.values.std():.4g}); outputs start at about 1.",
        )
        line = scaling_line(output.name)
        drowned = None if is_bounded else drowned_by(facts, output)
        if drowned is not None:
            level = "serious" if explodes else "warning"
            evidence += (drowned.words,)
            line += f", or loss_weights={{'{output.name}': {drowned.even:.0e}}}"
        repair = Repair(line, (Scale("y", output.name or None, "standard"),))
        confidence = 0.8 if drowned is not None else 0.7 if is_far else 0.4
        yield Sign(level, 0.9 if explodes else confidence, place_of(output), evidence, repair)


def scaling_line(name: str) -> str:
    """Return the line that standardises a target, the one of that output where there are several.

    >>> scaling_line("price")
    't = y["price"]; y["price"] = (t - t.mean()) / t.std()'
    """
    if name:
        return f't = y["{name}"]; y["{name}"] = (t - t.mean()) / t.std()'
    return "y_mean, y_spread = y.mean(), y.std(); y = (y - y_mean) / y_spread"


def _is_in_reach(facts: Facts, output: Output, size: float) -> bool:
    """Tell whether outputs come as far as the targets: with steps of about the rate, a = rate x steps is a way.

    The last sum of n hidden numbers then comes to about n (a + 0.3) (1 + a sqrt(n)): its weights and the numbers grow.
    """
    optimizer, last = facts.optimizer, head(facts, output.layer)
    weights = kernel(last) if last is not None else None
    steps = steps_of(facts)
    if optimizer is None or optimizer.name in USUAL or weights is None or steps is None:
        return False
    way, width = optimizer.learning_rate * steps, fan_in(weights)
    return width * (way + 0.3) * (1 + way * width**0.5) > 5 * size


@check("D122", "The target never changes", faults=("F28", "F31"), explains=STUCK + FOOLED)
def constant_target(facts: Facts) -> Iterator[Sign]:
    """If every row has the same answer there is nothing to learn.

    Source: the definition. Threshold: none, from eight rows on.
    """
    for output in facts.outputs:
        column = targets(facts, output)
        task = task_of(facts, output)
        if column is None or task is None or len(column.rows) < 8:
            continue
        if bool((np.ptp(column.flat, axis=0) == 0).all()):
            first = column.flat[0]
            value = f"{first[0]:g}" if first.size == 1 else "the same row"
            evidence = (f"The target of all {len(column.rows)} rows looked at is {value}.",)
            repair = Repair("look at how y is made")
            yield Sign("serious", 0.95, place_of(output), evidence, repair)


RARE = 0.1
"""The published ratio of 10 to 1 (SageMaker Debugger, class imbalance), as a share of the fair one."""


@check("D123", "Some classes are rare", faults=("F29",), explains=STUCK)
def imbalance(facts: Facts) -> Iterator[Sign]:
    """Always naming the commonest class scores its share; a high one hides that nothing else was learnt.

    Thresholds: a class with less than ``RARE`` of its fair share, and a commonest class that reaches 0.9 of two or 0.7
    of several. A hint where classes or rows are weighted, or a metric other than accuracy watches the rare class; but
    a recall that ends below a tenth says that the rare class is not found, whoever watches.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or not task.is_exclusive or len(task.values) < 50:
            continue
        if loss_of(output) in DISTANCES and task.kind == "classes":
            continue
        found, counts = np.unique(task.labels, return_counts=True)
        shares = counts / counts.sum()
        several = len(found)
        common = float(shares.max())
        if several < 2 or common < (0.9 if several == 2 else 0.7):
            continue
        if shares.min() * several > 2 * RARE:
            continue
        others = [name for name in output.metrics if name not in (*HITS, "loss")]
        is_weighted = facts.fit.class_weight is not None or facts.fit.weighted
        missed = None if is_weighted or several > 2 else _missed(facts)
        rarest = found[int(shares.argmin())]
        evidence = (
            f"Class {rarest:g} has {shares.min():.1%} of the rows; always answering {found[int(shares.argmax())]:g} is "
            f"right in {common:.1%}.",
        )
        if missed is not None:
            evidence += (f"Of the rare class {missed:.1%} are found when training ends (recall).",)
        repair = Repair("fit(..., class_weight='balanced')", (SetFit("class_weight", "balanced"),))
        is_met = is_weighted or (bool(others) and missed is None)
        level: Level = "hint" if is_met or common < 0.9 else "warning"
        yield Sign(level, 0.65, place_of(output), evidence, repair)


def _missed(facts: Facts) -> float | None:
    """Return the recall a training ended with, on its own rows, where it is below a tenth; else None."""
    columns = facts.course.columns if facts.course else {}
    ends = [
        float(np.median(values[-3:]))
        for name, values in columns.items()
        if "recall" in name.lower() and not name.startswith("val_") and len(values) >= 3
    ]
    return ends[0] if len(ends) == 1 and ends[0] < 0.1 else None


@check("D411", "The weights favour the commonest class", faults=("F29",), explains=STUCK)
def inverted_weights(facts: Facts) -> Iterator[Sign]:
    """Class weights are to lift rare classes; weights in the order of the counts press them down further.

    Threshold: the commonest class is at least twice as common as the rarest, and its weight at least twice as large.
    """
    weights = facts.fit.class_weight
    if not isinstance(weights, dict) or len(facts.outputs) != 1:
        return
    task = task_of(facts, facts.outputs[0])
    if task is None or not task.is_exclusive:
        return
    counts = _counts(task)
    known = {label: float(weights[label]) for label in counts if label in weights}
    if len(known) < 2:
        return
    rare, common = min(known, key=counts.__getitem__), max(known, key=counts.__getitem__)
    if counts[common] < 2 * counts[rare] or known[common] < 2 * known[rare]:
        return
    evidence = (
        f"Class {common:g} has {counts[common]} rows and weight {known[common]:g}; class {rare:g} has {counts[rare]} "
        f"and weight {known[rare]:g}.",
    )
    repair = Repair("fit(..., class_weight='balanced')", (SetFit("class_weight", "balanced"),))
    yield Sign("warning", 0.9, Place(None, "class_weight", str(weights)), evidence, repair)


def _counts(task: Task) -> dict[float, int]:
    found, counts = np.unique(task.labels, return_counts=True)
    return {float(label): int(count) for label, count in zip(found, counts, strict=True)}
