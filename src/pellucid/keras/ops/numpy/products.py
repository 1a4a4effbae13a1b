"""Products and sums of arrays as matrices, vectors and signals."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import binary, operand

dot = binary(
    "dot", jnp.dot, "sums of products over the last axis of ``x1`` and the last but one of ``x2``"
)
matmul = binary(
    "matmul", jnp.matmul, "products of matrices, one for each row of the axes before them"
)
outer = binary("outer", jnp.outer, "the products of each number of ``x1`` with each of ``x2``")
inner = binary("inner", jnp.inner, "sums of products over the last axis of both")
vdot = binary("vdot", jnp.vdot, "the sum of the products of all numbers")
kron = binary("kron", jnp.kron, "a block of ``x2`` for each number of ``x1``, times it")


def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """Return sums of products as the letters say: ``einsum("ij,jk->ik", a, b)`` is the product of matrices."""
    return _einsum(list(operands), subscripts, **kwargs)


@operation
def _einsum(operands: list[Any], subscripts: str, **kwargs: Any) -> jax.Array:
    return jnp.einsum(subscripts, *(jnp.asarray(x) for x in operands), **kwargs)


@operation
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> jax.Array:
    """Return sums of products over the last axes of ``x1`` and the first of ``x2``, or over those named."""
    return jnp.tensordot(operand(x1), operand(x2), axes)


@operation
def cross(
    x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> jax.Array:
    """Return the cross products of vectors."""
    return jnp.cross(jnp.asarray(x1), jnp.asarray(x2), axisa, axisb, axisc, axis)


@operation
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> jax.Array:
    """Return the sum of the diagonal."""
    return jnp.trace(jnp.asarray(x), offset, axis1, axis2)


@operation
def diff(a: Any, n: int = 1, axis: int = -1) -> jax.Array:
    """Return the differences of neighbours, ``n`` times over."""
    return jnp.diff(jnp.asarray(a), n, axis)


@operation
def correlate(x1: Any, x2: Any, mode: str = "valid") -> jax.Array:
    """Return how much ``x2`` is like ``x1`` at each place along it."""
    return jnp.correlate(jnp.asarray(x1), jnp.asarray(x2), mode)


@operation
def corrcoef(x: Any) -> jax.Array:
    """Return the correlations of the rows with each other."""
    return jnp.corrcoef(jnp.asarray(x))


@operation
def slogdet(x: Any) -> tuple[jax.Array, jax.Array]:
    """Return the sign of the determinant and the logarithm of its size."""
    sign, logarithm = jnp.linalg.slogdet(jnp.asarray(x))
    return sign, logarithm
