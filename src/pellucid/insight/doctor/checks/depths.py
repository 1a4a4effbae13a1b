"""A check of depth: many weighted layers one behind the other, with nothing that carries a gradient past them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    MAPS,
    PASSING,
    POOLING,
    SATURATING,
    fan_in,
    kernel,
)
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

SOME, MANY, DEEPEST = 20, 30, 56
"""Plain networks of 20 layers train well, of 34 and of 56 worse than shallower ones: He et al. (2016). With weights
spread for relu, 30 layers still learn: He et al. (2015)."""

KEEPING = 1.5
"""Inputs x variance of a kernel: 2 keeps the size of numbers through relu, 1 (Glorot's) halves its square."""


@check(
    "D312",
    "Very many layers without a way around them",
    faults=("F13", "F24"),
    explains=(*STUCK, "D510", "D612"),
)
def plain_depth(facts: Facts) -> Iterator[Sign]:
    """Each weighted layer passes on a part of the gradient; skip connections and normalisation keep it whole.

    Source: He et al. (2016), whose plain networks of 56 layers train worse than of 20. Thresholds: 30 trained weighted
    layers in a chain a warning, 56 where the weights are spread for relu; 20 a hint. Silent with selu, which
    normalises itself, with orthogonal weights (Xiao et al. 2018), in a training that goes on, and where most layers
    saturate (D304). A hint in loops of PyTorch's, where a normalisation that is a function is not seen.
    """
    chain = _longest_chain(facts)
    if len(chain) < SOME or facts.fit.goes_on or _keeps_size(chain):
        return
    if sum(layer.activation in SATURATING for layer in chain) > len(chain) / 2:
        return
    kernels = [weights for layer in chain if (weights := kernel(layer)) is not None]
    gains = [fan_in(weights) * weights.spread**2 for weights in kernels]
    is_wide = bool(gains) and median(gains) >= KEEPING
    is_many = len(chain) >= (DEEPEST if is_wide else MANY)
    level: Level = "warning" if is_many and facts.source != "torch" else "hint"
    evidence = (
        f"{len(chain)} weighted layers stand one behind the other, from '{chain[0].path}' to '{chain[-1].path}', "
        "without Add, Concatenate or normalisation.",
    )
    repair = Repair(
        "fewer layers, BatchNormalization() between them, or x = layers.Add()([x, f(x)])"
    )
    yield Sign(level, 0.65 if level == "warning" else 0.5, Place(), evidence, repair)


def _longest_chain(facts: Facts) -> list[Layer]:
    """Return the trained weighted layers of the longest run of layers that each feed just the next."""
    feeds = Counter(path for layer in facts.layers for path in layer.inputs or ())
    known = {layer.path for layer in facts.layers}
    through = MAPS | ACTIVATIONS | PASSING | POOLING
    ended: dict[str, list[Layer]] = {}
    longest: list[Layer] = []
    for layer in facts.layers:
        before = (layer.inputs or ("",))[0]
        goes_on = len(layer.inputs or ()) == 1 and before in known and feeds[before] == 1
        chain = ended.pop(before, []) if goes_on else []
        if layer.kind not in through or not layer.ours or layer.inputs is None:
            continue
        if layer.kind in MAPS and layer.trainable:
            chain.append(layer)
        ended[layer.path] = chain
        longest = max(longest, chain, key=len)
    return list(longest)


def _keeps_size(chain: list[Layer]) -> bool:
    """Tell whether a layer's activation or its starting weights keep the size of numbers by themselves."""
    initial = [str(layer.config.get("kernel_initializer")).lower() for layer in chain]
    is_orthogonal = any("orthogonal" in name or "identity" in name for name in initial)
    return is_orthogonal or any(layer.activation == "selu" for layer in chain)
