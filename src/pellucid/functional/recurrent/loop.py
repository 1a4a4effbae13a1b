"""The loop over the steps of a series, for any cell; and how masks and the direction of time enter it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

Step = Callable[[Any, Any], tuple[Any, Any]]


def recur(
    step: Step,
    x: Any,
    states: Any,
    *,
    mask: jax.Array | None = None,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
) -> tuple[Any, Any]:
    """Run a cell over a series: each step's state is the next step's input.

    Equation: ``y_t, s_t = step(x_t, s_(t-1))`` for t = 1 .. steps, with the inputs ``x``, the outputs ``y`` and the
    states ``s``. Where the mask is False the step is skipped: ``s_t = s_(t-1)`` and ``y_t = y_(t-1)``.

    Args:
        step: A function ``(x_t, states) -> (output, states)`` of one step.
        x: Shape (batch, steps, ...), or a tree of such arrays.
        states: The states before the first step, a tree of arrays of shape (batch, ...).
        mask: Shape (batch, steps), True where a step counts; None if all do.
        go_backwards: Whether the last step comes first; the outputs stand in the order in which they were made.
        zero_output_for_mask: Whether skipped steps give zeros in the place of the output before.

    Returns:
        The outputs, shape (batch, steps, ...), and the last states.

    Example:
        >>> outputs, total = recur(
        ...     lambda x, s: (s + x, s + x), jnp.array([[1.0, 2.0, 3.0]]), jnp.array([0.0])
        ... )
        >>> outputs, total
        (Array([[1., 3., 6.]], dtype=float32), Array([6.], dtype=float32))
    """
    x = jax.tree.map(lambda each: in_order(valid_only(each, mask), go_backwards), x)
    if mask is None:
        states, outputs = jax.lax.scan(lambda s, x_t: step(x_t, s)[::-1], states, x)
        return jax.tree.map(batch_first, outputs), states
    first = jax.eval_shape(step, jax.tree.map(lambda each: each[0], x), states)[0]
    before = None if zero_output_for_mask else _before_first(first, states)

    def masked(carry: Any, now: Any) -> Any:
        (old, before), (x_t, valid) = carry, now
        output, new = step(x_t, old)
        kept = _zeros(output) if before is None else before
        output = where_valid(valid, output, kept)
        return (where_valid(valid, new, old), None if before is None else output), output

    steps = (x, in_order(jnp.asarray(mask, bool), go_backwards))
    (states, _), outputs = jax.lax.scan(masked, (states, before), steps)
    return jax.tree.map(batch_first, outputs), states


def valid_only(x: jax.Array, mask: jax.Array | None) -> jax.Array:
    """Replace skipped steps by zeros, so that not even NaN or infinity in them can reach a product.

    >>> valid_only(jnp.array([[1.0, jnp.nan]]), jnp.array([[True, False]]))
    Array([[1., 0.]], dtype=float32)
    """
    if mask is None:
        return x
    valid = jnp.asarray(mask, bool).reshape(mask.shape + (1,) * (x.ndim - mask.ndim))
    return jnp.where(valid, x, jnp.zeros((), x.dtype))


def in_order(x: jax.Array, go_backwards: bool) -> jax.Array:
    """Put the steps first, (batch, steps, ...) to (steps, batch, ...), in the order in which they are taken."""
    turned = jnp.swapaxes(x, 0, 1)
    return jnp.flip(turned, 0) if go_backwards else turned


def batch_first(x: jax.Array) -> jax.Array:
    """Put the batch first again: (steps, batch, ...) to (batch, steps, ...)."""
    return jnp.swapaxes(x, 0, 1)


def where_valid(valid: jax.Array, new: Any, old: Any) -> Any:
    """Take ``new`` in the rows where ``valid`` (batch,) is True, ``old`` elsewhere; for trees of arrays."""

    def choose(fresh: jax.Array, kept: jax.Array) -> jax.Array:
        return jnp.where(valid.reshape((-1,) + (1,) * (fresh.ndim - 1)), fresh, kept)

    return jax.tree.map(choose, new, old)


def _zeros(like: Any) -> Any:
    return jax.tree.map(lambda each: jnp.zeros(each.shape, each.dtype), like)


def _before_first(output: Any, states: Any) -> Any:
    """Return what a skipped first step gives: the first state of the last cell, which is its output, else zeros."""
    first = _first_of_last(states)
    fits = hasattr(first, "shape") and hasattr(output, "shape") and first.shape == output.shape
    return first.astype(output.dtype) if fits else _zeros(output)


def _first_of_last(states: Any) -> Any:
    """Return the first state of one cell, ``[h, c]``, or of the last of several, ``[[h, c], [h]]``."""
    if not isinstance(states, (list, tuple)) or not states:
        return states
    return _first_of_last(states[-1]) if isinstance(states[-1], (list, tuple)) else states[0]
