"""A penalty on rows or columns of a matrix that point the same way."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Choice, Limit, Real
from pellucid.regularizers.regularizer import Regularizer, magnitude

SMALLEST_NORM = 1e-7
"""Shorter vectors are divided by this length, so that a row of zeros gives no NaN."""


class OrthogonalRegularizer(Regularizer):
    r"""Add the mean absolute cosine between pairs of rows (or columns) to the loss.

    $$\lambda \cdot \frac{1}{n (n - 1) / 2} \sum_{i < j}
      \left| \frac{\mathbf w_i \cdot \mathbf w_j}
      {\lVert \mathbf w_i \rVert \lVert \mathbf w_j \rVert} \right|$$

    where $\mathbf w_1 \dots \mathbf w_n$ are the rows or columns.

    Args:
        factor: The factor $\lambda$, at least 0.
        mode: `"rows"` or `"columns"`.

    Shapes:
        Matrices `(rows, columns)` with at least two of what is compared; the result is a scalar.

    Raises:
        ShapeError: The weight is no matrix, or has a single row (column).

    Example:
        >>> matrix = jnp.array([[1.0, 0.0], [1.0, 1.0]])
        >>> print(OrthogonalRegularizer(factor=1.0)(matrix).round(4))
        0.7071

    Keras: the same, where a single row gives NaN. PyTorch: has none.
    """

    limits: ClassVar[dict[str, Limit]] = {"factor": Real(0), "mode": Choice(("rows", "columns"))}
    hyperparameters = ("factor",)

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = factor
        self.mode = mode

    def __call__(self, weights: Any) -> jax.Array:
        """Return the penalty."""
        vectors = jnp.asarray(weights)
        if vectors.ndim == 2 and self.mode == "columns":
            vectors = vectors.T
        if vectors.ndim != 2 or len(vectors) < 2:
            raise ShapeError(
                "OrthogonalRegularizer",
                f"it compares the {self.mode} of a matrix, at least two, "
                f"but the weight has shape {jnp.shape(weights)}.",
                'use "l2" for weights of other shapes',
            )
        squares = jnp.sum(jnp.square(vectors), axis=1, keepdims=True)
        units = vectors * jax.lax.rsqrt(jnp.maximum(squares, SMALLEST_NORM**2))
        count = len(vectors)
        cosines = magnitude(units @ units.T) * (1 - jnp.eye(count, dtype=units.dtype))
        return self.factor * jnp.sum(cosines) / (count * (count - 1))
