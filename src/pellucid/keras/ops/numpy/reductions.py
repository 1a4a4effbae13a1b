"""Many numbers into one: sums, means, extremes, quantiles, along axes or over all."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import axes, operand, real
from pellucid.keras.ops.settings import narrow


def _reduction(name: str, function: Any, what: str) -> Any:
    """Return the function ``name(x, axis=None, keepdims=False)``."""

    def compute(x: Any, axis: Any = None, keepdims: bool = False) -> jax.Array:
        return function(jnp.asarray(x), axis=axes(axis), keepdims=keepdims)

    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = f"Return {what} along ``axis``, over all numbers when it is None."
    return operation(compute, name)


sum = _reduction("sum", jnp.sum, "the sum")
mean = _reduction("mean", jnp.mean, "the mean")
std = _reduction("std", jnp.std, "the standard deviation (of the population)")
var = _reduction("var", jnp.var, "the variance (of the population)")
all = _reduction("all", jnp.all, "whether all are true")
any = _reduction("any", jnp.any, "whether one is true")
amax = _reduction("amax", jnp.max, "the largest number")
amin = _reduction("amin", jnp.min, "the smallest number")
ptp = _reduction("ptp", jnp.ptp, "the distance from the smallest to the largest number")
median = _reduction("median", jnp.median, "the median")

# The same without what is NaN.

nansum = _reduction("nansum", jnp.nansum, "the sum without NaN")
nanmean = _reduction("nanmean", jnp.nanmean, "the mean without NaN")
nanstd = _reduction("nanstd", jnp.nanstd, "the standard deviation without NaN")
nanvar = _reduction("nanvar", jnp.nanvar, "the variance without NaN")
nanmax = _reduction("nanmax", jnp.nanmax, "the largest number but NaN")
nanmin = _reduction("nanmin", jnp.nanmin, "the smallest number but NaN")
nanprod = _reduction("nanprod", jnp.nanprod, "the product without NaN")
nanmedian = _reduction("nanmedian", jnp.nanmedian, "the median without NaN")
nanargmax = _reduction("nanargmax", jnp.nanargmax, "the place of the largest number but NaN")
nanargmin = _reduction("nanargmin", jnp.nanargmin, "the place of the smallest number but NaN")
argmax = _reduction("argmax", jnp.argmax, "the place of the largest number")
argmin = _reduction("argmin", jnp.argmin, "the place of the smallest number")


@operation
def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> jax.Array:
    """Return the largest number, not below ``initial``."""
    return jnp.max(jnp.asarray(x), axis=axes(axis), keepdims=keepdims, initial=initial)


@operation
def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> jax.Array:
    """Return the smallest number, not above ``initial``."""
    return jnp.min(jnp.asarray(x), axis=axes(axis), keepdims=keepdims, initial=initial)


@operation
def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> jax.Array:
    """Return the product."""
    return jnp.prod(jnp.asarray(x), axis=axes(axis), keepdims=keepdims, dtype=narrow(dtype))


@operation
def average(x: Any, axis: Any = None, weights: Any = None) -> jax.Array:
    """Return the mean, each number counted by its weight."""
    return jnp.average(jnp.asarray(x), axis=axes(axis), weights=operand(weights))


@operation
def count_nonzero(x: Any, axis: Any = None) -> jax.Array:
    """Return how many numbers are not 0."""
    return jnp.count_nonzero(jnp.asarray(x), axis=axes(axis)).astype(jnp.int32)


@operation
def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> jax.Array:
    """Return the sums of all numbers up to each; without an axis of the numbers in one row."""
    return jnp.cumsum(jnp.asarray(x), axis=axis, dtype=narrow(dtype))


@operation
def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> jax.Array:
    """Return the products of all numbers up to each."""
    return jnp.cumprod(jnp.asarray(x), axis=axis, dtype=narrow(dtype))


@operation
def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> jax.Array:
    """Return the sums of all numbers up to each, NaN counted as 0."""
    return jnp.nancumsum(jnp.asarray(x), axis=axis, dtype=narrow(dtype))


@operation
def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> jax.Array:
    """Return the products of all numbers up to each, NaN counted as 1."""
    return jnp.nancumprod(jnp.asarray(x), axis=axis, dtype=narrow(dtype))


@operation
def quantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """Return the number below which the share ``q`` lies, for each ``q`` in front."""
    return jnp.quantile(real(x), real(q), axis=axes(axis), method=method, keepdims=keepdims)


@operation
def nanquantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """Return the quantile without what is NaN."""
    return jnp.nanquantile(real(x), real(q), axis=axes(axis), method=method, keepdims=keepdims)


@operation
def percentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """Return the number below which ``q`` per cent lie."""
    return jnp.percentile(real(x), real(q), axis=axes(axis), method=method, keepdims=keepdims)


@operation
def nanpercentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> jax.Array:
    """Return the percentile without what is NaN."""
    return jnp.nanpercentile(real(x), real(q), axis=axes(axis), method=method, keepdims=keepdims)


@operation
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> jax.Array:
    """Return the area under the points ``y`` joined by straight lines."""
    return jnp.trapezoid(jnp.asarray(y), operand(x), dx=dx, axis=axis)
