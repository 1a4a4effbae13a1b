"""What a box says, and its colour: one place for all styles."""

from __future__ import annotations

from typing import Any

from pellucid.models.drawing.diagram import Box
from pellucid.modules import Layer

# Families of layers by parts of the class's name, the first that fits; colours that differ in lightness too.
FAMILIES = (
    ("input", ("Input",), "#e8e8e8"),
    ("convolution", ("Conv",), "#9ecae8"),
    ("pooling", ("Pool",), "#f4a582"),
    ("recurrence", ("RNN", "LSTM", "GRU", "Cell", "Bidirectional", "TimeDistributed"), "#c9b3dc"),
    ("attention", ("Attention", "Transformer", "Position"), "#f2c6de"),
    ("normalisation", ("Normalization",), "#fbe3a4"),
    ("dropout and noise", ("Drop", "Noise", "Random"), "#d9d9d9"),
    ("embedding", ("Embedding",), "#b5e2d8"),
    ("fully connected", ("Dense", "Maxout"), "#a6d49f"),
    ("merging", ("Operation", "Add", "Subtract", "Multiply", "Maximum", "Minimum", "Concatenate"), "#ffffff"),
)  # fmt: skip
OTHERS = ("other", "#f5f5f5")


def family(layer: Layer | None) -> tuple[str, str]:
    """Return the family of a layer and its colour.

    >>> from pellucid.layers import Dense
    >>> family(Dense(3))
    ('fully connected', '#a6d49f')
    """
    kind = "InputLayer" if layer is None else type(layer).__name__
    for name, parts, colour in FAMILIES:
        if any(part in kind for part in parts):
            return name, colour
    return OTHERS


def shape_text(shape: Any) -> str:
    """Write a shape without the batch.

    >>> (
    ...     shape_text((28, 28, 1)),
    ...     shape_text((10,)),
    ...     shape_text(()),
    ...     shape_text(None),
    ...     shape_text(((3,), (4, None))),
    ... )
    ('28×28×1', '10', 'one number', '', '3 | 4×?')
    """
    if shape is None:
        return ""
    if any(isinstance(size, tuple) for size in shape):
        return " | ".join(shape_text(each) for each in shape)
    return "×".join("?" if size is None else str(size) for size in shape) or "one number"


def activation_of(layer: Layer | None) -> str:
    """Return the name of a layer's activation, or nothing where it has none.

    >>> from pellucid.layers import Dense
    >>> activation_of(Dense(3, activation="relu")), activation_of(Dense(3))
    ('relu', '')
    """
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    return "" if name == "linear" else name


def detail(layer: Layer | None) -> str:
    """Say in a few characters what distinguishes a layer from others of its class.

    >>> from pellucid.layers import Dropout
    >>> detail(Dropout(0.5))
    '0.5'
    """
    parts = []
    for name in ("kernel_size", "pool_size", "size"):
        value = getattr(layer, name, None)
        if value is not None:
            sizes = value if isinstance(value, (tuple, list)) else (value,)
            parts.append("×".join(map(str, sizes)))
    strides = getattr(layer, "strides", None)
    stride = strides[0] if isinstance(strides, (tuple, list)) else strides
    if stride not in (None, 1) and not hasattr(layer, "pool_size"):
        parts.append(f"stride {stride}")
    rate = getattr(layer, "rate", None)
    if isinstance(rate, (int, float)):
        parts.append(f"{rate:g}")
    return ", ".join(parts)


def lines(
    box: Box, *, names: bool, shapes: bool, dtype: bool, activations: bool, trainable: bool
) -> list[str]:
    """Return the lines of a box."""
    kind = "Input" if box.layer is None else type(box.layer).__name__.removesuffix("Layer")
    extra = detail(box.layer)
    first = f"{kind} {extra}".rstrip()
    found = [box.name, first] if names and box.name.lower() != first.lower() else [first]
    if activations and activation_of(box.layer):
        found.append(activation_of(box.layer))
    if shapes and box.shape is not None:
        found.append(shape_text(box.shape))
    if dtype and box.layer is not None:
        found.append(str(box.layer.dtype))
    if trainable and box.layer is not None and box.layer.count_params():
        found.append("trainable" if box.layer.trainable else "frozen")
    return found
