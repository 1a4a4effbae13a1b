"""The model while it is made: how its numbers lie beside PyTorch's, and which weights go where.

PyTorch has channels first, ``(batch, channels, height, width)``; here they come last, because processors are faster
then. So while images go through the stack the same numbers lie in another order: the stack remembers it, puts a
``Permute`` where an order must change, and changes kernels instead where that is enough.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pellucid.layers import Input, Permute
from pellucid.models import Sequential
from pellucid.modules import Layer
from pellucid.torch.modules import is_frozen, refuse


class Stack:
    """A model under construction.

    Args:
        shape: What one row of inputs looks like in PyTorch, None where a size varies.
        dtype: The inputs' dtype.
        moved: Whether the inputs come with their channels last.
        name: The model's name.

    Attributes:
        model: The model so far.
        moved: Whether the channels, PyTorch's first axis, are the last one now.
        order: Which feature of PyTorch each feature is, where they lie in another order; else None.
        path: The path of the module that is converted, for messages.
        module: That module.
        before_rows: Whether rows of features are all that is read of this module's outputs, by a ``Linear``.
        positive: Whether the numbers are at least 0, because a rectifier came last.
    """

    def __init__(self, shape: tuple[Any, ...], dtype: str, moved: bool, name: str | None):
        given = (*shape[1:], shape[0]) if moved else shape
        self.model = Sequential([Input(shape=given, dtype=dtype)], name=name)
        self.moved = moved
        self.order: np.ndarray | None = None
        self.path, self.module = "", None
        self.before_rows = False
        self.positive = False
        self._loads: list[tuple[Layer, str, np.ndarray]] = []

    @property
    def shape(self) -> tuple[Any, ...]:
        """What one row looks like now, in this model's order."""
        return tuple(self.model.output_shape[1:])

    @property
    def torch_shape(self) -> tuple[Any, ...]:
        """What one row looks like now in PyTorch."""
        return (self.shape[-1], *self.shape[:-1]) if self.moved else self.shape

    def add(self, layer: Layer, **weights: np.ndarray) -> Layer:
        """Put a layer on the stack.

        Args:
            layer: The layer.
            **weights: Its arrays; in the name of one inside another layer two underscores stand for a dot.
        """
        self.model.add(layer)
        if weights and is_frozen(self.module):
            layer.trainable = False
        for name, array in weights.items():
            self._loads.append((layer, name.replace("__", "."), array))
        return layer

    def load(self) -> None:
        """Give all layers their weights."""
        for layer, name, array in self._loads:
            *inner, attribute = name.split(".")
            for each in inner:
                layer = getattr(layer, each)
            setattr(layer, attribute, array)

    def channels_last(self, rank: int) -> None:
        """See to it that the numbers are images of so many axes with their channels last."""
        self.rows_in_order()
        if len(self.shape) != rank + 1:
            raise self.refuse(
                f"it takes {rank + 1} axes after the batch, but here come {self.torch_shape}.",
                "input_shape without the batch, as PyTorch has it: input_shape=(1, 28, 28)",
            )
        if not self.moved:
            self.model.add(Permute((*range(2, rank + 2), 1)))
            self.moved = True

    def as_in_torch(self) -> None:
        """See to it that the numbers lie as in PyTorch."""
        self.rows_in_order()
        if self.moved:
            rank = len(self.shape) - 1
            if rank:
                self.model.add(Permute((rank + 1, *range(1, rank + 1))))
            self.moved = False

    def rows_in_order(self) -> None:
        """Refuse features in another order than PyTorch's; only a ``Linear`` takes them."""
        if self.order is not None:
            raise self.refuse(
                "features in the order of channels last came to a module that cannot take them.",
                "a Linear right behind the Flatten",
            )

    def axis(self, dim: int) -> int:
        """Return which axis of this model the axis ``dim`` of PyTorch is, the batch counted as 0."""
        count = len(self.shape) + 1
        dim %= count
        if not self.moved or dim == 0:
            return dim
        return count - 1 if dim == 1 else dim - 1

    def flat_order(self) -> np.ndarray | None:
        """Return which feature of PyTorch's flat rows each feature of this model's would be; None where all agree."""
        sizes = self.torch_shape
        if not self.moved or sizes[0] == 1 or math.prod(sizes[1:]) == 1:
            return None
        return np.moveaxis(np.arange(math.prod(sizes)).reshape(sizes), 0, -1).reshape(-1)

    def refuse(self, why: str, repair: str | None = None) -> Exception:
        """Build the error for the module that is converted."""
        return refuse(self.path, self.module, why, repair)
