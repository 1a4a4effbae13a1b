"""Whole numbers that stand for categories, as vectors: one-hot, multi-hot, counts."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

ENCODINGS = ("one_hot", "multi_hot", "count")


def encode(
    indices: jax.Array, depth: int, mode: str, dtype: Any = "float32", weights: Any = None
) -> jax.Array:
    """Return categories as vectors of ``depth`` numbers.

    Equation: ``count``: ``y[b, k] = sum_t w[b, t] [i[b, t] = k]`` with the weights ``w``, or 1; ``multi_hot``: 1 where
    that sum has a term; ``one_hot``: ``y[b, t, k] = [i[b, t] = k]``.

    Args:
        indices: Shape (batch, ..., tokens), or (batch,) for one token each. Numbers outside 0 to depth - 1 count for
            nothing.
        depth: How many categories there are.
        mode: ``"one_hot"``, ``"multi_hot"`` or ``"count"``.
        dtype: The dtype of the answer. Default ``"float32"``.
        weights: For ``count``: what each token counts, of the shape of ``indices``. Default None, 1.

    Returns:
        Shape (batch, ..., depth); with ``one_hot`` (batch, ..., tokens, depth), unless there is one token only.

    Example:
        >>> encode(jnp.array([[0, 2, 2]]), 4, "count")
        Array([[1., 0., 2., 0.]], dtype=float32)
    """
    alone = indices.ndim == 1 or indices.shape[-1] == 1
    if mode == "one_hot":
        flat = indices.reshape(indices.shape[:-1]) if indices.ndim > 1 and alone else indices
        return jax.nn.one_hot(flat, depth, dtype=dtype)
    tokens = indices[:, None] if indices.ndim == 1 else indices
    before = tokens.shape[:-1]
    rows = jnp.broadcast_to(
        jnp.arange(int(np.prod(before))).reshape(*before, 1), tokens.shape
    ).ravel()
    empty = jnp.zeros((int(np.prod(before)), depth), dtype).at[rows, tokens.ravel()]
    if mode == "multi_hot":
        full = empty.set(1, mode="drop", wrap_negative_indices=False)
    else:
        added = 1 if weights is None else jnp.asarray(weights, dtype).ravel()
        full = empty.add(added, mode="drop", wrap_negative_indices=False)
    return full.reshape(*before, depth)


def encode_on_host(
    rows: np.ndarray,
    indices: np.ndarray,
    shape: tuple[int, int],
    mode: str,
    dtype: Any = "float32",
    weights: Any = None,
) -> np.ndarray:
    """Return the same with NumPy, for tokens of which each row has its own number.

    Args:
        rows: The row of each token, shape (tokens,).
        indices: Its category, shape (tokens,); numbers outside 0 to depth - 1 count for nothing.
        shape: (rows, depth).
        mode: ``"count"`` adds, the others set 1.
        dtype: The dtype of the answer. Default ``"float32"``.
        weights: For ``count``: what a token of each category counts, shape (depth,). Default None, 1.

    Example:
        >>> rows, indices = np.array([0, 0, 1]), np.array([1, 1, 0])
        >>> encode_on_host(rows, indices, (2, 3), "count").tolist()
        [[0.0, 2.0, 0.0], [1.0, 0.0, 0.0]]
    """
    known = (indices >= 0) & (indices < shape[1])
    rows, indices = rows[known].astype(np.int64), indices[known]
    found = np.zeros(shape[0] * shape[1], dtype)
    places = rows * shape[1] + indices
    if mode == "count":  # NumPy is quick here only with one axis and one dtype
        added = np.ones(len(places)) if weights is None else np.asarray(weights)[indices]
        np.add.at(found, places, added.astype(found.dtype))
    else:
        found[places] = 1
    return found.reshape(shape)
