"""Layers on real arrays, outside any program: for people who play at the prompt.

The layer is built on first sight and owns its arrays; state that the call assigns is kept. Every call traces anew, so
this is for looking, not for loops; ``fit`` and ``jax.jit`` over ``apply`` are for loops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.core.dtypes import host_dtype
from pellucid.core.errors import ArgumentTypeError, DataError, FrozenError, UsageError
from pellucid.modules.binding import Scope, running
from pellucid.modules.pure import infer
from pellucid.modules.tree import current_arrays, places, weights_of

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer


def call(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Build the layer if need be, apply it to the arrays, and keep the state it assigned."""
    if not args:
        raise ArgumentTypeError(
            f"{type(layer).__name__} '{layer.name}'", "it was called without inputs.", "layer(x)"
        )
    if running.get() is not None:
        raise UsageError(
            running.get() or "",
            f"its `call` uses the layer {layer!r}, which is no attribute of it: its weights would never be trained.",
            f"in __init__: self.{layer.name} = {layer!r}; in call: self.{layer.name}(...)",
        )
    args = tuple(as_arrays(arg) for arg in args)
    training = kwargs.pop("training", None) or False
    if not _all_built(layer):
        infer(layer, *args, training=training, **kwargs)
        layer._note_inputs(jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape, a.dtype), args[0]))
    seed = layer._own_seed()
    arrays = current_arrays(layer, seed)
    object.__setattr__(layer, "_calls_eager", layer._calls_eager + 1)
    scope = Scope(arrays, training=training, key=lambda: call_key(seed, layer._calls_eager))
    outputs = scope.bind(layer)(*args, **kwargs)
    _keep(layer, scope.updates)
    return outputs


def call_key(seed: int, call: int) -> jax.Array:
    """Return the key of the ``call``-th call; only made when a layer draws, since its first use compiles."""
    return jax.random.fold_in(jax.random.key(seed), call)


def as_arrays(value: Any) -> Any:
    """Turn nested lists of numbers into one array; leave trees of arrays (several inputs) trees."""
    if isinstance(value, (list, tuple)) and not any(map(_is_array, jax.tree.leaves(value))):
        return as_array(value)
    return jax.tree.map(as_array, value)


def as_array(value: Any) -> Any:
    """Turn numbers, lists of numbers and NumPy arrays into JAX arrays, of 32 bits unless JAX was told to use 64."""
    if isinstance(value, jax.Array):
        return value
    try:
        array = np.asarray(value)
    except ValueError:  # rows of unequal length
        array = np.asarray(None)
    if array.dtype.kind in "OUS":
        raise DataError(
            "",
            f"this {type(value).__name__} is no array of numbers.",
            "np.asarray(x, 'float32') must work: rows of equal length, numbers only",
        )
    wide = jax.config.read("jax_enable_x64")
    return jax.device_put(array if wide else array.astype(host_dtype(array.dtype)))


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _all_built(layer: Layer) -> bool:
    return all(each._built for _, each in places(layer))


def _keep(layer: Layer, updates: dict[str, Any]) -> None:
    if not updates:
        return
    if any(isinstance(value, Tracer) for value in updates.values()):
        raise FrozenError(
            f"{type(layer).__name__} '{layer.name}'",
            f"inside a JAX transform its state {sorted(updates)} cannot be kept in the object.",
            "outputs, state = pellucid.apply(model, params, state, x, training=True)",
        )
    slots = dict(weights_of(layer))
    for path, value in updates.items():
        slots[path].assign(value)
