"""Check of layers that are frozen: fresh ones, a whole network, tables that nobody filled."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import MAPS, heads
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


@check("D345", "Layers that are not trained", faults=("F20",), explains=STUCK + FLAT)
def frozen(facts: Facts) -> Iterator[Sign]:
    """What is frozen stays as it is: good for weights learnt before, bad for fresh ones.

    Threshold: fresh is a frozen kernel with biases that are all exactly 0, which training leaves nowhere, or with batch
    normalisation behind it that has seen no row: a mean of 0 and a variance of 1. Serious where nothing is trained at
    all, or a fresh layer makes the output. A frozen network in the network is told as one. Serious is also a frozen
    table or kernel of nothing but 0, as where no word of a vocabulary was found among vectors learnt before.
    """
    with_weights = [layer for layer in facts.layers if layer.weights]
    if not with_weights:
        return
    if not any(weights.trainable for layer in with_weights for weights in layer.weights):
        evidence = (f"None of the {len(with_weights)} layers with weights is trained.",)
        place = Place(None, "trainable", "False")
        yield Sign(
            "serious", 0.95, place, evidence, Repair("model.trainable = True, then compile again")
        )
        return
    last = heads(facts)
    still = [layer for layer in with_weights if not layer.trainable]
    empty = {layer.path: weights for layer in still if (weights := _emptiness(layer))}
    for path, weights in empty.items():
        yield _empty_table(path, weights)
    nested = _nested_fresh(still)
    for name, layers in nested.items():
        yield _fresh_network(name, layers)
    for layer in still:
        is_last = layer.path in last
        is_told = layer.path in empty or _outer(layer) in nested
        if layer.kind in MAPS and (is_last or _is_fresh(layer)) and not is_told:
            yield _not_trained(layer, is_last)


def _not_trained(layer: Layer, is_last: bool) -> Sign:
    """Return the sign of a layer that is frozen and fresh, or makes the output."""
    is_fresh = _is_fresh(layer)
    level: Level = "serious" if is_last and is_fresh else "warning" if is_fresh else "hint"
    evidence = (f"'{layer.path}' is frozen, and its biases are all 0: nobody has trained it.",)
    if not is_fresh:
        evidence = (f"'{layer.path}', which makes the output, is frozen.",)
    repair = Repair(
        f"model.get_layer('{layer.path}').trainable = True, then compile again",
        (SetLayer(layer.path, "trainable", True),),
    )
    return Sign(level, 0.8, Place(layer.path, "trainable", "False"), evidence, repair)


def _emptiness(layer: Layer) -> Weight | None:
    """Return a frozen layer's matrix where all of its numbers are 0, else None."""
    matrices = (weights for weights in layer.weights if len(weights.shape) > 1)
    return next((each for each in matrices if each.low == each.high == 0.0), None)


def _empty_table(path: str, weights: Weight) -> Sign:
    """Return the sign of a frozen matrix of zeros."""
    size = " x ".join(map(str, weights.shape))
    evidence = (
        f"'{path}/{weights.name}' is frozen, and its {size} numbers are all 0: everything it is given becomes 0.",
    )
    repair = Repair(
        "look at how the table is filled: which words, by which numbers, were found among the vectors"
    )
    return Sign("serious", 0.9, Place(path, weights.name), evidence, repair)


def _fresh_network(name: str, layers: list[Layer]) -> Sign:
    """Return the sign of a network in the network that is frozen and fresh."""
    evidence = (
        f"'{name}' is frozen, and nobody has trained it: in {len(layers)} of its layers biases are all 0, or the "
        "averages of batch normalisation are as they begin.",
    )
    repair = Repair(
        f"give '{name}' weights that were learnt before (weights='imagenet', load_weights), or "
        f"model.get_layer('{name}').trainable = True, then compile again"
    )
    return Sign("warning", 0.85, Place(name, "trainable", "False"), evidence, repair)


def _nested_fresh(still: list[Layer]) -> dict[str, list[Layer]]:
    """Return the fresh ones of frozen layers by the network in the network that holds them.

    Batch normalisation is often frozen alone, so that it counts only where kernels are frozen with it.
    """
    found: dict[str, list[Layer]] = {}
    with_kernels = {_outer(layer) for layer in still if layer.kind in MAPS}
    for layer in still:
        is_new = (layer.kind in MAPS and _is_fresh(layer)) or _has_seen_nothing(layer)
        if is_new and _outer(layer) and _outer(layer) in with_kernels:
            found.setdefault(_outer(layer), []).append(layer)
    return found


def _outer(layer: Layer) -> str:
    """Return the network in the network that holds a layer, "" for none."""
    outer, inside, _ = layer.path.partition("/")
    return outer if inside else ""


def _is_fresh(layer: Layer) -> bool:
    bias = layer.weight("bias")
    return bias is not None and bias.low == bias.high == 0.0


def _has_seen_nothing(layer: Layer) -> bool:
    """Tell whether batch normalisation's averages are as they begin."""
    mean, variance = layer.weight("moving_mean"), layer.weight("moving_variance")
    if mean is None or variance is None:
        return False
    return mean.low == mean.high == 0.0 and variance.low == variance.high == 1.0
