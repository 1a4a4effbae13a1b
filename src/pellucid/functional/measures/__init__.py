"""How far predictions are from targets: plain functions of arrays that losses and metrics share.

Each takes ``(y_true, y_pred)`` and returns one value per row. A loss makes of them the number to be minimised,
a metric the mean over a whole set.
"""

from __future__ import annotations

from pellucid.functional.measures.align import EPSILON, align, as_float, match_trailing
from pellucid.functional.measures.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    categorical_generalized_cross_entropy,
    sparse_categorical_crossentropy,
)
from pellucid.functional.measures.focal import (
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from pellucid.functional.measures.margins import categorical_hinge, hinge, squared_hinge
from pellucid.functional.measures.overlap import dice, tversky
from pellucid.functional.measures.regression import (
    half_squared_error,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from pellucid.functional.measures.sequences import ctc
from pellucid.functional.measures.similarity import (
    circle,
    cosine_similarity,
    kl_divergence,
    poisson,
)

__all__ = [
    "EPSILON",
    "align",
    "as_float",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "dice",
    "half_squared_error",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "match_trailing",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
