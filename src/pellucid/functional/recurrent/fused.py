"""The frame of the fast lowerings: a forward and a backward pass of their own, and derivatives of any further order.

A lowering brings three functions of the same inputs: ``plain``, the reference; ``forward``, which gives the same
outputs and what the backward pass will need; and ``backward``. Only the first derivative is fast. Whoever
differentiates once more differentiates the reference, so second derivatives are right, and cost what they cost there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.lax import dynamic_index_in_dim, dynamic_update_index_in_dim, dynamic_update_slice

from pellucid.functional import activations
from pellucid.functional.recurrent.loop import in_order, valid_only
from pellucid.functional.recurrent.series import States

row = partial(dynamic_index_in_dim, axis=0, keepdims=False)
put = partial(dynamic_update_index_in_dim, axis=0)


class Inputs(NamedTuple):
    """What a fused network takes: steps first, all arrays of one dtype.

    Attributes:
        x: Shape (steps, batch, features).
        kernel: Shape (features, width).
        recurrent_kernel: Shape (units, width).
        bias: Shape (width,); for the GRU (2, width).
        states: The states before the first step, each (batch, units).
        mask: Shape (steps, batch, 1), 1 where a step counts and 0 elsewhere, or None.
    """

    x: jax.Array
    kernel: jax.Array
    recurrent_kernel: jax.Array
    bias: jax.Array
    states: States
    mask: jax.Array | None


def worth_fusing(activation: Any, recurrent_activation: Any, recurrent_factor: Any) -> bool:
    """Tell whether the fast lowering computes what is asked for, and is the faster one.

    It knows tanh and sigmoid, and no recurrent dropout. On CPUs it was faster for every shape tried (README.md);
    other platforms have not been measured, so XLA's own loop stays there.
    """
    usual = activation in (activations.tanh, jnp.tanh, jax.nn.tanh)
    usual = usual and recurrent_activation in (activations.sigmoid, jax.nn.sigmoid)
    return usual and recurrent_factor is None and jax.default_backend() == "cpu"


def fused_inputs(
    x: jax.Array,
    kernel: jax.Array,
    recurrent_kernel: jax.Array,
    bias: jax.Array | None,
    states: States,
    mask: jax.Array | None,
    go_backwards: bool,
) -> tuple[Inputs, jax.Array | None]:
    """Return the inputs of a fused network, and the mask with the steps first (as `series.project` does)."""
    valid = None if mask is None else in_order(jnp.asarray(mask, bool), go_backwards)
    inputs = Inputs(
        x=in_order(valid_only(x, mask), go_backwards),
        kernel=kernel,
        recurrent_kernel=recurrent_kernel,
        bias=jnp.zeros(kernel.shape[-1], x.dtype) if bias is None else bias,
        states=states,
        mask=None if valid is None else valid[..., None].astype(x.dtype),
    )
    return inputs, valid


def fused(
    plain: Callable[[Any], Any],
    forward: Callable[[Any], tuple[Any, Any]],
    backward: Callable[[Any, Any, Any], Any],
) -> Callable[[Any], Any]:
    """Return ``plain`` with a forward and a backward pass of its own.

    Args:
        plain: ``inputs -> outputs``, the reference.
        forward: ``inputs -> (outputs, kept)``, the same outputs and what ``backward`` needs.
        backward: ``(inputs, kept, slopes) -> gradient``: by the slopes of a score along the outputs, those along the
            inputs.

    Example:
        >>> square = fused(
        ...     lambda x: x * x, lambda x: (x * x, 2 * x), lambda x, kept, slope: kept * slope
        ... )
        >>> jax.grad(square)(3.0), jax.grad(jax.grad(square))(3.0)
        (Array(6., dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """

    @jax.custom_jvp
    def run_forward(inputs: Any) -> tuple[Any, Any]:
        return forward(inputs)

    @run_forward.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        outputs, kept = run_forward(*primals)
        moved = jax.jvp(plain, primals, tangents)[1]
        # What is kept follows from the inputs, and `run_backward` is differentiated by these.
        return (outputs, kept), (moved, jax.tree.map(jnp.zeros_like, kept))

    @jax.custom_jvp
    def run_backward(inputs: Any, kept: Any, slopes: Any) -> Any:
        return backward(inputs, kept, slopes)

    @run_backward.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        inputs, _, slopes = primals
        moved_inputs, _, moved_slopes = tangents

        def reference(inputs: Any, slopes: Any) -> Any:
            return jax.vjp(plain, inputs)[1](slopes)[0]

        moved = jax.jvp(reference, (inputs, slopes), (moved_inputs, moved_slopes))[1]
        return run_backward(*primals), moved

    @jax.custom_vjp
    def run(inputs: Any) -> Any:
        return run_forward(inputs)[0]

    def first(inputs: Any) -> tuple[Any, Any]:
        outputs, kept = run_forward(inputs)
        return outputs, (inputs, kept)

    run.defvjp(first, lambda held, slopes: (run_backward(*held, slopes),))
    # Compiled once for each shape, at the prompt too; inside a program this changes nothing.
    return jax.jit(run)


def product_rows(
    x: jax.Array, h: jax.Array, kernel: jax.Array, bias: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the buffer of rows ``[x_t, 1, h_(t-1)]``, outputs still zero, and the projected inputs.

    Both have one step more than the series: there the last output will stand, beside zeros, so that no product needs
    a part of a buffer.
    """
    known = jnp.pad(jnp.concatenate([x, jnp.ones_like(x[..., :1])], -1), ((0, 1), (0, 0), (0, 0)))
    kernel = jnp.concatenate([kernel, bias[None]])
    rows = jnp.pad(known, ((0, 0), (0, 0), (0, h.shape[-1])))
    rows = dynamic_update_slice(rows, h[None], (0, 0, known.shape[-1]))
    return rows, (flat(known) @ kernel).reshape(*known.shape[:2], -1)


def flat(x: jax.Array) -> jax.Array:
    """Join steps and batch: (steps, batch, width) to (steps * batch, width)."""
    return x.reshape(-1, x.shape[-1])


def weight_slopes(rows: jax.Array, slopes: jax.Array) -> jax.Array:
    """Return the gradients of kernel, bias and recurrent kernel below each other, in one product over all steps.

    Args:
        rows: ``[x_t, 1, h_(t-1)]``, shape (steps + 1, batch, features + 1 + units).
        slopes: The slopes along the sums ``x_t W + b + h_(t-1) U``, zeros behind the last step; (steps + 1, batch,
            width).
    """
    return flat(rows).T @ flat(slopes)


def input_slopes(slopes: jax.Array, kernel: jax.Array) -> jax.Array:
    """Return the slopes along the inputs, shape (steps, batch, features), from those along the sums."""
    return (flat(slopes[:-1]) @ kernel.T).reshape(*slopes[:-1].shape[:2], -1)
