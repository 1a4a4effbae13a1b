"""Checks of the last layer against its loss and its targets: activation and width."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    CROSS_ENTROPIES,
    DISTANCES,
    ONE_HOT_LOSSES,
    PROBABILITIES,
    RECTIFYING,
    SPARSE_LOSSES,
    YES_NO_LOSSES,
)
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK, WILD
from pellucid.insight.doctor.checks.tasks import (
    Task,
    activation_place,
    last_bend,
    loss_of,
    other_loss,
    task_of,
    with_activation,
)
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Repair, Sign

RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu": (0.0, float("inf")),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, float("inf")),
    "exponential": (0.0, float("inf")),
}
"""What an activation can give at all."""


@check(
    "D201",
    "A softmax over one unit",
    faults=("F01",),
    explains=STUCK + WILD + ("D206", "D208", "D223", "D224"),
)
def softmax_of_one(facts: Facts) -> Iterator[Sign]:
    """A softmax over one number is 1, whatever comes in: e^z / e^z = 1, and its derivative is 0.

    Source: the definition; published as the rule of NeuraLint (TOSEM 2021). Threshold: none.
    """
    for output in facts.outputs:
        if output.activation != "softmax" or output.units != 1:
            continue
        task = task_of(facts, output)
        is_number = task is not None and task.kind in ("numbers", "classes")
        right, loss = (
            ("linear", "mean_squared_error") if is_number else ("sigmoid", "binary_crossentropy")
        )
        changes = with_activation(facts, output, right)
        if loss_of(output) != loss and not (is_number and loss_of(output) in DISTANCES):
            changes += (other_loss(output, loss),)
        evidence = (
            "The output has 1 unit, and a softmax over one number is always 1: the prediction never changes.",
        )
        repair = Repair(f"Dense(1, activation='{right}') with loss='{loss}'", changes)
        yield Sign("serious", 1.0, activation_place(facts, output), evidence, repair)


def wanted(task: Task | None, output: Output) -> str:
    """Return the activation whose outputs a cross-entropy can read."""
    several = task is not None and task.kind == "labels"
    binary = loss_of(output) in YES_NO_LOSSES or output.units == 1
    return "sigmoid" if several or binary else "softmax"


@check(
    "D202",
    "The loss expects probabilities and gets other numbers",
    faults=("F02",),
    explains=STUCK + WILD,
)
def no_probabilities(facts: Facts) -> Iterator[Sign]:
    """A cross-entropy takes the logarithm of its input; outside (0, 1) that is clipped, without a gradient.

    Source: the definition of cross-entropy; published in UMLAUT (CHI 2021) and NeuraLint. Threshold: none. A loss told
    ``from_logits=True`` and an activation that is not known stay silent.
    """
    for output in facts.outputs:
        unfit = output.activation in (
            "linear",
            "tanh",
            "hard_tanh",
            "softsign",
            *RECTIFYING,
            "softplus",
        )
        if loss_of(output) not in CROSS_ENTROPIES or output.from_logits or not unfit:
            continue
        if last_bend(facts, output) != output.activation:
            continue
        task = task_of(facts, output)
        if task is not None and task.kind == "numbers" and not _is_unit_range(task):
            continue
        right = wanted(task, output)
        evidence = (
            f"The last layer ends in {output.activation}, whose values may lie outside of 0 to 1.",
            f"{loss_of(output)} without from_logits takes their logarithm as if they were probabilities.",
        )
        units = output.units or "units"
        repair = Repair(
            f"Dense({units}, activation='{right}')", with_activation(facts, output, right)
        )
        yield Sign("serious", 0.95, activation_place(facts, output), evidence, repair)


def _is_unit_range(task: Task) -> bool:
    return bool(task.values.min() >= 0 and task.values.max() <= 1)


@check("D203", "Probabilities are squeezed twice", faults=("F02",), explains=STUCK)
def squeezed_twice(facts: Facts) -> Iterator[Sign]:
    """With ``from_logits=True`` the loss applies sigmoid or softmax itself, here to values between 0 and 1.

    It cannot come near 0 or 1 then, so the loss has a floor: for K classes log(1 + (K - 1) / e).

    Source: the definition. Threshold: none.
    """
    for output in facts.outputs:
        if not output.from_logits or output.activation not in PROBABILITIES:
            continue
        evidence = (
            f"The last layer applies {output.activation}, and {loss_of(output)}(from_logits=True) does so again.",
            "From values between 0 and 1 the second one cannot reach certainty.",
        )
        changes = with_activation(facts, output, "linear")
        repair = Repair(f"Dense({output.units}, activation=None)", changes)
        yield Sign("warning", 0.9, activation_place(facts, output), evidence, repair)


@check(
    "D204", "Sigmoids for classes that exclude each other", faults=("F02", "F05"), explains=STUCK
)
def sigmoids_for_exclusive(facts: Facts) -> Iterator[Sign]:
    """A categorical cross-entropy looks at the right class's output only.

    Sigmoids of the other classes are not held down by it, as a softmax would, but through a division afterwards.

    Source: published fault (Stack Overflow 51930566, 59278771; DeepLocalize, DeepFD). Threshold: none.
    """
    for output in facts.outputs:
        is_one_of = loss_of(output) in ONE_HOT_LOSSES | SPARSE_LOSSES
        if (
            not is_one_of
            or output.from_logits
            or output.activation not in ("sigmoid", "hard_sigmoid")
        ):
            continue
        if (output.units or 0) < 2:
            continue
        task = task_of(facts, output)
        if task is not None and task.kind == "labels":
            continue
        evidence = (
            f"{output.units} sigmoids with {loss_of(output)}: classes exclude each other, these do not compete.",
        )
        repair = Repair(
            f"Dense({output.units}, activation='softmax')",
            with_activation(facts, output, "softmax"),
        )
        yield Sign("warning", 0.8, activation_place(facts, output), evidence, repair)


@check(
    "D205",
    "A softmax for labels that do not exclude each other",
    faults=("F02", "F05"),
    explains=STUCK,
)
def softmax_for_several(facts: Facts) -> Iterator[Sign]:
    """A softmax's outputs sum to 1, so two labels of a row can never both be likely.

    Source: the definition; Stack Overflow 38648195. Threshold: more than 5 % of the rows have several labels or none,
    so that a few faulty rows of one-hot targets do not count.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or task.kind != "labels" or output.activation != "softmax":
            continue
        several = task.values.sum(axis=1)
        share = float((several != 1).mean())
        if share <= 0.05 or several.max() <= 1 or output.units != task.width:
            continue  # without rows of several labels: D134
        loss = "binary_crossentropy"
        evidence = (
            f"{share:.0%} of the rows have several labels or none, but the outputs of a softmax sum to 1.",
        )
        changes = (
            *with_activation(facts, output, "sigmoid"),
            other_loss(output, loss),
        )
        repair = Repair(f"Dense({output.units}, activation='sigmoid') with loss='{loss}'", changes)
        yield Sign("serious", 0.95, activation_place(facts, output), evidence, repair)


@check(
    "D206",
    "The output cannot reach the targets",
    faults=("F04",),
    explains=STUCK + WILD + FLAT + ("D121",),
)
def out_of_reach(facts: Facts) -> Iterator[Sign]:
    """Targets outside of what the last activation can give are never met: the outputs end at its bound.

    Source: DeepDiagnosis (ICSE 2022), by range. Threshold: a hundredth of the activation's range or of the targets'
    spread beyond the bound; serious from a tenth of the targets on, a warning below.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if (
            task is None
            or output.activation not in RANGES
            or loss_of(output) not in DISTANCES | {None}
        ):
            continue
        if task.kind not in ("numbers", "classes", "signs", "shares"):
            continue
        low, high = RANGES[output.activation]
        slack = 0.01 * min(high - low, float(task.values.std()) or 1.0)
        beyond = (task.values < low - slack) | (task.values > high + slack)
        share = float(beyond.mean())
        if not share:
            continue
        evidence = (
            f"{output.activation} gives {low:g} to {high:g}, the targets reach from {task.values.min():.4g} to "
            f"{task.values.max():.4g}: {share:.0%} of them lie outside.",
        )
        repair = Repair(
            f"Dense({output.units}, activation=None)", with_activation(facts, output, "linear")
        )
        level = "serious" if share >= 0.1 else "warning"
        yield Sign(level, 0.95, activation_place(facts, output), evidence, repair)
