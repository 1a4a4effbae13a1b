"""Variables: arrays that scripts assign to, free ones and the weights of layers.

While a program is traced (:mod:`pellucid.keras.function`) a variable's array is what the trace holds for it, so that
assignments become outputs of the program; at all other times it is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import UsageError
from pellucid.keras.naming import scoped
from pellucid.keras.tensor import DType, Tensor, TensorShape, as_array, unwrapped
from pellucid.modules.weight import Weight

_trace: ContextVar[Any] = ContextVar("trace", default=None)
"""The :class:`~pellucid.keras.function.Trace` that runs, or None."""

_call: ContextVar[Any] = ContextVar("call", default=None)
"""What stands for the variables of layers while a script's ``call`` runs in a program, or None."""

_of_slots: WeakKeyDictionary[Weight, Any] = WeakKeyDictionary()


class Reading(Tensor):
    """The value of a variable at one time."""

    __slots__ = ("variable",)
    variable: Variable


class Cut(Tensor):
    """A part of a variable, ``v[0, 1]``: a tensor, and assigning to it changes the variable."""

    __slots__ = ()

    def assign(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Replace this part of the variable."""
        variable, key = self._source
        return variable.assign(variable.value.at[key].set(as_array(value)))

    def assign_add(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Add to this part of the variable."""
        variable, key = self._source
        return variable.assign(variable.value.at[key].add(as_array(value)))

    def assign_sub(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Subtract from this part of the variable."""
        variable, key = self._source
        return variable.assign(variable.value.at[key].add(-as_array(value)))


class InnerVariableError(UsageError):
    """A variable was made of a value that is only known when a compiled program runs."""


class Variable(Tensor):
    """An array that can be assigned to.

    Args:
        initial_value: The first value, or a function without arguments that gives it.
        trainable: Whether gradients are asked for it. Default True.
        validate_shape: Accepted.
        name: A name for messages.
        dtype: The dtype; default the value's.
        shape: With an initializer ``f(shape, dtype)`` as the value: the shape to draw.
        **more: ``aggregation``, ``synchronization`` and others, accepted without effect.

    >>> v = Variable([1.0, 2.0])
    >>> v.assign_add([1.0, 1.0]).numpy().tolist()
    [2.0, 3.0]
    """

    __slots__ = (
        "_last",
        "_name",
        "_slot",
        "_trainable",
        "constraint",
        "overwrite_with_gradient",
        "regularizer",
    )
    _array: Any

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool = True,
        validate_shape: bool = True,
        name: str | None = None,
        dtype: Any = None,
        shape: Any = None,
        initializer: Any = None,
        **more: Any,
    ):
        value = initializer if initial_value is None else initial_value
        with jax.ensure_compile_time_eval():
            if callable(value) and not isinstance(value, Tensor):
                value = value(shape, dtype or "float32") if shape is not None else value()
            array = jnp.asarray(as_array(value), dtype)
            if isinstance(array, Tracer):
                raise InnerVariableError(
                    "Variable",
                    "it is made inside a compiled program, of a value that is not known yet.",
                    "make it before, or in `build`",
                )
            # Never a weak type: an assigned array has none either.
            array = array.astype(array.dtype)
        super().__init__(array)
        self._slot: Any = None
        self._last: Any = None
        self._name = scoped(name or "variable")
        self._trainable = trainable
        self.overwrite_with_gradient = bool(more.get("overwrite_with_gradient", False))
        self.constraint = more.get("constraint")
        self.regularizer = more.get("regularizer")

    @classmethod
    def of(cls, slot: Weight, path: str) -> Variable:
        """Return the variable that stands for a layer's weight; always the same one."""
        known = _of_slots.get(slot)
        if known is None:
            known = _of_slots[slot] = object.__new__(cls)
            known._hold(slot)
        known._name = path
        return known

    @classmethod
    def adopt(cls, variable: Variable, slot: Weight) -> None:
        """Let a variable that a script made stand for a slot from now on."""
        _of_slots[slot] = variable

    def _hold(self, slot: Weight) -> None:
        self._slot, self._last, self._array = slot, None, None
        self._trainable = slot.trainable
        self.overwrite_with_gradient = False
        self.constraint, self.regularizer = slot.constraint, slot.regularizer

    # Reading.

    @property
    def value(self) -> Any:
        """The array: of the running trace or layer, else its own."""
        bound = _call.get()
        if bound is not None and self._slot is not None:
            array = bound.read(self._slot)
            if array is not None:
                return array
        trace = _trace.get()
        return self.stored() if trace is None else trace.read(self)

    def stored(self) -> Any:
        """Return the array outside any trace."""
        if self._slot is None:
            return self._array
        if self._slot.value is None:
            self._slot.fill_at_home(0, self._name)
        return self._slot.value

    def store(self, array: Any) -> None:
        """Replace the array outside any trace."""
        if self._slot is None:
            self._array = array
        else:
            self._slot.assign(array)

    def keep(self, array: Any) -> None:
        """Replace the array by one that a program made: of the same shape and type, and on its device."""
        if self._slot is None:
            self._array = array
        else:
            self._slot.value = array

    def reading(self) -> Tensor:
        """Return the present value as a tensor: the same one until the value changes, so that tapes recognise it."""
        array = self.value
        if _call.get() is not None and self._slot is not None:
            return Tensor(array)
        if self._last is None or self._last.value is not array:
            self._last = Reading(array)
            self._last.variable = self
        return self._last

    read_value = reading

    @property
    def shape(self) -> Any:
        """The shape."""
        return TensorShape(self._array.shape if self._slot is None else self._slot.shape)

    @property
    def dtype(self) -> Any:
        """The dtype, equal to its name."""
        return DType(
            np.dtype(self._slot.dtype if self._slot is not None else self._array.dtype).name
        )

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self._name.rpartition("/")[2]

    @property
    def path(self) -> str:
        """The path from the model, ``"dense/kernel"``."""
        return self._name

    @property
    def trainable(self) -> bool:
        """Whether gradients are asked for it."""
        return self._trainable if self._slot is None else self._slot.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        if self._slot is not None:
            self._slot.trainable = bool(value)

    def eval(self, session: Any = None) -> Any:
        """Return the numbers, as TensorFlow 1 did."""
        return self.numpy()

    def initialized_value(self) -> Any:
        """Return the value."""
        return self.reading()

    # Assigning.

    def assign(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Replace the value by one of the same shape."""
        array = jnp.asarray(as_array(value), str(self.dtype))
        if array.shape != tuple(self.shape):
            array = jnp.broadcast_to(array, tuple(self.shape))
        bound, trace = _call.get(), _trace.get()
        if bound is not None and self._slot is not None and bound.write(self._slot, array):
            return self
        if trace is None:
            self.store(array)
        else:
            trace.write(self, array)
        return self

    def assign_add(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Add to the value."""
        return self.assign(self.value + as_array(value))

    def assign_sub(self, value: Any, *options: Any, **more: Any) -> Variable:
        """Subtract from the value."""
        return self.assign(self.value - as_array(value))

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if type(found) is Tensor:
            found.__class__ = Cut
            found._source = self, unwrapped(key)
        return found

    def scatter_nd_update(self, indices: Any, updates: Any, name: Any = None) -> Variable:
        """Replace the entries or parts at these places."""
        return self.assign(self._at(indices).set(as_array(updates)))

    def scatter_nd_add(self, indices: Any, updates: Any, name: Any = None) -> Variable:
        """Add to the entries or parts at these places."""
        return self.assign(self._at(indices).add(as_array(updates)))

    def scatter_nd_sub(self, indices: Any, updates: Any, name: Any = None) -> Variable:
        """Subtract from the entries or parts at these places."""
        return self.assign(self._at(indices).add(-as_array(updates)))

    def scatter_update(self, sparse_delta: Any, *options: Any, **more: Any) -> Variable:
        """Replace the rows that an ``IndexedSlices`` names."""
        return self.scatter_nd_update(sparse_delta.rows(), sparse_delta.values)

    def scatter_add(self, sparse_delta: Any, *options: Any, **more: Any) -> Variable:
        """Add to the rows that an ``IndexedSlices`` names."""
        return self.scatter_nd_add(sparse_delta.rows(), sparse_delta.values)

    def scatter_sub(self, sparse_delta: Any, *options: Any, **more: Any) -> Variable:
        """Subtract from the rows that an ``IndexedSlices`` names."""
        return self.scatter_nd_sub(sparse_delta.rows(), sparse_delta.values)

    def _at(self, indices: Any) -> Any:
        return self.value.at[tuple(jnp.moveaxis(jnp.asarray(as_array(indices)), -1, 0))]

    def __deepcopy__(self, memo: Any) -> Variable:
        return Variable(self.value, trainable=self.trainable, name=self._name)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={tuple(self.shape)}, dtype={self.dtype.name}, value={self._shown()}>"

    __str__ = __repr__
    __hash__ = Tensor.__hash__

    # Variables are kept in lists and asked for with `in`, so equality is identity unless numbers are compared.
    def __eq__(self, other: Any) -> Any:
        return self is other if isinstance(other, Variable) else super().__eq__(other)


@contextmanager
def in_call(bound: Any) -> Iterator[None]:
    """Let variables of layers read as a program's arrays while a script's ``call`` runs.

    Args:
        bound: Reads and writes them, a :class:`~pellucid.keras.sides.own_code.BoundVariables`.
    """
    token = _call.set(bound)
    try:
        yield
    finally:
        _call.reset(token)


def set_trace(trace: Any) -> Any:
    """Make a trace the running one; return the token that ends it."""
    return _trace.set(trace)


def end_trace(token: Any) -> None:
    """End the trace that began with the token."""
    _trace.reset(token)


def running_trace() -> Any:
    """Return the running trace, or None."""
    return _trace.get()
