"""Keras's order of layers for the architectures: published weights and programs that count layers rely on it."""

from __future__ import annotations

from pellucid.modules.symbolic import SymbolicTensor
from pellucid.saving.keras_order import calls_in_order


def number_as_keras(image: SymbolicTensor, outputs: SymbolicTensor) -> None:
    """Renumber the calls between the image and the outputs, so that a model lists their layers in Keras's order.

    Args:
        image: The tensor that the network begins with; what made it is left alone.
        outputs: The tensor that it ends with.

    Example:
        >>> from pellucid import Input, Model, layers
        >>> x = Input((4,), name="x")
        >>> short = layers.Dense(3, name="short")(x)
        >>> long = layers.Dense(3, name="long_2")(layers.Dense(3, name="long_1")(x))
        >>> both = layers.Add()([short, long])
        >>> number_as_keras(x, both)
        >>> [layer.name for layer in Model(x, both).layers]
        ['x', 'long_1', 'short', 'long_2', 'add']
    """
    calls = calls_in_order([outputs], image.node)
    numbers = sorted(call.number for call in calls)
    for call, number in zip(calls, numbers, strict=True):
        call.number = number
