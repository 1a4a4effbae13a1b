"""Checks of the gradients that arrive at the weights, and of numbers that are not finite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from pellucid.insight.doctor.changes import SetLayers, SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import RECURRENT
from pellucid.insight.doctor.checks.learning import last, learning
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.facts.rehearsed import Bad, Rehearsed
from pellucid.insight.doctor.finding import Place, Repair, Sign

SCALE_FREE = frozenset(
    {
        "adam", "adamw", "adamax", "nadam", "rmsprop", "adagrad", "adadelta", "adafactor",
        "lion", "lamb", "muon", "schedulefreeadamw", "ftrl",
    }
)  # fmt: skip
"""Optimizers that divide a gradient by its own size, so that small ones move a weight as far as large ones."""

ROOTED = "a root or a quotient in it has no slope at 0: jnp.sqrt(x + 1e-7), x / (norm + 1e-7)"
BOUNDED = "activation='tanh', recurrent_initializer='orthogonal'"
"""What a recurrent layer needs that applies its own output again and again."""
EXPLODED = 1e6
"""Numbers of this size before the first one that is not finite come from steps that are too large."""


@check(
    "D502",
    "A number is not finite",
    faults=("F21",),
    stage="rehearsal",
    explains=tuple(code for code in (*STUCK, *WILD) if code not in ("D502", "D507", "D514")),
)
def not_finite(facts: Facts) -> Iterator[Sign]:
    """The first place, in the order of the computation, with NaN or infinity; what came in there tells the cause.

    Source: the definitions of log, sqrt, division and exp. Threshold: none. Numbers that grew beyond 1e6 before are the
    optimizer's (D507).
    """
    found = facts.rehearsed
    bad = found.bad if found else None
    if found is None or bad is None or exploded(found):
        return
    place, cause, repair = explained(facts, bad)
    when = "before the first step" if bad.step == 0 else f"after {bad.step} steps"
    evidence = (f"{cause}, {when}.",)
    yield Sign("serious", 0.85, place, evidence, Repair(repair))


def exploded(found: Rehearsed) -> bool:
    """Tell whether the steps of the user's optimizer made numbers large, and known small steps do not."""
    bad = found.bad
    if bad is None or bad.step == 0 or bad.way == "input":
        return False
    large = bad.before is None or bad.before > EXPLODED or bad.way == "weight"
    return large and (found.free_losses is None or bool(np.isfinite(found.free_losses[-1])))


def explained(facts: Facts, bad: Bad) -> tuple[Place, str, str]:
    """Return where it is, what happened, and the line that repairs it."""
    if bad.way == "input":
        return (
            Place(None, "x"),
            "The inputs hold NaN or infinity",
            "x = np.nan_to_num(x), or drop these rows",
        )
    if bad.way == "weight":
        layer, _, name = (bad.place or "").rpartition("/")
        return (
            Place(layer or None, name),
            f"The weight '{bad.place}' holds NaN or infinity",
            "draw it anew",
        )
    layer = facts.layer(bad.place) if bad.place else None
    if bad.way == "backward":
        cause = f"All outputs are finite; the gradient that arrives at '{bad.place}' is, too, and what leaves it is not"
        return Place(bad.place), cause, ROOTED
    if bad.way == "loss gradient":
        cause = "The loss is finite, but its gradient by the outputs is not"
        return Place(None, "loss"), cause, ROOTED
    if bad.way == "gradient":
        cause = "The losses are finite, but a gradient is not, and the weights are lost"
        return Place(None, "gradient"), cause, ROOTED
    if bad.way == "growth":
        return of_growth(layer, bad)
    size = (
        ""
        if bad.before is None
        else f"; what came in reaches from {bad.low:.3g} to a size of {bad.before:.3g}"
    )
    if bad.way == "loss":
        argument = facts.outputs[0].loss if len(facts.outputs) == 1 else None
        cause = f"The outputs are finite, but the loss is not{size}"
        return Place(None, "loss", argument), cause, "keep a logarithm from 0: jnp.log(p + 1e-7)"
    cause = f"'{bad.place}' gives the first number that is not finite{size}"
    if layer is not None and layer.kind in RECURRENT:
        return Place(bad.place, "activation", layer.activation), cause, BOUNDED
    if layer is not None and layer.activation in ("exponential", "exp"):
        return Place(bad.place, "activation", layer.activation), cause, "activation='softplus'"
    repair = "guard its function: log of x + 1e-7, x / (y + 1e-7), exp of jnp.clip(x, -30, 30)"
    return Place(bad.place), cause, repair


def of_growth(layer: Layer | None, bad: Bad) -> tuple[Place, str, str]:
    """Return the same of a layer that makes numbers so large that what follows is not finite."""
    cause = (
        f"Numbers grow beyond 1e6, most of all in '{bad.place}', which takes numbers of {bad.before:.3g}; what is "
        "computed of them is not finite"
    )
    if layer is not None and layer.kind in RECURRENT:
        return Place(bad.place, "activation", layer.activation), cause, BOUNDED
    return Place(bad.place), cause, "smaller numbers to start with, or exp of jnp.clip(x, -30, 30)"


@check(
    "D503",
    "No gradient reaches a layer",
    faults=("F20",),
    stage="rehearsal",
    explains=("D505", "D506", "D508", "D517", "D602", "D603", "D616"),
)
def no_gradient(facts: Facts) -> Iterator[Sign]:
    """A weight whose gradient is exactly 0, and which no step moves, has no part in the loss.

    Source: the chain rule. Threshold: none; later steps are asked because layers that begin at 0 pass nothing on at the
    first step only.
    """
    found = facts.rehearsed
    if found is None or not found.gradients:
        return
    still = stuck(found)
    layers = list(dict.fromkeys(path.rpartition("/")[0] for path in found.gradients))
    dead = [
        layer for layer in layers if all(still[p] for p in still if p.rpartition("/")[0] == layer)
    ]
    if not dead:
        return
    if len(dead) == len(layers):
        head = facts.outputs[0].layer if len(facts.outputs) == 1 else None
        evidence = (f"The gradient of all {len(found.gradients)} weights is exactly 0.",)
        repair = Repair(
            "look at the last layer and the loss: what they give does not change with the weights"
        )
        yield Sign("serious", 0.65, Place(head, "activation" if head else None), evidence, repair)
        return
    for layer in dead:
        evidence = (
            f"The gradient of all weights of '{layer}' is exactly 0, and no step moves them.",
        )
        repair = Repair(
            f"use what '{layer}' gives, or take it out; stop_gradient and argmax pass nothing back"
        )
        yield Sign("warning", 0.65, Place(layer), evidence, repair)


def stuck(found: Rehearsed) -> Mapping[str, bool]:
    """Return by weight's path whether its gradient is 0 and it does not move in any step."""
    return {
        path: norm == 0 and (not found.moved or not found.moved[path] > 0)
        for path, norm in found.gradients.items()
    }


def by_depth(found: Rehearsed) -> list[tuple[str, float]]:
    """Return the kernels' gradients relative to the kernels, by layer in the order of the computation.

    Weights that begin at 0, and vectors (biases, scales), are left out, as are gradients of exactly 0.
    """
    pairs: dict[str, list[float]] = {}
    for path, norm in found.gradients.items():
        layer, _, name = path.rpartition("/")
        size = found.weights.get(path, 0.0)
        if name in ("bias", "beta", "gamma", "scale") or not norm > 0 or not size > 0:
            continue
        pairs.setdefault(layer, []).append(norm / size)
    order = {path: turn for turn, path in enumerate(found.order)}
    known = sorted((path for path in pairs if path in order), key=lambda path: order[path])
    return [(path, float(np.median(pairs[path]))) for path in known]


@check(
    "D504",
    "Gradients vanish on their way to the first layers",
    faults=("F13",),
    stage="rehearsal",
    explains=("D505", "D506", "D508", "D517", "D602", "D603", "D614", "D616"),
)
def vanishing(facts: Facts) -> Iterator[Sign]:
    """Each layer multiplies the gradient by its slope: below 1 in many layers, and the first ones get nothing.

    Source: Hochreiter 1991; Bengio, Simard and Frasconi 1994. Threshold: the first third's relative gradients are below
    a thousandth of the last third's (AUTOTRAINER's ratio, here relative to the weights, over 4 layers and more), and
    the steps show it: the batch is not learnt, or not with an optimizer whose steps are in proportion to the gradient.
    """
    found = facts.rehearsed
    depth = by_depth(found) if found else []
    if found is None or len(depth) < 4:
        return
    third = max(1, len(depth) // 3)
    first = float(np.median([value for _, value in depth[:third]]))
    end = float(np.median([value for _, value in depth[-third:]]))
    if first >= 1e-3 * end:
        return
    learnt = learning(facts)
    failed = learnt is not None and learnt.failed
    in_proportion = facts.optimizer is not None and facts.optimizer.name not in SCALE_FREE
    slow = in_proportion and learnt is not None and _left(found) >= 0.9 * learnt.start
    level = "warning" if failed or slow else "hint"
    evidence = (
        f"Relative to the weights, the gradient of '{depth[0][0]}' is {first / end:.1e} of that of '{depth[-1][0]}'.",
    )
    repair = Repair(
        "activation='relu' in hidden layers, or BatchNormalization between them",
        (SetLayers("activation", "relu", old=_squashing(facts), but=_heads(facts)),),
    )
    yield Sign(level, 0.75, Place(depth[0][0], "activation", _squashing(facts)), evidence, repair)


def _left(found: Rehearsed) -> float:
    """Return the loss that the user's optimizer ended with; 0 where it was not rehearsed."""
    return 0.0 if found.losses is None or not len(found.losses) else last(found.losses)


def _heads(facts: Facts) -> tuple[str, ...]:
    """Return the layers that make the outputs, whose activation belongs to the loss."""
    return tuple(output.layer for output in facts.outputs if output.layer)


def _squashing(facts: Facts) -> str | None:
    """Return the most frequent hidden activation that squashes."""
    hidden = [layer.activation for layer in facts.layers if layer.path not in _heads(facts)]
    names = [name for name in hidden if name in ("sigmoid", "tanh")]
    return max(set(names), key=names.count) if names else None


@check(
    "D514",
    "Gradients grow on their way to the first layers",
    faults=("F14",),
    stage="rehearsal",
    explains=("D507", "D601", "D615"),
)
def exploding(facts: Facts) -> Iterator[Sign]:
    """As for vanishing, with slopes above 1.

    Source: Pascanu, Mikolov and Bengio 2013. Threshold: the first third's relative gradients are above a thousand times
    the last third's, and the user's optimizer diverges on the batch; else a hint.
    """
    found = facts.rehearsed
    depth = by_depth(found) if found else []
    if found is None or len(depth) < 4:
        return
    third = max(1, len(depth) // 3)
    first = float(np.median([value for _, value in depth[:third]]))
    end = float(np.median([value for _, value in depth[-third:]]))
    if first <= 1e3 * end:
        return
    level = "warning" if exploded(found) else "hint"
    evidence = (
        f"Relative to the weights, the gradient of '{depth[0][0]}' is {first / end:.1e} times that of "
        f"'{depth[-1][0]}'.",
    )
    repair = Repair("clipnorm=1.0 for the optimizer", (SetOptimizer(None, {"clipnorm": 1.0}),))
    yield Sign(level, 0.7, Place(depth[0][0]), evidence, repair)
