"""Kinds of layers, losses and activations that checks ask for by group, and which layer feeds which."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight

ACTIVATIONS = frozenset({"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"})
DROPOUTS = frozenset(
    {
        "Dropout",
        "AlphaDropout",
        "GaussianDropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    }
)
PASSING = DROPOUTS | {
    "Flatten",
    "Reshape",
    "Permute",
    "GaussianNoise",
    "ActivityRegularization",
    "Identity",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Masking",
    "RepeatVector",
}
"""Layers that hand numbers on as they are: moved, left out or repeated, never weighed."""

NORMALISING = frozenset(
    {
        "Normalization",
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "RMSNormalization",
        "UnitNormalization",
        "Rescaling",
    }
)
ENCODING = frozenset({"Embedding", "ReversibleEmbedding", "CategoryEncoding", "Discretization"})
"""Layers to which a number is a name, so that its size says nothing."""

DENSE = frozenset({"Dense", "EinsumDense"})
CONVOLUTIONS = frozenset(
    {
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "SeparableConv1D",
        "SeparableConv2D",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
    }
)
MAPS = DENSE | CONVOLUTIONS
"""Layers that are a weighted sum and an activation."""

POOLING = frozenset(
    f"{kind}Pooling{rank}D"
    for kind in ("Max", "Average", "GlobalMax", "GlobalAverage")
    for rank in (1, 2, 3)
)
RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU", "RNN", "Bidirectional"})

TAKES_ONE = MAPS | POOLING | PASSING | NORMALISING | ACTIVATIONS

SATURATING = frozenset({"sigmoid", "tanh", "hard_sigmoid", "hard_tanh", "softsign", "half_tanh"})
RECTIFYING = frozenset({"relu", "relu6"})
PROBABILITIES = frozenset({"sigmoid", "hard_sigmoid", "softmax", "sparsemax"})

YES_NO_LOSSES = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
ONE_HOT_LOSSES = frozenset(
    {
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
        "categorical_generalized_cross_entropy",
    }
)
SPARSE_LOSSES = frozenset({"sparse_categorical_crossentropy"})
CROSS_ENTROPIES = YES_NO_LOSSES | ONE_HOT_LOSSES | SPARSE_LOSSES
MARGINS = frozenset({"hinge", "squared_hinge"})
DISTANCES = frozenset(
    {
        "mean_squared_error",
        "half_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "huber",
        "log_cosh",
    }
)
"""Losses that measure how far a number is from another."""

SHORT_NAMES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "logcosh": "log_cosh",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
}


def sources(facts: Facts, layer: Layer) -> tuple[Layer, ...]:
    """Return the layers that feed a layer; none where it is not known."""
    found = (facts.layer(path) for path in layer.inputs or ())
    return tuple(each for each in found if each is not None)


def ancestors(facts: Facts, layer: Layer) -> set[str]:
    """Return the paths of all layers that a layer's numbers are made of, as far as that is known."""
    waiting, found = list(sources(facts, layer)), set[str]()
    while waiting:
        before = waiting.pop()
        if before.path not in found:
            found.add(before.path)
            waiting += sources(facts, before)
    return found


def followers(facts: Facts, layer: Layer) -> tuple[Layer, ...]:
    """Return the layers that a layer feeds; none where it is not known."""
    return tuple(each for each in facts.layers if each.inputs and layer.path in each.inputs)


def only_follower(facts: Facts, layer: Layer) -> Layer | None:
    """Return the one layer that a layer feeds, or None where there are several or none."""
    found = followers(facts, layer)
    return found[0] if len(found) == 1 else None


def chain_after(facts: Facts, layer: Layer) -> Iterator[Layer]:
    """Yield the layers behind a layer, one behind the other, as long as each feeds just one.

    A layer that takes one thing, and is fed by several, ends it: code of the user's own has joined them somehow.
    """
    seen = {layer.path}
    following = only_follower(facts, layer)
    while following is not None and following.path not in seen:
        if following.kind in TAKES_ONE and len(set(following.inputs or ())) > 1:
            return
        yield following
        seen.add(following.path)
        following = only_follower(facts, following)


def chain_before(facts: Facts, layer: Layer) -> Iterator[Layer]:
    """Yield the layers before a layer, the nearest first, as long as just one feeds each."""
    seen = {layer.path}
    before = sources(facts, layer)
    while len(before) == 1 and before[0].path not in seen:
        yield before[0]
        seen.add(before[0].path)
        before = sources(facts, before[0])


def ends(facts: Facts) -> frozenset[str]:
    """Return the paths of the layers that make the outputs."""
    return frozenset(output.layer for output in facts.outputs if output.layer)


def reached(facts: Facts, layer: Layer) -> Iterator[Layer]:
    """Yield what comes behind a layer up to the next one with a weighted sum, and that one too.

    A layer that makes an output ends it.
    """
    last = ends(facts)
    if layer.path in last:
        return
    for following in chain_after(facts, layer):
        yield following
        is_sum = following.kind in MAPS or following.kind in RECURRENT
        if is_sum or following.path in last or not following.ours:
            return


def head(facts: Facts, path: str | None) -> Layer | None:
    """Return the layer with the output's weighted sum: before activations and what only hands on."""
    layer = facts.layer(path) if path else None
    if layer is None or layer.kind not in ACTIVATIONS | PASSING:
        return layer
    found = (each for each in chain_before(facts, layer) if each.kind not in ACTIVATIONS | PASSING)
    return next(found, None)


def heads(facts: Facts) -> frozenset[str]:
    """Return the paths of the outputs' weighted sums."""
    found = (head(facts, output.layer) for output in facts.outputs)
    return frozenset(layer.path for layer in found if layer is not None)


def kernel(layer: Layer) -> Weight | None:
    """Return the array that meets a layer's input, or None."""
    found = layer.weight("kernel") or layer.weight("depthwise_kernel")
    if found is None and layer.kind in RECURRENT:
        return next((each for each in layer.weights if each.name.endswith("/kernel")), None)
    return found


def fan_in(weight: Weight) -> int:
    """Return how many numbers meet in one unit: all axes of a kernel but the last."""
    size = 1
    for length in weight.shape[:-1]:
        size *= length
    return size


def usual_spread(weight: Weight) -> float:
    """Return the spread that Glorot and Bengio (2010) give a kernel: 2 / (inputs + outputs) is its square.

    >>> from pellucid.insight.doctor.facts.network import Weight
    >>> usual_spread(Weight("kernel", (6, 2), 0.0, 1.0, -1.0, 1.0))
    0.5
    """
    size_in, size_out = fan_in(weight), weight.shape[-1]
    if len(weight.shape) > 2:
        size_out *= size_in // max(weight.shape[-2], 1)
    return (2 / (size_in + size_out)) ** 0.5


def number(layer: Layer, argument: str) -> float | None:
    """Return a constructor's argument where it is a number."""
    value = layer.config.get(argument)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)
