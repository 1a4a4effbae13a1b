"""``tf.linalg``: products, norms, decompositions of matrices."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.keras.operation import operation
from pellucid.keras.tensorflow.arranging import transpose as transpose_axes
from pellucid.keras.tensorflow.asking import shape
from pellucid.keras.tensorflow.compiled import compiled
from pellucid.keras.tensorflow.facade import facade
from pellucid.keras.tensorflow.static import axes, integer, integers

__getattr__, __dir__ = facade(
    __name__,
    {
        "pellucid.keras.tensorflow.making": "eye",
        "pellucid.keras.tensorflow.math.elementwise": "global_norm",
        __name__: """matmul matvec einsum tensordot norm normalize l2_normalize inv det logdet slogdet diag
            diag_part tensor_diag=diag tensor_diag_part=diag_part set_diag band_part trace eigh eigvalsh eig eigvals
            svd qr cholesky solve triangular_solve lstsq pinv cross expm matrix_rank matrix_transpose adjoint""",
    },
)


@operation
def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    name: str | None = None,
) -> jax.Array:
    """Return the matrix product, ``tf.matmul``; leading axes are a batch."""
    a = _turned(jnp.asarray(a), transpose_a, adjoint_a)
    return jnp.matmul(a, _turned(jnp.asarray(b), transpose_b, adjoint_b))


def _turned(a: jax.Array, transposed: bool, adjoint: bool) -> jax.Array:
    """Return a matrix as it is, transposed, or transposed and conjugated."""
    a = jnp.conj(a) if adjoint else a
    return jnp.swapaxes(a, -1, -2) if transposed or adjoint else a


@operation
def matvec(a: Any, b: Any, transpose_a: bool = False, name: str | None = None) -> jax.Array:
    """Return a matrix times a vector, ``tf.linalg.matvec``."""
    return jnp.einsum(
        "...ij,...j->...i", _turned(jnp.asarray(a), transpose_a, False), jnp.asarray(b)
    )


@operation
def einsum(equation: str, *inputs: Any, **options: Any) -> jax.Array:
    """Return a sum of products as the equation says, ``tf.einsum("bi,ij->bj", x, w)``."""
    return jnp.einsum(equation, *map(jnp.asarray, inputs))


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Any:
    """Return the sum of products over axes, ``tf.tensordot``."""
    pair = axes if isinstance(axes, int) else tuple(map(integers, axes))
    return _tensordot(a, b, pair=pair)


@operation
def _tensordot(a: Any, b: Any, pair: Any) -> jax.Array:
    return jnp.tensordot(jnp.asarray(a), jnp.asarray(b), pair)


def norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: Any = None, name: Any = None
) -> Any:
    """Return the length of vectors or the norm of matrices, ``tf.norm``; of all numbers when no axis is given."""
    return _norm(tensor, order=ord, axis=axes(axis), keepdims=bool(keepdims))


@operation
def _norm(tensor: Any, order: Any, axis: Any, keepdims: bool) -> jax.Array:
    tensor = jnp.asarray(tensor)
    if order == "euclidean" or (order == "fro" and axis is None):
        return jnp.sqrt(jnp.sum(jnp.square(jnp.abs(tensor)), axis, keepdims=keepdims))
    if axis is None:
        tensor, axis = tensor.ravel(), 0
    return jnp.linalg.norm(tensor, order, axis, keepdims)


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """Return a tensor divided by its norm, and the norm, ``tf.linalg.normalize``."""
    length = norm(tensor, ord, axis, keepdims=True)
    return tensor / length, length


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> Any:
    """Return vectors divided by their length, ``tf.math.l2_normalize``."""
    return _l2_normalize(x, axis=axes(dim if axis is None else axis), epsilon=epsilon)


@compiled("axis", "epsilon")
def _l2_normalize(x: Any, axis: Any, epsilon: float) -> jax.Array:
    x = jnp.asarray(x)
    squares = jnp.sum(jnp.square(x), axis, keepdims=True)
    return x * jax.lax.rsqrt(jnp.maximum(squares, epsilon))


@operation
def inv(input: Any, adjoint: bool = False, name: str | None = None) -> jax.Array:
    """Return the inverse of square matrices, ``tf.linalg.inv``."""
    return jnp.linalg.inv(_turned(jnp.asarray(input), False, adjoint))


@operation
def det(input: Any, name: str | None = None) -> jax.Array:
    """Return the determinants, ``tf.linalg.det``."""
    return jnp.linalg.det(jnp.asarray(input))


@operation
def logdet(matrix: Any, name: str | None = None) -> jax.Array:
    """Return the logarithms of the determinants, ``tf.linalg.logdet``."""
    return jnp.linalg.slogdet(jnp.asarray(matrix))[1]


@operation
def slogdet(input: Any, name: str | None = None) -> tuple[jax.Array, ...]:
    """Return sign and logarithm of the determinants, ``tf.linalg.slogdet``."""
    return tuple(jnp.linalg.slogdet(jnp.asarray(input)))


@operation
def diag(diagonal: Any, name: str = "diag", **options: Any) -> jax.Array:
    """Return matrices with these diagonals, ``tf.linalg.diag``."""
    diagonal = jnp.asarray(diagonal)
    return diagonal[..., None] * jnp.eye(diagonal.shape[-1], dtype=diagonal.dtype)


@operation
def diag_part(input: Any, name: str = "diag_part", **options: Any) -> jax.Array:
    """Return the diagonals of matrices, ``tf.linalg.diag_part``."""
    return jnp.diagonal(jnp.asarray(input), axis1=-2, axis2=-1)


@operation
def set_diag(input: Any, diagonal: Any, name: str = "set_diag", **options: Any) -> jax.Array:
    """Return matrices with other diagonals, ``tf.linalg.set_diag``."""
    matrix = jnp.asarray(input)
    places = jnp.arange(min(matrix.shape[-2:]))
    return matrix.at[..., places, places].set(jnp.asarray(diagonal))


def band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Any:
    """Return matrices with zeros outside a band around the diagonal, ``tf.linalg.band_part``; -1 keeps a side."""
    return _band(input, lower=integer(num_lower), upper=integer(num_upper))


@compiled("lower", "upper")
def _band(input: Any, lower: int, upper: int) -> jax.Array:
    matrix = jnp.asarray(input)
    below = jnp.arange(matrix.shape[-2])[:, None] - jnp.arange(matrix.shape[-1])
    kept = ((below <= lower) | (lower < 0)) & ((-below <= upper) | (upper < 0))
    return jnp.where(kept, matrix, jnp.zeros((), matrix.dtype))


@operation
def trace(x: Any, name: str | None = None) -> jax.Array:
    """Return the sums of the diagonals, ``tf.linalg.trace``."""
    return jnp.trace(jnp.asarray(x), axis1=-2, axis2=-1)


@operation
def eigh(tensor: Any, name: str | None = None) -> tuple[jax.Array, ...]:
    """Return eigenvalues and eigenvectors of symmetric matrices, ``tf.linalg.eigh``."""
    return tuple(jnp.linalg.eigh(jnp.asarray(tensor)))


@operation
def eigvalsh(tensor: Any, name: str | None = None) -> jax.Array:
    """Return the eigenvalues of symmetric matrices, ``tf.linalg.eigvalsh``."""
    return jnp.linalg.eigvalsh(jnp.asarray(tensor))


@operation
def eig(tensor: Any, name: str | None = None) -> tuple[jax.Array, ...]:
    """Return eigenvalues and eigenvectors of any square matrices, ``tf.linalg.eig``; on a CPU only."""
    return tuple(jnp.linalg.eig(jnp.asarray(tensor)))


@operation
def eigvals(tensor: Any, name: str | None = None) -> jax.Array:
    """Return the eigenvalues of any square matrices, ``tf.linalg.eigvals``; on a CPU only."""
    return jnp.linalg.eigvals(jnp.asarray(tensor))


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """Return the singular values, and left and right vectors (as columns), ``tf.linalg.svd``: ``s, u, v``."""
    return _svd(tensor, full=full_matrices) if compute_uv else _singular_values(tensor)


@compiled("full")
def _svd(tensor: Any, full: bool) -> tuple[jax.Array, jax.Array, jax.Array]:
    u, s, rows = jnp.linalg.svd(jnp.asarray(tensor), full_matrices=full)
    return s, u, jnp.conj(jnp.swapaxes(rows, -1, -2))


@operation
def _singular_values(tensor: Any) -> jax.Array:
    return jnp.linalg.svd(jnp.asarray(tensor), compute_uv=False)


@operation
def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> tuple[jax.Array, ...]:
    """Return the factors Q and R, ``tf.linalg.qr``."""
    return tuple(jnp.linalg.qr(jnp.asarray(input), "complete" if full_matrices else "reduced"))


@operation
def cholesky(input: Any, name: str | None = None) -> jax.Array:
    """Return the lower triangular factors of positive definite matrices, ``tf.linalg.cholesky``."""
    return jnp.linalg.cholesky(jnp.asarray(input))


@operation
def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> jax.Array:
    """Return the ``x`` of ``matrix @ x = rhs``, ``tf.linalg.solve``."""
    return jnp.linalg.solve(_turned(jnp.asarray(matrix), False, adjoint), jnp.asarray(rhs))


@operation
def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> jax.Array:
    """Return the ``x`` of ``matrix @ x = rhs`` for triangular matrices, ``tf.linalg.triangular_solve``."""
    matrix, rhs = jnp.asarray(matrix), jnp.asarray(rhs)
    return jax.scipy.linalg.solve_triangular(matrix, rhs, trans=2 if adjoint else 0, lower=lower)


@operation
def lstsq(
    matrix: Any,
    rhs: Any,
    l2_regularizer: float = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> jax.Array:
    """Return the ``x`` for which ``matrix @ x`` is nearest to ``rhs``, ``tf.linalg.lstsq``."""
    matrix, rhs = jnp.asarray(matrix), jnp.asarray(rhs)
    if not l2_regularizer:
        return jnp.linalg.pinv(matrix) @ rhs
    turned = jnp.swapaxes(matrix, -1, -2)
    square = turned @ matrix + l2_regularizer * jnp.eye(matrix.shape[-1], dtype=matrix.dtype)
    return jnp.linalg.solve(square, turned @ rhs)


@operation
def pinv(a: Any, rcond: Any = None, name: str | None = None) -> jax.Array:
    """Return the pseudo-inverse, ``tf.linalg.pinv``."""
    return jnp.linalg.pinv(jnp.asarray(a), rtol=rcond)


@operation
def cross(a: Any, b: Any, name: str | None = None) -> jax.Array:
    """Return the cross products of vectors of three numbers, ``tf.linalg.cross``."""
    return jnp.cross(jnp.asarray(a), jnp.asarray(b))


@operation
def expm(input: Any, name: str | None = None) -> jax.Array:
    """Return the matrix exponentials, ``tf.linalg.expm``."""
    return jax.scipy.linalg.expm(jnp.asarray(input))


@operation
def matrix_rank(a: Any, tol: Any = None, name: str | None = None) -> jax.Array:
    """Return the ranks of matrices, ``tf.linalg.matrix_rank``."""
    return jnp.linalg.matrix_rank(jnp.asarray(a), tol)


def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Any:
    """Return matrices with rows and columns exchanged, ``tf.linalg.matrix_transpose``."""
    rank = len(shape(a))
    return transpose_axes(a, (*range(rank - 2), rank - 1, rank - 2))


@operation
def adjoint(matrix: Any, name: str | None = None) -> jax.Array:
    """Return the conjugate transpose, ``tf.linalg.adjoint``."""
    return _turned(jnp.asarray(matrix), False, True)
