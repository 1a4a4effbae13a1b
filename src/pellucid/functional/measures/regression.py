"""How far predicted numbers are from the right ones: one value per row, the mean over the last axis."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array

from pellucid.functional.measures.align import EPSILON, align


def mean_squared_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of the squared differences.

    Equation: ``J = 1/d sum_i (y_i - t_i)^2`` with the predictions ``y``, the targets ``t`` and ``d`` outputs;
    derivative ``dJ/dy_i = 2 (y_i - t_i) / d``.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]]).tolist()
        [2.5]

    Source: Legendre, 1805; Gauss, 1809. As in Keras; PyTorch's ``mse_loss`` takes the mean over the batch as well.
    """
    y_true, y_pred = align("mean_squared_error", y_true, y_pred)
    return jnp.mean(jnp.square(y_pred - y_true), axis=-1)


def half_squared_error(y_true: Any, y_pred: Any) -> Array:
    """Return half the mean of the squared differences: the textbook loss whose derivative has no factor 2.

    Equation: ``J = 1/d sum_i 1/2 (y_i - t_i)^2`` with the predictions ``y``, the targets ``t`` and ``d``
    outputs; for one output ``J = 1/2 (y - t)^2`` and ``dJ/dy = y - t``.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> half_squared_error([[1.0]], [[3.0]]).tolist()
        [2.0]

    Source: Rumelhart, Hinton and Williams, 1986. Keras and PyTorch have none; a learning rate twice as large with
    the mean squared error takes the same steps.
    """
    y_true, y_pred = align("half_squared_error", y_true, y_pred)
    return 0.5 * jnp.mean(jnp.square(y_pred - y_true), axis=-1)


def absolute(x: Array) -> Array:
    """Return ``|x|`` with the gradient 0 at 0, as PyTorch and Keras have it; JAX's own ``abs`` has 1 there.

    >>> import jax
    >>> float(jax.grad(absolute)(0.0)), float(jax.grad(jnp.abs)(0.0))
    (0.0, 1.0)
    """
    return x * jnp.sign(x)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of the absolute differences; outliers weigh less than in the squared error.

    Equation: ``J = 1/d sum_i |y_i - t_i|`` with the predictions ``y``, the targets ``t`` and ``d`` outputs; derivative
    ``sign(y_i - t_i) / d``, and 0 where they are equal.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.

    Returns:
        One value per row, shape (batch,), in the unit of the targets.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]]).tolist()
        [1.5]

    Source: Boscovich, 1757. As in Keras; PyTorch's ``l1_loss`` takes the mean over the batch as well.
    """
    y_true, y_pred = align("mean_absolute_error", y_true, y_pred)
    return jnp.mean(absolute(y_pred - y_true), axis=-1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean error in per cent of the target.

    Equation: ``J = 100/d sum_i |y_i - t_i| / max(|t_i|, 1e-7)`` with the predictions ``y``, the targets ``t`` and ``d``
    outputs. A target of 0 makes it huge: do not use it with targets near zero.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.

    Returns:
        One value per row, shape (batch,), in per cent.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> mean_absolute_percentage_error([[4.0, 10.0]], [[5.0, 10.0]]).tolist()
        [12.5]

    As in Keras; scikit-learn returns a share, not per cent; PyTorch has none.
    """
    y_true, y_pred = align("mean_absolute_percentage_error", y_true, y_pred)
    share = absolute(y_pred - y_true) / jnp.maximum(jnp.abs(y_true), EPSILON)
    return 100.0 * jnp.mean(share, axis=-1)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of the squared differences of logarithms: it measures ratios, not differences.

    Equation: ``J = 1/d sum_i (log(1 + y_i) - log(1 + t_i))^2`` with the predictions ``y``, the targets ``t``,
    both taken as 1e-7 where they are smaller, and ``d`` outputs.

    Args:
        y_true: Targets ``t`` of at least 0, shape (batch, outputs).
        y_pred: Predictions ``y`` of at least 0, same shape; below 0 their gradient is zero.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> mean_squared_logarithmic_error([[0.0]], [[1.7182818]]).tolist()
        [1.0]

    As in Keras; PyTorch has none.
    """
    y_true, y_pred = align("mean_squared_logarithmic_error", y_true, y_pred)
    ratio = jnp.log1p(jnp.maximum(y_pred, EPSILON)) - jnp.log1p(jnp.maximum(y_true, EPSILON))
    return jnp.mean(jnp.square(ratio), axis=-1)


def huber(y_true: Any, y_pred: Any, delta: Any = 1.0) -> Array:
    """Return a loss that is square for small errors and straight for large ones.

    Equation: with ``e = y - t``, the difference of prediction and target: ``1/2 e^2 if |e| <= delta else
    delta |e| - 1/2 delta^2``; the mean over the outputs.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.
        delta: Where the straight part begins, above 0, in the unit of the targets; default 1.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> huber([[0.0, 0.0]], [[0.5, 3.0]]).tolist()
        [1.3125]

    Source: Huber, 1964. As in Keras and PyTorch (``huber_loss``).
    """
    y_true, y_pred = align("huber", y_true, y_pred)
    size = jnp.abs(y_pred - y_true)
    inside = jnp.minimum(size, delta)
    return jnp.mean(inside * (size - 0.5 * inside), axis=-1)


def log_cosh(y_true: Any, y_pred: Any) -> Array:
    """Return the logarithm of the hyperbolic cosine of the errors: a smooth relative of Huber's loss.

    Equation: ``J = 1/d sum_i log(cosh(y_i - t_i))`` with the predictions ``y``, the targets ``t`` and ``d`` outputs;
    derivative ``tanh(y_i - t_i) / d``.

    Args:
        y_true: Targets ``t``, shape (batch, outputs).
        y_pred: Predictions ``y``, same shape.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> log_cosh([[0.0]], [[1.0]]).tolist()
        [0.4338]

    As in Keras, but exact for small errors, where Keras's form loses its digits; PyTorch has none.
    """
    y_true, y_pred = align("log_cosh", y_true, y_pred)
    size = jnp.abs(y_pred - y_true)
    # cosh(e) = 1 + 2 sinh(e/2)^2 keeps the digits of a small e; beyond 1 it would overflow early
    near = jnp.log1p(2 * jnp.square(jnp.sinh(0.5 * jnp.minimum(size, 1.0))))
    far = size + jnp.log1p(jnp.exp(-2 * size)) - jnp.log(2.0).astype(size.dtype)
    return jnp.mean(jnp.where(size < 1, near, far), axis=-1)
