"""Checks of the loss against the targets: their form, their range, and the metrics beside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import Encode
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    CROSS_ENTROPIES,
    DISTANCES,
    MAPS,
    MARGINS,
    PROBABILITIES,
    RECTIFYING,
    RECURRENT,
    SPARSE_LOSSES,
    YES_NO_LOSSES,
)
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.checks.tasks import (
    Task,
    activation_place,
    loss_of,
    loss_place,
    other_loss,
    task_of,
    with_activation,
)
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

HITS = ("accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")
"""Metrics that count how often a class was hit."""


@check(
    "D222",
    "A loss for yes and no, for classes that exclude each other",
    faults=("F05", "F02"),
    explains=STUCK,
)
def yes_no_for_classes(facts: Facts) -> Iterator[Sign]:
    """Binary cross-entropy judges each column alone, and K - 1 of K columns are 0 in every row: most of the loss.

    Source: published fault (Stack Overflow 41327601, 58333926). Threshold: two columns are the same as one loss, so
    three are needed; a warning where a softmax says that one class is meant, else a hint, because sigmoids do learn it.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or task.kind != "one-hot" or task.width < 3:
            continue
        if loss_of(output) not in YES_NO_LOSSES or output.units != task.width:
            continue
        is_softmax = output.activation == "softmax"
        right = "categorical_crossentropy"
        evidence = (
            f"Each row belongs to one of {task.width} classes; {loss_of(output)} asks {task.width} separate questions, "
            f"of which {task.width - 1} have the answer no.",
        )
        changes = (other_loss(output, right),)
        if not is_softmax and not output.from_logits:
            changes = (*with_activation(facts, output, "softmax"), *changes)
        level: Level = "warning" if is_softmax else "hint"
        yield Sign(level, 0.75, loss_place(output), evidence, Repair(f"loss='{right}'", changes))


@check("D223", "A loss for classes, on numbers", faults=("F05",), explains=STUCK + WILD)
def classes_for_numbers(facts: Facts) -> Iterator[Sign]:
    """A cross-entropy compares probabilities; of a target outside 0 to 1 it has no minimum.

    Source: the definition: -t log p - (1 - t) log(1 - p) falls without end for t > 1. Threshold: none; targets
    between 0 and 1 may be soft labels and are silent.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or loss_of(output) not in CROSS_ENTROPIES:
            continue
        values = task.values
        is_beyond = bool(values.min() < 0 or values.max() > 1)
        is_whole = bool(np.all(values == np.round(values)))
        is_sparse = loss_of(output) in SPARSE_LOSSES
        if is_sparse and is_whole and values.min() >= 0:
            continue
        if task.kind == "signs":
            yield _signs(facts, output)
        elif task.kind == "numbers" and (is_beyond or (is_sparse and not is_whole)):
            evidence = (
                f"The targets are numbers from {values.min():.4g} to {values.max():.4g}, {loss_of(output)} compares "
                "probabilities.",
            )
            loss = "mean_squared_error"
            changes = (*with_activation(facts, output, "linear"), other_loss(output, loss))
            repair = Repair(f"loss='{loss}', and Dense({output.units}, activation=None)", changes)
            yield Sign("serious", 0.95, loss_place(output), evidence, repair)


def _signs(facts: Facts, output: Output) -> Sign:
    evidence = (
        f"The targets are -1 and 1, {loss_of(output)} reads them as probabilities 0 and 1.",
    )
    return Sign(
        "serious",
        0.95,
        loss_place(output),
        evidence,
        Repair("y = (y + 1) / 2", (Encode("classes", output.name or None),)),
    )


@check("D224", "A distance as the loss of classes", faults=("F05",), explains=STUCK)
def distance_for_classes(facts: Facts) -> Iterator[Sign]:
    """A distance between a probability and 0 or 1 learns too, but more slowly.

    Its gradient carries the slope of the sigmoid or softmax, which is near 0 where the answer is surely wrong.

    Source: Goodfellow et al., Deep Learning, 6.2.2; absolute error: Zhang and Sabuncu, NeurIPS 2018. Levels: squared
    error of a probability does learn, so it is a hint; absolute error (which is won by the commonest class), relative
    errors (which divide by a target of 0) and squares of a free number in a network of layers, which punish a sure
    right answer beyond 1, are warnings.
    """
    for output in facts.outputs:
        task, loss = task_of(facts, output), loss_of(output)
        is_class = task is not None and task.kind in ("yes-no", "one-hot", "labels")
        if task is None or loss not in DISTANCES or not is_class:
            continue
        is_relative = loss in ("mean_absolute_percentage_error", "mean_squared_logarithmic_error")
        is_probable = output.activation in PROBABILITIES
        is_deep = sum(layer.kind in MAPS | RECURRENT for layer in facts.layers) > 1
        is_free = output.activation in ("linear", "relu") and is_deep and len(task.values) >= 100
        if not is_probable and not is_free and not any(name in HITS for name in output.metrics):
            continue
        right = _cross_entropy(task)
        evidence = (
            f"The targets are {task.classes} classes as 0 and 1, and {loss} measures a distance.",
        )
        changes = (other_loss(output, right),)
        if not is_probable:
            wanted = "softmax" if right.startswith("cat") else "sigmoid"
            changes = (*with_activation(facts, output, wanted), *changes)
        is_slow = is_relative or loss == "mean_absolute_error" or is_free
        level: Level = "warning" if is_slow else "hint"
        yield Sign(
            level,
            0.5 if is_free else 0.7,
            loss_place(output),
            evidence,
            Repair(f"loss='{right}'", changes),
        )


def _cross_entropy(task: Task) -> str:
    return "categorical_crossentropy" if task.kind == "one-hot" else "binary_crossentropy"


@check("D225", "Class labels are learnt as a quantity", faults=("F05", "F03"), explains=STUCK)
def labels_as_quantity(facts: Facts) -> Iterator[Sign]:
    """Labels 0 ... K - 1 met by one number say that class 2 is twice class 1, and accuracy then counts exact hits.

    Source: the definition. Threshold: more than two labels without a gap from 0 on, at most 50, and accuracy among the
    metrics, which says that classes are meant; without it the whole numbers may be counts.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is None or task.kind != "classes" or loss_of(output) not in DISTANCES | MARGINS:
            continue
        is_gapless = task.classes == int(task.values.max()) + 1 and task.values.min() == 0
        if not is_gapless or not 2 < task.classes <= 50 or output.units != 1 or task.width != 1:
            continue
        if not any(name in HITS for name in output.metrics):
            continue
        right = "sparse_categorical_crossentropy"
        evidence = (
            f"The targets are the labels 0 to {task.classes - 1}, accuracy is asked for, and one unit with "
            f"{loss_of(output)} learns them as a quantity.",
        )
        repair = Repair(f"Dense({task.classes}, activation='softmax') with loss='{right}'")
        yield Sign("warning", 0.8, loss_place(output), evidence, repair)


@check(
    "D226",
    "The loss is not defined for these targets",
    faults=("F05", "F21"),
    explains=STUCK + WILD,
)
def undefined_loss(facts: Facts) -> Iterator[Sign]:
    """Relative errors divide by the target, logarithmic ones need targets above -1, a Poisson loss needs counts.

    Source: the definitions. Threshold: a target of 0, or a hundred times smaller than the middle one, in more than one
    of a hundred rows; or the hundredth part of the targets that is nearest to 0 makes more than half of all quotients,
    where there are a hundred targets and more.
    """
    for output in facts.outputs:
        task, loss = task_of(facts, output), loss_of(output)
        if task is None or task.kind not in ("numbers", "classes"):
            continue
        sizes = np.abs(task.values)
        small = float((sizes <= 0.01 * np.median(sizes)).mean())
        if loss == "mean_absolute_percentage_error" and small > 0.01:
            problem = f"{small:.0%} of the targets are about 0, and {loss} divides by them."
        elif loss == "mean_absolute_percentage_error" and _nearest_share(sizes) > 0.5:
            problem = (
                f"{loss} divides by the targets, which go down to {sizes.min():.2g}: the hundredth part of them "
                f"that is nearest to 0 makes {_nearest_share(sizes):.0%} of the loss."
            )
        elif loss == "mean_squared_logarithmic_error" and task.values.min() <= -1:
            problem = f"The targets go down to {task.values.min():.4g}, {loss} takes log(1 + y)."
        elif loss == "poisson" and task.values.min() < 0:
            problem = (
                f"The targets go down to {task.values.min():.4g}, a Poisson loss is for counts."
            )
        else:
            continue
        repair = Repair("loss='mean_squared_error'", (other_loss(output, "mean_squared_error"),))
        yield Sign("warning", 0.85, loss_place(output), (problem,), repair)


def _nearest_share(sizes: np.ndarray) -> float:
    """Return the share of all ``1 / size`` that the smallest hundredth of the sizes makes; 0 of few sizes.

    >>> _nearest_share(np.ones(200)), round(_nearest_share(np.array([1e-6] + [1.0] * 199)), 2)
    (0.01, 1.0)
    """
    if sizes.size < 100:
        return 0.0
    shares = np.sort(1 / np.maximum(sizes.ravel(), 1e-7))  # Keras divides by 1e-7 at least
    return float(shares[-(len(shares) // 100) :].sum() / shares.sum())


@check("D227", "A metric that does not fit", faults=("F34",), explains=("D618",))
def unfit_metric(facts: Facts) -> Iterator[Sign]:
    """Accuracy counts exact hits: of real numbers there are none, whatever was learnt.

    And binary accuracy counts each column of one-hot targets by itself: of K classes, zeros everywhere are right in
    (K - 1) / K of them.

    Source: the definition. Threshold: fewer than one of a hundred targets equals another, or they are not whole;
    targets between 0 and 1 under a cross-entropy (soft labels, pixels) give a hint. Three classes and more.
    """
    for output in facts.outputs:
        task = task_of(facts, output)
        if task is not None and task.kind == "one-hot" and "binary_accuracy" in output.metrics:
            yield from _by_column(task.width)
        wrong = [name for name in output.metrics if name in HITS]
        if task is None or task.kind != "numbers" or not wrong or output.own_loss:
            continue
        is_soft = loss_of(output) in CROSS_ENTROPIES
        evidence = (
            f"{wrong[0]} counts exact hits, and the targets are numbers from {task.values.min():.4g} to "
            f"{task.values.max():.4g}.",
        )
        place = Place(None, "metrics", wrong[0])
        level: Level = "hint" if is_soft else "warning"
        yield Sign(level, 0.9, place, evidence, Repair("metrics=['mae']"))


def _by_column(classes: int) -> Iterator[Sign]:
    if classes < 3:
        return
    evidence = (
        f"Of one-hot rows over {classes} classes, zeros everywhere are right in {1 - 1 / classes:.0%} of the columns.",
    )
    place = Place(None, "metrics", "binary_accuracy")
    yield Sign("warning", 0.9, place, evidence, Repair("metrics=['categorical_accuracy']"))


@check("D207", "A margin loss with outputs of one sign", faults=("F02", "F05"), explains=STUCK)
def margin_of_one_sign(facts: Facts) -> Iterator[Sign]:
    """Hinge losses want outputs below -1 for one class and above 1 for the other; 0/1 targets are read as -1 and 1.

    Source: the definition of hinge. Threshold: none.
    """
    for output in facts.outputs:
        is_one_sided = output.activation in PROBABILITIES | RECTIFYING
        if loss_of(output) not in MARGINS or not is_one_sided:
            continue
        evidence = (
            f"{loss_of(output)} asks for values below -1 and above 1; {output.activation} is never negative.",
        )
        changes = with_activation(facts, output, "linear")
        repair = Repair(f"Dense({output.units}, activation=None)", changes)
        yield Sign("warning", 0.9, activation_place(facts, output), evidence, repair)
