"""Measures of direction and of whole distributions: cosine, Kullback-Leibler, Poisson, circle."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.functional.measures.align import EPSILON, align, as_float


def unit_length(x: Array, axis: int = -1) -> Array:
    """Return vectors divided by their length; vectors shorter than 1e-7 stay shorter than one, and have a gradient.

    >>> unit_length(jnp.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    squares = jnp.sum(jnp.square(x), axis=axis, keepdims=True)
    return x * jax.lax.rsqrt(jnp.maximum(squares, EPSILON**2))


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return **minus** the cosine of the angle between target and prediction, so that minimising aligns them.

    Equation: ``J = - sum_i t_i y_i / (|t| |y|)`` with the vectors ``t`` (targets) and ``y`` (predictions); -1
    for the same direction, 0 at right angles (and for a vector of zeros), 1 for opposite ones.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.
        axis: The axis of the vectors; default the last.

    Returns:
        One value per row, from -1 to 1, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> cosine_similarity([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]).tolist()
        [0.0, -1.0]

    As ``keras.losses.cosine_similarity``; the metric of that name, and PyTorch's, have the opposite sign.
    """
    y_true, y_pred = align("cosine_similarity", y_true, y_pred)
    return -jnp.sum(unit_length(y_true, axis) * unit_length(y_pred, axis), axis=axis)


def kl_divergence(y_true: Any, y_pred: Any) -> Array:
    """Return the Kullback-Leibler divergence of the predicted distribution from the true one.

    Equation: ``J = sum_i t_i log(t_i / y_i)`` with the probabilities ``t`` (targets) and ``y`` (predictions), both kept
    in [1e-7, 1]; 0 when they are equal.

    Args:
        y_true: Probabilities ``t`` that sum to 1 along the last axis, shape (batch, classes).
        y_pred: Probabilities ``y``, same shape.

    Returns:
        One value per row, shape (batch,), in nats.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).tolist()
        [0.1438]

    Source: Kullback and Leibler, 1951. As in Keras; PyTorch's ``kl_div`` wants the logarithms of the predictions.
    """
    y_true, y_pred = align("kl_divergence", y_true, y_pred)
    y_true = jnp.clip(y_true, EPSILON, 1.0)
    y_pred = jnp.clip(y_pred, EPSILON, 1.0)
    return jnp.sum(y_true * jnp.log(y_true / y_pred), axis=-1)


def poisson(y_true: Any, y_pred: Any) -> Array:
    """Return the loss for counts: minus the log likelihood of a Poisson distribution, without its constant.

    Equation: ``J = 1/d sum_i (y_i - t_i log(y_i + 1e-7))`` with the predicted rates ``y``, the counts ``t`` and ``d``
    outputs; smallest at ``y = t``.

    Args:
        y_true: Counts ``t`` of at least 0, shape (batch, outputs).
        y_pred: Rates ``y`` of at least 0, same shape; end the network with ``exponential`` or ``softplus``.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> poisson([[3.0]], [[1.0]]).tolist()
        [1.0]

    As in Keras; PyTorch's ``poisson_nll_loss`` takes the logarithm of the rate by default.
    """
    y_true, y_pred = align("poisson", y_true, y_pred)
    return jnp.mean(y_pred - y_true * jnp.log(y_pred + EPSILON), axis=-1)


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: Any = 80.0,
    margin: Any = 0.4,
) -> Array:
    """Return the circle loss, which brings embeddings of one class together and others apart.

    Equation: with the cosine distances ``d = 1 - <y_i, y_j>`` of row ``i`` to all others, ``P`` those of its class and
    ``N`` the rest: ``log(1 + sum_P e^(gamma a (d - m)) sum_N e^(gamma b (1 - m - d)))`` where ``a = max(m + d, 0)`` and
    ``b = max(1 + m - d, 0)`` pull harder on what is farther from its goal, ``m`` is the margin, ``gamma`` the scale.

    Args:
        y_true: Class numbers, shape (batch,) or (batch, 1).
        y_pred: Embeddings of length 1, shape (batch, features).
        ref_labels: Class numbers of other embeddings to compare with, shape (references,); default the batch itself.
        ref_embeddings: Those embeddings, shape (references, features).
        remove_diagonal: Whether a row is not compared with itself; set False with references.
        gamma: Scale, above 0; default 80.
        margin: Margin ``m``, from 0 to 1; default 0.4.

    Returns:
        One value per row, shape (batch,); 0 for a row without a partner of its class or of another.

    Raises:
        ShapeError: There is not one label per embedding.

    Example:
        >>> circle([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).tolist()
        [0.0, 0.0, 0.0]

    Source: Sun et al., 2020. As in Keras, with the equal gradients but never NaN for a row without partners.
    """
    y_pred = as_float(y_pred)
    labels = _labels_of(y_true, y_pred)
    others = y_pred if ref_embeddings is None else as_float(ref_embeddings)
    other_labels = labels if ref_labels is None else _labels_of(ref_labels, others)
    distance = jnp.maximum(1 - y_pred @ others.T, 0.0)
    same = labels[:, None] == other_labels[None, :]
    apart = ~same
    if remove_diagonal:
        same = same & ~jnp.eye(*same.shape, dtype=bool)
    pull = gamma * (margin + distance) * (distance - margin)
    push = gamma * jnp.maximum(1 + margin - distance, 0.0) * (1 - margin - distance)
    both = jnp.any(same, axis=1) & jnp.any(apart, axis=1)
    # rows without partners take all terms, so that their (unused) logarithm and its gradient are finite
    total = sum(
        jax.nn.logsumexp(terms, axis=1, where=mask | ~both[:, None])
        for terms, mask in ((pull, same), (push, apart))
    )
    return jnp.where(both, jax.nn.softplus(total), 0.0)


def _labels_of(labels: Any, embeddings: Array) -> Array:
    labels = jnp.asarray(labels)
    labels = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    if embeddings.ndim != 2 or labels.shape != embeddings.shape[:1]:
        raise ShapeError(
            "circle",
            f"one class number per embedding is needed, but there are labels of shape {labels.shape} "
            f"and embeddings of shape {embeddings.shape}.",
            "y_true of shape (batch,) and y_pred of shape (batch, features)",
        )
    return labels
