"""Functions of arrays as operations of scripts: on tensors at once, on symbolic tensors as a layer of the graph.

Terms: an *operation* is a pure function of JAX arrays behind this dispatch. A *call* of it is parted into its *leaves*
(the entries of its arguments, lists and dicts opened); leaves are values (tensors, arrays) or constants (numbers,
texts, dtypes). What is computed on values is told to the tapes that are listening.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.keras.late import late
from pellucid.keras.random_keys import running_layer
from pellucid.keras.recorder import listening
from pellucid.keras.tensor import Tensor
from pellucid.modules.graph import Symbolic

VALUES = (Tensor, jax.Array, np.ndarray)


class Operation:
    """A pure function of arrays that takes whatever scripts hold.

    Args:
        function: Takes and gives JAX arrays, in lists, tuples or dicts if there are several.
        name: Its name in graphs and messages; the function's own when omitted.
    """

    def __init__(self, function: Callable[..., Any], name: str | None = None):
        update_wrapper(self, function)
        self.function = function
        self.__name__ = (name or getattr(function, "__name__", "operation")).lstrip("_")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the function of tensors, or record it on symbolic ones."""
        if isinstance(kwargs.get("axis"), np.ndarray):  # a constant, also while a program is traced
            kwargs["axis"] = kwargs["axis"].tolist()
        leaves, structure = jax.tree.flatten((args, kwargs), is_leaf=_is_symbolic)
        if any(isinstance(leaf, Symbolic) for leaf in leaves):
            if running_layer.get() is not None:
                raise late("sides.outside").outside(running_layer.get())
            values = [_on_the_batch(leaf) for leaf in leaves]
            if any(map(_is_symbolic, values)):
                return _on_symbols(self, args, kwargs)
            leaves = values
        given = [leaf.reading() if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        return compute(self.function, structure, given)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        """Stay a plain function when it is kept by a class: ``K.function`` style code stores operations so."""
        return self

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


def operation(function: Callable[..., Any], name: str | None = None) -> Operation:
    """Make a pure function of arrays an operation; also a decorator."""
    return Operation(function, name)


def compute(function: Callable[..., Any], structure: Any, leaves: list[Any]) -> Any:
    """Compute ``function`` of the leaves put back in place, tell the tapes, and return tensors."""
    arrays = [_plain(leaf) for leaf in leaves]
    args, kwargs = jax.tree.unflatten(structure, arrays)
    found = _computed(function, arrays, args, kwargs)
    flat, shape = jax.tree.flatten(found)
    outputs = [Tensor(leaf) if isinstance(leaf, jax.Array) else leaf for leaf in flat]
    for tape in listening():
        tape.hear(function, structure, leaves, outputs)
    return outputs[0] if flat and found is flat[0] else jax.tree.unflatten(shape, outputs)


FEW = 64
"""Up to so many whole numbers are computed while a program is traced."""


def _computed(function: Callable[..., Any], leaves: list[Any], args: Any, kwargs: Any) -> Any:
    """Compute a function; what follows from a few whole numbers is known while a program is traced.

    So sizes that a script puts together, ``tf.concat([tf.expand_dims(batch, -1), [1, 1]], 0)``, may stand in shapes.
    """
    if not all(_is_small(leaf) for leaf in leaves) or not isinstance(jnp.zeros(()), Tracer):
        return function(*args, **kwargs)
    try:
        promised = jax.tree.leaves(jax.eval_shape(lambda: function(*args, **kwargs)))
    except TypeError:
        return function(*args, **kwargs)
    if not all(each.size <= FEW and each.dtype.kind in "iub" for each in promised):
        return function(*args, **kwargs)
    with jax.ensure_compile_time_eval():
        return function(*args, **kwargs)


def _is_small(leaf: Any) -> bool:
    if isinstance(leaf, Tracer):
        return False
    return not isinstance(leaf, jax.Array) or (
        leaf.size <= FEW and jnp.issubdtype(leaf.dtype, jnp.integer)
    )


def _plain(leaf: Any) -> Any:
    if isinstance(leaf, Tensor):
        return leaf.value
    return (
        jnp.asarray(leaf) if isinstance(leaf, np.ndarray) and leaf.dtype.kind not in "OUS" else leaf
    )


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, Symbolic)


def _on_the_batch(leaf: Any) -> Any:
    """Return the value of a symbolic tensor that a loss reads while it is computed; other leaves as they are."""
    if not _is_symbolic(leaf):
        return leaf
    value = late("sides.around").value_of(leaf)
    return leaf if value is None else value


def _on_symbols(made: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    def plain(leaf: Any) -> Any:
        return leaf.value if isinstance(leaf, Tensor) else leaf

    args, kwargs = jax.tree.map(plain, (args, kwargs), is_leaf=_is_symbolic)
    return late("graph_layer").FunctionLayer(made)(*args, **kwargs)
