"""The long short-term memory over a whole series."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.recurrent.fused import fused_inputs, worth_fusing
from pellucid.functional.recurrent.fused_lstm import fused_lstm
from pellucid.functional.recurrent.series import States, outputs_of, plain_loop, project, start
from pellucid.functional.recurrent.steps import Function, lstm_step


def lstm(
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
    recurrent_activation: Function = jax.nn.sigmoid,
    recurrent_factor: jax.Array | None = None,
) -> tuple[jax.Array, States]:
    """Carry a memory along the series, which gates let in, keep and let out.

    Equation: ``i, f, g, o`` are the four blocks of ``x_t W + h_(t-1) U + b``; with ``s`` the gates' activation and
    ``a`` the activation, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t = s(o) a(c_t)``.

    Args:
        x: Shape (batch, steps, features).
        kernel: ``W``, shape (features, 4 units), blocks in the order input gate, forget gate, cell, output gate.
        recurrent_kernel: ``U``, shape (units, 4 units).
        bias: ``b``, shape (4 units,), or None.
        states: ``(h_0, c_0)``, each (batch, units); None for zeros.
        mask: Shape (batch, steps), True where a step counts; a skipped step repeats the output before.
        go_backwards: Whether the last step comes first; the outputs stand in the order in which they were made.
        zero_output_for_mask: Whether skipped steps give zeros.
        return_sequences: Whether all outputs are returned, or the last one only.
        activation: ``a``. Default tanh.
        recurrent_activation: ``s``. Default the sigmoid.
        recurrent_factor: Multiplies ``h_(t-1)`` in the product (recurrent dropout), shape (batch, units), or None.

    Returns:
        The outputs, shape (batch, steps, units) or (batch, units), and the last states ``(h, c)``.

    Example:
        >>> outputs, (h, c) = lstm(jnp.ones((1, 2, 1)), jnp.ones((1, 4)), jnp.ones((1, 4)))
        >>> outputs[0, :, 0].tolist(), c.tolist()
        ([0.3696, 0.6505], [[1.1444]])

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; the forget gate: Gers et al., 2000.
    Differs from PyTorch: one bias where ``torch.nn.LSTM`` adds two; the order of the blocks is the same.
    """
    start_states = start(states, 2, x, recurrent_kernel.shape[0])
    if worth_fusing(activation, recurrent_activation, recurrent_factor):
        inputs, valid = fused_inputs(
            x, kernel, recurrent_kernel, bias, start_states, mask, go_backwards
        )
        h, last = fused_lstm(inputs)
    else:
        z, valid = project(x, kernel, bias, mask, go_backwards)

        def step(z_t: jax.Array, old: States) -> States:
            fed = old[0] if recurrent_factor is None else old[0] * recurrent_factor
            return lstm_step(z_t, fed, old[1], recurrent_kernel, activation, recurrent_activation)

        h, last = plain_loop(step, z, start_states, valid)
    return outputs_of(h, last[0], valid, zero_output_for_mask, return_sequences), last
