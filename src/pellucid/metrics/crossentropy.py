"""Means over the whole set of the losses of classification: cross-entropies, divergences and hinges."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.core.limits import Boolean, Integer, Limit, Real
from pellucid.functional import measures
from pellucid.metrics.means import MeanOfMeasure, add_rows
from pellucid.metrics.metric import State, weights_like


class BinaryCrossentropy(MeanOfMeasure):
    """The mean cross-entropy of yes/no questions.

    Equation: ``m = - 1/N sum_n 1/d sum_i (t_ni log p_ni + (1 - t_ni) log(1 - p_ni))`` with the targets ``t``,
    the probabilities ``p``, ``N`` rows and ``d`` outputs.

    Args:
        name: Default "binary_crossentropy".
        dtype: See :class:`~pellucid.metrics.Metric`.
        from_logits: Whether predictions are logits (a linear last layer); default False.
        label_smoothing: Moves targets towards equal shares by this much, from 0 to 1; default 0.
        axis: The axis of the classes (of the mean, for the binary one); default the last.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]]))
        0.6931

    As in Keras; as scikit-learn's ``log_loss``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "from_logits": Boolean(),
        "label_smoothing": Real(0, 1),
        "axis": Integer(),
    }
    direction = "min"
    options = ("from_logits", "label_smoothing", "axis")
    measure = staticmethod(measures.binary_crossentropy)

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ):
        super().__init__(name, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class CategoricalCrossentropy(MeanOfMeasure):
    """The mean cross-entropy of one class among several, with one-hot targets.

    Equation: ``m = - 1/N sum_n sum_i t_ni log p_ni`` with the one-hot targets ``t``, the probabilities ``p``
    and ``N`` rows.

    Args:
        name: Default "categorical_crossentropy".
        dtype: See :class:`~pellucid.metrics.Metric`.
        from_logits: Whether predictions are logits (a linear last layer); default False.
        label_smoothing: Moves targets towards equal shares by this much, from 0 to 1; default 0.
        axis: The axis of the classes (of the mean, for the binary one); default the last.

    Shapes: targets and predictions (batch, classes).

    Example:
        >>> float(CategoricalCrossentropy()([[0, 1, 0]], [[0.25, 0.5, 0.25]]))
        0.6931

    As in Keras; as scikit-learn's ``log_loss``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "from_logits": Boolean(),
        "label_smoothing": Real(0, 1),
        "axis": Integer(),
    }
    direction = "min"
    options = ("from_logits", "label_smoothing", "axis")
    measure = staticmethod(measures.categorical_crossentropy)

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ):
        super().__init__(name, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis


class SparseCategoricalCrossentropy(MeanOfMeasure):
    """The mean cross-entropy of one class among several, with class numbers as targets.

    Equation: ``m = - 1/N sum_n log p_nc`` with the number ``c`` of the right class, the probabilities ``p`` and
    ``N`` rows.

    Args:
        name: Default "sparse_categorical_crossentropy".
        dtype: See :class:`~pellucid.metrics.Metric`.
        from_logits: Whether predictions are logits (a linear last layer); default False.
        ignore_class: A number in the targets that marks places without a target; they do not count. Default None.
        axis: The axis of the classes (of the mean, for the binary one); default the last.

    Shapes: targets (batch,) or (batch, positions); predictions (batch, classes) or (batch, positions, classes).

    Example:
        >>> float(SparseCategoricalCrossentropy()([1], [[0.25, 0.5, 0.25]]))
        0.6931

    As in Keras; as scikit-learn's ``log_loss``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "from_logits": Boolean(),
        "ignore_class": Integer(optional=True),
        "axis": Integer(),
    }
    direction = "min"
    options = ("from_logits", "ignore_class", "axis")
    measure = staticmethod(measures.sparse_categorical_crossentropy)

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ):
        super().__init__(name, dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Add one batch; places without a target count neither in the sum nor in the number."""
        if self.ignore_class is None:
            return super().add(state, y_true, y_pred, sample_weight)
        values = self.values(y_true, y_pred)
        counted = (jnp.asarray(y_true).reshape(values.shape) != self.ignore_class).astype(
            jnp.float32
        )
        return add_rows(
            state,
            values.reshape(-1),
            (weights_like(sample_weight, values) * counted).reshape(-1),
        )


class KLDivergence(MeanOfMeasure):
    """The mean Kullback-Leibler divergence of the predicted distributions from the true ones.

    Equation: ``m = 1/N sum_n sum_i t_ni log(t_ni / y_ni)`` with the probabilities ``t`` (targets) and ``y``
    (predictions) and ``N`` rows.

    Args:
        name: Default "kl_divergence".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, classes).

    Example:
        >>> float(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]))
        0.1438

    As in Keras.
    """

    direction = "min"
    measure = staticmethod(measures.kl_divergence)

    def __init__(self, name: str | None = "kl_divergence", dtype: Any = None):
        super().__init__(name, dtype)


class Poisson(MeanOfMeasure):
    """The mean Poisson loss of predicted rates.

    Equation: ``m = 1/N sum_n 1/d sum_i (y_ni - t_ni log(y_ni + 1e-7))`` with the rates ``y``, the counts ``t``,
    ``N`` rows and ``d`` outputs.

    Args:
        name: Default "poisson".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(Poisson()([[3.0]], [[1.0]]))
        1.0

    As in Keras; scikit-learn's ``mean_poisson_deviance`` is twice it, plus a constant.
    """

    direction = "min"
    measure = staticmethod(measures.poisson)

    def __init__(self, name: str | None = "poisson", dtype: Any = None):
        super().__init__(name, dtype)


class Hinge(MeanOfMeasure):
    """The mean hinge loss of signed scores.

    Equation: ``m = 1/N sum_n 1/d sum_i max(1 - t_ni y_ni, 0)`` with the signs ``t`` (0 counts as -1), the
    scores ``y``, ``N`` rows and ``d`` outputs.

    Args:
        name: Default "hinge".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(Hinge()([[1.0], [0.0]], [[0.5], [-2.0]]))
        0.25

    As in Keras; as scikit-learn's ``hinge_loss`` for two classes.
    """

    direction = "min"
    measure = staticmethod(measures.hinge)

    def __init__(self, name: str | None = "hinge", dtype: Any = None):
        super().__init__(name, dtype)


class SquaredHinge(MeanOfMeasure):
    """The mean squared hinge loss of signed scores.

    Equation: ``m = 1/N sum_n 1/d sum_i max(1 - t_ni y_ni, 0)^2`` with the signs ``t`` (0 counts as -1), the
    scores ``y``, ``N`` rows and ``d`` outputs.

    Args:
        name: Default "squared_hinge".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(SquaredHinge()([[1.0], [-1.0]], [[0.5], [0.0]]))
        0.625

    As in Keras.
    """

    direction = "min"
    measure = staticmethod(measures.squared_hinge)

    def __init__(self, name: str | None = "squared_hinge", dtype: Any = None):
        super().__init__(name, dtype)


class CategoricalHinge(MeanOfMeasure):
    """The mean lead that the right class lacks over the best other class.

    Equation: ``m = 1/N sum_n max(o_n - r_n + 1, 0)`` with the score ``r`` of the right class, the best score
    ``o`` of the others and ``N`` rows.

    Args:
        name: Default "categorical_hinge".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: one-hot targets and predictions (batch, classes).

    Example:
        >>> float(CategoricalHinge()([[0, 1]], [[0.5, 1.0]]))
        0.5

    As in Keras; as scikit-learn's ``hinge_loss`` for several classes, if one other score is not negative.
    """

    direction = "min"
    measure = staticmethod(measures.categorical_hinge)

    def __init__(self, name: str | None = "categorical_hinge", dtype: Any = None):
        super().__init__(name, dtype)
