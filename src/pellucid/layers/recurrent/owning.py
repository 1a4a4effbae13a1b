"""Layers that make their own cell: the cell's arguments can be read off the layer, as in Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pellucid.core.record import signature

Class = TypeVar("Class", bound=type)

# Arguments of every layer, which the layer around the cell answers itself.
OF_EVERY_LAYER = {"name", "trainable", "dtype", "activity_regularizer", "input_shape", "input_dim"}


def reads_from_cell(cell: type) -> Callable[[Class], Class]:
    """Give a class a property for each argument of its cell: ``LSTM(3).units`` is ``LSTM(3).cell.units``.

    Args:
        cell: The class of the cell.

    Example:
        >>> from pellucid.layers import LSTM
        >>> LSTM(3).units, LSTM(3).unit_forget_bias
        (3, True)
    """

    def decorate(layer: Class) -> Class:
        for name in signature(cell).parameters:
            if name not in OF_EVERY_LAYER:
                setattr(layer, name, _reader(name, cell.__name__))
        return layer

    return decorate


def _reader(name: str, cell: str) -> property:
    def read(self: Any) -> Any:
        return getattr(self.cell, name)

    return property(read, doc=f"The argument `{name}` of the layer's `{cell}`.")


def for_cell(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return those of a layer's further arguments that its cell shares.

    >>> for_cell({"dtype": "float64", "name": "encoder"})
    {'dtype': 'float64'}
    """
    return {name: kwargs[name] for name in ("dtype", "trainable") if name in kwargs}
