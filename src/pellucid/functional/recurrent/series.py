"""What the three fused networks share: the projection of all inputs in one product, the plain loop, the outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.dense import dense
from pellucid.functional.recurrent.loop import batch_first, in_order, valid_only, where_valid

States = tuple[jax.Array, ...]


def project(
    x: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None,
    mask: jax.Array | None,
    go_backwards: bool,
) -> tuple[jax.Array, jax.Array | None]:
    """Return ``x W + b`` for all steps and the mask, both with the steps first and in the order they are taken.

    Args:
        x: Shape (batch, steps, features).
        kernel: ``W``, shape (features, width).
        bias: ``b``, shape (width,), or None.
        mask: Shape (batch, steps), True where a step counts, or None.
        go_backwards: Whether the last step comes first.

    Example:
        >>> project(jnp.ones((1, 2, 1)), jnp.ones((1, 1)), None, jnp.array([[True, False]]), True)
        (Array([[[0.]],
        <BLANKLINE>
               [[1.]]], dtype=float32), Array([[False],
               [ True]], dtype=bool))
    """
    z = dense(in_order(valid_only(x, mask), go_backwards), kernel, bias)
    return z, None if mask is None else in_order(jnp.asarray(mask, bool), go_backwards)


def plain_loop(
    step: Callable[[jax.Array, States], States], z: jax.Array, states: States, mask: Any
) -> tuple[jax.Array, States]:
    """Run ``states = step(z_t, states)`` over the steps; the first state is the output.

    This is the reference for every faster lowering: it takes any activation and any transform of JAX.

    Args:
        step: One step.
        z: Shape (steps, batch, width).
        states: The states before the first step, each (batch, units).
        mask: Shape (steps, batch), or None. A skipped step leaves all states as they are.

    Returns:
        All outputs, shape (steps, batch, units), and the last states.

    Example:
        >>> outputs, (last,) = plain_loop(
        ...     lambda z, s: (s[0] + z,), jnp.ones((3, 1, 1)), (jnp.zeros((1, 1)),), None
        ... )
        >>> outputs.ravel(), last
        (Array([1., 2., 3.], dtype=float32), Array([[3.]], dtype=float32))
    """

    def body(old: States, now: Any) -> tuple[States, jax.Array]:
        z_t, valid = now
        new = step(z_t, old)
        new = new if valid is None else where_valid(valid, new, old)
        return new, new[0]

    last, outputs = jax.lax.scan(body, states, (z, mask))
    return outputs, last


def outputs_of(
    h: jax.Array,
    last: jax.Array,
    mask: jax.Array | None,
    zero_output_for_mask: bool,
    return_sequences: bool,
) -> jax.Array:
    """Return all outputs with the batch first, or the last one; zeros at skipped steps on request.

    Args:
        h: All outputs, shape (steps, batch, units).
        last: The last output, shape (batch, units).
        mask: Shape (steps, batch), or None.
        zero_output_for_mask: Whether skipped steps give zeros.
        return_sequences: Whether all outputs are wanted.
    """
    zeroed = mask is not None and zero_output_for_mask
    if not return_sequences:
        return valid_only(last, mask[-1]) if zeroed and mask is not None else last
    return batch_first(valid_only(h, mask) if zeroed else h)


def start(states: Any, count: int, like: jax.Array, units: int | tuple[int, ...]) -> States:
    """Return the given states in the dtype of the inputs, or zeros.

    Args:
        states: One array for each state, a bare array for a single one, or None for zeros.
        count: How many states there are.
        like: The inputs, of which batch size and dtype are taken; shape (batch, ...).
        units: The size of each state, or its sizes.

    Example:
        >>> start(None, 2, jnp.ones((1, 5)), 3)
        (Array([[0., 0., 0.]], dtype=float32), Array([[0., 0., 0.]], dtype=float32))
    """
    if states is None:
        sizes = units if isinstance(units, tuple) else (units,)
        return (jnp.zeros((like.shape[0], *sizes), like.dtype),) * count
    given = states if isinstance(states, (list, tuple)) else (states,)
    return tuple(jnp.asarray(state, like.dtype) for state in given)
