"""Cross-entropies: minus the logarithm of the probability that the network gave to what came true.

Behind a sigmoid or softmax they are computed from the *logits* (the numbers before it) in one stable form: the
logarithm of a probability that was rounded to 0 is never taken, and the gradient is simply ``probability -
target``.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.functional.measures.align import EPSILON, align, class_axis, is_zero


def clip_probability(p: Array) -> Array:
    """Keep probabilities in [1e-7, 1 - 1e-7], so that their logarithms are finite."""
    return jnp.clip(p, EPSILON, 1.0 - EPSILON)


def smooth(y_true: Array, amount: Any, rest: Any) -> Array:
    """Return targets moved by ``amount`` towards ``rest`` (Szegedy et al., 2016).

    >>> smooth(jnp.array([0.0, 1.0]), 0.2, 0.5).tolist()
    [0.1, 0.9]
    """
    return y_true if is_zero(amount) else y_true * (1 - amount) + amount * rest


def log_probabilities(y_pred: Array, from_logits: bool, axis: int) -> Array:
    """Return the logarithms of class probabilities, given as they are (and then made to sum to 1) or as logits."""
    if from_logits:
        return jax.nn.log_softmax(y_pred, axis=axis)
    return jnp.log(clip_probability(y_pred / jnp.sum(y_pred, axis=axis, keepdims=True)))


def binary_terms(y_true: Array, y_pred: Array, from_logits: bool) -> Array:
    """Return the cross-entropy of each yes/no question by itself; arrays of one shape."""
    if from_logits:
        return -y_true * jax.nn.log_sigmoid(y_pred) - (1 - y_true) * jax.nn.log_sigmoid(-y_pred)
    p = clip_probability(y_pred)
    return -y_true * jnp.log(p) - (1 - y_true) * jnp.log(1 - p)


def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: Any = 0.0,
    axis: int = -1,
) -> Array:
    """Return the cross-entropy of yes/no questions, one per output.

    Equation: ``J = - 1/d sum_i (t_i log p_i + (1 - t_i) log(1 - p_i))`` with the targets ``t``, the
    probabilities ``p`` kept in [1e-7, 1 - 1e-7], and ``d`` outputs. From logits ``z``: ``p = sigmoid(z)``,
    computed without rounding; derivative ``(p_i - t_i) / d``.

    Args:
        y_true: Targets ``t`` from 0 to 1, shape (batch, outputs).
        y_pred: Probabilities ``p`` (or logits ``z``), same shape.
        from_logits: Whether ``y_pred`` are logits; default False.
        label_smoothing: Moves targets towards 1/2 by this share, from 0 to 1; default 0.
        axis: The axis of the mean; default the last.

    Returns:
        One value per row, shape (batch,), in nats.

    Raises:
        ShapeError: The shapes differ; nothing is broadcast.

    Example:
        >>> binary_crossentropy([[1.0, 0.0]], [[0.5, 0.5]]).tolist()
        [0.6931]

    As in Keras; PyTorch's ``binary_cross_entropy`` takes the mean over the batch as well and stops the
    logarithm at -100.
    """
    y_true, y_pred = align("binary_crossentropy", y_true, y_pred)
    y_true = smooth(y_true, label_smoothing, 0.5)
    return jnp.mean(binary_terms(y_true, y_pred, from_logits), axis=axis)


def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: Any = 0.0,
    axis: int = -1,
) -> Array:
    """Return the cross-entropy of one class among several, with one-hot targets.

    Equation: ``J = - sum_i t_i log p_i`` with the one-hot targets ``t`` and the probabilities ``p``, made to
    sum to 1 and kept in [1e-7, 1 - 1e-7]. From logits ``z``: ``p = softmax(z)``, computed without rounding;
    derivative ``p_i - t_i``.

    Args:
        y_true: One-hot targets ``t`` (or probabilities), shape (batch, classes).
        y_pred: Probabilities ``p`` (or logits ``z``), same shape.
        from_logits: Whether ``y_pred`` are logits; default False.
        label_smoothing: Moves targets towards ``1 / classes`` by this share, from 0 to 1; default 0.
        axis: The axis of the classes; default the last.

    Returns:
        One value per row, shape (batch,) or (batch, positions), in nats.

    Raises:
        ShapeError: The shapes differ, or there is only one class.

    Example:
        >>> categorical_crossentropy([[0, 1, 0]], [[0.25, 0.5, 0.25]]).tolist()
        [0.6931]

    As in Keras (which only warns about a single class); PyTorch's ``cross_entropy`` always takes logits.
    """
    y_pred = class_axis("categorical_crossentropy", y_pred, axis)
    y_true, y_pred = align("categorical_crossentropy", y_true, y_pred)
    y_true = smooth(y_true, label_smoothing, 1 / y_pred.shape[axis])
    return -jnp.sum(y_true * log_probabilities(y_pred, from_logits, axis), axis=axis)


def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Array:
    """Return the cross-entropy of one class among several, with class numbers as targets.

    Equation: ``J = - log p_c`` with the number ``c`` of the right class and the probabilities ``p``, made to
    sum to 1 and kept in [1e-7, 1 - 1e-7]. From logits ``z``: ``p = softmax(z)``, computed without rounding.

    Args:
        y_true: Class numbers from 0 to classes - 1, shape (batch,) or (batch, 1), or (batch, positions).
        y_pred: Probabilities ``p`` (or logits ``z``), shape (batch, classes) or (batch, positions, classes).
        from_logits: Whether ``y_pred`` are logits; default False.
        ignore_class: A number in ``y_true`` that marks places without a target; their value is 0. Default None.
        axis: The axis of the classes; default the last.

    Returns:
        One value per target, shape (batch,) or (batch, positions), in nats; NaN for a class number that is out
        of range.

    Raises:
        ShapeError: There is not one class number per row of predictions, or there is only one class.

    Example:
        >>> sparse_categorical_crossentropy([1], [[0.25, 0.5, 0.25]]).tolist()
        [0.6931]

    As in Keras, which gives 0 for a class number out of range; PyTorch's ``cross_entropy`` always takes logits.
    """
    y_pred = class_axis("sparse_categorical_crossentropy", y_pred, axis)
    labels, valid = class_numbers(y_true, y_pred, ignore_class, axis)
    log_p = log_probabilities(y_pred, from_logits, axis)
    picked = pick_class(log_p, labels, axis)
    return -picked if valid is None else jnp.where(valid, -picked, 0.0)


def class_numbers(
    y_true: Any, y_pred: Array, ignore_class: int | None, axis: int
) -> tuple[Array, Array | None]:
    """Return class numbers in the shape of the predictions without their class axis, and which of them count."""
    labels = jnp.asarray(y_true)
    if labels.ndim == y_pred.ndim and labels.shape[axis] == 1:
        labels = jnp.squeeze(labels, axis)
    rows = list(y_pred.shape)
    rows.pop(axis)
    if labels.shape != tuple(rows):
        raise ShapeError(
            "sparse_categorical_crossentropy",
            f"one class number per row of predictions is needed: targets of shape {tuple(rows)}, but they have shape "
            f"{labels.shape}.",
            "for one-hot targets: loss='categorical_crossentropy'"
            if labels.shape == y_pred.shape
            else "y_true of class numbers, shape (batch,)",
        )
    labels = labels.astype(jnp.int32)
    if ignore_class is None:
        return labels, None
    valid = labels != ignore_class
    return jnp.where(valid, labels, 0), valid


def pick_class(values: Array, labels: Array, axis: int) -> Array:
    """Return the value of each row's class; NaN where the number names no class.

    A masked sum instead of a gather: it fuses with what comes before, and its gradient needs no scatter.
    """
    classes = values.shape[axis]
    shape = [1] * values.ndim
    shape[axis] = classes
    chosen = jnp.expand_dims(labels, axis) == jnp.arange(classes).reshape(shape)
    picked = jnp.sum(jnp.where(chosen, values, 0.0), axis=axis)
    return jnp.where((labels >= 0) & (labels < classes), picked, jnp.nan)


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: Any = 0.5) -> Array:
    """Return a cross-entropy that forgives wrong labels: between the cross-entropy and the absolute error.

    Equation: ``J = (1 - p_c^q) / q`` with the probability ``p_c`` of the class ``c`` that the label names;
    ``q`` near 0 is the cross-entropy, ``q = 1`` the absolute error.

    Args:
        y_true: Class numbers from 0 to classes - 1, shape (batch,) or (batch, 1).
        y_pred: Probabilities, shape (batch, classes).
        q: Strength of the forgiveness, in (0, 1); default 0.5.

    Returns:
        One value per row, shape (batch,).

    Raises:
        ShapeError: There is not one class number per row of predictions, or there is only one class.

    Example:
        >>> categorical_generalized_cross_entropy([0], [[0.25, 0.75]]).tolist()
        [1.0]

    Source: Zhang and Sabuncu, 2018. As in Keras; PyTorch has none.
    """
    y_pred = class_axis("categorical_generalized_cross_entropy", y_pred, -1)
    labels, _ = class_numbers(y_true, y_pred, None, -1)
    p = pick_class(y_pred, labels, -1)
    # Clipped for a finite slope; at 0 the value is 1 / q all the same.
    return (1 - jnp.where(p > 0, jnp.power(jnp.maximum(p, EPSILON), q), 0.0)) / q
