"""Sums, means and their like along axes, and running sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.static import axes


def _reduction(name: str, function: Callable[..., Any], meaning: str) -> Callable[..., Any]:
    """Make ``tf.<name>(input_tensor, axis=None, keepdims=False)``."""

    def compute(x: Any, axis: Any, keepdims: bool) -> jax.Array:
        return function(jnp.asarray(x), axis=axis, keepdims=keepdims)

    compute.__name__ = name
    dispatched = operation(compute)

    def reduce(
        input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
    ) -> Any:
        return dispatched(input_tensor, axis=axes(axis), keepdims=bool(keepdims))

    reduce.__name__, reduce.__qualname__ = name, name
    reduce.__doc__ = f"Return {meaning} along the axes, of all numbers when none is given."
    return reduce


def _mean(x: jax.Array, **where: Any) -> jax.Array:
    """Return the mean; that of whole numbers is a whole number, as in TensorFlow."""
    found = jnp.mean(x, **where)
    return jnp.floor(found).astype(x.dtype) if jnp.issubdtype(x.dtype, jnp.integer) else found


reduce_sum = _reduction("reduce_sum", jnp.sum, "the sum")
reduce_mean = _reduction("reduce_mean", _mean, "the mean")
reduce_max = _reduction("reduce_max", jnp.max, "the largest number")
reduce_min = _reduction("reduce_min", jnp.min, "the smallest number")
reduce_prod = _reduction("reduce_prod", jnp.prod, "the product")
reduce_any = _reduction("reduce_any", jnp.any, "whether one of them holds")
reduce_all = _reduction("reduce_all", jnp.all, "whether all of them hold")
reduce_std = _reduction("reduce_std", jnp.std, "the standard deviation")
reduce_variance = _reduction("reduce_variance", jnp.var, "the variance")
reduce_logsumexp = _reduction(
    "reduce_logsumexp", jax.scipy.special.logsumexp, "the logarithm of the sum of ``e ** x``"
)
reduce_euclidean_norm = _reduction(
    "reduce_euclidean_norm",
    lambda x, **where: jnp.sqrt(jnp.sum(jnp.square(x), **where)),
    "the square root of the sum of squares",
)


def argmax(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> Any:
    """Return the place of the largest number along an axis, the first one by default, ``tf.argmax``."""
    return _argmax(input, axis=axes(axis) or 0, dtype=device_dtype(output_type))


@operation
def _argmax(input: Any, axis: int, dtype: str) -> jax.Array:
    return jnp.argmax(jnp.asarray(input), axis).astype(dtype)


def argmin(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> Any:
    """Return the place of the smallest number along an axis, the first one by default, ``tf.argmin``."""
    return _argmin(input, axis=axes(axis) or 0, dtype=device_dtype(output_type))


@operation
def _argmin(input: Any, axis: int, dtype: str) -> jax.Array:
    return jnp.argmin(jnp.asarray(input), axis).astype(dtype)


def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool = False,
    dtype: Any = "int64",
    name: str | None = None,
) -> Any:
    """Return how many numbers are not zero, ``tf.math.count_nonzero``."""
    return _count(input, axis=axes(axis), keepdims=keepdims, dtype=device_dtype(dtype))


@operation
def _count(input: Any, axis: Any, keepdims: bool, dtype: str) -> jax.Array:
    return jnp.count_nonzero(jnp.asarray(input), axis, keepdims=keepdims).astype(dtype)


def _running(
    name: str, function: Callable[..., Any], neutral: float, meaning: str
) -> Callable[..., Any]:
    """Make ``tf.math.<name>(x, axis=0, exclusive=False, reverse=False)``."""

    def compute(x: Any, axis: int, exclusive: bool, reverse: bool) -> jax.Array:
        x = jnp.asarray(x)
        x = jnp.flip(x, axis) if reverse else x
        if exclusive:
            first = jnp.full_like(jax.lax.slice_in_dim(x, 0, 1, axis=axis), neutral)
            x = jnp.concatenate(
                [first, jax.lax.slice_in_dim(x, 0, x.shape[axis] - 1, axis=axis)], axis
            )
        found = function(x, axis)
        return jnp.flip(found, axis) if reverse else found

    compute.__name__ = name
    dispatched = operation(compute)

    def running(
        x: Any,
        axis: Any = 0,
        exclusive: bool = False,
        reverse: bool = False,
        name: str | None = None,
    ) -> Any:
        return dispatched(x, axis=axes(axis), exclusive=exclusive, reverse=reverse)

    running.__name__, running.__qualname__ = name, name
    running.__doc__ = (
        f"Return {meaning} along an axis; ``exclusive`` leaves out each number itself."
    )
    return running


cumsum = _running("cumsum", jnp.cumsum, 0, "the running sum")
cumprod = _running("cumprod", jnp.cumprod, 1, "the running product")
cumulative_logsumexp = _running(
    "cumulative_logsumexp",
    lambda x, axis: jax.lax.cumlogsumexp(x, axis % x.ndim),
    -float("inf"),
    "the logarithm of the running sum of ``e ** x``",
)
