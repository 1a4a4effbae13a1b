"""Gradient times input: what each number of the input adds, as far as the model is linear around it."""

from __future__ import annotations

from typing import Any

from pellucid.insight.attribution.attribution import Attribution, attribution_of, names_of_columns
from pellucid.insight.attribution.question import question_of


def gradient_x_input(model: Any, x: Any, target: Any = None, *, of: str = "logits") -> Attribution:
    """Return each number of the input times the answer's derivative by it.

    Equation: ``A_i = x_i dS/dx_i`` with ``S`` the target's score; of a linear ``S = w·x`` the values add up to it.

    Args:
        model: As for :func:`~pellucid.insight.saliency`.
        x: Likewise.
        target: Likewise.
        of: Likewise.

    Returns:
        An :class:`~pellucid.insight.Attribution`; negative values speak against the target.

    Raises:
        ArgumentError: No such class.
        UsageError: A model of several inputs or outputs.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1)])
        >>> model.build((None, 2))
        >>> model.set_weights([[[3.0], [-4.0]], [0.0]])
        >>> insight.gradient_x_input(model, np.array([[2.0, 1.0]])).values
        array([[ 6., -4.]], dtype=float32)

    Source: Shrikumar, Greenside, Shcherbina, Kundaje, Not Just a Black Box, 2016, https://arxiv.org/abs/1605.01713.
    Keras has no attributions. Captum calls it ``InputXGradient``.
    """
    question = question_of("gradient_x_input", model, x, target, of)
    values = question.start * question.gradients()
    return attribution_of(question, "gradient x input", values, names_of_columns(x))
