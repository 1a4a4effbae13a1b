"""What scripts see in the place of an array: a value with the methods that TensorFlow's eager tensors have.

A :class:`Tensor` holds one JAX array, a real one at the prompt or a traced one inside a program. All arithmetic goes
through :mod:`pellucid.keras.operation`, so that tapes can follow it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.keras.late import arithmetic


class DType(str):
    """A dtype that is equal to its name: ``tf.float32 == "float32"``; NumPy and JAX take it where they take names.

    >>> DType("float32").is_floating, DType("int8").size
    (True, 1)
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name, ``"float32"``."""
        return str(self)

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's scalar type."""
        return np.object_ if self == "string" else jnp.dtype(str(self)).type

    @property
    def size(self) -> int:
        """The bytes of one number."""
        return int(jnp.dtype(str(self)).itemsize)

    @property
    def is_floating(self) -> bool:
        """Whether it holds fractions."""
        return "float" in self

    @property
    def is_integer(self) -> bool:
        """Whether it holds whole numbers."""
        return "int" in self

    @property
    def is_bool(self) -> bool:
        """Whether it holds truth values."""
        return self == "bool"

    @property
    def is_complex(self) -> bool:
        """Whether it holds complex numbers."""
        return "complex" in self

    @property
    def max(self) -> Any:
        """The largest number."""
        return jnp.finfo(str(self)).max if self.is_floating else jnp.iinfo(str(self)).max

    @property
    def min(self) -> Any:
        """The smallest number."""
        return jnp.finfo(str(self)).min if self.is_floating else jnp.iinfo(str(self)).min

    def __repr__(self) -> str:
        return f"tf.{self!s}"


class TensorShape(tuple[Any, ...]):
    """A shape: a tuple with TensorFlow's few methods."""

    __slots__ = ()

    def __new__(cls, sizes: Any = ()) -> TensorShape:
        return super().__new__(cls, (sizes,) if isinstance(sizes, int) else tuple(sizes))

    def as_list(self) -> list[Any]:
        """Return the sizes as a list."""
        return list(self)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    ndims = rank
    dims = property(as_list)

    def is_fully_defined(self) -> bool:
        """Tell whether no size is None."""
        return None not in self

    def num_elements(self) -> int | None:
        """Return the product of the sizes, or None if one is not known."""
        return int(np.prod(self)) if self.is_fully_defined() else None

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return TensorShape(found) if isinstance(key, slice) else found

    def __repr__(self) -> str:
        return f"TensorShape({list(self)})"

    def __str__(self) -> str:
        return str(tuple(self))


def _binary(name: str, swapped: bool = False) -> Any:
    def method(self: Any, other: Any) -> Any:
        operation = getattr(arithmetic(), name)
        if other is None or isinstance(other, str):
            return NotImplemented
        if isinstance(other, (list, tuple)) and not any(map(_is_symbolic, other)):
            other = Tensor(as_array(other))
        return operation(other, self) if swapped else operation(self, other)

    return method


def _is_symbolic(value: Any) -> bool:
    return hasattr(value, "node")


def _unary(name: str) -> Any:
    def method(self: Any) -> Any:
        return getattr(arithmetic(), name)(self)

    return method


class Tensor:
    """One array, as TensorFlow's eager tensors look.

    Args:
        value: A JAX array, or what becomes one.

    >>> t = Tensor([[1.0, 2.0]])
    >>> (t * 2 + 1).numpy().tolist(), t.shape.as_list(), t.dtype
    ([[3.0, 5.0]], [1, 2], tf.float32)
    """

    __array_priority__ = 100.0
    __slots__ = ("__weakref__", "_array", "_keras_mask", "_source")

    def __init__(self, value: Any):
        self._array = value if isinstance(value, jax.Array) else jnp.asarray(value)

    @property
    def value(self) -> Any:
        """The JAX array."""
        return self._array

    @property
    def shape(self) -> TensorShape:
        """The sizes of the axes."""
        return TensorShape(self.value.shape)

    @property
    def dtype(self) -> Any:
        """The dtype, equal to its name."""
        return DType(self.value.dtype.name)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.value.size

    @property
    def device(self) -> str:
        """Where it lies."""
        return "/device:" + jax.default_backend().upper() + ":0"

    def reading(self) -> Tensor:
        """Return what tapes know this value by."""
        return self

    def get_shape(self) -> TensorShape:
        """Return the shape."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Accept a shape that is known already."""

    def numpy(self) -> Any:
        """Return the numbers as NumPy, a copy that may be written to."""
        found = np.array(self.value)
        return found if found.shape else found[()]

    def item(self) -> Any:
        """Return the one number that there is."""
        return self.value.item()

    def tolist(self) -> Any:
        """Return nested lists."""
        return np.asarray(self.value).tolist()

    def astype(self, dtype: Any) -> Any:
        """Return the numbers in another dtype."""
        return arithmetic().cast(self, dtype)

    def reshape(self, *shape: Any) -> Any:
        """Return the numbers in another shape."""
        return arithmetic().reshape(self, shape[0] if len(shape) == 1 else shape)

    # `np.sum(tensor)` and `np.mean(tensor)` call these with `dtype` and `out`, both None.

    def sum(
        self, axis: Any = None, keepdims: bool = False, dtype: Any = None, out: Any = None
    ) -> Any:
        """Return the sum."""
        return arithmetic().sum(self, axis=axis, keepdims=keepdims)

    def mean(
        self, axis: Any = None, keepdims: bool = False, dtype: Any = None, out: Any = None
    ) -> Any:
        """Return the mean."""
        return arithmetic().mean(self, axis=axis, keepdims=keepdims)

    @property
    def T(self) -> Any:
        """The transposed array."""
        return arithmetic().transpose(self)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.value, dtype)

    def __jax_array__(self) -> Any:
        return self.value

    def __getitem__(self, key: Any) -> Any:
        return arithmetic().get_item(self, key)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self.value)))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self._alone())

    def __index__(self) -> int:
        return self.value.__index__()

    def __float__(self) -> float:
        return float(self._alone())

    def __complex__(self) -> complex:
        return complex(self._alone())

    def _alone(self) -> Any:
        """Return the array without axes if it holds one number: ``float(model(row))`` of shape (1, 1)."""
        return self.value.reshape(()) if self.value.size == 1 else self.value

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits) if digits is not None else round(float(self))

    def __format__(self, spec: str) -> str:
        return format(self.numpy() if self.ndim == 0 else self, spec) if spec else str(self)

    def __hash__(self) -> int:
        return id(self)

    __add__, __radd__ = _binary("add"), _binary("add", swapped=True)
    __sub__, __rsub__ = _binary("subtract"), _binary("subtract", swapped=True)
    __mul__, __rmul__ = _binary("multiply"), _binary("multiply", swapped=True)
    __truediv__, __rtruediv__ = _binary("divide"), _binary("divide", swapped=True)
    __floordiv__, __rfloordiv__ = _binary("floor_divide"), _binary("floor_divide", swapped=True)
    __mod__, __rmod__ = _binary("remainder"), _binary("remainder", swapped=True)
    __pow__, __rpow__ = _binary("power"), _binary("power", swapped=True)
    __matmul__, __rmatmul__ = _binary("matmul"), _binary("matmul", swapped=True)
    __and__, __rand__ = _binary("logical_and"), _binary("logical_and", swapped=True)
    __or__, __ror__ = _binary("logical_or"), _binary("logical_or", swapped=True)
    __xor__, __rxor__ = _binary("logical_xor"), _binary("logical_xor", swapped=True)
    __lt__ = _binary("less")
    __le__ = _binary("less_equal")
    __gt__ = _binary("greater")
    __ge__ = _binary("greater_equal")
    __eq__ = _binary("equal")  # pyright: ignore[reportAssignmentType]
    __ne__ = _binary("not_equal")  # pyright: ignore[reportAssignmentType]
    __neg__ = _unary("negative")
    __abs__ = _unary("absolute")
    __invert__ = _unary("logical_not")

    def __str__(self) -> str:
        return f"tf.Tensor({self._shown()}, shape={tuple(self.shape)}, dtype={self.dtype.name})"

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape={tuple(self.shape)}, dtype={self.dtype.name}, numpy={self._shown()}>"

    def _shown(self) -> str:
        return "?" if isinstance(self.value, Tracer) else str(np.asarray(self.value))


def as_array(value: Any) -> Any:
    """Return the JAX array of a tensor, a variable, NumPy's or a list of numbers."""
    if isinstance(value, Tensor):
        return value.value
    if isinstance(value, jax.Array):
        return value
    found = unwrapped(value)
    if any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(found)):
        return jnp.asarray(found)
    with jax.ensure_compile_time_eval():
        return jnp.asarray(found)


def unwrapped(tree: Any) -> Any:
    """Return a tree with arrays where there were tensors."""
    return jax.tree.map(lambda leaf: leaf.value if isinstance(leaf, Tensor) else leaf, tree)


def wrapped(tree: Any) -> Any:
    """Return a tree with tensors where there were JAX arrays."""
    return jax.tree.map(lambda leaf: Tensor(leaf) if isinstance(leaf, jax.Array) else leaf, tree)
