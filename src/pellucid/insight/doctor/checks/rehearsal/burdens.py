"""Checks of what stands in the way of learning beside the data: the noise of training, and penalties."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayers
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import DROPOUTS
from pellucid.insight.doctor.checks.learning import learning, noise_hides
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D512",
    "The noise of training hides what is learnt",
    faults=("F26",),
    stage="rehearsal",
    explains=("D517", "D602", "D611", "D617"),
)
def hidden_by_noise(facts: Facts) -> Iterator[Sign]:
    """Dropout and noise are on in training only.

    The same weights that know the batch in evaluation mode are no better than a constant answer in training mode: the
    noise is larger than what there is to learn.

    Source: Srivastava et al., Dropout, 2014. Threshold: less than half of the loss without learning in evaluation mode,
    more than eight tenths of it in training mode.
    """
    found, learnt = facts.rehearsed, learning(facts)
    noisy = [layer for layer in facts.layers if layer.kind in DROPOUTS]
    if found is None or learnt is None or not noisy or not noise_hides(facts):
        return
    worst = max(noisy, key=_rate)
    evidence = (
        f"After {learnt.steps} steps on one batch the loss is {found.learnt_loss:.3g} in evaluation mode and "
        f"{learnt.end:.3g} in training mode.",
    )
    repair = Repair(f"{worst.kind}(0.2)", (SetLayers("rate", 0.2, old=worst.config.get("rate")),))
    yield Sign("warning", 0.7, Place(worst.path, "rate", f"{_rate(worst):g}"), evidence, repair)


def _rate(layer: Layer) -> float:
    value = layer.config.get("rate", 0.0)
    return float(value) if isinstance(value, (int, float)) else 0.0


@check(
    "D513",
    "The penalty outweighs the data",
    faults=("F25",),
    stage="rehearsal",
    explains=("D505", "D506", "D517", "D602", "D603", "D604", "D611"),
)
def penalty_outweighs(facts: Facts) -> Iterator[Sign]:
    """Regularizers pull weights to 0, the data away from it.

    Where the pull is stronger the weights go, and the answer becomes constant.

    Source: the balance of both gradients; TheDeepChecker compares their growth. Threshold: the penalty is above the
    data's loss at the start and the batch is not learnt: a warning; above ten times the loss a hint, or a
    warning if half of the loss is left.
    """
    found, learnt = facts.rehearsed, learning(facts)
    if found is None or not found.penalty or not found.loss or found.penalty < abs(found.loss):
        return
    large = found.penalty >= 10 * abs(found.loss)
    failed = learnt is not None and (learnt.failed or (large and not learnt.succeeded))
    if not failed and not large:
        return
    layer, argument = next(
        (
            (layer.path, name)
            for layer in facts.layers
            for name in ("kernel_regularizer", "embeddings_regularizer", "bias_regularizer")
            if layer.config.get(name)
        ),
        (None, "kernel_regularizer"),
    )
    evidence = (f"The penalty is {found.penalty:.3g}, the loss of the data {found.loss:.3g}.",)
    if learnt is not None and failed:
        evidence += (
            f"{learnt.steps} steps on one batch leave the data's loss at {learnt.end:.3g}.",
        )
    repair = Repair(f"{argument}=None, or a hundredth of it", (SetLayers(argument, None),))
    yield Sign("warning" if failed else "hint", 0.75, Place(layer, argument), evidence, repair)
