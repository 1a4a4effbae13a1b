"""Checks of the weights before the first step: all the same, far from their size, or not finite."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.growing import growing_steps
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    MAPS,
    NORMALISING,
    RECTIFYING,
    SATURATING,
    ends,
    fan_in,
    heads,
    kernel,
    only_follower,
    usual_spread,
)
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK, WILD
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


def usual(layer: Layer) -> str:
    """Return the initialiser that suits a layer's activation."""
    return "he_normal" if layer.activation in RECTIFYING else "glorot_uniform"


def started(layer: Layer, weights: Weight) -> Repair:
    """Return the line that starts a layer's kernel as usual."""
    right = usual(layer)
    name = {"depthwise_kernel": "depthwise_initializer"}.get(weights.name, "kernel_initializer")
    return Repair(f"{layer.kind}(..., {name}='{right}')", (SetLayer(layer.path, name, right),))


def is_constant(weights: Weight) -> bool:
    """Tell whether all numbers are one number, up to its rounding."""
    return weights.spread <= 1e-12 + 1e-5 * abs(weights.mean)


@check("D341", "Weights that are not finite", faults=("F21", "F19"), explains=STUCK + WILD)
def not_finite(facts: Facts) -> Iterator[Sign]:
    """One NaN in a weight makes every output NaN.

    Source: arithmetic. Threshold: none.
    """
    for layer in facts.layers:
        for weights in layer.weights:
            if not weights.finite:
                evidence = (
                    f"'{layer.path}/{weights.name}' holds NaN or infinity before the first step.",
                )
                yield Sign(
                    "serious",
                    1.0,
                    Place(layer.path, weights.name),
                    evidence,
                    Repair("build the model anew"),
                )


LARGE = 5.0
SMALL = 1e-4


def excess(layer: Layer, weights: Weight) -> float:
    """Return the spread of a kernel over what He, LeCun or Glorot give it: 1 between the smallest and the largest."""
    size_in = fan_in(weights)
    known = [(2 / size_in) ** 0.5, (1 / size_in) ** 0.5, usual_spread(weights)]
    if weights.spread > max(known):
        return weights.spread / max(known)
    return min(1.0, weights.spread / min(known))


def _started(facts: Facts) -> Iterator[tuple[Layer, Weight, float]]:
    """Yield dense and convolutional layers whose size matters, with their kernel and its excess."""
    for layer in facts.layers:
        weights = kernel(layer)
        following = only_follower(facts, layer)
        if (
            weights is None
            or layer.kind not in MAPS
            or is_constant(weights)
            or not weights.trainable
        ):
            continue
        is_levelled = (
            following is not None and following.kind in NORMALISING and layer.activation == "linear"
        )
        if not is_levelled and not layer.kind.startswith(("Depthwise", "Separable")):
            yield layer, weights, excess(layer, weights)


@check(
    "D343",
    "The weights start too large or too small",
    faults=("F19",),
    explains=STUCK + WILD + FLAT + ("D362",),
)
def unusual_size(facts: Facts) -> Iterator[Sign]:
    """A spread of s / sqrt(inputs) keeps sums at their size; s times as large ones grow by s with each layer.

    Source: Glorot and Bengio (2010), He et al. (2015). Thresholds: ``LARGE`` times what the largest of their rules
    gives; serious from 30 times or where layers together make more than 100; too small where the layers together make
    less than ``SMALL``. TheDeepChecker tests the variance alone, which healthy initialisers fail. Recurrent weights by
    what all steps together make of numbers.
    """
    yield from growing_steps(facts)
    found = list(_started(facts))
    product = 1.0
    for _, _, factor in found:
        product *= factor
    if not found:
        return
    if product < SMALL:
        layer, weights, factor = min(found, key=lambda each: each[2])
        yield _size_sign(layer, weights, factor, product, "warning")
    layer, weights, factor = max(found, key=lambda each: each[2])
    if factor > LARGE:
        level: Level = "serious" if factor > 30 or product > 100 else "warning"
        yield _size_sign(layer, weights, factor, product, level)


def _size_sign(layer: Layer, weights: Weight, factor: float, product: float, level: Level) -> Sign:
    evidence = (
        f"The kernel of '{layer.path}' has a spread of {weights.spread:.3g} with {fan_in(weights)} inputs: "
        f"{factor:.2g} times the usual one.",
        f"All layers together make numbers {product:.2g} times as large as usual.",
    )
    place = Place(layer.path, "kernel_initializer", str(layer.config.get("kernel_initializer")))
    return Sign(level, 0.8, place, evidence, started(layer, weights))


@check(
    "D344",
    "Biases that decide alone",
    faults=("F19", "F15", "F16"),
    explains=STUCK + FLAT + ("D501",),
)
def large_bias(facts: Facts) -> Iterator[Sign]:
    """Sums of about 1 do not reach above a bias of -3: a relu gives 0 for nearly all rows and gets no gradient.

    Source: NeuraLint (bias not 0). Thresholds: -3 before a relu, -1 where the rehearsal finds nine tenths of its units
    dead; 5 either way before a sigmoid or tanh; in hidden layers whose biases are all nearly the same, which training
    does not leave.
    """
    found = [layer for layer in facts.layers if _decides(facts, layer)]
    if not found:
        return
    layer = found[0]
    bias = layer.weight("bias")
    mean = bias.mean if bias else 0.0
    shown = ", ".join(f"'{each.path}'" for each in found)
    evidence = (f"The biases of {shown} are about {mean:.3g}; the sums without them are about 1.",)
    place = Place(layer.path, "bias_initializer", str(layer.config.get("bias_initializer")))
    changes = tuple(SetLayer(each.path, "bias_initializer", "zeros") for each in found)
    yield Sign("warning", 0.85, place, evidence, Repair("bias_initializer='zeros'", changes))


def _decides(facts: Facts, layer: Layer) -> bool:
    """Tell whether a hidden layer's biases leave its sums no say."""
    bias = layer.weight("bias")
    if (
        bias is None
        or layer.kind not in MAPS
        or layer.path in heads(facts) | ends(facts)
        or bias.spread > 0.5
    ):
        return False
    behind = only_follower(facts, layer)
    bend = behind.activation if behind and behind.kind in ACTIVATIONS else layer.activation
    dead = facts.rehearsed.quantity("dead_share") if facts.rehearsed else {}
    is_dead = bend in RECTIFYING and bias.mean <= (-1 if dead.get(layer.path, 0) >= 0.9 else -3)
    return is_dead or (bend in SATURATING and abs(bias.mean) >= 5)


@check("D346", "A bias that batch normalisation takes away", faults=("F27",))
def idle_bias(facts: Facts) -> Iterator[Sign]:
    """Normalisation subtracts the mean, and with it any bias before it.

    Source: Ioffe and Szegedy (2015), 3.2. A hint: it costs some weights.
    """
    for layer in facts.layers:
        following = only_follower(facts, layer)
        is_summed = (
            layer.kind in MAPS and layer.activation == "linear" and layer.weight("bias") is not None
        )
        if is_summed and following is not None and following.kind == "BatchNormalization":
            evidence = (f"'{following.path}' subtracts the bias of '{layer.path}' again.",)
            place = Place(layer.path, "use_bias", "True")
            repair = Repair(
                f"{layer.kind}(..., use_bias=False)", (SetLayer(layer.path, "use_bias", False),)
            )
            yield Sign("hint", 0.9, place, evidence, repair)
            return
