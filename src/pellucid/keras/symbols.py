"""Symbolic tensors under Keras's name, and contexts that name things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pellucid
from pellucid.keras.naming import name_scope as name_scope
from pellucid.keras.tensor import DType, TensorShape
from pellucid.modules.symbolic import SymbolicTensor

__all__ = ["KerasTensor", "RematScope", "device", "name_scope"]


class GraphTensor(SymbolicTensor):
    """What ``Input`` gives to scripts, and layers make of it: with the shape's methods that Keras 1 and 2 had."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.shape, self.dtype = TensorShape(self.shape), DType(self.dtype)

    @classmethod
    def begin(cls, tensor: SymbolicTensor) -> SymbolicTensor:
        """Let the tensor at the beginning of a graph be one of these; those that layers make of it then are, too."""
        tensor.__class__ = cls
        tensor.shape, tensor.dtype = TensorShape(tensor.shape), DType(tensor.dtype)
        return tensor

    def get_shape(self) -> TensorShape:
        """Return the shape, the batch counted."""
        return TensorShape(self.shape)

    @property
    def _keras_shape(self) -> tuple[Any, ...]:
        return tuple(self.shape)


class _Symbolic(type):
    """Takes every symbolic tensor for a ``KerasTensor``, and makes inputs of shapes."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, SymbolicTensor)

    def __call__(cls, shape: Any, dtype: Any = "float32", *options: Any, **more: Any) -> Any:
        made = pellucid.Input(batch_shape=tuple(shape), dtype=dtype, name=more.get("name"))
        return GraphTensor.begin(made)


class KerasTensor(metaclass=_Symbolic):
    """A symbolic tensor of a whole shape, the batch counted: ``KerasTensor((None, 4))``."""


@contextmanager
def device(name: Any, *options: Any, **more: Any) -> Iterator[Any]:
    """Accept the name of a device; JAX chooses the fastest that there is."""
    yield name


@contextmanager
def RematScope(*options: Any, **more: Any) -> Iterator[None]:
    """Accept a scope; ``pellucid.layers.Remat`` computes layers again in the place of keeping their values."""
    yield
