"""Checks of how a loop written by hand sets rows against each other, outputs against targets, and both into a loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import DISTANCES
from pellucid.insight.doctor.checks.tasks import activation_place, loss_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

LIKELIHOOD = "negative_log_likelihood"
"""The name of a loss that takes logarithms of probabilities, as ``torch.nn.NLLLoss``."""


@check(
    "D707",
    "A likelihood loss without logarithms of probabilities",
    faults=("F02",),
    explains=("D501", "D502", "D505", "D601", "D603", "D611"),
)
def no_logarithms(facts: Facts) -> Iterator[Sign]:
    """``NLLLoss`` is -z of the right class: without a log-softmax, z grows without bound, or stays a probability.

    Source: PyTorch, NLLLoss. Threshold: none; an activation that is not known is silent.
    """
    for output in facts.outputs:
        if loss_of(output) != LIKELIHOOD or output.activation in (None, "log_softmax"):
            continue
        evidence = (
            f"NLLLoss takes log-probabilities; the last layer gives {output.activation} outputs.",
        )
        repair = Repair("CrossEntropyLoss() on the last Linear's outputs")
        yield Sign("serious", 0.95, activation_place(facts, output), evidence, repair)


@check(
    "D708",
    "The loss compares each row with all rows",
    faults=("F32",),
    explains=("D501", "D505", "D603", "D604", "D611"),
)
def spread_over_pairs(facts: Facts) -> Iterator[Sign]:
    """Arrays of shapes (n, 1) and (n,) are spread to (n, n): each output is drawn to the mean of all targets.

    Source: PyTorch, Broadcasting semantics. Threshold: none.
    """
    loop = facts.loop
    if loop is None or loop.shapes is None or not is_spread(*loop.shapes):
        return
    if not any(loss_of(output) in DISTANCES or output.own_loss for output in facts.outputs):
        return
    outputs, targets = loop.shapes
    evidence = (f"Outputs of shape {outputs} were compared with targets of shape {targets}.",)
    repair = Repair("targets.reshape(outputs.shape) before the loss")
    yield Sign("serious", 0.97, Place(None, "y", str(targets)), evidence, repair)


@check(
    "D711",
    "Rows are taken for steps or classes",
    faults=("F37", "F32"),
    explains=("D505", "D603", "D604", "D607", "D611", "D621"),
)
def mixed_rows(facts: Facts) -> Iterator[Sign]:
    """A recurrent module without ``batch_first`` reads (steps, batch, features): a batch is one long series to it.

    So does attention: each row attends to the others instead of each step.

    A softmax over axis 0 deals one certainty out to all rows of a batch.

    Source: PyTorch, LSTM and Softmax. Threshold: the axis has the length of the batch, and for series
    the other one has not.
    """
    for path, argument in facts.loop.mixed if facts.loop else ():
        name, _, value = argument.partition("=")
        is_series = name == "batch_first"
        what = "the rows of the batch for the steps" if is_series else "its sum over the rows"
        evidence = (
            f"'{path}' has {argument} and takes {what}: a row's output depends on other rows.",
        )
        repair = Repair("batch_first=True" if is_series else "dim=1")
        yield Sign("serious", 0.9, Place(path, name, value), evidence, repair)


def is_spread(one: Sequence[int], other: Sequence[int]) -> bool:
    """Tell whether two arrays have the same numbers in number, but stand against each other in all pairs.

    >>> is_spread((8, 1), (8,)), is_spread((8,), (8,)), is_spread((1, 1), (1,))
    (True, False, False)
    """
    small, large = sorted((tuple(one), tuple(other)), key=len)
    return len(small) == 1 and len(large) == 2 and large == (*small, 1) and small[0] > 1
