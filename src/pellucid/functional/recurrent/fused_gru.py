"""The GRU (reset gate after the product) as XLA's CPU compiler likes it; `fused_lstm.py` says how and why.

The buffer that first holds the projected inputs has four blocks: update gate, reset gate, candidate, and the
recurrent part ``q = h U_g + b'_g`` of the candidate, which begins as its bias. The slopes of all four are the
factors of one product that gives all weights' gradients.
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
from pellucid.functional.recurrent.steps import gru_step


def plain(inputs: Inputs) -> tuple[jax.Array, States]:
    """Return all outputs and the last states by the plain loop."""
    z = dense(inputs.x, inputs.kernel, inputs.bias[0])
    mask = None if inputs.mask is None else inputs.mask[..., 0] > 0

    def step(z_t: jax.Array, old: States) -> States:
        kernel, bias = inputs.recurrent_kernel, inputs.bias[1]
        return (gru_step(z_t, old[0], kernel, bias, jnp.tanh, jax.nn.sigmoid),)

    return plain_loop(step, z, inputs.states, mask)


def halves(units: int, dtype: Any) -> jax.Array:
    """Return what the sums are multiplied by before the tanh: 1/2 for the two sigmoids, 1 for the candidate.

    >>> halves(1, "float32")
    Array([0.5, 0.5, 1. ], dtype=float32)
    """
    return jnp.repeat(jnp.asarray([0.5, 0.5, 1.0], dtype), units, total_repeat_length=3 * units)


def forward(inputs: Inputs) -> tuple[Any, Any]:
    """Return the outputs with the last state, and rows and gates for the backward pass."""
    steps, units = inputs.x.shape[0], inputs.recurrent_kernel.shape[0]
    scale = halves(units, inputs.x.dtype)
    recurrent, (first, second) = inputs.recurrent_kernel * scale, inputs.bias * scale
    kernel = jnp.pad(inputs.kernel * scale, ((0, 0), (0, units)))
    gate_bias = first[: 2 * units] + second[: 2 * units]
    bias = jnp.concatenate([gate_bias, first[2 * units :], second[2 * units :]])
    h = inputs.states[0]
    rows, gates = product_rows(inputs.x, h, kernel, bias)
    start = rows.shape[-1] - units

    def body(t: jax.Array, held: Any) -> Any:
        h, rows, gates = held
        z, inner = row(gates, t), h @ recurrent
        both = jnp.tanh(z[:, : 2 * units] + inner[:, : 2 * units])
        update, reset = 0.5 * both[:, :units] + 0.5, 0.5 * both[:, units:] + 0.5
        q = z[:, 3 * units :] + inner[:, 2 * units :]
        g = jnp.tanh(z[:, 2 * units : 3 * units] + reset * q)
        new_h = g + update * (h - g)
        if inputs.mask is not None:
            new_h = jnp.where(row(inputs.mask, t) > 0, new_h, h)
        gates = put(gates, jnp.concatenate([both, g, q], -1), t)
        return new_h, dynamic_update_slice(rows, new_h[None], (t + 1, 0, start)), gates

    h, rows, gates = jax.lax.fori_loop(0, steps, body, (h, rows, gates))
    return (rows[1:, :, start:], (h,)), (rows, gates)


def backward(inputs: Inputs, kept: Any, slopes: Any) -> Inputs:
    """Return the gradient by every input."""
    rows, gates = kept
    along_h, (dh,) = slopes
    steps, units = inputs.x.shape[0], inputs.recurrent_kernel.shape[0]
    turned = inputs.recurrent_kernel.T
    start = rows.shape[-1] - units

    def body(back: jax.Array, held: Any) -> Any:
        dh, gates, a = held
        t = steps - 1 - back
        u, r, g, q = jnp.split(a, 4, -1)
        dh = dh + row(along_h, t)
        passed, inner = dh * (0.5 * u + 0.5), dh
        if inputs.mask is not None:
            valid = row(inputs.mask, t) > 0
            passed, inner = jnp.where(valid, passed, dh), jnp.where(valid, dh, 0)
        dg = inner * (0.5 - 0.5 * u) * (1 - g * g)
        du = inner * (row(rows, t)[:, start:] - g) * (0.25 - 0.25 * u * u)
        dr = dg * q * (0.25 - 0.25 * r * r)
        dq = dg * (0.5 * r + 0.5)
        gates = put(gates, jnp.concatenate([du, dr, dg, dq], -1), t)
        # Read after the write, and handed on: so XLA sees that no copy of the buffer is needed.
        before = jnp.concatenate([du, dr, dq], -1) @ turned + passed
        return before, gates, row(gates, jnp.maximum(t - 1, 0))

    dh, slopes_z, _ = jax.lax.fori_loop(0, steps, body, (dh, gates, gates[steps - 1]))
    features, whole = inputs.x.shape[-1], weight_slopes(rows, slopes_z)
    recurrent = jnp.concatenate([whole[:, : 2 * units], whole[:, 3 * units :]], -1)
    return Inputs(
        x=input_slopes(slopes_z[..., : 3 * units], inputs.kernel),
        kernel=whole[:features, : 3 * units],
        bias=jnp.stack([whole[features, : 3 * units], recurrent[features]]),
        recurrent_kernel=recurrent[features + 1 :],
        states=(dh,),
        mask=None if inputs.mask is None else jnp.zeros_like(inputs.mask),
    )


fused_gru = fused(plain, forward, backward)
