"""``keras.ops.linalg``: decompositions, inverses, norms of matrices, one for each row of the axes before them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy import linalg

from pellucid.keras.operation import operation
from pellucid.keras.ops.given import axes, real, unary
from pellucid.keras.tensor import unwrapped, wrapped

det = unary("det", lambda x: jnp.linalg.det(real(x)), "the determinant")
inv = unary("inv", lambda x: jnp.linalg.inv(real(x)), "the inverse")
eig = unary(
    "eig", lambda x: tuple(jnp.linalg.eig(real(x))), "eigenvalues and eigenvectors, as columns"
)
eigh = unary(
    "eigh",
    lambda x: tuple(jnp.linalg.eigh(real(x))),
    "eigenvalues and eigenvectors of a symmetric matrix",
)


@operation
def cholesky(x: Any, upper: bool = False) -> jax.Array:
    """Return the triangular matrix ``L`` with ``L L^T = x``, or ``L^T`` with ``upper``."""
    return jnp.linalg.cholesky(real(x), upper=upper)


@operation
def cholesky_inverse(x: Any, upper: bool = False) -> jax.Array:
    """Return the inverse of a matrix from its Cholesky factor."""
    factor = real(x)
    identity = jnp.broadcast_to(jnp.eye(factor.shape[-1], dtype=factor.dtype), factor.shape)
    return linalg.cho_solve((factor, not upper), identity)


@operation
def lu_factor(x: Any) -> tuple[jax.Array, jax.Array]:
    """Return both triangular factors in one matrix, and which rows were exchanged."""
    factors, pivots = linalg.lu_factor(real(x))
    return factors, pivots


@operation
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> jax.Array:
    """Return the size of vectors or matrices, for a size as ``ord`` says."""
    return jnp.linalg.norm(real(x), ord=ord, axis=axes(axis), keepdims=keepdims)


@operation
def qr(x: Any, mode: str = "reduced") -> tuple[jax.Array, jax.Array]:
    """Return an orthogonal and a triangular matrix whose product is ``x``."""
    q, r = jnp.linalg.qr(real(x), mode=mode)
    return q, r


@operation
def solve(a: Any, b: Any) -> jax.Array:
    """Return ``x`` with ``a x = b``; ``b`` holds vectors if it has an axis less than ``a``."""
    a, b = real(a), real(b)
    vectors = b.ndim == a.ndim - 1
    found = jnp.linalg.solve(a, b[..., None] if vectors else b)
    return found[..., 0] if vectors else found


@operation
def solve_triangular(a: Any, b: Any, lower: bool = False) -> jax.Array:
    """Return ``x`` with ``a x = b`` for a triangular matrix."""
    a, b = real(a), real(b)
    vectors = b.ndim == a.ndim - 1
    found = linalg.solve_triangular(a, b[..., None] if vectors else b, lower=lower)
    return found[..., 0] if vectors else found


@operation
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return ``u, s, v`` with ``u diag(s) v = x``, or ``s`` alone."""
    found = jnp.linalg.svd(real(x), full_matrices=full_matrices, compute_uv=compute_uv)
    return tuple(found) if compute_uv else found


@operation
def lstsq(a: Any, b: Any, rcond: float | None = None) -> jax.Array:
    """Return ``x`` for which ``a x`` is nearest to ``b``."""
    return jnp.linalg.lstsq(real(a), real(b), rcond=rcond)[0]


@operation
def matrix_rank(x: Any, tol: float | None = None) -> jax.Array:
    """Return how many singular values are larger than ``tol``."""
    singular = jnp.asarray(jnp.linalg.svd(real(x), compute_uv=False))
    rounding = max(jnp.shape(x)[-2:]) * jnp.finfo(singular.dtype).eps
    smallest = singular.max(-1, keepdims=True) * rounding if tol is None else tol
    return jnp.sum(singular > smallest, axis=-1).astype(jnp.int32)


@operation
def pinv(x: Any, rcond: float | None = None) -> jax.Array:
    """Return the pseudo-inverse."""
    return jnp.linalg.pinv(real(x), rtol=rcond)


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """Return ``fun(*primals)`` and its derivative in the direction of ``tangents``.

    Args:
        fun: A function of tensors.
        primals: Its arguments.
        tangents: The direction, one tensor for each argument.
        has_aux: Whether ``fun`` returns a pair whose second part is handed on.
    """
    return _jvp(tuple(primals), tuple(tangents), fun, has_aux)


@operation
def _jvp(primals: Any, tangents: Any, fun: Any, has_aux: bool) -> Any:
    def on_arrays(*arrays: Any) -> Any:
        return unwrapped(fun(*wrapped(arrays)))

    primals, tangents = jax.tree.map(real, (primals, tangents))
    return jax.jvp(on_arrays, primals, tangents, has_aux=has_aux)
