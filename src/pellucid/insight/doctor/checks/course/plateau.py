"""Checks of a training that ends where a constant answer would, or short of what the network could."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import (
    WHOLE,
    above_chance,
    column,
    descent,
    ended_at,
    measured,
    score_name,
)
from pellucid.insight.doctor.checks.learning import learning
from pellucid.insight.doctor.checks.tasks import targets, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

BLIND = 0.97
"""From this part of the best constant answer's loss on, nothing was learnt; from a sample of 2,000 rows it is known
that well."""


def is_blind(facts: Facts) -> bool:
    """Tell whether training, and validation where there is one, ended where a constant answer does, and lie still."""
    found = descent(facts)
    if found is None or found.constant is None or found.end < BLIND * found.constant:
        return False
    held = column(facts, "val_loss")
    return found.is_flat and (held is None or float(np.median(held[-3:])) >= 0.95 * found.constant)


@check("D603", "It learns nothing beyond a constant answer", faults=("F39",), stage="course")
def blind_plateau(facts: Facts) -> Iterator[Sign]:
    """A loss that lies still where one and the same answer to all rows would be has found nothing in the inputs.

    Source: the definition of the losses. Threshold: 97 % of the best constant answer's loss, and the second half of the
    course brought less than a hundredth. It is a symptom: other findings tell why.
    """
    found = descent(facts)
    if found is None or not is_blind(facts):
        return
    evidence = (
        f"After {len(found.loss)} epochs the loss is {found.end:.4g}; the best constant answer has "
        f"{found.constant:.4g}.",
    )
    repair = Repair(
        "look at the last layer, the loss, the inputs and the rate: one of them hinders it"
    )
    yield Sign("warning", 0.5, Place(), evidence, repair)


@check(
    "D622",
    "One batch can be learnt, the whole cannot",
    faults=("F28",),
    stage="course",
    explains=("D603",),
)
def unrelated(facts: Facts) -> Iterator[Sign]:
    """A network learns a batch by heart and finds nothing common to all rows: there may be no relation to find.

    Source: TheDeepChecker's test for corrupted labels; Zhang et al. 2017. Thresholds: less than half of the loss is
    left on the rehearsed batch with the user's own optimizer too, and the course lies at the constant answer after 200
    updates.
    """
    found, learnt = descent(facts), learning(facts)
    rehearsed = facts.rehearsed
    if found is None or learnt is None or rehearsed is None or rehearsed.losses is None:
        return
    theirs = float(np.median(rehearsed.losses[-5:]))
    if not learnt.succeeded or not theirs < 0.5 * learnt.start or not is_blind(facts):
        return
    if (found.updates or 0) < 200:
        return
    evidence = (
        f"{len(rehearsed.losses)} steps on one batch took its loss from {learnt.first:.3g} to {theirs:.3g}.",
        f"{found.updates} updates on all rows leave the loss at {found.end:.4g}; a constant answer has "
        f"{found.constant:.4g}.",
    )
    ruled_out = (
        "The network is large enough and the rate is right: it learnt the batch.",
        "The gradient reaches the weights: they learnt the batch.",
    )
    repair = Repair(
        "check that x[i] and y[i] belong together: same order, same rows, after every shuffle"
    )
    yield Sign("warning", 0.6, Place(None, "y"), evidence, repair, ruled_out)


LONG = 30
"""Steps of a plain recurrent layer; Bengio, Simard and Frasconi found 10 to 20 hard to learn over already."""


@check(
    "D626",
    "A plain recurrent layer forgets what came early",
    faults=("F13",),
    stage="course",
    explains=("D603", "D604", "D606", "D611", "D622"),
)
def short_memory(facts: Facts) -> Iterator[Sign]:
    """What a SimpleRNN took up early is multiplied by weights and slopes at each step, and its gradient with it.

    Source: Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is difficult, 1994.
    Thresholds: ``LONG`` steps, and a training that ended where a constant answer does after 200 updates.
    """
    found = descent(facts)
    if found is None or not is_blind(facts) or (found.updates or 0) < 200:
        return
    for layer in facts.layers:
        steps = layer.input_shape[0] if layer.input_shape else None
        if layer.kind != "SimpleRNN" or layer.activation != "tanh" or (steps or 0) < LONG:
            continue
        evidence = (
            f"'{layer.path}' hands its state on through {steps} steps, and nothing was learnt: the loss ends at "
            f"{found.end:.4g}, a constant answer has {found.constant:.4g}.",
        )
        units = layer.config.get("units", 32)
        repair = Repair(f"layers.LSTM({units}) or layers.GRU({units}) in its place")
        yield Sign("warning", 0.65, Place(layer.path), evidence, repair)
        return


@check("D604", "All rows get the same answer", faults=("F39",), stage="course", explains=("D603",))
def constant_answers(facts: Facts) -> Iterator[Sign]:
    """The variance of the predictions over the rows of a batch says whether the network tells rows apart.

    Source: TheDeepChecker (TOSEM 2022). Threshold: a ten-thousandth of the targets' variance at the end of 30 steps or
    more; for probabilities that of one half, 0.25. Batches of one row have no variance, whatever the network does. A
    loss below that of a constant answer, or more right answers by four standard errors, come of answers that differ.
    """
    if facts.fit.batch_size == 1 or tells_apart(facts):
        return
    spread = measured(facts, "prediction_variance").get(WHOLE)
    record = facts.course.record if facts.course else None
    if spread is None or len(facts.outputs) != 1 or record is None or record.steps[-1] < 30:
        return
    output = facts.outputs[0]
    task, asked = task_of(facts, output), targets(facts, output)
    if task is None or asked is None:
        return
    wanted = float(asked.flat.var(axis=0).mean()) if task.kind == "numbers" else 0.25
    given = ended_at(spread)
    if not given < 1e-4 * wanted or not wanted > 0:
        return
    evidence = (
        f"The variance of the predictions over a batch is {given:.1e}, beside {wanted:.2g}.",
    )
    repair = Repair(
        "look at the last activation, dead or saturated layers and the inputs: one of them hinders it"
    )
    yield Sign("serious", 0.6, Place(output.layer), evidence, repair)


def tells_apart(facts: Facts) -> bool:
    """Tell whether the curves say that answers differ: they are better than one and the same could be."""
    found = descent(facts)
    if found is not None and found.constant is not None and found.end < BLIND * found.constant:
        return True
    return any((above_chance(facts, where) or 0) > 4 for where in ("", "val_"))


@check("D611", "It stops learning early", faults=("F24", "F25"), stage="course")
def underfits(facts: Facts) -> Iterator[Sign]:
    """Training and validation lie still, close together, at a loss that is far from none.

    Source: Goodfellow, Bengio and Courville, Deep Learning, 5.2. Threshold: half to 97 % of the best constant answer's
    loss after 500 updates. A hint: noise in the targets looks the same.
    """
    found = descent(facts)
    held = column(facts, "val_loss")
    if found is None or found.constant is None or held is None or not found.is_flat:
        return
    close = abs(float(np.median(held[-3:])) - found.end) < 0.1 * found.start
    if not 0.5 < found.left < BLIND or not close or (found.updates or 0) < 500:
        return
    evidence = (
        f"Training ends at {found.end:.4g}, validation at {float(held[-1]):.4g}; a constant answer has "
        f"{found.constant:.4g}.",
    )
    yield Sign("hint", 0.4, Place(), evidence, Repair("more units or layers, less regularization"))


@check("D618", "The metric does not follow the loss", faults=("F34", "F03"), stage="course")
def unrelated_metric(facts: Facts) -> Iterator[Sign]:
    """Accuracy counts answers equal to the target; of numbers, or of labels in another form, there are none.

    Source: TheDeepChecker asks for a correlation of 0.5. Threshold: the accuracy is 0, or the same to the last digit,
    in all of 4 epochs or more, while the loss fell by a third. One that equals the share of the commonest class is
    D123's.
    """
    found, name = descent(facts), score_name(facts)
    values = column(facts, name) if name else None
    if found is None or values is None or len(values) < 4 or np.ptp(values) > 1e-9:
        return
    if found.loss[-1] > 0.67 * found.loss[0]:
        return
    task = task_of(facts, facts.outputs[0]) if len(facts.outputs) == 1 else None
    if task is not None and task.is_exclusive:
        _, counts = np.unique(task.labels, return_counts=True)
        shares = counts / counts.sum()
        if np.min(np.abs(shares - values[0])) < 0.02:
            return
    evidence = (
        f"'{name}' is {values[0]:.4g} in all {len(values)} epochs, while the loss fell from {found.loss[0]:.4g} to "
        f"{found.loss[-1]:.4g}.",
    )
    repair = Repair(
        "metrics=['mae'] for numbers; for classes targets in the form that the loss takes"
    )
    yield Sign("warning", 0.6, Place(None, "metrics", name), evidence, repair)
