"""The long short-term memory over series of images: its products are convolutions."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.convolution import convolution
from pellucid.functional.recurrent.loop import in_order, valid_only
from pellucid.functional.recurrent.series import States, outputs_of, plain_loop, start
from pellucid.functional.recurrent.steps import Function, lstm_memory


def conv_lstm(
    x: jax.Array,
    kernel: jax.Array,
    recurrent_kernel: jax.Array,
    bias: jax.Array | None = None,
    states: Any = None,
    *,
    strides: Any = 1,
    padding: str = "valid",
    dilation: Any = 1,
    mask: jax.Array | None = None,
    go_backwards: bool = False,
    zero_output_for_mask: bool = False,
    return_sequences: bool = True,
    activation: Function = jnp.tanh,
    recurrent_activation: Function = jax.nn.sigmoid,
    recurrent_factor: jax.Array | None = None,
) -> tuple[jax.Array, States]:
    """Carry a memory along a series of images.

    Equation: that of :func:`~pellucid.functional.recurrent.lstm` with convolutions for the products: ``i, f, g, o``
    are the four blocks of channels of ``x_t * W + h_(t-1) * U + b``; the inputs' convolution has the given strides,
    padding and dilation, the recurrent one keeps the size.

    Args:
        x: Shape (batch, steps, *sizes, channels), one to three sizes.
        kernel: ``W``, shape (*window, channels, 4 filters), blocks in the order input gate, forget gate, cell,
            output gate.
        recurrent_kernel: ``U``, shape (*window, filters, 4 filters).
        bias: ``b``, shape (4 filters,), or None.
        states: ``(h_0, c_0)``, each (batch, *output sizes, filters); None for zeros.
        strides: Of the inputs' convolution, as are ``padding`` and ``dilation``.
        padding: ``"valid"`` or ``"same"``.
        dilation: The distance between the window's cells.
        mask: Shape (batch, steps), True where a step counts; a skipped step repeats the output before.
        go_backwards: Whether the last step comes first; the outputs stand in the order in which they were made.
        zero_output_for_mask: Whether skipped steps give zeros.
        return_sequences: Whether all outputs are returned, or the last one only.
        activation: ``a``. Default tanh.
        recurrent_activation: ``s``. Default the sigmoid.
        recurrent_factor: Multiplies ``h_(t-1)`` in the convolution (recurrent dropout), shaped like it, or None.

    Returns:
        The outputs, shape (batch, steps, *output sizes, filters) or without the steps, and the last states ``(h,
        c)``.

    Example:
        >>> outputs, (h, c) = conv_lstm(
        ...     jnp.ones((1, 2, 4, 4, 1)), jnp.ones((3, 3, 1, 4)), jnp.ones((3, 3, 1, 4))
        ... )
        >>> outputs.shape, c.shape
        ((1, 2, 2, 2, 1), (1, 2, 2, 1))

    Source: Shi et al., Convolutional LSTM Network, 2015, https://arxiv.org/abs/1506.04214, without its peepholes.
    """
    series = in_order(valid_only(x, mask), go_backwards)
    steps, batch = series.shape[:2]
    images = series.reshape((steps * batch, *series.shape[2:]))
    z = convolution(images, kernel, strides=strides, padding=padding, dilation=dilation)
    z = (z if bias is None else z + bias).reshape((steps, batch, *z.shape[1:]))
    valid = None if mask is None else in_order(jnp.asarray(mask, bool), go_backwards)

    def step(z_t: jax.Array, old: States) -> States:
        fed = old[0] if recurrent_factor is None else old[0] * recurrent_factor
        inner = convolution(fed, recurrent_kernel, padding="same")
        return lstm_memory(z_t + inner, old[1], activation, recurrent_activation)

    units = (*z.shape[2:-1], z.shape[-1] // 4)
    h, last = plain_loop(step, z, start(states, 2, x, units), valid)
    return outputs_of(h, last[0], valid, zero_output_for_mask, return_sequences), last
