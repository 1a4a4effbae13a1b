"""Integrated gradients: the answer's change from a baseline, shared out among the numbers of the input."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.insight.attribution.attribution import Attribution, attribution_of, names_of_columns
from pellucid.insight.attribution.path_integral import even_shares, fitting_shares
from pellucid.insight.attribution.question import Question, question_of


def integrated_gradients(
    model: Any,
    x: Any,
    target: Any = None,
    *,
    baseline: Any = 0.0,
    steps: int | None = None,
    of: str = "logits",
) -> Attribution:
    """Return how much of the answer's change from a baseline each number of the input brings.

    Equation: ``A_i = (x_i - b_i) ∫ dS/dx_i (b + t (x - b)) dt`` over ``t`` from 0 to 1, with ``S`` the target's score
    and ``b`` the baseline; the integral is a sum of Gauss and Legendre's. **Completeness**: the values of a row add up
    to ``S(x) - S(b)``. The error is ``|Σ A_i - (S(x) - S(b))|``, relative to the change (or to a hundredth of
    ``Σ |A_i|``, where values cancel and the change is smaller than that).

    Args:
        model: As for :func:`~pellucid.insight.saliency`.
        x: Likewise. Where the rows are whole numbers for an embedding, the path goes through the embedding's outputs.
        target: Likewise.
        baseline: What stands for "nothing there": a number, a row, or an array like ``x`` (at an embedding, like its
            output). Default 0.
        steps: How many gradients are taken on each path, evenly, at least 1. Default None: 32 on 8 pieces of the path,
            and more on those on which they do not yet explain how far the score moved, until the completeness error is
            below 1e-3; where the numbers of 32 bits allow it.
        of: As for :func:`~pellucid.insight.saliency`.

    Returns:
        An :class:`~pellucid.insight.Attribution`; ``details`` has ``"completeness_error"`` (the worst row's),
        ``"errors"`` of all rows, and ``"steps"``, the mean number of gradients a row.

    Raises:
        ArgumentError: No such class, or no steps.
        ShapeError: A baseline that does not fit the rows.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1)])
        >>> model.build((None, 2))
        >>> model.set_weights([[[3.0], [-4.0]], [0.0]])
        >>> found = insight.integrated_gradients(model, np.array([[2.0, 1.0]]))
        >>> found.values.round(3), found.details["completeness_error"] < 1e-6
        (array([[ 6., -4.]], dtype=float32), True)

    Source: Sundararajan, Taly, Yan, Axiomatic Attribution for Deep Networks, 2017, https://arxiv.org/abs/1703.01365.
    Keras has no attributions. Captum takes 50 steps however large the error is, and returns it on request only.
    """
    if steps is not None and (not isinstance(steps, int) or steps < 1):
        raise ArgumentError(
            "integrated_gradients",
            f"`steps` must be an integer of at least 1, but it is {steps!r}.",
        )
    question = question_of("integrated_gradients", model, x, target, of)
    before = _baseline(question, baseline)
    before_scores = question.scores_at(before)
    if steps is None:
        values, taken = fitting_shares(question, before, before_scores)
    else:
        values, taken = even_shares(question, before, steps), steps * len(before)
    errors = completeness_errors(values, question.scores - before_scores)
    details = {
        "completeness_error": float(errors.max()),
        "steps": taken // len(before),
        "errors": errors,
    }
    values = values.astype(np.float32)
    names = names_of_columns(x)
    return attribution_of(question, "integrated gradients", values, names, details=details)


def completeness_errors(values: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return how far each row's values are from adding up to its score's change, relative, (rows,)."""
    flat = values.reshape(len(values), -1).astype(np.float64)
    scale = np.maximum(np.abs(change), 0.01 * np.abs(flat).sum(1))
    return np.abs(flat.sum(1) - change) / np.where(scale > 0, scale, 1)


def _baseline(question: Question, baseline: Any) -> np.ndarray:
    given = np.asarray(baseline, question.start.dtype)
    try:
        return np.ascontiguousarray(np.broadcast_to(given, question.start.shape))
    except ValueError:
        raise ShapeError(
            "integrated_gradients",
            f"the baseline has shape {given.shape}, the rows have {question.start.shape}.",
            "baseline=0.0, or baseline=x_train.mean(axis=0)",
        ) from None
