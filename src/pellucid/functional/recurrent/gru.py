"""The gated recurrent unit over a whole series."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.recurrent.fused import fused_inputs, worth_fusing
from pellucid.functional.recurrent.fused_gru import fused_gru
from pellucid.functional.recurrent.series import States, outputs_of, plain_loop, project, start
from pellucid.functional.recurrent.steps import Function, gru_step


def gru(
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
    reset_after: bool = True,
    recurrent_factor: jax.Array | None = None,
) -> tuple[jax.Array, States]:
    """Mix the last output with a new candidate; one gate says how much of each, one what the candidate may see.

    Equation: with ``s`` the gates' activation, ``a`` the activation and ``z = x_t W + b`` in three blocks,
    ``u = s(z_u + h U_u)``, ``r = s(z_r + h U_r)``, ``g = a(z_g + r (h U_g + b'_g))`` where the reset gate acts after
    the product, else ``g = a(z_g + (r h) U_g)``; ``h_t = u h + (1 - u) g`` with ``h = h_(t-1)``.

    Args:
        x: Shape (batch, steps, features).
        kernel: ``W``, shape (features, 3 units), blocks in the order update gate, reset gate, candidate.
        recurrent_kernel: ``U``, shape (units, 3 units).
        bias: Shape (2, 3 units) with ``reset_after``: ``b`` and what is added to ``h U``; else (3 units,); or None.
        states: ``h_0``, shape (batch, units), alone or in a list; None for zeros.
        mask: Shape (batch, steps), True where a step counts; a skipped step repeats the output before.
        go_backwards: Whether the last step comes first; the outputs stand in the order in which they were made.
        zero_output_for_mask: Whether skipped steps give zeros.
        return_sequences: Whether all outputs are returned, or the last one only.
        activation: ``a``. Default tanh.
        recurrent_activation: ``s``. Default the sigmoid.
        reset_after: Whether the reset gate acts after the product with ``U``.
        recurrent_factor: Multiplies ``h`` in the products (recurrent dropout), shape (batch, units), or None.

    Returns:
        The outputs, shape (batch, steps, units) or (batch, units), and the last states ``(h,)``.

    Example:
        >>> gru(jnp.ones((1, 2, 1)), jnp.ones((1, 3)), jnp.ones((1, 3)))[0].ravel().tolist()
        [0.2048, 0.3468]

    Source: Cho et al., Learning Phrase Representations, 2014, https://arxiv.org/abs/1406.1078.
    Differs from PyTorch: the blocks of ``torch.nn.GRU`` are in the order reset, update, candidate; its formula is
    that with ``reset_after``.
    """
    start_states = start(states, 1, x, recurrent_kernel.shape[0])
    if reset_after and worth_fusing(activation, recurrent_activation, recurrent_factor):
        both = jnp.zeros((2, kernel.shape[-1]), x.dtype) if bias is None else bias
        inputs, valid = fused_inputs(
            x, kernel, recurrent_kernel, both, start_states, mask, go_backwards
        )
        h, last = fused_gru(inputs)
    else:
        paired = bias is not None and bias.ndim == 2
        first, second = (bias[0], bias[1]) if paired and bias is not None else (bias, None)
        z, valid = project(x, kernel, first, mask, go_backwards)

        def step(z_t: jax.Array, old: States) -> States:
            fed = None if recurrent_factor is None else old[0] * recurrent_factor
            new = gru_step(
                z_t,
                old[0],
                recurrent_kernel,
                second,
                activation,
                recurrent_activation,
                reset_after=reset_after,
                fed=fed,
            )
            return (new,)

        h, last = plain_loop(step, z, start_states, valid)
    return outputs_of(h, last[0], valid, zero_output_for_mask, return_sequences), last
