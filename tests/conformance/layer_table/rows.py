"""A row of the table of layers: constructor arguments, inputs, and who says what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pellucid.testing.inputs import Integers

__all__ = ["SAME", "Integers", "Row"]

SAME = "="
"""Keras's class has the layer's own name."""


@dataclass(frozen=True)
class Row:
    """One case of a layer.

    Args:
        arguments: The constructor's arguments.
        inputs: A shape (the batch included), an `Integers`, an array, a list of those (passed as a list), or a dict of
            those (passed by keyword, the first positionally).
        call: Further keyword arguments of the call, such as a mask.
        keras: The class in `keras.layers` that must give the same numbers; None where there is none.
        keras_arguments: Its arguments, where they differ.
        witness: Where there is no such class: `witness(layer, params, state, inputs)` gives the outputs by NumPy.
        skip: Names of checks that make no sense for the row, each with the reason.
    """

    arguments: dict[str, Any]
    inputs: Any
    call: dict[str, Any] = field(default_factory=dict)
    keras: str | None = SAME
    keras_arguments: dict[str, Any] | None = None
    witness: Callable[..., Any] | None = None
    skip: dict[str, str] = field(default_factory=dict)
