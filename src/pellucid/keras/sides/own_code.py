"""A script's own ``call``, ``build`` and ``compute_mask`` in programs: tensors and variables in the place of arrays.

While such a ``call`` runs, the weights of its layer and of the layers inside are lent to it as tensors that can be
assigned to, and every variable of a layer of the program, wherever the script took it from, reads as the program's
array: so gradients reach a kernel that another layer holds, ``tf.matmul(x, self.dense.weights[0], transpose_b=True)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp

import pellucid
from pellucid.keras.random_keys import running_layer
from pellucid.keras.sides.listed import hold_all
from pellucid.keras.sides.surface import is_shape
from pellucid.keras.tensor import Tensor, TensorShape, as_array, unwrapped, wrapped
from pellucid.keras.variable import in_call
from pellucid.modules.tree import child_layers


class BoundWeight(Tensor):
    """A weight inside a script's own ``call``: a tensor that can be assigned to where it is state.

    Args:
        twin: The copy of the layer in the program.
        name: The weight's attribute.
        array: Its array.
        own: Whether the layer is the one whose ``call`` runs.
    """

    __slots__ = ("_name", "_own", "_twin")

    def __init__(self, twin: Any, name: str, array: Any, own: bool = True):
        super().__init__(array)
        self._twin = twin
        self._name = name
        self._own = own

    def assign(self, value: Any, *options: Any, **more: Any) -> BoundWeight:
        """Replace the state; a weight that trains, of a layer inside, until the end of the running ``call`` only."""
        array = jnp.broadcast_to(as_array(value).astype(self.value.dtype), self.value.shape)
        if self._own or not self._twin._weights[self._name].trainable:
            pellucid.Layer.__setattr__(self._twin, self._name, array)
            array = self._twin.__dict__[self._name]
        self._array = array
        self._twin.__dict__[self._name] = self
        return self

    def assign_add(self, value: Any, *options: Any, **more: Any) -> BoundWeight:
        """Add to the state."""
        return self.assign(self.value + as_array(value))

    def assign_sub(self, value: Any, *options: Any, **more: Any) -> BoundWeight:
        """Subtract from the state."""
        return self.assign(self.value - as_array(value))


class BoundVariables:
    """What variables of layers read as, and are assigned to, while a script's ``call`` runs.

    Args:
        scope: The record of the program's trace.
    """

    def __init__(self, scope: Any):
        self._scope = scope
        self._places: dict[object, tuple[Any, str]] = {}

    def read(self, slot: Any) -> Any:
        """Return the program's array for a weight; None if its layer is not in the program."""
        twin, name = self._place(slot)
        found = None if twin is None else twin.__dict__.get(name)
        return found.value if isinstance(found, BoundWeight) else found

    def write(self, slot: Any, array: Any) -> bool:
        """Assign to a weight of the program; tell whether there is one."""
        twin, name = self._place(slot)
        if twin is None or name not in twin.__dict__:
            return False
        held = twin.__dict__[name]
        bound = held if isinstance(held, BoundWeight) else BoundWeight(twin, name, held, own=False)
        bound.assign(array)
        if bound is not held:
            twin.__dict__[name] = bound.value
        return True

    def _place(self, slot: Any) -> tuple[Any, str]:
        if slot.mark not in self._places:
            for twin in self._scope._twins.values():
                found = {each.mark: (twin, name) for name, each in twin._weights.items()}
                self._places.update(found)
        return self._places.get(slot.mark, (None, ""))


def _translated_call(call: Callable[..., Any]) -> Callable[..., Any]:
    """Let a script's ``call`` see tensors and variables where Pellucid has arrays."""

    @wraps(call)
    def translated(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self._scope is None or has_tensors((args, kwargs)):
            return call(self, *args, **kwargs)
        token = running_layer.set(self)
        args, kwargs = _in_own_dtype(self, args, kwargs)
        lent = _lend(self, own=True)
        for _, child in child_layers(self):
            lent += _lend(child, own=False)
        try:
            with in_call(BoundVariables(self._scope)):
                return unwrapped(call(self, *wrapped(args), **wrapped(kwargs)))
        finally:
            running_layer.reset(token)
            for twin, name, before in lent:
                held = twin.__dict__[name]
                kept = twin is self or not twin._weights[name].trainable
                twin.__dict__[name] = getattr(held, "value", held) if kept else before

    return translated


def _lend(twin: Any, own: bool) -> list[tuple[Any, str, Any]]:
    """Put tensors in the place of a layer's arrays; return what is to be taken back."""
    found = [
        (twin, name, twin.__dict__[name])
        for name in twin._weights
        if isinstance(twin.__dict__.get(name), jax.Array)
    ]
    for _, name, array in found:
        twin.__dict__[name] = BoundWeight(twin, name, array, own)
    return found


@contextmanager
def with_plain_weights(twin: Any) -> Iterator[None]:
    """Give a layer its arrays back for its own call, where they are lent to the layer around it."""
    lent = {
        n: twin.__dict__[n] for n in twin._weights if isinstance(twin.__dict__.get(n), BoundWeight)
    }
    twin.__dict__.update({name: bound.value for name, bound in lent.items()})
    try:
        yield
    finally:
        for name, bound in lent.items():
            bound._array = twin.__dict__[name]
            twin.__dict__[name] = bound


def on_own_tensors(call: Callable[..., Any]) -> Callable[..., Any]:
    """Let a layer's own ``call`` be called with tensors too, as ``super().call(inputs)`` of a subclass does."""

    @wraps(call)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not has_tensors((args, kwargs)):
            return call(self, *args, **kwargs)
        with with_plain_weights(self):
            return wrapped(call(self, *unwrapped(args), **unwrapped(kwargs)))

    return called


def _in_own_dtype(layer: Any, args: Any, kwargs: Any) -> Any:
    """Return the arguments with all floats in the dtype of the layer, as Keras casts them for ``call``."""
    wanted = jax.dtypes.canonicalize_dtype(layer.dtype)
    if not (jnp.issubdtype(wanted, jnp.floating) and vars(layer).get("_autocast", True)):
        return args, kwargs

    def cast(leaf: Any) -> Any:
        same = not isinstance(leaf, jax.Array) or leaf.dtype == wanted
        if same or not jnp.issubdtype(leaf.dtype, jnp.floating):
            return leaf
        found = leaf.astype(wanted)
        layer._scope.set_mask(found, layer._scope.mask_of(leaf))
        return found

    return jax.tree.map(cast, (args, kwargs))


def _translated_build(build: Callable[..., Any]) -> Callable[..., Any]:
    """Give a script's ``build`` shapes with TensorFlow's methods; what it computes are numbers, in a program too."""

    @wraps(build)
    def translated(self: Any, *shapes: Any, **more: Any) -> Any:
        shown = (jax.tree.map(TensorShape, s, is_leaf=is_shape) for s in shapes)
        token = running_layer.set(None)
        try:
            with jax.ensure_compile_time_eval():
                build(self, *shown, **more)
        finally:
            running_layer.reset(token)
        hold_all(self)
        object.__setattr__(self, "_built", True)
        object.__setattr__(self, "_built_for", shapes[:1])

    return translated


def _translated_mask(compute_mask: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(compute_mask)
    def translated(self: Any, inputs: Any, mask: Any = None) -> Any:
        found = compute_mask(self, wrapped(inputs), wrapped(mask))
        return found if has_tensors((inputs, mask)) else unwrapped(found)

    return translated


def has_tensors(tree: Any) -> bool:
    """Tell whether there is a tensor in a tree."""
    return any(isinstance(leaf, Tensor) for leaf in jax.tree.leaves(tree))


def _translated_step(step: Callable[..., Any]) -> Callable[..., Any]:
    """Let a step of ``call`` that a script writes anew see tensors."""

    @wraps(step)
    def translated(self: Any, *args: Any, **kwargs: Any) -> Any:
        if has_tensors((args, kwargs)):
            return step(self, *args, **kwargs)
        return unwrapped(step(self, *wrapped(args), **wrapped(kwargs)))

    return translated


TRANSLATED = {
    "call": _translated_call,
    "convolution_op": _translated_step,
    "build": _translated_build,
    "compute_mask": _translated_mask,
}
