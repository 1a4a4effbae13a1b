"""Losses: the number that training minimises. Classes, functions of plain arrays, names and :func:`get`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.core.registry import resolve
from pellucid.functional.measures import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    categorical_hinge,
    circle,
    cosine_similarity,
    ctc,
    dice,
    half_squared_error,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
    tversky,
)
from pellucid.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    SparseCategoricalCrossentropy,
)
from pellucid.losses.distribution import CTC, Circle, KLDivergence, Poisson
from pellucid.losses.focal import BinaryFocalCrossentropy, CategoricalFocalCrossentropy
from pellucid.losses.loss import Loss, LossFunction
from pellucid.losses.margins import CategoricalHinge, Hinge, SquaredHinge
from pellucid.losses.overlap import Dice, Tversky
from pellucid.losses.regression import (
    CosineSimilarity,
    HalfSquaredError,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
)

TABLE: dict[str, type[Loss]] = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "half_squared_error": HalfSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "mean_absolute_percentage_error": MeanAbsolutePercentageError,
    "mape": MeanAbsolutePercentageError,
    "mean_squared_logarithmic_error": MeanSquaredLogarithmicError,
    "msle": MeanSquaredLogarithmicError,
    "huber": Huber,
    "huber_loss": Huber,
    "log_cosh": LogCosh,
    "logcosh": LogCosh,
    "cosine_similarity": CosineSimilarity,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "categorical_generalized_cross_entropy": CategoricalGeneralizedCrossEntropy,
    "binary_focal_crossentropy": BinaryFocalCrossentropy,
    "categorical_focal_crossentropy": CategoricalFocalCrossentropy,
    "kl_divergence": KLDivergence,
    "kldivergence": KLDivergence,
    "kullback_leibler_divergence": KLDivergence,
    "kld": KLDivergence,
    "poisson": Poisson,
    "hinge": Hinge,
    "squared_hinge": SquaredHinge,
    "categorical_hinge": CategoricalHinge,
    "dice": Dice,
    "tversky": Tversky,
    "circle": Circle,
    "ctc": CTC,
}
"""Names, Keras's aliases included, to classes."""

FUNCTIONS: dict[Callable[..., Any], type[Loss]] = {
    function: TABLE[name] for name, function in list(globals().items()) if name in TABLE
}
"""The plain functions to the classes that say more about them."""


def get(identifier: Any) -> Loss | None:
    """Return the loss that ``identifier`` names.

    Args:
        identifier: A name (``"mse"``), a class, an object, a configuration, a plain function ``f(y_true,
            y_pred)``, or None.

    Raises:
        UnknownNameError: No loss has that name; the message holds the nearest one.

    Example:
        >>> get("mse"), get(huber), get("SparseCategoricalCrossentropy").target
        (MeanSquaredError(), Huber(), 'class_index')
    """
    if identifier is None or isinstance(identifier, Loss):
        return identifier
    found = resolve("loss", TABLE, identifier)
    if isinstance(found, Loss):
        return found
    return FUNCTIONS[found]() if found in FUNCTIONS else LossFunction(found)


__all__ = [
    "CTC",
    "FUNCTIONS",
    "TABLE",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "HalfSquaredError",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossFunction",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
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
    "get",
    "half_squared_error",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]
