"""One step of the simple recurrent network, of the LSTM and of the GRU: the equations, as they stand in the papers.

All take the projected input ``z_t = x_t W + b``, which needs no state and is therefore made for all steps in one
product.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

Function = Callable[[jax.Array], jax.Array]


def simple_rnn_step(
    z: jax.Array, h: jax.Array, recurrent_kernel: jax.Array, f: Function
) -> jax.Array:
    """Return ``h_t = f(z_t + h_(t-1) U)`` with the recurrent kernel ``U`` and the activation ``f``.

    Args:
        z: The projected input ``x_t W + b``, shape (batch, units).
        h: The output of the step before, shape (batch, units).
        recurrent_kernel: Shape (units, units).
        f: The activation.

    Example:
        >>> one = jnp.ones((1, 1))
        >>> simple_rnn_step(one, one, 2 * one, jnp.tanh)
        Array([[0.9951]], dtype=float32)

    Source: Elman, Finding Structure in Time, 1990.
    """
    return f(z + h @ recurrent_kernel)


def lstm_step(
    z: jax.Array,
    h: jax.Array,
    c: jax.Array,
    recurrent_kernel: jax.Array,
    f: Function,
    gate: Function,
) -> tuple[jax.Array, jax.Array]:
    """Return ``(h_t, c_t)`` of the long short-term memory.

    Equation: ``i, f, g, o`` are the four blocks of ``z_t + h_(t-1) U``; with the gates' activation ``s`` and the
    activation ``a``, ``c_t = s(f) c_(t-1) + s(i) a(g)`` and ``h_t = s(o) a(c_t)``.

    Args:
        z: The projected input ``x_t W + b``, shape (batch, 4 units): input gate, forget gate, cell, output gate.
        h: The output of the step before, shape (batch, units).
        c: The cell state of the step before, shape (batch, units).
        recurrent_kernel: ``U``, shape (units, 4 units).
        f: The activation ``a``, usually tanh.
        gate: The gates' activation ``s``, usually the sigmoid.

    Example:
        >>> zero = jnp.zeros((1, 1))
        >>> lstm_step(
        ...     jnp.zeros((1, 4)), zero, zero + 1, jnp.zeros((1, 4)), jnp.tanh, jax.nn.sigmoid
        ... )
        (Array([[0.2311]], dtype=float32), Array([[0.5]], dtype=float32))

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; the forget gate: Gers et al., 2000.
    """
    return lstm_memory(z + h @ recurrent_kernel, c, f, gate)


def lstm_memory(
    sums: jax.Array, c: jax.Array, f: Function, gate: Function
) -> tuple[jax.Array, jax.Array]:
    """Return ``(h_t, c_t)`` from the four blocks of sums, whatever products made them.

    Args:
        sums: Shape (batch, ..., 4 units): input gate, forget gate, cell, output gate.
        c: The cell state of the step before, shape (batch, ..., units).
        f: The activation.
        gate: The gates' activation.

    Example:
        >>> lstm_memory(jnp.zeros((1, 4)), jnp.ones((1, 1)), jnp.tanh, jax.nn.sigmoid)
        (Array([[0.2311]], dtype=float32), Array([[0.5]], dtype=float32))
    """
    i, forget, g, o = jnp.split(sums, 4, axis=-1)
    c = gate(forget) * c + gate(i) * f(g)
    return gate(o) * f(c), c


def gru_step(
    z: jax.Array,
    h: jax.Array,
    recurrent_kernel: jax.Array,
    recurrent_bias: jax.Array | None,
    f: Function,
    gate: Function,
    *,
    reset_after: bool = True,
    fed: jax.Array | None = None,
) -> jax.Array:
    """Return ``h_t`` of the gated recurrent unit.

    Equation: ``u = s(z_u + h U_u)``, ``r = s(z_r + h U_r)``, ``g = a(z_g + r (h U_g + b_g))`` (the reset gate after
    the product) or ``g = a(z_g + (r h) U_g)`` (before it), ``h_t = u h + (1 - u) g``.

    Args:
        z: The projected input ``x_t W + b``, shape (batch, 3 units): update gate, reset gate, candidate.
        h: The output of the step before, shape (batch, units).
        recurrent_kernel: ``U``, shape (units, 3 units).
        recurrent_bias: Added to ``h U``, shape (3 units,), or None; only with ``reset_after``.
        f: The activation ``a``, usually tanh.
        gate: The gates' activation ``s``, usually the sigmoid.
        reset_after: Whether the reset gate acts after the product.
        fed: What stands for ``h`` in the products (recurrent dropout); ``h`` itself when None.

    Example:
        >>> zero = jnp.zeros((1, 1))
        >>> gru_step(jnp.zeros((1, 3)), zero + 1, jnp.zeros((1, 3)), None, jnp.tanh, jax.nn.sigmoid)
        Array([[0.5]], dtype=float32)

    Source: Cho et al., Learning Phrase Representations, 2014, https://arxiv.org/abs/1406.1078 (before); cuDNN and
    PyTorch have the other form.
    """
    units = h.shape[-1]
    fed = h if fed is None else fed
    z_gates, z_new = z[..., : 2 * units], z[..., 2 * units :]
    if reset_after:
        inner = fed @ recurrent_kernel
        inner = inner if recurrent_bias is None else inner + recurrent_bias
        update, reset = jnp.split(gate(z_gates + inner[..., : 2 * units]), 2, axis=-1)
        new = f(z_new + reset * inner[..., 2 * units :])
    else:
        gates = gate(z_gates + fed @ recurrent_kernel[:, : 2 * units])
        update, reset = jnp.split(gates, 2, axis=-1)
        new = f(z_new + (reset * fed) @ recurrent_kernel[:, 2 * units :])
    return update * h + (1 - update) * new
