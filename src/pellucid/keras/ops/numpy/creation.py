"""New arrays: of one number, of steps, of ones on a diagonal, windows of signal processing."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import known_sizes, unary
from pellucid.keras.ops.settings import narrow, narrow_float
from pellucid.keras.tensor import Tensor, as_array
from pellucid.modules.graph import Symbolic


def zeros(shape: Any, dtype: Any = None) -> Tensor:
    """Return zeros."""
    return Tensor(jnp.zeros(known_sizes("zeros", shape), narrow_float(dtype)))


def ones(shape: Any, dtype: Any = None) -> Tensor:
    """Return ones."""
    return Tensor(jnp.ones(known_sizes("ones", shape), narrow_float(dtype)))


def empty(shape: Any, dtype: Any = None) -> Tensor:
    """Return an array to be overwritten; here of zeros."""
    return zeros(shape, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Return an array of one number."""
    return _full(known_sizes("full", shape), fill_value, dtype)


@operation
def _full(shape: tuple[int, ...], fill_value: Any, dtype: Any) -> jax.Array:
    return jnp.full(shape, jnp.asarray(fill_value), narrow_float(dtype))


@operation
def zeros_like(x: Any, dtype: Any = None) -> jax.Array:
    """Return zeros in the shape of ``x``."""
    return jnp.zeros_like(jnp.asarray(x), narrow(dtype))


@operation
def ones_like(x: Any, dtype: Any = None) -> jax.Array:
    """Return ones in the shape of ``x``."""
    return jnp.ones_like(jnp.asarray(x), narrow(dtype))


@operation
def empty_like(x: Any, dtype: Any = None) -> jax.Array:
    """Return an array in the shape of ``x`` to be overwritten; here of zeros."""
    return jnp.zeros_like(jnp.asarray(x), narrow(dtype))


@operation
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> jax.Array:
    """Return an array of one number in the shape of ``x``."""
    return jnp.full_like(jnp.asarray(x), fill_value, narrow(dtype))


def array(x: Any, dtype: Any = None) -> Any:
    """Return ``x`` as a tensor."""
    if isinstance(x, Symbolic):
        return _array(x, dtype)
    return _array(as_array(x), dtype)


@operation
def _array(x: Any, dtype: Any) -> jax.Array:
    return jnp.asarray(x, narrow(dtype))


# Steps.


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Tensor:
    """Return numbers from ``start`` (0 when alone) up to ``stop`` without it, in steps."""
    ends = [end if end is None else _number(end) for end in (start, stop, step)]
    return Tensor(jnp.arange(*ends, dtype=narrow(dtype)))


def _number(end: Any) -> int | float:
    return end if isinstance(end, (int, float)) else as_array(end).item()


@operation
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return ``num`` numbers at equal distances; with ``retstep`` also the distance."""
    start, stop = jnp.asarray(start), jnp.asarray(stop)
    return jnp.linspace(start, stop, int(num), endpoint, retstep, narrow(dtype), axis)


@operation
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10,
    dtype: Any = None,
    axis: int = 0,
) -> jax.Array:
    """Return ``num`` numbers from ``base ** start`` to ``base ** stop`` at equal ratios."""
    start, stop = jnp.asarray(start), jnp.asarray(stop)
    return jnp.logspace(start, stop, int(num), endpoint, base, narrow(dtype), axis)


@operation
def geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> jax.Array:
    """Return ``num`` numbers from ``start`` to ``stop`` at equal ratios."""
    start, stop = jnp.asarray(start), jnp.asarray(stop)
    return jnp.geomspace(start, stop, int(num), endpoint, narrow(dtype), axis)


@operation
def meshgrid(*x: Any, indexing: str = "xy") -> list[jax.Array]:
    """Return the coordinates of all points of a grid, one array per axis."""
    return list(jnp.meshgrid(*(jnp.asarray(each) for each in x), indexing=indexing))


# Matrices.


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Return a matrix with ones on a diagonal."""
    columns = None if M is None else int(M)
    return Tensor(jnp.eye(int(N), columns, int(k), narrow_float(dtype)))


def identity(n: int, dtype: Any = None) -> Tensor:
    """Return the identity matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Tensor:
    """Return a matrix with ones on a diagonal and below."""
    columns = None if M is None else int(M)
    return Tensor(jnp.tri(int(N), columns, int(k), narrow_float(dtype)))


@operation
def tril(x: Any, k: int = 0) -> jax.Array:
    """Return what is on a diagonal and below, zeros above."""
    return jnp.tril(jnp.asarray(x), k)


@operation
def triu(x: Any, k: int = 0) -> jax.Array:
    """Return what is on a diagonal and above, zeros below."""
    return jnp.triu(jnp.asarray(x), k)


@operation
def diag(x: Any, k: int = 0) -> jax.Array:
    """Return the diagonal of a matrix, or a matrix with this diagonal."""
    return jnp.diag(jnp.asarray(x), k)


@operation
def diagflat(x: Any, k: int = 0) -> jax.Array:
    """Return a matrix with all numbers of ``x`` on a diagonal."""
    return jnp.diagflat(jnp.asarray(x), k)


@operation
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> jax.Array:
    """Return the diagonals of the matrices of two axes."""
    return jnp.diagonal(jnp.asarray(x), offset, axis1, axis2)


@operation
def vander(x: Any, N: int | None = None, increasing: bool = False) -> jax.Array:
    """Return the powers of each number in a row."""
    return jnp.vander(jnp.asarray(x), N, increasing)


# Windows: their argument is the number of points.


def _window(function: Any) -> Any:
    return lambda points: function(int(points)).astype(jnp.float32)


bartlett = unary("bartlett", _window(jnp.bartlett), "the triangular window of so many points")
blackman = unary("blackman", _window(jnp.blackman), "the Blackman window of so many points")
hamming = unary("hamming", _window(jnp.hamming), "the Hamming window of so many points")
hanning = unary("hanning", _window(jnp.hanning), "the Hann window of so many points")


@operation
def kaiser(x: Any, beta: Any) -> jax.Array:
    """Return the Kaiser window of ``x`` points; ``beta`` says how narrow it is."""
    return jnp.kaiser(int(x), beta).astype(jnp.float32)
