"""Checks of the output's shape against the targets': how wide it is, and in which form the labels come."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    CROSS_ENTROPIES,
    DISTANCES,
    MARGINS,
    ONE_HOT_LOSSES,
    SPARSE_LOSSES,
    YES_NO_LOSSES,
    head,
)
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.checks.tasks import (
    Task,
    loss_of,
    loss_place,
    other_loss,
    task_of,
    with_activation,
)
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D208",
    "The last layer's width does not fit the classes",
    faults=("F03",),
    explains=STUCK + WILD,
)
def unfit_width(facts: Facts) -> Iterator[Sign]:
    """K classes need K outputs, or one for two classes; labels count from 0 to K - 1.

    Source: the definitions of the losses. Threshold: none.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or output.units is None or loss_of(output) not in CROSS_ENTROPIES:
            continue
        repair = _width_problem(output, task)
        if repair is None:
            continue
        problem, units = repair
        layer = head(facts, output.layer)
        path = layer.path if layer else None
        argument = "units" if layer is None or "filters" not in layer.config else "filters"
        changes = (SetLayer(path, argument, units),) if path else ()
        if units > 1 and task.width == 1:
            loss = "sparse_categorical_crossentropy"
            changes = (
                *changes,
                *with_activation(facts, output, "softmax"),
                other_loss(output, loss),
            )
            line = f"Dense({units}, activation='softmax') with loss='{loss}'"
        else:
            line = f"Dense({units}, activation='{output.activation}')"
        place = Place(path, argument, str(output.units))
        yield Sign("serious", 0.95, place, (problem,), Repair(line, changes))


def _width_problem(output: Output, task: Task) -> tuple[str, int] | None:
    """Return what is wrong and the width that is needed, or None."""
    units, loss = output.units or 1, loss_of(output)
    if task.kind == "classes" and task.width == 1:
        top = int(task.values.max())
        if loss in SPARSE_LOSSES and top >= units:
            problem = f"The labels reach up to {top}, and {units} units know 0 to {units - 1}."
            return problem, top + 1
        if loss in YES_NO_LOSSES and units == 1 and task.classes > 2:
            problem = (
                f"One unit tells two classes apart; the targets have {task.classes}, up to {top}."
            )
            return problem, top + 1
    if task.kind in ("one-hot", "labels") and task.width != units:
        return f"The targets have {task.width} columns, the output has {units}.", task.width
    return None


@check(
    "D221", "The loss expects labels in another form", faults=("F03", "F05"), explains=STUCK + WILD
)
def other_form(facts: Facts) -> Iterator[Sign]:
    """Categorical cross-entropy takes one column for each class, the sparse one takes one whole number a row.

    Source: the definitions. Threshold: none; binary cross-entropy over rows of several classes is D222.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or (output.units or 1) < 2:
            continue
        loss = loss_of(output)
        if loss in ONE_HOT_LOSSES | YES_NO_LOSSES and task.width == 1 and task.is_exclusive:
            right = "sparse_categorical_crossentropy"
            problem = f"The targets are one label a row, {loss} compares {output.units} columns."
        elif loss in SPARSE_LOSSES and task.width > 1 and task.kind == "one-hot":
            right = "categorical_crossentropy"
            problem = f"The targets are rows of {task.width} zeros and ones, {loss} wants one label a row."
        else:
            continue
        changes = (other_loss(output, right),)
        if loss in YES_NO_LOSSES:
            changes = (*with_activation(facts, output, "softmax"), *changes)
        yield Sign(
            "serious", 0.95, loss_place(output), (problem,), Repair(f"loss='{right}'", changes)
        )


@check(
    "D228", "Outputs and targets of different shapes", faults=("F32", "F03"), explains=STUCK + WILD
)
def other_shape(facts: Facts) -> Iterator[Sign]:
    """A distance between arrays of different shapes is spread over all pairs, and no pair is the right one.

    Source: NumPy's rules of broadcasting. Threshold: none. Cross-entropies are D208 and D221.
    """
    for output in facts.outputs:
        task, data = task_of(facts, output), facts.data
        if task is None or data is None or loss_of(output) not in DISTANCES | MARGINS:
            continue
        got = _bare(data.training.y[output.name].shape)
        given = _bare(output.shape)
        if given == got or None in given:
            continue
        if task.kind == "classes" and len(given) == len(got) + 1:
            problem = "labels are whole numbers, and the output has a column for each class"
        else:
            problem = "each number of one is compared with all of the other"
        evidence = (
            f"A row of the output has shape {output.shape}, its target {got or '()'}: {problem}.",
        )
        size = got[-1] if got else 1
        place = Place(output.layer, "units", str(output.units))
        yield Sign(
            "serious", 0.9, place, evidence, Repair(f"Dense({size}), or a Flatten before it")
        )


def _bare(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Return a shape without axes of length 1."""
    return tuple(length for length in shape if length != 1)
