"""How a cell meets a series: at once where the cell knows how, else step by step; and what its states look like."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.recurrent import recur


def run_cell(
    cell: Any,
    x: Any,
    states: list[Any],
    *,
    training: Any,
    return_sequences: bool,
    **how: Any,
) -> tuple[Any, list[Any]]:
    """Run a cell over a series.

    Args:
        cell: A layer with ``call(inputs, states)``, bound to arrays.
        x: The series, shape (batch, steps, ...), or a tree of them.
        states: The states before the first step.
        training: The flag that the cell sees.
        return_sequences: Whether all outputs are wanted, or the last.
        **how: ``mask``, ``go_backwards`` and ``zero_output_for_mask`` as in ``functional.recurrent.recur``.
    """
    steps = jax.tree.leaves(x)[0].shape[1]
    bind_cell(cell, jax.tree.map(lambda each: (None, *each.shape[2:]), x))
    if knows_series(type(cell)):
        return cell.run_series(
            x, states, training=training, return_sequences=return_sequences, **how
        )

    def step(x_t: Any, old: Any) -> tuple[Any, Any]:
        output, new = cell(x_t, old, training=training)
        return output, jax.tree.map(lambda kept, fresh: fresh.astype(kept.dtype), old, as_list(new))

    outputs, last = recur(step, x, states, **how)
    if return_sequences:
        return outputs, last
    return jax.tree.map(lambda each: each[:, steps - 1], outputs), last


def bind_cell(cell: Any, shape: Any) -> None:
    """While shapes are inferred, put the weights on a cell that nobody calls as a layer (which would do so)."""
    scope = cell._scope
    if scope is not None and scope.building and not cell._built:
        scope.build(cell, (shape,))


@lru_cache(maxsize=256)
def knows_series(cls: type) -> bool:
    """Tell whether a class of cells has a ``run_series`` that belongs to its ``call``.

    A subclass that only changes what one step does must not be run by the series of its base.
    """
    owner = next(base for base in cls.__mro__ if {"call", "run_series"} & set(vars(base)))
    return "run_series" in vars(owner)


def as_list(states: Any) -> list[Any]:
    """Return the states as a list; a single one may come bare.

    >>> as_list((1, 2)), as_list(1)
    ([1, 2], [1])
    """
    return list(states) if isinstance(states, (list, tuple)) else [states]


def first_states(cell: Any, batch: int, dtype: Any) -> list[Any]:
    """Return the states before the first step: what the cell says, else zeros of its ``state_size``."""
    if hasattr(cell, "get_initial_state"):
        return as_list(cell.get_initial_state(batch))
    return [jnp.zeros((batch, *size_shape(size)), dtype) for size in as_list(cell.state_size)]


def size_shape(size: Any) -> tuple[int, ...]:
    """Return a state's size as a shape.

    >>> size_shape(3), size_shape((4, 4))
    ((3,), (4, 4))
    """
    return tuple(size) if isinstance(size, (list, tuple)) else (int(size),)


def output_size(cell: Any) -> int:
    """Return the number of units of a cell's output: its ``output_size``, else the size of its first state."""
    stated = getattr(cell, "output_size", None)
    return as_list(cell.state_size)[0] if stated is None else stated
