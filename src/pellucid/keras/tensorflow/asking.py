"""What is known of a tensor without computing: its shape, rank, size, dtype; and descriptions of tensors."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from pellucid.core.errors import ShapeError
from pellucid.keras.tensor import DType, Tensor, TensorShape, as_array
from pellucid.keras.tensorflow.dtypes import as_dtype
from pellucid.keras.tensorflow.static import integers
from pellucid.modules.graph import Symbolic


class Sizes(TensorShape):
    """What ``tf.shape`` gives: Python's numbers, so that they may stand in shapes inside traced functions too.

    Arithmetic works number by number, as on a tensor.

    >>> Sizes((2, 3)) * 2, Sizes((2, 3))[0], Sizes((2, 3)).numpy()
    (Sizes([4, 6]), 2, array([2, 3], dtype=int32))
    """

    __slots__ = ()
    dtype = DType("int32")

    def __new__(cls, sizes: Any = ()) -> Sizes:
        return tuple.__new__(cls, sizes)

    @property
    def shape(self) -> TensorShape:
        """The shape of the shape: its rank."""
        return TensorShape((len(self),))

    @property
    def value(self) -> Any:
        """The sizes as a JAX array."""
        return as_array(self.numpy())

    def numpy(self) -> np.ndarray:
        """Return the sizes as NumPy."""
        return np.asarray(tuple(self), np.int32)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(tuple(self), dtype or np.int32)

    def __getitem__(self, key: Any) -> Any:
        found = tuple(self)[key]
        return Sizes(found) if isinstance(key, slice) else found

    def __repr__(self) -> str:
        return f"Sizes({list(self)})"


def _number_by_number(of: Callable[[Any, Any], Any], swapped: bool = False) -> Callable[..., Any]:
    def method(self: Sizes, other: Any) -> Any:
        others = integers(other)
        others = others * len(self) if len(others) == 1 else others
        both = zip(others, self, strict=True) if swapped else zip(self, others, strict=True)
        return Sizes(of(*pair) for pair in both)

    return method


for _name, _of in {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul,
    "floordiv": operator.floordiv, "mod": operator.mod,
}.items():  # fmt: skip
    setattr(Sizes, f"__{_name}__", _number_by_number(_of))
    setattr(Sizes, f"__r{_name}__", _number_by_number(_of, swapped=True))


class TensorSpec:
    """The shape and dtype of a tensor, without numbers.

    >>> TensorSpec([None, 2], "float32")
    TensorSpec(shape=(None, 2), dtype=tf.float32, name=None)
    """

    def __init__(self, shape: Any = (), dtype: Any = "float32", name: str | None = None):
        self.shape = TensorShape(() if shape is None else shape)
        self.dtype = as_dtype(dtype)
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """Return the description of a tensor."""
        return cls(tensor.shape, tensor.dtype, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and (self.shape, self.dtype) == (
            other.shape,
            other.dtype,
        )

    def __hash__(self) -> int:
        return hash((tuple(self.shape), self.dtype))

    def __repr__(self) -> str:
        return f"TensorSpec(shape={tuple(self.shape)}, dtype={self.dtype!r}, name={self.name!r})"


def shape(input: Any, out_type: Any = None, name: str | None = None) -> Sizes:
    """Return the sizes of the axes, ``tf.shape``; those of a symbolic tensor that are not known are None."""
    return Sizes(_sizes(input))


def rank(input: Any, name: str | None = None) -> Tensor:
    """Return the number of axes, ``tf.rank``."""
    return Tensor(np.int32(len(_sizes(input))))


def size(input: Any, out_type: Any = None, name: str | None = None) -> Tensor:
    """Return how many numbers there are, ``tf.size``."""
    return Tensor(np.int32(np.prod(_sizes(input), dtype=int)))


def _sizes(value: Any) -> tuple[Any, ...]:
    return tuple(value.shape) if hasattr(value, "shape") else np.shape(value)


def is_tensor(x: Any) -> bool:
    """Tell whether something is a tensor or a variable, ``tf.is_tensor``."""
    return isinstance(x, (Tensor, Symbolic))


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """Return the numbers of a tensor as NumPy, ``tf.get_static_value``."""
    return np.asarray(tensor)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """Return a tensor if it has the shape given, in which None fits any size, ``tf.ensure_shape``.

    Raises:
        ShapeError: It has another one.
    """
    sizes = _sizes(x)
    fits = len(sizes) == len(shape) and all(
        None in (s, w) or s == w for s, w in zip(sizes, shape, strict=True)
    )
    if not fits:
        raise ShapeError("ensure_shape", f"the shape must be {tuple(shape)}, but it is {sizes}.")
    return x


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """Return the shape that two shapes have together, ``tf.broadcast_static_shape``."""
    return TensorShape(np.broadcast_shapes(tuple(shape_x), tuple(shape_y)))
