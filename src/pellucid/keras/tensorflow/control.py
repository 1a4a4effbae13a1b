"""Loops, conditions and functions of functions: they run as Python, line by line, and tapes hear what they compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import Operation, operation
from pellucid.keras.tensor import as_array, unwrapped, wrapped
from pellucid.keras.tensorflow.arranging import stack
from pellucid.keras.tensorflow.asking import shape
from pellucid.keras.tensorflow.making import convert_to_tensor
from pellucid.keras.tensorflow.picking import where


def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    fn_output_signature: Any = None,
    **options: Any,
) -> Any:
    """Return a function's results for each row, stacked, ``tf.map_fn``."""
    found = [fn(each) for each in _rows(elems)]
    return jax.tree.map(lambda *parts: stack(parts), *found)


def vectorized_map(fn: Callable[..., Any], elems: Any, **options: Any) -> Any:
    """Return a function's results for each row, stacked, ``tf.vectorized_map``."""
    return map_fn(fn, elems)


def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    reverse: bool = False,
    **options: Any,
) -> Any:
    """Return every state of ``state = fn(state, row)``, stacked, ``tf.scan``; starts from the first row if need be."""
    rows = _rows(elems)
    rows = rows[::-1] if reverse else rows
    states = [rows.pop(0)] if initializer is None else []
    state = initializer if initializer is not None else states[0]
    for row in rows:
        state = fn(state, row)
        states.append(state)
    states = states[::-1] if reverse else states
    return jax.tree.map(lambda *parts: stack(parts), *states)


def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, **options: Any) -> Any:
    """Return the last state of ``state = fn(state, row)``, ``tf.foldl``."""
    rows = _rows(elems)
    state = rows.pop(0) if initializer is None else initializer
    for row in rows:
        state = fn(state, row)
    return state


def _rows(elems: Any) -> list[Any]:
    """Return the rows of a tensor, or of a structure of tensors as structures."""
    tensors = jax.tree.map(convert_to_tensor, elems)
    count = shape(jax.tree.leaves(tensors)[0])[0]
    return [jax.tree.map(lambda each: each[row], tensors) for row in range(count)]  # noqa: B023


def cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """Return what one of two functions gives, ``tf.cond``; in a program both are computed and one is chosen."""
    if true_fn is None or false_fn is None:
        raise ArgumentError(
            "tf.cond", "it needs two functions.", "tf.cond(x > 0, lambda: x, lambda: -x)"
        )
    flag = as_array(pred)
    if not isinstance(flag, Tracer):
        return true_fn() if bool(flag) else false_fn()
    return jax.tree.map(lambda yes, no: where(pred, yes, no), true_fn(), false_fn())


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    **more: Any,
) -> Any:
    """Return what the function of the first condition that holds gives, ``tf.case``."""
    pairs = list(pred_fn_pairs.items() if isinstance(pred_fn_pairs, dict) else pred_fn_pairs)
    found = default if default is not None else pairs.pop()[1]
    for pred, function in reversed(pairs):
        found = _either(pred, function, found)
    return found()


def _either(pred: Any, function: Callable[[], Any], other: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: cond(pred, function, other)


def switch_case(
    branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, **more: Any
) -> Any:
    """Return what the function with a number gives, ``tf.switch_case``; the last one for a wrong number."""
    functions = dict(branch_fns if isinstance(branch_fns, dict) else enumerate(branch_fns))
    last = default or functions[max(functions)]
    return functions.get(int(as_array(branch_index)), last)()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: Any = None,
    **options: Any,
) -> Any:
    """Return the values after ``values = body(*values)`` while a condition holds, ``tf.while_loop``."""
    values, turns = jax.tree.map(convert_to_tensor, loop_vars), 0
    while (maximum_iterations is None or turns < int(maximum_iterations)) and bool(cond(*values)):
        found = body(*values)
        values = found if isinstance(found, (list, tuple)) else (found,)
        turns += 1
    return values


def custom_gradient(f: Callable[..., Any]) -> Operation:
    """Make a function with a derivative of its own, ``@tf.custom_gradient``: ``f`` returns value and gradient."""

    @jax.custom_vjp
    def value(*args: Any) -> Any:
        return unwrapped(f(*wrapped(args))[0])

    def forward(*args: Any) -> Any:
        return value(*args), args

    def backward(args: Any, upstream: Any) -> Any:
        given = f(*wrapped(args))[1](*jax.tree.leaves(wrapped(upstream)))
        found = given if isinstance(given, (list, tuple)) else (given,)
        pairs = zip(args, found, strict=True)
        return tuple(jnp.zeros_like(arg) if grad is None else as_array(grad) for arg, grad in pairs)

    value.defvjp(forward, backward)

    def compute(*args: Any) -> Any:
        return value(*(jnp.asarray(arg) for arg in args))

    return operation(compute, getattr(f, "__name__", "custom_gradient"))


def py_function(func: Callable[..., Any], inp: Any, Tout: Any, name: str | None = None) -> Any:
    """Call a Python function with tensors, ``tf.py_function``; it cannot be part of a program."""
    tensors = [convert_to_tensor(each) for each in inp]
    _refuse_tracers(tensors)
    return _as_tensors(func(*tensors), Tout)


def numpy_function(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """Call a Python function with NumPy arrays, ``tf.numpy_function``; it cannot be part of a program."""
    return _as_tensors(func(*(convert_to_tensor(each).numpy() for each in inp)), Tout)


def _refuse_tracers(tensors: list[Any]) -> None:
    """Raise JAX's error for values that are not known yet, so that what is traced runs as Python instead."""
    for tensor in tensors:
        if isinstance(tensor.value, Tracer):
            np.asarray(tensor.value)


def _as_tensors(found: Any, dtypes: Any) -> Any:
    if isinstance(dtypes, (list, tuple)):
        parts = found if isinstance(found, (list, tuple)) else [found]
        return [convert_to_tensor(part, dtype) for part, dtype in zip(parts, dtypes, strict=True)]
    return convert_to_tensor(found, dtypes)


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as it is, ``tf.recompute_grad``."""
    return f
