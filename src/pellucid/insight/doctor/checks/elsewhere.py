"""Checks of a loop of training that was written by hand: what it forgets around its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import DISTANCES
from pellucid.insight.doctor.checks.tasks import activation_place, loss_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

LIKELIHOOD = "negative_log_likelihood"
"""The name of a loss that takes logarithms of probabilities, as ``torch.nn.NLLLoss``."""

NOTHING_MOVES = ("D503", "D602", "D603", "D604", "D606", "D611", "D616")


@check(
    "D701",
    "Gradients are not cleared between steps",
    faults=("F37",),
    stage="course",
    explains=("D502", "D601", "D602", "D603", "D605", "D607", "D611", "D612", "D615", "D623"),
)
def uncleared_gradients(facts: Facts) -> Iterator[Sign]:
    """``backward`` adds to the gradients that are there, so each step goes along the sum of all batches so far.

    Adding up several batches before a step is no fault: only gradients that outlive a step count.

    Source: PyTorch, torch.optim, "Taking an optimization step". Threshold: at least 2 steps looked at, and half of
    them.
    """
    loop = facts.loop
    if loop is None or loop.looked < 2 or loop.uncleared < 0.5 * loop.looked:
        return
    evidence = (
        f"Before {loop.uncleared} of {loop.looked} steps that were looked at, the gradients of the step before were "
        "still there.",
    )
    repair = Repair("optimizer.zero_grad() before loss.backward()")
    yield Sign("serious", 0.97, Place(None, "zero_grad", None), evidence, repair)


@check(
    "D702",
    "Weights that the optimizer does not hold",
    faults=("F20",),
    stage="course",
    explains=NOTHING_MOVES,
)
def outside_the_optimizer(facts: Facts) -> Iterator[Sign]:
    """A weight with ``requires_grad`` gets gradients, but only those that the optimizer was given are changed.

    Source: PyTorch, torch.optim, "Constructing it". Threshold: none. Serious where no weight is held, or others are in
    their place, as after the model was made anew; else a warning, since parts may be left out on purpose.
    """
    loop = facts.loop
    if loop is None or not loop.outside:
        return
    is_all = len(loop.outside) == loop.weights
    evidence = [
        f"{len(loop.outside)} of {loop.weights} weights that ask for gradients are not in the optimizer: "
        f"{some(loop.outside)}."
    ]
    if loop.foreign:
        evidence.append(f"It holds {loop.foreign} weights that are none of this model's.")
    level: Level = "serious" if is_all or loop.foreign else "warning"
    place = Place(layer_of(loop.outside[0]), "optimizer", None)
    repair = Repair(
        "optimizer = type(optimizer)(model.parameters(), lr=...), behind the last change of the model"
    )
    yield Sign(level, 0.95 if level == "serious" else 0.8, place, tuple(evidence), repair)


@check(
    "D703",
    "No gradient reaches layers that compute",
    faults=("F20", "F37"),
    stage="course",
    explains=NOTHING_MOVES,
)
def unreached_layers(facts: Facts) -> Iterator[Sign]:
    """A layer that was called, and whose weights have no gradient at all, is cut off: the chain of derivatives ends.

    ``detach()``, ``.data``, ``.item()``, ``torch.tensor(...)``, ``no_grad`` and ``argmax`` end it.

    Source: PyTorch, Autograd mechanics. Threshold: no gradient in any measured step.
    """
    loop = facts.loop
    if loop is None or not loop.unreached or not loop.backwards or loop.empty:
        return
    evidence = (
        f"After {loop.backwards} backward passes the weights of {some(loop.unreached)} have no gradient, "
        "though these layers were called.",
    )
    place = Place(loop.unreached[0], "forward", None)
    repair = Repair(f"take away what cuts '{loop.unreached[-1]}' off: detach(), .data, no_grad()")
    yield Sign("serious", 0.9, place, evidence, repair)


@check("D709", "Layers that are never used", faults=("F20",), stage="course")
def unused_layers(facts: Facts) -> Iterator[Sign]:
    """A layer with weights that ``forward`` never calls learns nothing; it may be kept for later on purpose.

    Source: the definition. Threshold: never called in a watched step; a hint.
    """
    loop = facts.loop
    if loop is None or not loop.unused or not loop.steps:
        return
    evidence = (f"{some(loop.unused)} were never called in {loop.steps} steps.",)
    yield Sign("hint", 0.8, Place(loop.unused[0], "forward", None), evidence)


@check(
    "D704",
    "The optimizer never takes a step",
    faults=("F20",),
    stage="course",
    explains=NOTHING_MOVES,
)
def no_step(facts: Facts) -> Iterator[Sign]:
    """Gradients change no weight; ``optimizer.step()`` does.

    Source: PyTorch, torch.optim, "Taking an optimization step". Threshold: 10 backward passes without one; more than
    are added up for a step at a start, as a rule.
    """
    loop = facts.loop
    if loop is None or loop.steps or loop.backwards < 10:
        return
    evidence = (f"{loop.backwards} backward passes, and not one call of optimizer.step().",)
    repair = Repair("optimizer.step() behind loss.backward()")
    yield Sign("serious", 0.95, Place(None, "optimizer", None), evidence, repair)


@check(
    "D710",
    "The optimizer finds no gradients",
    faults=("F20",),
    stage="course",
    explains=("D703", *NOTHING_MOVES),
)
def no_gradients(facts: Facts) -> Iterator[Sign]:
    """Gradients that are cleared between ``backward`` and ``step`` change no weight.

    Source: PyTorch, torch.optim, "Taking an optimization step". Threshold: at least 2 steps looked into, and half of
    them.
    """
    loop = facts.loop
    if loop is None or loop.looked_into < 2 or loop.empty < 0.5 * loop.looked_into:
        return
    evidence = (
        f"In {loop.empty} of {loop.looked_into} steps that were looked into no weight had a gradient, though a "
        "backward pass came before.",
    )
    repair = Repair("optimizer.zero_grad() before loss.backward(), optimizer.step() behind it")
    yield Sign("serious", 0.95, Place(None, "zero_grad", None), evidence, repair)


@check(
    "D705", "Trained in evaluation mode", faults=("F27", "F26"), stage="course", explains=("D617",)
)
def trained_calm(facts: Facts) -> Iterator[Sign]:
    """In evaluation mode dropout does nothing, and batch normalization uses averages that nobody updates.

    Source: PyTorch, Module.eval. Threshold: the model has such layers, and half of at least 3 training passes.
    """
    loop = facts.loop
    if loop is None or not loop.is_noisy or loop.backwards < 3:
        return
    if loop.trained_calm < 0.5 * loop.backwards:
        return
    evidence = (
        f"{loop.trained_calm} of {loop.backwards} training passes were in evaluation mode, and the model has "
        "dropout or batch normalization.",
    )
    repair = Repair("model.train() at the start of each epoch")
    yield Sign("warning", 0.9, Place(None, "train", None), evidence, repair)


@check(
    "D706",
    "Validated in training mode",
    faults=("F27",),
    stage="course",
    explains=("D610", "D617"),
)
def validated_noisy(facts: Facts) -> Iterator[Sign]:
    """In training mode dropout falsifies the predictions, and batch normalization learns from the validation rows.

    Source: PyTorch, Module.eval. Threshold: the model has such layers, at least 2 passes without gradients in training
    mode, and none in evaluation mode.
    """
    loop = facts.loop
    if loop is None or not loop.is_noisy or loop.idle_calm or loop.idle_training < 2:
        return
    evidence = (
        f"{loop.idle_training} passes without gradients were in training mode, none in evaluation mode, and the "
        "model has dropout or batch normalization.",
    )
    repair = Repair("model.eval() before the validation, model.train() behind it")
    yield Sign("warning", 0.85, Place(None, "eval", None), evidence, repair)


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


def is_spread(one: Sequence[int], other: Sequence[int]) -> bool:
    """Tell whether two arrays have the same numbers in number, but stand against each other in all pairs.

    >>> is_spread((8, 1), (8,)), is_spread((8,), (8,)), is_spread((1, 1), (1,))
    (True, False, False)
    """
    small, large = sorted((tuple(one), tuple(other)), key=len)
    return len(small) == 1 and len(large) == 2 and large == (*small, 1) and small[0] > 1


def layer_of(weight: str) -> str | None:
    """Return the layer of a weight's path.

    >>> layer_of("encoder.fc1.weight")
    'encoder.fc1'
    """
    return weight.rpartition(".")[0] or None


def some(names: Sequence[str], most: int = 4) -> str:
    """Return names in quotes, the first few of many.

    >>> some(["a", "b", "c"], 2)
    "'a', 'b' and 1 more"
    """
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
