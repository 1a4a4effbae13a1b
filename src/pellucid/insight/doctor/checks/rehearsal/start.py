"""Checks of the first forward pass: the loss, dead and saturated units, rows that depend on each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import InsertLayer, Scale, SetLayers
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    DISTANCES,
    MAPS,
    RECURRENT,
    SATURATING,
    ends,
)
from pellucid.insight.doctor.checks.learning import learning, of_layers
from pellucid.insight.doctor.checks.rehearsal.sureness import sure_softmaxes
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.checks.tasks import loss_of
from pellucid.insight.doctor.checks.theory import blind, entries
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output
from pellucid.insight.doctor.facts.rehearsed import Asked, Rehearsed
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D501",
    "The loss starts far from where theory puts it",
    faults=("F06", "F19"),
    stage="rehearsal",
)
def first_loss(facts: Facts) -> Iterator[Sign]:
    """An untrained network knows nothing: its cross-entropy over K classes is about ln K + s^2 / 2.

    The spread s of its logits is about 1 for scaled inputs and usual initial weights.

    Source: E[log sum exp(z)] of normal logits; the advice to verify the first loss: Karpathy, A Recipe for Training
    Neural Networks, 2019; TheDeepChecker (TOSEM 2022). Threshold: five times ln K and 5 more is a warning: logits of a
    spread above 3.
    """
    found = facts.rehearsed
    if found is None or found.loss is None or len(facts.outputs) != 1 or facts.fit.weighted:
        return
    output = facts.outputs[0]
    theory, first = blind(output), untrained_loss(facts, found)
    if theory is None or not np.isfinite(first) or first < 5 * theory.loss + 5:
        return
    evidence = (
        f"The first loss is {first:.4g}; one that knows nothing has about {theory.words} = {theory.loss:.3g}.",
        "So the untrained outputs are far too sure: inputs or initial weights are too large.",
    )
    repair = Repair("x = (x - x.mean(axis=0)) / x.std(axis=0)", (Scale("x"),))
    yield Sign("warning", 0.5, Place(None, "x"), evidence, repair)


def untrained_loss(facts: Facts, found: Rehearsed) -> float:
    """Return the first loss: in training mode where averages of batches that evaluation needs are not there yet."""
    if not averages(facts) or found.losses is None:
        return float("nan") if found.loss is None else found.loss
    return float(found.losses[0])


def averages(facts: Facts) -> bool:
    """Tell whether evaluation takes averages over batches, which an untrained network has none of."""
    return any(layer.kind == "BatchNormalization" for layer in facts.layers)


@check(
    "D515",
    "The untrained outputs are far larger than the targets",
    faults=("F06", "F19"),
    stage="rehearsal",
)
def large_outputs(facts: Facts) -> Iterator[Sign]:
    """Outputs of an untrained network have about the size of its inputs.

    Far above the targets', the first steps only undo them, and gradients are as much too large.

    Source: variance through a layer, Glorot and Bengio 2010. Threshold: 30 times the targets' size, judged by root mean
    squares; the loss is then 900 times what the answer 0 has.
    """
    found = facts.rehearsed
    for output in facts.outputs:
        if found is None or loss_of(output) not in DISTANCES or output.name not in found.targets:
            continue
        if averages(facts):
            continue
        asked = found.targets[output.name]
        given = found.outputs.get(output.name)
        if given is None or asked.dtype.kind not in "biuf" or not np.all(np.isfinite(given)):
            continue
        wanted = float(np.sqrt(np.mean(entries(asked, output) ** 2)))
        size = float(np.sqrt(np.mean(given**2)))
        if not wanted or size < 30 * wanted:
            continue
        evidence = (
            f"Outputs of the untrained network have a size of {size:.3g}, the targets one of {wanted:.3g}.",
        )
        repair = Repair("x = (x - x.mean(axis=0)) / x.std(axis=0)", (Scale("x"),))
        yield Sign("warning", 0.5, Place(None, "x"), evidence, repair)


@check(
    "D516",
    "The loss does not ask for the targets",
    faults=("F36", "F32"),
    stage="rehearsal",
    explains=STUCK + WILD,
)
def asks_for_nothing(facts: Facts) -> Iterator[Sign]:
    """A loss is lowest at the targets: answers near their own targets must cost less than those near other rows'.

    Otherwise it has the wrong sign, or compares every row with every other one, as shapes ``(rows, 1)`` and ``(rows,)``
    do. Only of a user's own loss, on a last layer that is a weighted sum: distances and critics have signs of their
    own.

    Source: the definition; AUTOTRAINER sees the sign where a loss is below 0. Thresholds: the right answers cost more
    by a fiftieth (targets may be codes, so that outputs near them are not the best ones): serious; they cost the same
    to five digits: a warning.
    """
    asked = facts.rehearsed.asked if facts.rehearsed else {}
    for output in facts.outputs:
        if output.name in asked and _can_be_judged(facts, output):
            yield from _unasked(output, asked[output.name])


def _can_be_judged(facts: Facts, output: Output) -> bool:
    """Tell whether an output is a layer's weighted sum, and no critic's."""
    last = facts.layer(output.layer or "")
    wanted = facts.rehearsed.targets.get(output.name) if facts.rehearsed else None
    is_critic = wanted is not None and output.activation == "linear" and is_signs(wanted)
    is_sum = last is not None and last.ours and last.kind in MAPS | RECURRENT | ACTIVATIONS
    return is_sum and not is_critic


def _unasked(output: Output, asked: Asked) -> Iterator[Sign]:
    right, wrong = asked.right, asked.wrong
    size, name = max(abs(right), abs(wrong)), f" {output.loss}" if output.loss else ""
    told = f"the loss{name} gives {right:.4g}, to the same outputs for other rows {wrong:.4g}."
    if right - wrong > 0.02 * size:
        evidence = (f"To outputs near their targets {told} It rewards wrong answers.",)
        repair = Repair("the other sign: return -value, or 1 - value where it is a share")
        yield Sign("serious", 0.9, Place(None, "loss", output.name or None), evidence, repair)
    elif abs(right - wrong) <= 1e-5 * size:
        evidence = (f"To outputs near their targets {told} Whose target it is does not matter.",)
        repair = Repair("y_true = jnp.reshape(y_true, y_pred.shape), first of all in the loss")
        yield Sign("warning", 0.8, Place(None, "loss", output.name or None), evidence, repair)


def is_signs(targets: np.ndarray) -> bool:
    """Tell whether targets are -1 and 1 only: with them a critic's loss may have either sign."""
    return bool(np.all(np.abs(targets) == 1))


@check("D509", "A row's output depends on the other rows", faults=("F37",), stage="rehearsal")
def rows_mixed(facts: Facts) -> Iterator[Sign]:
    """In evaluation mode a row's answer must be its own: what it shares with its batch is gone when it comes alone.

    Source: the batch-dependency test of TheDeepChecker (TOSEM 2022). Threshold: a change of a thousandth of the
    outputs' spread, far above what another order of sums makes.
    """
    found = facts.rehearsed
    if found is None or found.other_rows is None or found.other_rows < 1e-3:
        return
    own = [layer.path for layer in facts.layers if not layer.ours]
    place = Place(own[0] if len(own) == 1 else None)
    evidence = (
        f"With half of the batch replaced, the outputs of the other half changed by up to {found.other_rows:.2g} of "
        "their spread, in evaluation mode.",
    )
    repair = Repair(
        "compute along the features of a row: x.mean(axis=-1, keepdims=True), not x.mean(axis=0)"
    )
    yield Sign("serious", 0.9, place, evidence, repair)


@check(
    "D510",
    "Units are dead before training starts",
    faults=("F15",),
    stage="rehearsal",
    explains=("D503", "D505", "D506", "D603", "D604", "D612"),
)
def dead_units(facts: Facts) -> Iterator[Sign]:
    """A rectified unit that is 0 for every row of a batch gets no gradient.

    Of centred sums of inputs about half are positive for each row, so that with 16 rows and more nearly none should be.

    Source: Maas, Hannun and Ng 2013; thresholds of 50 to 70 % are published (SageMaker, AUTOTRAINER, DeepDiagnosis),
    where they alarm on healthy networks too. Threshold: 90 % of a layer's units is a warning if the batch cannot be
    learnt either, the whole layer is serious; half of them is a hint.
    """
    found = facts.rehearsed
    if found is None or found.rows < 16:
        return
    learnt = learning(facts)
    for path, share in of_layers(found, "dead_share").items():
        if not share >= 0.5:
            continue
        failed = learnt is not None and learnt.failed
        level = "serious" if share == 1 else "warning" if share >= 0.9 and failed else "hint"
        evidence = (
            f"{share:.0%} of the units of '{path}' are 0 for all {found.rows} rows of a batch.",
        )
        repair = Repair(
            "activation='leaky_relu', and inputs with mean 0 and spread 1",
            (SetLayers("activation", "leaky_relu", old="relu"),),
        )
        yield Sign(level, 0.75, Place(path, "activation", "relu"), evidence, repair)


@check(
    "D511",
    "Units are saturated before training starts",
    faults=("F16",),
    stage="rehearsal",
    explains=("D504", "D505", "D508", "D602", "D613", "D614"),
)
def saturated_units(facts: Facts) -> Iterator[Sign]:
    """At the ends of a sigmoid or tanh the slope is nearly 0, and what comes before gets no gradient.

    Sums of scaled inputs have a spread of about 1; beyond 4.6 a sigmoid is within 1 % of its end.

    Source: Glorot and Bengio 2010. Threshold: half of a hidden layer's numbers, as published (DeepDiagnosis, DEFault,
    SageMaker); two thirds, or a batch that cannot be learnt, make a warning of the hint. A softmax is flat at its end,
    too: Vaswani et al. 2017, 3.2.1, divide its scores by the root of their units.
    """
    yield from sure_softmaxes(facts)
    found = facts.rehearsed
    if found is None:
        return
    learnt = learning(facts)
    for path, share in of_layers(found, "saturated_share").items():
        layer = facts.layer(path.partition("#")[0])
        if not share >= 0.5 or path in ends(facts) or layer is None:
            continue
        if layer.activation not in SATURATING:
            continue
        failed = learnt is not None and not learnt.succeeded
        level = "warning" if share >= 2 / 3 or failed else "hint"
        evidence = (
            f"{share:.0%} of the outputs of '{path}' lie at the ends of {layer.activation}.",
        )
        repair = Repair(
            f"put BatchNormalization() before '{path}', or scale its inputs to mean 0 and spread 1",
            (InsertLayer(None, "BatchNormalization"),),
        )
        yield Sign(level, 0.6, Place(path, "activation", layer.activation), evidence, repair)
