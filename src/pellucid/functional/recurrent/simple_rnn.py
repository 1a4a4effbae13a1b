"""The simple recurrent network over a whole series."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.recurrent.series import States, outputs_of, plain_loop, project, start
from pellucid.functional.recurrent.steps import Function, simple_rnn_step


def simple_rnn(
    x: jax.Array,
    kernel: jax.Array,
    recurrent_kernel: jax.Array,
    bias: jax.Array | None = None,
    states: Any = None,
    *,
    mask: jax.Array | None = None,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
    return_sequences: bool = True,
    activation: Function = jnp.tanh,
    recurrent_factor: jax.Array | None = None,
) -> tuple[jax.Array, States]:
    """Feed every step's output back into the next step.

    Equation: ``h_t = f(x_t W + h_(t-1) U + b)`` with the inputs ``x``, the kernel ``W``, the recurrent kernel ``U``,
    the bias ``b`` and the activation ``f``.

    Args:
        x: Shape (batch, steps, features).
        kernel: Shape (features, units).
        recurrent_kernel: Shape (units, units).
        bias: Shape (units,), or None.
        states: ``h_0``, shape (batch, units), alone or in a list; None for zeros.
        mask: Shape (batch, steps), True where a step counts; a skipped step repeats the output before.
        go_backwards: Whether the last step comes first; the outputs stand in the order in which they were made.
        zero_output_for_mask: Whether skipped steps give zeros.
        return_sequences: Whether all outputs are returned, or the last one only.
        activation: ``f``. Default tanh.
        recurrent_factor: Multiplies ``h_(t-1)`` in the product (recurrent dropout), shape (batch, units), or None.

    Returns:
        The outputs, shape (batch, steps, units) or (batch, units), and the last states ``(h,)``.

    Example:
        >>> one = jnp.ones((1, 1))
        >>> simple_rnn(jnp.ones((1, 3, 1)), one, one, activation=lambda z: z)[0].ravel()
        Array([1., 2., 3.], dtype=float32)

    Source: Elman, Finding Structure in Time, 1990.
    """
    z, valid = project(x, kernel, bias, mask, go_backwards)

    def step(z_t: jax.Array, old: States) -> States:
        fed = old[0] if recurrent_factor is None else old[0] * recurrent_factor
        return (simple_rnn_step(z_t, fed, recurrent_kernel, activation),)

    h, last = plain_loop(step, z, start(states, 1, x, recurrent_kernel.shape[0]), valid)
    return outputs_of(h, last[0], valid, zero_output_for_mask, return_sequences), last
