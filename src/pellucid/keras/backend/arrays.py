"""Old functions of arrays that differ from those of ``keras.ops``: other defaults, other shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.functional import activations
from pellucid.functional.measures.align import as_float
from pellucid.functional.recurrent.loop import recur
from pellucid.keras import ops
from pellucid.keras.operation import operation
from pellucid.keras.ops.settings import floatx, narrow
from pellucid.keras.tensor import Tensor, as_array, unwrapped, wrapped

# Other defaults.


def argmax(x: Any, axis: int = -1) -> Any:
    """Return the place of the largest number along the last axis."""
    return ops.argmax(x, axis=axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """Return the place of the smallest number along the last axis."""
    return ops.argmin(x, axis=axis)


def concatenate(tensors: Any, axis: int = -1) -> Any:
    """Return tensors joined along the last axis."""
    return ops.concatenate(tensors, axis=axis)


def expand_dims(x: Any, axis: int = -1) -> Any:
    """Return a tensor with an axis of size 1 at the end."""
    return ops.expand_dims(x, axis)


def cumsum(x: Any, axis: int = 0) -> Any:
    """Return the sums of all numbers up to each, along the first axis."""
    return ops.cumsum(x, axis=axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """Return the products of all numbers up to each, along the first axis."""
    return ops.cumprod(x, axis=axis)


def gather(reference: Any, indices: Any) -> Any:
    """Return the rows at ``indices``."""
    return ops.take(reference, indices, axis=0)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Return whether each target class is among the ``k`` most probable."""
    return ops.in_top_k(targets, predictions, k)


@operation
def sqrt(x: Any) -> jax.Array:
    """Return the square root, of negative numbers 0."""
    return jnp.sqrt(jnp.maximum(as_float(x), 0))


@operation
def relu(x: Any, alpha: Any = 0.0, max_value: Any = None, threshold: Any = 0.0) -> jax.Array:
    """Return the positive part; ``alpha`` is the slope below ``threshold``."""
    return activations.relu(x, alpha, max_value, threshold)


@operation
def hard_sigmoid(x: Any) -> jax.Array:
    """Return ``0.2 x + 0.5`` between 0 and 1, Keras 2's; today's has slope 1/6."""
    return jnp.clip(0.2 * as_float(x) + 0.5, 0, 1)


@operation
def l2_normalize(x: Any, axis: Any = None) -> jax.Array:
    """Return ``x`` divided by its length."""
    x = as_float(x)
    squares = jnp.sum(jnp.square(x), axis=axis, keepdims=True)
    return x * jax.lax.rsqrt(jnp.maximum(squares, 1e-12))


# Other shapes.


@operation
def flatten(x: Any) -> jax.Array:
    """Return all numbers in one row."""
    return jnp.ravel(jnp.asarray(x))


@operation
def batch_flatten(x: Any) -> jax.Array:
    """Return each row of the batch flat."""
    x = jnp.asarray(x)
    return x.reshape(x.shape[0], -1)


@operation
def repeat(x: Any, n: int) -> jax.Array:
    """Return (batch, size) as (batch, n, size)."""
    return jnp.repeat(jnp.asarray(x)[:, None], n, axis=1)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Return each entry along ``axis`` so often, one after the other."""
    return ops.repeat(x, rep, axis=axis)


@operation
def batch_dot(x: Any, y: Any, axes: Any = None) -> jax.Array:
    """Return sums of products row by row of the batch.

    Args:
        x: Shape (batch, ...).
        y: Shape (batch, ...).
        axes: The axis of each that is summed over, or one for both; default the last of ``x`` and the last but one of
            ``y``.
    """
    x, y = jnp.asarray(x), jnp.asarray(y)
    if axes is None:
        axes = (x.ndim - 1, max(y.ndim - 2, 1))
    first, second = (axes, axes) if isinstance(axes, int) else axes
    contracted = (first % x.ndim - 1,), (second % y.ndim - 1,)
    found = jax.vmap(lambda a, b: jnp.tensordot(a, b, contracted))(x, y)
    return found[:, None] if found.ndim == 1 else found


def eye(size: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Return the identity matrix; ``size`` may be (rows, columns)."""
    rows, columns = size if isinstance(size, (list, tuple)) else (size, size)
    return ops.eye(rows, columns, dtype=dtype)


@operation
def cast_to_floatx(x: Any) -> jax.Array:
    """Return the numbers in the default float dtype."""
    return jnp.asarray(x, narrow(floatx()))


# One function over many entries.


def map_fn(fn: Callable[..., Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """Return ``fn`` of each row."""
    return ops.map(fn, elems)


def foldl(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, name: str | None = None
) -> Any:
    """Return ``fn(fn(fn(first, x_1), x_2), ...)`` over the rows."""
    first = elems[0] if initializer is None else initializer
    rest = elems[1:] if initializer is None else elems
    return ops.scan(lambda carry, x: (fn(carry, x), None), first, rest)[0]


def foldr(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, name: str | None = None
) -> Any:
    """Return the fold from the last row to the first."""
    return foldl(fn, ops.flip(elems, axis=0), initializer)


def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: int | None = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, Any]:
    """Run ``output, states = step_function(x_t, states)`` over the steps of a series.

    Args:
        step_function: One step.
        inputs: Shape (batch, steps, ...).
        initial_states: The states before the first step.
        go_backwards: Whether the last step comes first.
        mask: Shape (batch, steps), True where a step counts.
        constants: What is put behind the states of every step.
        unroll: Accepted.
        input_length: Accepted.
        time_major: Whether inputs and outputs are (steps, batch, ...).
        zero_output_for_mask: Whether skipped steps give zeros.
        return_all_outputs: Accepted; all outputs are returned.

    Returns:
        The last output, all outputs, and the last states.
    """
    fixed = list(constants or [])
    order = (go_backwards, time_major, zero_output_for_mask)
    return _rnn(inputs, list(initial_states), mask, fixed, step_function, order)


@operation
def _rnn(inputs: Any, states: Any, mask: Any, fixed: Any, step: Any, order: Any) -> Any:
    backwards, time_major, zeros = order

    def on_arrays(x: Any, now: Any) -> Any:
        output, after = step(wrapped(x), wrapped([*now, *fixed]))
        return unwrapped(output), list(unwrapped(after))

    x = jnp.swapaxes(jnp.asarray(inputs), 0, 1) if time_major else jnp.asarray(inputs)
    if mask is not None:
        mask = jnp.asarray(mask, bool).reshape(x.shape[:2])
    outputs, after = recur(
        on_arrays, x, states, mask=mask, go_backwards=backwards, zero_output_for_mask=zeros
    )
    return outputs[:, -1], jnp.swapaxes(outputs, 0, 1) if time_major else outputs, after


# Facts.


def int_shape(x: Any) -> tuple[Any, ...]:
    """Return the sizes of the axes, None where one is open."""
    return ops.shape(x)


def count_params(x: Any) -> int:
    """Return how many numbers a tensor holds."""
    return int(np.prod(ops.shape(x)))


def is_sparse(tensor: Any) -> bool:
    """Return False: all tensors are dense."""
    return False


def to_dense(tensor: Any) -> Any:
    """Return the tensor, which is dense."""
    return tensor


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Print a tensor and return it; inside programs when its numbers are known."""
    jax.debug.print(f"{message.replace('{', '{{').replace('}', '}}')} {{}}", as_array(x))
    return x
