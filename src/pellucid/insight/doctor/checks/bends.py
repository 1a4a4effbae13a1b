"""Checks of hidden activations: missing, doubled, out of place, or so flat that no gradient comes through."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import Change, RemoveLayer, SetLayer, SetLayers
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    CROSS_ENTROPIES,
    DENSE,
    MAPS,
    NORMALISING,
    PASSING,
    POOLING,
    PROBABILITIES,
    RECTIFYING,
    RECURRENT,
    chain_before,
    ends,
    heads,
    kernel,
    reached,
)
from pellucid.insight.doctor.checks.restoring import SAME, same_share
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK
from pellucid.insight.doctor.checks.tasks import activation_place, loss_of, with_activation
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

STRAIGHT = (
    PASSING
    | {"BatchNormalization", "Rescaling", "Normalization"}
    | {kind for kind in POOLING if "Average" in kind}
)
"""Layers through which a sum of sums stays a sum."""


def hidden_maps(facts: Facts) -> Iterator[Layer]:
    """Yield the layers with a weighted sum that make no output, where it is known what follows."""
    last = heads(facts) | ends(facts)
    for layer in facts.layers:
        if layer.kind in MAPS and layer.ours and layer.path not in last:
            yield layer


def usual_activation(facts: Facts) -> str:
    """Return the activation that most of the hidden layers have, relu where none has one."""
    bent = [
        each.activation for each in hidden_maps(facts) if each.activation not in (None, "linear")
    ]
    return max(set(bent), key=bent.count) or "relu" if bent else "relu"


@check("D301", "A hidden layer without activation", faults=("F17",), explains=STUCK)
def no_activation(facts: Facts) -> Iterator[Sign]:
    """Two weighted sums in a row are one weighted sum: W2 (W1 x) = (W2 W1) x; the layer adds weights and no power.

    Source: linear algebra; published in UMLAUT and NeuraLint. Threshold: none; a layer narrower than its input and its
    output (a code, a projection) means it and gives a hint, and so does one behind a recurrent layer, unless nothing
    else in the model bends either. A narrow one of a network that gives back its inputs means it anyhow: without bends
    that is principal component analysis (Baldi and Hornik, 1989).
    """
    last = heads(facts) | ends(facts)
    bent = any(
        layer.activation not in (None, "linear") and layer.path not in last
        for layer in facts.layers
    )
    found = [(layer, after) for layer in hidden_maps(facts) if (after := _sum_after(facts, layer))]
    codes = bent or _gives_back(facts)
    plain = [
        pair
        for pair in found
        if not (codes and _is_narrow(*pair)) and not (bent and _reads_states(facts, pair[0]))
    ]
    if not found:
        return
    level: Level = "warning" if plain else "hint"
    layer, after = (plain or found)[0]
    activation = usual_activation(facts)
    shown = f"'{layer.path}' and '{after.path}'"
    evidence = (
        f"{shown} are weighted sums with nothing between them that bends: together they are one.",
    )
    if not bent:
        evidence += ("No other layer bends either: the whole model is one weighted sum.",)
    elif len(plain) > 1:
        evidence += (f"So it is behind {', '.join(repr(each.path) for each, _ in plain[1:])}.",)
    changes = tuple(SetLayer(each.path, "activation", activation) for each, _ in plain or found)
    place = Place(layer.path, "activation", "linear")
    repair = Repair(f"{layer.kind}(..., activation='{activation}')", changes)
    yield Sign(level, 0.7 if bent else 0.85, place, evidence, repair)


def _sum_after(facts: Facts, layer: Layer) -> Layer | None:
    """Return the weighted sum that follows a layer without activation with nothing between that bends, or None."""
    after = tuple(reached(facts, layer))
    if layer.activation != "linear" or not after or after[-1].kind not in MAPS:
        return None
    is_straight = all(each.kind in STRAIGHT for each in after[:-1])
    return after[-1] if is_straight and not _is_factor(layer, after[-1]) else None


def _reads_states(facts: Facts, layer: Layer) -> bool:
    """Tell whether a layer reads a recurrent one, whose steps have bent the numbers many times."""
    before = (each.kind for each in chain_before(facts, layer) if each.kind not in PASSING)
    return next(before, None) in RECURRENT


def _is_factor(layer: Layer, following: Layer) -> bool:
    """Tell whether two convolutions are one that was taken apart: over space and over channels."""
    if layer.kind in DENSE:
        return False
    sizes = [each.config.get("kernel_size") for each in (layer, following)]
    is_point = any(size in (1, (1,), [1], (1, 1), [1, 1]) for size in sizes)
    return layer.kind.startswith(("Depthwise", "Separable")) or is_point


def _gives_back(facts: Facts) -> bool:
    """Tell whether the targets are the inputs."""
    share = same_share(facts.data.training) if facts.data else None
    return share is not None and share >= SAME


def _is_narrow(layer: Layer, following: Layer) -> bool:
    sizes = [
        shape[-1] if shape else None
        for shape in (layer.input_shape, layer.output_shape, following.output_shape)
    ]
    before, here, after = sizes
    return None not in sizes and bool(here < before and here < after)  # type: ignore[operator]


@check("D302", "Two activations in a row", faults=("F18",), explains=STUCK + FLAT)
def two_activations(facts: Facts) -> Iterator[Sign]:
    """The second one sees only what the first one lets through.

    A relu before softmax or sigmoid leaves no negative sums, so a sigmoid never says less than 0.5; a tanh or sigmoid
    before a softmax of K bounds the largest probability. Source: NeuraLint (stacked activations). A hint elsewhere.
    """
    for layer in facts.layers:
        first = _activation_before(facts, layer) if layer.kind in ACTIVATIONS else None
        if first is None or layer.activation in (None, "linear"):
            continue
        is_end = layer.activation in PROBABILITIES and layer.path in ends(facts)
        level: Level = "warning" if is_end else "hint"
        if is_end and first.activation in RECTIFYING and layer.activation == "sigmoid":
            level = "serious"
        evidence = (
            f"'{first.path}' ends in {first.activation}, and '{layer.path}' applies {layer.activation} to that.",
        )
        change: Change = RemoveLayer(first.path)
        if "activation" in first.config:
            change = SetLayer(first.path, "activation", "linear")
        repair = Repair(f"{first.kind}(..., activation=None) in '{first.path}'", (change,))
        yield Sign(level, 0.85, Place(first.path, "activation", first.activation), evidence, repair)
    yield from _cut_logits(facts)


def _activation_before(facts: Facts, layer: Layer) -> Layer | None:
    """Return the layer whose activation a layer takes, through what only moves numbers; None where it is none."""
    found = (each for each in chain_before(facts, layer) if each.kind not in PASSING | POOLING)
    before = next(found, None)
    if before is None or before.activation in (None, "linear"):
        return None
    return before if before.kind in MAPS | ACTIVATIONS else None


def _cut_logits(facts: Facts) -> Iterator[Sign]:
    """Yield outputs whose loss applies softmax or sigmoid to what a first activation has cut."""
    for output in facts.outputs:
        is_cut = output.activation in ("relu", "relu6", "tanh", "softsign", "hard_tanh")
        if not output.from_logits or not is_cut or loss_of(output) not in CROSS_ENTROPIES:
            continue
        evidence = (
            f"{loss_of(output)}(from_logits=True) needs sums of any size; {output.activation} cuts them.",
        )
        changes = with_activation(facts, output, "linear")
        repair = Repair(f"Dense({output.units}, activation=None)", changes)
        yield Sign("warning", 0.85, activation_place(facts, output), evidence, repair)


@check(
    "D303",
    "An activation that does not belong in a hidden layer",
    faults=("F18", "F13"),
    explains=STUCK + FLAT,
)
def misplaced_activation(facts: Facts) -> Iterator[Sign]:
    """A hidden softmax makes all units share 1: K units give about 1/K each; a step has no slope; e^z overflows.

    Source: the definitions. Threshold: none, where the next thing is another weighted sum: a softmax that weighs other
    numbers (attention) is followed by a product.
    """
    last = ends(facts)
    for layer in facts.layers:
        if layer.activation not in ("softmax", "step", "sign", "exponential") or layer.path in last:
            continue
        after = tuple(reached(facts, layer))
        is_stack = (
            bool(after)
            and after[-1].kind in MAPS
            and all(each.kind in STRAIGHT | POOLING for each in after[:-1])
        )
        if layer.kind not in MAPS | ACTIVATIONS or not is_stack:
            continue
        units = layer.output_shape[-1] if layer.output_shape else None
        reason = {
            "softmax": f"its {units} units share a sum of 1",
            "exponential": "it grows without bound",
        }.get(layer.activation, "its slope is 0 everywhere")
        evidence = (f"'{layer.path}' is a hidden layer and applies {layer.activation}: {reason}.",)
        level: Level = "serious" if layer.activation in ("step", "sign") else "warning"
        place = Place(layer.path, "activation", layer.activation)
        repair = Repair("activation='relu'", (SetLayer(layer.path, "activation", "relu"),))
        yield Sign(level, 0.85, place, evidence, repair)


SLOPES = {"sigmoid": 0.25, "hard_sigmoid": 0.2, "tanh": 0.8, "hard_tanh": 0.9, "softsign": 0.5}
"""The slope of an activation at usual sums: the largest one for sigmoids, at sums of about 0.5 for the others."""


@check(
    "D304",
    "Gradients shrink from layer to layer",
    faults=("F13", "F16", "F18"),
    explains=STUCK + FLAT,
)
def flat_stack(facts: Facts) -> Iterator[Sign]:
    """Going back through a layer, a gradient is multiplied by about slope x spread of the kernel x sqrt(units).

    Source: Glorot and Bengio (2010), whose sigmoid networks of four hidden layers stood still. Thresholds: the product
    over the hidden layers below 5e-3 with plain gradient descent; below 1.2e-3 with optimizers that divide by the
    gradient's size, which still lose what the first layers tell apart; below 2e-2 a hint. Networks with sums around
    layers or normalisation are silent.
    """
    if any(
        layer.kind in NORMALISING - {"Rescaling", "Normalization"} | {"Add"}
        for layer in facts.layers
    ):
        return
    flat = [
        layer for layer in hidden_maps(facts) if layer.activation in SLOPES and layer.kind in DENSE
    ]
    product = 1.0
    for layer in flat:
        weights = kernel(layer)
        if weights is None or not layer.inputs:
            continue
        product *= SLOPES[layer.activation or ""] * weights.spread * weights.shape[-1] ** 0.5
    plain = facts.optimizer is None or facts.optimizer.name == "sgd"
    if len(flat) < 3 or product > 2e-2:
        return
    level: Level = "warning" if product < (5e-3 if plain else 1.2e-3) else "hint"
    kind = max(
        {each.activation or "" for each in flat}, key=[each.activation for each in flat].count
    )
    evidence = (
        f"{len(flat)} hidden layers end in {kind}; at the start a gradient reaches the first of them about "
        f"{product:.1g} times as large as it left the last.",
    )
    but = tuple(heads(facts) | ends(facts))
    repair = Repair(
        "activation='relu' in the hidden layers", (SetLayers("activation", "relu", kind, but),)
    )
    yield Sign(level, 0.75, Place(flat[0].path, "activation", kind), evidence, repair)
