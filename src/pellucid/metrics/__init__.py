"""Metrics: how good a network is, right on the whole set for any batch size. Classes, names and :func:`get`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.core.errors import unknown_name
from pellucid.core.registry import resolve, snake_case
from pellucid.functional import measures
from pellucid.metrics import correlation, matches
from pellucid.metrics.accuracies import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from pellucid.metrics.auc import AUC
from pellucid.metrics.automatic import AUTOMATIC, choose
from pellucid.metrics.confusion import ConfusionMatrix
from pellucid.metrics.correlation import (
    ConcordanceCorrelation,
    PearsonCorrelation,
    concordance_correlation,
    pearson_correlation,
)
from pellucid.metrics.counts import FalseNegatives, FalsePositives, TrueNegatives, TruePositives
from pellucid.metrics.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from pellucid.metrics.fscore import F1Score, FBetaScore
from pellucid.metrics.function import MetricFunction
from pellucid.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from pellucid.metrics.matches import (
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from pellucid.metrics.means import Mean, MeanOfRows, Sum
from pellucid.metrics.metric import Metric
from pellucid.metrics.operating_points import (
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from pellucid.metrics.precision_recall import Precision, Recall
from pellucid.metrics.r2 import R2Score
from pellucid.metrics.regression import (
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    RootMeanSquaredError,
)

TABLE: dict[str, type[Metric]] = {
    "accuracy": Accuracy,
    "acc": Accuracy,
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "top_k_categorical_accuracy": TopKCategoricalAccuracy,
    "topkcategoricalaccuracy": TopKCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
    "sparsetopkcategoricalaccuracy": SparseTopKCategoricalAccuracy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "root_mean_squared_error": RootMeanSquaredError,
    "rmse": RootMeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "mean_absolute_percentage_error": MeanAbsolutePercentageError,
    "mape": MeanAbsolutePercentageError,
    "mean_squared_logarithmic_error": MeanSquaredLogarithmicError,
    "msle": MeanSquaredLogarithmicError,
    "log_cosh_error": LogCoshError,
    "logcosh": LogCoshError,
    "log_cosh": LogCoshError,
    "cosine_similarity": CosineSimilarity,
    "r2_score": R2Score,
    "r2score": R2Score,
    "r2": R2Score,
    "pearson_correlation": PearsonCorrelation,
    "concordance_correlation": ConcordanceCorrelation,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "kl_divergence": KLDivergence,
    "kldivergence": KLDivergence,
    "kullback_leibler_divergence": KLDivergence,
    "kld": KLDivergence,
    "poisson": Poisson,
    "hinge": Hinge,
    "squared_hinge": SquaredHinge,
    "categorical_hinge": CategoricalHinge,
    "precision": Precision,
    "recall": Recall,
    "f1_score": F1Score,
    "f1score": F1Score,
    "f1": F1Score,
    "fbeta_score": FBetaScore,
    "fbetascore": FBetaScore,
    "auc": AUC,
    "true_positives": TruePositives,
    "false_positives": FalsePositives,
    "true_negatives": TrueNegatives,
    "false_negatives": FalseNegatives,
    "sensitivity_at_specificity": SensitivityAtSpecificity,
    "specificity_at_sensitivity": SpecificityAtSensitivity,
    "precision_at_recall": PrecisionAtRecall,
    "recall_at_precision": RecallAtPrecision,
    "confusion_matrix": ConfusionMatrix,
    "iou": IoU,
    "binary_iou": BinaryIoU,
    "mean_iou": MeanIoU,
    "one_hot_iou": OneHotIoU,
    "one_hot_mean_iou": OneHotMeanIoU,
    "mean": Mean,
    "sum": Sum,
}
"""Names, Keras's aliases included, to classes."""

FUNCTIONS: dict[Callable[..., Any], type[Metric]] = {
    function: TABLE[name]
    for module in (measures, matches, correlation)
    for name, function in vars(module).items()
    if name in TABLE and callable(function)
}
"""The plain functions to the classes that say more about them."""


def check_name(name: str) -> None:
    """Refuse a name that is no metric's, before any data are known.

    Raises:
        UnknownNameError: With the nearest right name.

    >>> check_name("accuracy")
    """
    known = {*TABLE, *AUTOMATIC}
    if not known & {name, name.lower(), snake_case(name)}:
        raise unknown_name("metric", name, known)


def get(identifier: Any, loss: Any = None, y_true: Any = None, y_pred: Any = None) -> Metric | None:
    """Return the metric that ``identifier`` names.

    Args:
        identifier: A name (``"mae"``), a class, an object, a configuration, a plain function ``f(y_true,
            y_pred)``, or None. The metric gets the name that was written, as in Keras.
        loss: The loss it stands beside; decides with the shapes what "accuracy" and "crossentropy" mean.
        y_true: Targets, or anything with their ``shape``.
        y_pred: Predictions, or anything with their ``shape``.

    Raises:
        UnknownNameError: No metric has that name; the message holds the nearest one.

    Example:
        >>> import numpy as np
        >>> get("mse"), get("mse").name
        (MeanSquaredError(name='mse'), 'mse')
        >>> get("accuracy", y_true=np.zeros(8), y_pred=np.zeros((8, 3)))
        SparseCategoricalAccuracy(name='accuracy')
    """
    if identifier is None or isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, str):
        check_name(identifier)
        if identifier.lower() in AUTOMATIC and y_pred is not None:
            return choose(identifier, loss, y_true, y_pred)
        found = next(
            TABLE[n] for n in (identifier, identifier.lower(), snake_case(identifier)) if n in TABLE
        )
        return found(name=identifier)
    found = resolve("metric", TABLE, identifier)
    if isinstance(found, Metric):
        return found
    return FUNCTIONS[found]() if found in FUNCTIONS else MetricFunction(found)


__all__ = [
    "AUC",
    "FUNCTIONS",
    "TABLE",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "ConfusionMatrix",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanOfRows",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "MetricFunction",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "check_name",
    "concordance_correlation",
    "get",
    "pearson_correlation",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]
