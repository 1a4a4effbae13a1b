"""Checks of layers whose units all start as the same unit."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import MAPS, RECURRENT, ancestors, ends, heads, kernel
from pellucid.insight.doctor.checks.starts import is_constant, started
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check("D342", "All units of a layer start alike", faults=("F19",), explains=STUCK + FLAT)
def alike(facts: Facts) -> Iterator[Sign]:
    """Units with the same weights get the same gradient, and stay the same unit for ever.

    Source: Goodfellow et al., Deep Learning, 8.4; NeuraLint. Threshold: none, in a hidden layer of two units and more.
    A last layer of zeros is a good start, unless the layer before it is alike, too. Of a layer of the user's own,
    arrays with the inputs' and the outputs' size: others may be a scale, a table or an average.
    """
    last = heads(facts) | ends(facts)
    for layer in facts.layers:
        if layer.path in last:
            continue
        if not layer.ours:
            yield from _of_own(facts, layer)
        elif layer.kind in MAPS | RECURRENT:
            weights = kernel(layer)
            if weights is not None and _is_alike(weights):
                yield _sign(layer, weights)


def _is_alike(weights: Weight) -> bool:
    return weights.trainable and weights.shape[-1] >= 2 and is_constant(weights)


def _sign(layer: Layer, weights: Weight) -> Sign:
    value = layer.config.get("kernel_initializer")
    evidence = (
        f"All {weights.shape} weights of '{layer.path}' are {weights.mean:g}: its units cannot become different.",
    )
    place = Place(layer.path, "kernel_initializer", str(value))
    return Sign("serious", 0.95, place, evidence, started(layer, weights))


def _of_own(facts: Facts, layer: Layer) -> Iterator[Sign]:
    """Yield a sign of a layer of the user's own, by the first of its matrices that starts alike."""
    found = [each for each in _matrices(layer) if _is_alike(each)]
    behind = list(_behind(facts, layer))
    if not found or not behind:
        return
    weights = found[0]
    # Zeros before weights drawn by chance get different gradients from these: zero starts of adapters and gates.
    if weights.mean == 0 and not any(map(_starts_alike, behind)):
        return
    evidence = (
        f"All {weights.shape} numbers of '{layer.path}/{weights.name}' are {weights.mean:g}: its units cannot become "
        "different.",
    )
    repair = Repair(f"self.add_weight(..., initializer='glorot_uniform', name='{weights.name}')")
    yield Sign("serious", 0.85, Place(layer.path, weights.name), evidence, repair)


def _matrices(layer: Layer) -> list[Weight]:
    """Return the arrays that lead from a layer's inputs to its outputs, as kernels do, either way round."""
    if not layer.input_shape or not layer.output_shape:
        return []
    both = {layer.input_shape[-1], layer.output_shape[-1]}
    return [w for w in layer.weights if len(w.shape) >= 2 and set(w.shape[-2:]) == both]


def _behind(facts: Facts, layer: Layer) -> Iterator[Layer]:
    """Yield the layers with a matrix that get a layer's numbers; where that is not known, the later ones."""
    later = facts.layers[facts.layers.index(layer) + 1 :]
    for each in later:
        is_fed = each.inputs is None or layer.path in ancestors(facts, each)
        if is_fed and any(len(weights.shape) >= 2 for weights in each.weights):
            yield each


def _starts_alike(layer: Layer) -> bool:
    """Tell whether all matrices of a layer are one number each."""
    return all(is_constant(weights) for weights in layer.weights if len(weights.shape) >= 2)
