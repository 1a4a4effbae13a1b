"""The LSTM as XLA's CPU compiler likes it: few large buffers, one small product and few fused loops in each step.

What the plain loop wastes, and what is done here instead (README.md has the measurements):

- Each stacked output of a scan is first filled with zeros, and copied where two loops use one. Here the gates
overwrite
  the projected inputs in their own buffer, and the backward pass overwrites the gates with their slopes.
- Four activations are four loops. Here one tanh makes all gates: ``s(x) = tanh(x / 2) / 2 + 1 / 2``, the half put
into
  the weights beforehand.
- A scan's derivative adds up the weights' gradient step by step. Here one product makes it at the end: the rows
  ``[x_t, 1, h_(t-1)]`` stand in one buffer, so that it gives the gradients of kernel, bias and recurrent kernel at
  once.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax.lax import dynamic_update_slice

from pellucid.functional.dense import dense
from pellucid.functional.recurrent.fused import (
    Inputs,
    fused,
    input_slopes,
    product_rows,
    put,
    row,
    weight_slopes,
)
from pellucid.functional.recurrent.series import States, plain_loop
from pellucid.functional.recurrent.steps import lstm_step


def plain(inputs: Inputs) -> tuple[jax.Array, States]:
    """Return all outputs and the last states by the plain loop."""
    z = dense(inputs.x, inputs.kernel, inputs.bias)
    mask = None if inputs.mask is None else inputs.mask[..., 0] > 0

    def step(z_t: jax.Array, old: States) -> States:
        kernel = inputs.recurrent_kernel
        return lstm_step(z_t, old[0], old[1], kernel, jnp.tanh, jax.nn.sigmoid)

    return plain_loop(step, z, inputs.states, mask)


def halves(units: int, dtype: Any) -> jax.Array:
    """Return what a gate's sum is multiplied by before the tanh: 1/2 for the three sigmoids, 1 for the cell.

    >>> halves(1, "float32")
    Array([0.5, 0.5, 1. , 0.5], dtype=float32)
    """
    return jnp.repeat(
        jnp.asarray([0.5, 0.5, 1.0, 0.5], dtype), units, total_repeat_length=4 * units
    )


def forward(inputs: Inputs) -> tuple[Any, Any]:
    """Return the outputs with the last states, and rows, cell states and gates for the backward pass."""
    steps, units = inputs.x.shape[0], inputs.recurrent_kernel.shape[0]
    scale = halves(units, inputs.x.dtype)
    recurrent = inputs.recurrent_kernel * scale
    h, c = inputs.states
    rows, gates = product_rows(inputs.x, h, inputs.kernel * scale, inputs.bias * scale)
    start = rows.shape[-1] - units
    cells = jnp.zeros((steps + 1, *c.shape), c.dtype).at[0].set(c)

    def body(t: jax.Array, held: Any) -> Any:
        h, c, rows, cells, gates = held
        a = jnp.tanh(row(gates, t) + h @ recurrent)
        i, f, g, o = jnp.split(a, 4, -1)
        new_c = (0.5 * f + 0.5) * c + (0.5 * i + 0.5) * g
        new_h = (0.5 * o + 0.5) * jnp.tanh(new_c)
        if inputs.mask is not None:
            valid = row(inputs.mask, t) > 0
            new_c, new_h = jnp.where(valid, new_c, c), jnp.where(valid, new_h, h)
        rows = dynamic_update_slice(rows, new_h[None], (t + 1, 0, start))
        return new_h, new_c, rows, put(cells, new_c, t + 1), put(gates, a, t)

    h, c, rows, cells, gates = jax.lax.fori_loop(0, steps, body, (h, c, rows, cells, gates))
    return (rows[1:, :, start:], (h, c)), (rows, cells, gates)


def backward(inputs: Inputs, kept: Any, slopes: Any) -> Inputs:
    """Return the gradient by every input."""
    rows, cells, gates = kept
    along_h, (dh, dc) = slopes
    steps = inputs.x.shape[0]
    turned = inputs.recurrent_kernel.T

    def body(back: jax.Array, held: Any) -> Any:
        dh, dc, gates, a = held
        t = steps - 1 - back
        i, f, g, o = jnp.split(a, 4, -1)
        tanh_c = jnp.tanh(row(cells, t + 1))
        dh = dh + row(along_h, t)
        inner = dc + dh * (0.5 * o + 0.5) * (1 - tanh_c * tanh_c)
        dz = jnp.concatenate(
            [
                inner * g * (0.25 - 0.25 * i * i),
                inner * row(cells, t) * (0.25 - 0.25 * f * f),
                inner * (0.5 * i + 0.5) * (1 - g * g),
                dh * tanh_c * (0.25 - 0.25 * o * o),
            ],
            -1,
        )
        before, passed = inner * (0.5 * f + 0.5), 0.0
        if inputs.mask is not None:
            valid = row(inputs.mask, t) > 0
            dz, before = jnp.where(valid, dz, 0), jnp.where(valid, before, dc)
            passed = jnp.where(valid, 0, dh)
        gates = put(gates, dz, t)
        # Read after the write, and handed on: so XLA sees that no copy of the buffer is needed.
        return dz @ turned + passed, before, gates, row(gates, jnp.maximum(t - 1, 0))

    dh, dc, slopes_z, _ = jax.lax.fori_loop(0, steps, body, (dh, dc, gates, gates[steps - 1]))
    features, whole = inputs.x.shape[-1], weight_slopes(rows, slopes_z)
    return Inputs(
        x=input_slopes(slopes_z, inputs.kernel),
        kernel=whole[:features],
        bias=whole[features],
        recurrent_kernel=whole[features + 1 :],
        states=(dh, dc),
        mask=None if inputs.mask is None else jnp.zeros_like(inputs.mask),
    )


fused_lstm = fused(plain, forward, backward)
