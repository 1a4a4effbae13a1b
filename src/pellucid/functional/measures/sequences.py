"""Connectionist temporal classification: the loss for sequences whose alignment is not known, e.g. speech."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.functional.measures.align import as_float

BLANK = 0
"""The class that means "nothing here"; also fills up the labels of shorter sequences."""

NEVER = -1e5
"""The logarithm that stands for probability zero: finite, so that differences of two of them are no NaN."""


def ctc(y_true: Any, y_pred: Any) -> Array:
    """Return minus the log probability of a label sequence, summed over all ways to spread it over the frames.

    Equation: ``J = - log sum_A prod_t p_t(A_t)`` over all alignments ``A`` of the frames ``t`` that give the
    labels after repeated classes are merged and blanks removed; ``p_t = softmax(z_t)`` with the logits ``z``.
    The sum is done by dynamic programming over the labels with a blank between any two.

    Args:
        y_true: Class numbers from 1 to classes - 1, filled up with 0, shape (batch, labels).
        y_pred: Logits ``z``, shape (batch, frames, classes); class 0 is the blank.

    Returns:
        One value per sequence, shape (batch,), in nats; about 1e5 where the frames are too few for the labels.

    Raises:
        ShapeError: The arrays do not have these shapes.

    Example:
        >>> ctc([[1]], [[[0.0, 0.0], [0.0, 0.0]]]).tolist()
        [0.2877]

    Source: Graves et al., 2006. As in Keras; PyTorch's ``ctc_loss`` wants log probabilities with the frames first.
    """
    labels, y_pred = jnp.asarray(y_true), as_float(y_pred)
    if labels.ndim != 2 or y_pred.ndim != 3 or labels.shape[0] != y_pred.shape[0]:
        raise ShapeError(
            "ctc",
            f"labels of shape {labels.shape} and logits of shape {y_pred.shape} do not fit.",
            "y_true of shape (batch, labels) and y_pred of shape (batch, frames, classes)",
        )
    labels = labels.astype(jnp.int32)
    # (batch, states): blank, label, blank, label, ..., blank
    states = jnp.pad(
        jnp.stack([jnp.full_like(labels, BLANK), labels], -1), ((0, 0), (0, 1), (0, 0))
    )
    states = states.reshape(labels.shape[0], -1)[:, :-1]
    log_p = jax.nn.log_softmax(y_pred, axis=-1)
    heard = jnp.take_along_axis(log_p, states[:, None, :], axis=2)  # (batch, frames, states)
    # a state may be entered from two places back unless a blank must come between: equal labels
    skip = (states != BLANK) & (states != jnp.pad(states, ((0, 0), (2, 0)))[:, :-2])

    def frame(alpha: Array, heard_now: Array) -> tuple[Array, None]:
        one = jnp.pad(alpha, ((0, 0), (1, 0)), constant_values=NEVER)[:, :-1]
        two = jnp.pad(alpha, ((0, 0), (2, 0)), constant_values=NEVER)[:, :-2]
        two = jnp.where(skip, two, NEVER)
        return jnp.logaddexp(jnp.logaddexp(alpha, one), two) + heard_now, None

    start = jnp.full(states.shape, NEVER, y_pred.dtype).at[:, 0].set(0.0)
    alpha, _ = jax.lax.scan(frame, start, jnp.moveaxis(heard, 1, 0))
    length = jnp.sum(labels != BLANK, axis=1)
    ends = jnp.stack([2 * length, jnp.maximum(2 * length - 1, 0)], axis=1)
    last = jnp.take_along_axis(alpha, ends, axis=1)
    return -jnp.where(length > 0, jnp.logaddexp(last[:, 0], last[:, 1]), last[:, 0])
