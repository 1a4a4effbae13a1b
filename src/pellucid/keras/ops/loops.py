"""Loops and branches: ``scan``, ``map``, ``while_loop``, ``cond`` and their like.

As a rule they become JAX's loops, which compile one step however many there are. While a tape listens they run step by
step in Python instead: a step may use variables that no argument names, and the tape must hear each use. Values come
before functions in the operations, for the first argument of a call is what a graph takes for the input.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.core import Tracer

from pellucid.keras.operation import operation
from pellucid.keras.ops.numpy.searching import where
from pellucid.keras.ops.numpy.shapes import stack
from pellucid.keras.recorder import listening
from pellucid.keras.tensor import Tensor, as_array, wrapped
from pellucid.modules.graph import Symbolic


def _on_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of tensors as one of arrays."""
    return lambda *args: jax.tree.map(_as_given, function(*wrapped(args)))


def _as_given(leaf: Any) -> Any:
    return leaf.value if isinstance(leaf, Tensor) else jnp.asarray(leaf)


def _rows(tree: Any) -> list[Any]:
    """Return the entries along the first axis of all arrays of a tree."""
    tree = jax.tree.map(lambda leaf: leaf if isinstance(leaf, Tensor) else Tensor(leaf), tree)
    count = len(jax.tree.leaves(tree)[0])
    return [jax.tree.map(itemgetter(place), tree) for place in range(count)]


def _stacked(trees: list[Any]) -> Any:
    return jax.tree.map(lambda *leaves: stack(list(leaves)), *trees)


# One result per entry.


def map(f: Callable[..., Any], xs: Any) -> Any:
    """Return ``f`` of each entry along the first axis, one after the other."""
    return _stacked([f(row) for row in _rows(xs)]) if listening() else _map(xs, f)


@operation
def _map(xs: Any, f: Any) -> Any:
    return lax.map(_on_arrays(f), jax.tree.map(jnp.asarray, xs))


def vectorized_map(function: Callable[..., Any], elements: Any) -> Any:
    """Return ``function`` of each entry along the first axis, all at once."""
    if listening():
        return _stacked([function(row) for row in _rows(elements)])
    return _vectorized_map(elements, function)


@operation
def _vectorized_map(elements: Any, function: Any) -> Any:
    return jax.vmap(_on_arrays(function))(jax.tree.map(jnp.asarray, elements))


def scan(
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Run ``carry, y = f(carry, x)`` over the entries of ``xs``.

    Args:
        f: One step.
        init: The first carry.
        xs: What is run over, along the first axis; None for ``length`` steps without input.
        length: How many steps there are.
        reverse: Whether the last entry comes first.
        unroll: How many steps are compiled side by side.

    Returns:
        The last carry, and all ``y`` stacked.
    """
    if not listening():
        return _scan(init, xs, f, length, reverse, unroll)
    rows = [None] * int(length or 0) if xs is None else _rows(xs)
    carry, found = init, []
    for row in reversed(rows) if reverse else rows:
        carry, y = f(carry, row)
        found.append(y)
    return carry, _stacked(found[::-1] if reverse else found)


@operation
def _scan(init: Any, xs: Any, f: Any, length: Any, reverse: bool, unroll: Any) -> Any:
    init, xs = jax.tree.map(jnp.asarray, (init, xs))
    return lax.scan(_on_arrays(f), init, xs, length, reverse=reverse, unroll=unroll)


def associative_scan(f: Any, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Return ``f(... f(f(x_1, x_2), x_3) ...)`` up to each entry, for an ``f`` whose brackets do not matter."""
    return _associative_scan(elems, f, reverse, axis)


@operation
def _associative_scan(elems: Any, f: Any, reverse: bool, axis: int) -> Any:
    elems = jax.tree.map(jnp.asarray, elems)
    return lax.associative_scan(_on_arrays(f), elems, reverse=reverse, axis=axis)


# Loops.


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Run ``body`` on the loop's variables as long as ``cond`` holds for them.

    Args:
        cond: Takes the variables, gives a truth value.
        body: Takes the variables, gives their next values.
        loop_vars: The first values, in a list or tuple, or a single one.
        maximum_iterations: An end by number.

    Returns:
        The last values.
    """
    several = isinstance(loop_vars, (list, tuple))
    values = tuple(loop_vars) if several else (loop_vars,)
    most = maximum_iterations

    def step(*values: Any) -> tuple[Any, ...]:
        found = body(*values)
        return tuple(found) if isinstance(found, (list, tuple)) else (found,)

    if listening() and not isinstance(as_array(cond(*values)), Tracer):
        done = 0
        while (most is None or done < most) and bool(as_array(cond(*values))):
            values, done = step(*values), done + 1
    else:
        values = _while_loop(values, cond, step, most)
    return values if several else values[0]


@operation
def _while_loop(values: tuple[Any, ...], cond: Any, step: Any, most: int | None) -> Any:
    holds, after = _on_arrays(cond), _on_arrays(step)

    def goes_on(carry: Any) -> Any:
        going = jnp.reshape(holds(*carry[1]), ())
        return going if most is None else going & (carry[0] < most)

    start = (jnp.asarray(0), jax.tree.map(jnp.asarray, values))
    return lax.while_loop(goes_on, lambda carry: (carry[0] + 1, after(*carry[1])), start)[1]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    """Run ``value = body_fun(i, value)`` for ``i`` from ``lower`` up to ``upper`` without it."""
    ends = as_array(lower), as_array(upper)
    if not listening() or any(isinstance(end, Tracer) for end in ends):
        return _fori_loop(init_val, lower, upper, body_fun)
    value = init_val
    for i in range(int(ends[0]), int(ends[1])):
        value = body_fun(i, value)
    return value


@operation
def _fori_loop(init_val: Any, lower: Any, upper: Any, body_fun: Any) -> Any:
    init_val = jax.tree.map(jnp.asarray, init_val)
    return lax.fori_loop(lower, upper, _on_arrays(body_fun), init_val)


# Branches.


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Return ``true_fn()`` or ``false_fn()``; a truth value that is not known yet chooses when it is."""
    if isinstance(pred, Symbolic):
        return _both(pred, true_fn, false_fn)
    truth = as_array(pred)
    if not isinstance(truth, Tracer):
        return true_fn() if bool(truth) else false_fn()
    if listening():
        return _both(Tensor(truth), true_fn, false_fn)
    return _cond(pred, true_fn, false_fn)


def _both(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    def chosen(yes: Any, no: Any) -> Any:
        return where(pred, yes, no)

    return jax.tree.map(chosen, true_fn(), false_fn())


@operation
def _cond(pred: Any, true_fn: Any, false_fn: Any) -> Any:
    return lax.cond(jnp.reshape(pred, ()).astype(bool), _on_arrays(true_fn), _on_arrays(false_fn))


def switch(index: Any, branches: Any, *operands: Any) -> Any:
    """Return what the branch of this number gives; numbers beyond the ends mean the ends."""
    place = as_array(index)
    if isinstance(place, Tracer):
        return _switch(index, list(branches), operands)
    chosen = min(max(int(place), 0), len(branches) - 1)
    return branches[chosen](*operands)


@operation
def _switch(index: Any, branches: Any, operands: Any) -> Any:
    operands = jax.tree.map(jnp.asarray, operands)
    return lax.switch(index, [_on_arrays(branch) for branch in branches], *operands)
