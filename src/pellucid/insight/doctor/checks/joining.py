"""A check of skip connections: what should be added to what came in is multiplied by it."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    MAPS,
    NORMALISING,
    PASSING,
    ancestors,
    chain_before,
    followers,
    sources,
)
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign

ATTENDING = frozenset(
    {"MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention"}
)
UNBOUNDED = frozenset(
    {"linear", "relu", "gelu", "silu", "swish", "elu", "selu", "leaky_relu", "mish"}
)
"""Activations that no gate ends in: a gate is bounded, as sigmoid, softmax, tanh and relu6 are, or positive."""

OPEN = 0.5
"""A bias around 1 makes a factor around 1, as in the gates of Liu et al. (2021): it is meant to be multiplied."""


@check(
    "D310",
    "A skip connection multiplies where it should add",
    faults=("F35", "F13"),
    explains=STUCK,
)
def multiplied_skip(facts: Facts) -> Iterator[Sign]:
    """A sum x + f(x) hands numbers and gradients on as they are; a product x * f(x) of small numbers is smaller still.

    Source: He et al., Identity mappings (2016), who show that even factors of 0.5 on a skip connection stop deep
    networks. Threshold: none: a Multiply of two layers of the same shape, one of them made of the other, where neither
    ends in a gate. Silent where the product is added to something (cross networks: x0 * f(x) + x).
    """
    found = [
        (layer, *pair) for layer in facts.layers if (pair := _multiplied(facts, layer)) is not None
    ]
    if not found:
        return
    layer, kept, made = found[0]
    evidence = (
        f"'{layer.path}' multiplies '{kept.path}' by '{made.path}', which is made of it and ends in no gate.",
        "A product of two small numbers is smaller than both, and so is the gradient that comes back through it.",
    )
    if len(found) > 1:
        evidence += (f"So do {', '.join(repr(each.path) for each, *_ in found[1:])}.",)
    repair = Repair(f"layers.Add() instead of '{layer.path}'")
    yield Sign("warning", 0.7, Place(layer.path), evidence, repair)


def _multiplied(facts: Facts, layer: Layer) -> tuple[Layer, Layer] | None:
    """Return what came in and what was made of it, where a layer multiplies the two and neither is a gate."""
    pair = sources(facts, layer)
    if layer.kind != "Multiply" or not layer.ours or layer.given:
        return None
    if (
        len(pair) != 2
        or len(layer.inputs or ()) != 2
        or pair[0].output_shape != pair[1].output_shape
    ):
        return None
    if any(each.kind in ("Add", "Subtract") for each in followers(facts, layer)):
        return None
    for kept, made in (pair, pair[::-1]):
        if kept.path in ancestors(facts, made):
            is_skip = _is_plain_sum(facts, made) and not _is_gate(facts, kept)
            return (kept, made) if is_skip else None
    return None


def _end(facts: Facts, layer: Layer) -> Layer:
    """Return the layer that made the numbers, before what moves or scales them."""
    for before in chain_before(facts, layer):
        if layer.kind not in PASSING | NORMALISING:
            break
        layer = before
    return layer


def _is_plain_sum(facts: Facts, layer: Layer) -> bool:
    """Tell whether numbers are those of a weighted sum or of attention, around 0 and without bound."""
    end = _end(facts, layer)
    bias = end.weight("bias")
    if not end.ours or end.kind not in MAPS | ATTENDING | ACTIVATIONS or _is_gate(facts, layer):
        return False
    return bias is None or bias.mean < OPEN


def _is_gate(facts: Facts, layer: Layer) -> bool:
    """Tell whether numbers end in an activation that is bounded, or in one that is not known."""
    return _end(facts, layer).activation not in UNBOUNDED
