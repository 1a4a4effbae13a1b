"""Saliency: how steeply the answer changes with each number of the input."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.insight.attribution.attribution import Attribution, attribution_of, names_of_columns
from pellucid.insight.attribution.question import question_of


def saliency(model: Any, x: Any, target: Any = None, *, of: str = "logits") -> Attribution:
    """Return the size of the answer's derivative by each number of the input.

    Equation: ``A_i = |dS/dx_i|`` with ``S`` the target's score and ``x_i`` a number of one row.

    Args:
        model: Any model of one input and one output, trained or not.
        x: Rows, ``(rows, ...)``. Where they are whole numbers for an embedding, which have no derivative, the values
            are at the embedding's output, ``(rows, steps, width)``.
        target: A class index or label, or one for each row; of outputs with more axes a tuple of indices. Default None:
            the predicted class of each row; of a single number that number.
        of: ``"logits"``, what the last softmax or sigmoid is applied to (other models have outputs alone), or
            ``"outputs"``, where the derivative vanishes as the model grows sure. Default ``"logits"``.

    Returns:
        An :class:`~pellucid.insight.Attribution`; its values are not negative.

    Raises:
        ArgumentError: No such class.
        UsageError: A model of several inputs or outputs.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1)])
        >>> model.build((None, 2))
        >>> model.set_weights([[[3.0], [-4.0]], [0.0]])
        >>> insight.saliency(model, np.ones((1, 2))).values
        array([[3., 4.]], dtype=float32)

    Source: Simonyan, Vedaldi, Zisserman, Deep Inside Convolutional Networks, 2013, https://arxiv.org/abs/1312.6034.
    Keras has no attributions. Captum's ``Saliency`` is the same; it asks about the model's outputs.
    """
    question = question_of("saliency", model, x, target, of)
    values = np.abs(question.gradients())
    return attribution_of(question, "saliency", values, names_of_columns(x), signed=False)
