"""Checks of a loop of training that was written by hand: what it forgets around its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

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

    Source: PyTorch, torch.optim, "Constructing it"; nn.ModuleList. Threshold: none. Serious where no weight is held, or
    others are in their place, as after the model was made anew, and where layers are kept in a plain list, which hides
    their weights from ``model.parameters()``; else a warning, since parts may be left out on purpose.
    """
    loop = facts.loop
    if loop is not None and loop.unregistered:
        evidence = (
            f"The model keeps layers in {some(loop.unregistered)}, a plain list or dict: model.parameters() does not "
            "give their weights.",
        )
        repair = Repair(f"self.{loop.unregistered[0].rpartition('.')[2]} = nn.ModuleList([...])")
        yield Sign("serious", 0.95, Place(loop.unregistered[0]), evidence, repair)
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
    """Gradients that are cleared between ``backward`` and ``step``, or never made, change no weight.

    Source: PyTorch, torch.optim, "Taking an optimization step". Threshold: at least 2 steps looked into, and half of
    them; without a backward pass at least 3 steps and all of them.
    """
    loop = facts.loop
    if loop is not None and loop.blind >= 3 and not loop.backwards and not loop.looked_into:
        evidence = (f"{loop.steps} steps, no backward pass before them, and not one gradient.",)
        repair = Repair("loss.backward() before optimizer.step()")
        yield Sign("serious", 0.95, Place(None, "backward", None), evidence, repair)
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
