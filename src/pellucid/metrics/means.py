"""Metrics that are the mean of one value per row, and the plain mean and sum of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import UsageError
from pellucid.metrics.metric import Metric, State, check_rows, fitting_weights, weights_like
from pellucid.metrics.sums import add_to, divide, new_sum, total_of, tree_sum


def row_means(values: Any) -> Array:
    """Return one float32 value per row: the mean over all other axes."""
    values = jnp.asarray(values).astype(jnp.float32)
    return jnp.mean(values.reshape(values.shape[0], -1), axis=1)


class MeanOfRows(Metric):
    """The base of the metrics that are a mean over rows; derive from it and write :meth:`values`.

    Equation: ``m = sum_n w_n v_n / sum_n w_n`` over all rows ``n`` of the set, with the value ``v_n`` of a row
    and its sample weight ``w_n`` (1 without weights).

    Example:
        >>> class WorstOutput(MeanOfRows):
        ...     def values(self, y_true, y_pred):
        ...         return jnp.max(jnp.abs(y_true - y_pred), axis=-1)
        >>> float(WorstOutput()([[0.0, 0.0], [0.0, 0.0]], [[1.0, 2.0], [4.0, 3.0]]))
        3.0
    """

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return one value per row, or several whose mean counts."""
        raise NotImplementedError(f"{type(self).__name__}.values is not written yet")

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return the sums of no rows."""
        return {"total": new_sum(), "count": new_sum()}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Add one batch's values and weights."""
        return add_values(state, self.values(y_true, y_pred), sample_weight)

    def compute(self, state: State) -> Array:
        """Return the weighted mean; 0 if nothing was counted."""
        return divide(total_of(state["total"]), total_of(state["count"]))


def add_values(state: State, values: Any, sample_weight: Any) -> State:
    """Add a batch to the two sums of a mean: one value per weight, the mean over the axes that weights do not have."""
    if sample_weight is None or jnp.ndim(sample_weight) < 2:
        return add_rows(state, row_means(values), sample_weight)
    values = jnp.asarray(values)
    weight = weights_like(sample_weight, values)
    return add_rows(state, values.reshape(-1).astype(jnp.float32), weight.reshape(-1))


def add_rows(state: State, rows: Array, sample_weight: Any) -> State:
    """Add one value per row, and the weights, to the two sums of a mean."""
    if sample_weight is None:
        total, count = tree_sum(rows), rows.shape[0]
    else:
        weight = jnp.asarray(sample_weight, jnp.float32)
        total, count = tree_sum(rows * weight), tree_sum(weight)
    return {
        **state,
        "total": add_to(state["total"], total),
        "count": add_to(state["count"], count),
    }


class MeanOfMeasure(MeanOfRows):
    """The mean over rows of a function of :mod:`pellucid.functional.measures`.

    Attributes:
        measure: The function ``f(y_true, y_pred, **options)``.
        options: Names of the attributes that are passed to it.
    """

    measure: ClassVar[Callable[..., Array]]
    options: ClassVar[tuple[str, ...]] = ()

    def values(self, y_true: Any, y_pred: Any) -> Array:
        """Return the measure of each row; two arrays of shape (batch,) are rows of one number."""
        y_true, y_pred = jnp.asarray(y_true), jnp.asarray(y_pred)
        if y_true.ndim == y_pred.ndim == 1:
            y_true, y_pred = y_true[:, None], y_pred[:, None]
        return type(self).measure(
            y_true, y_pred, **{name: getattr(self, name) for name in self.options}
        )


class Mean(Metric):
    """The weighted mean of numbers that you give it, e.g. the losses of your own training loop.

    Equation: ``m = sum_n w_n v_n / sum_n w_n`` with the numbers ``v`` and their weights ``w`` (1 without weights).

    Args:
        name: Default "mean".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Example:
        >>> metric = Mean()
        >>> metric.update_state([1.0, 3.0])
        >>> metric.update_state(5.0)
        >>> float(metric.result())
        3.0

    As in Keras; the sum keeps the digits that Keras's float32 sum loses.
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None):
        super().__init__(name, dtype)

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return the sums of no numbers."""
        if y_pred is not None:
            raise UsageError(
                type(self).__name__,
                "it takes numbers that you give it, and cannot compare targets with predictions.",
                "metrics=['mse'], or a function: metrics=[my_function]",
            )
        return {"total": new_sum(), "count": new_sum()}

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Add numbers, passed as ``y_true``."""
        return add_values(state, y_true, sample_weight)

    def compute(self, state: State) -> Array:
        """Return the weighted mean; 0 if nothing was counted."""
        return divide(total_of(state["total"]), total_of(state["count"]))

    def update_state(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, values: Any, sample_weight: Any = None
    ) -> None:
        """Add one number or an array of numbers, with one weight each if given."""
        values = jnp.atleast_1d(jnp.asarray(values))
        rows = check_rows(self.name, values, values)
        if sample_weight is not None:
            sample_weight = fitting_weights(self.name, sample_weight, values.shape)
        state = self.start(values, None, rows) if self._state is None else self._state
        self._state = self.add(state, values, None, sample_weight)

    def __call__(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, values: Any, sample_weight: Any = None
    ) -> Any:
        """Add numbers and return the value so far."""
        self.update_state(values, sample_weight)
        return self.result()


class Sum(Mean):
    """The weighted sum of numbers that you give it.

    Equation: ``s = sum_n w_n v_n`` with the numbers ``v`` and their weights ``w`` (1 without weights); the
    other axes are summed too.

    Args:
        name: Default "sum".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Example:
        >>> metric = Sum()
        >>> metric.update_state([1.0, 3.0])
        >>> float(metric(5.0))
        9.0

    As in Keras.
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None):
        super().__init__(name, dtype)

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Add numbers, passed as ``y_true``."""
        values = jnp.asarray(y_true).astype(jnp.float32)
        weighted = values * weights_like(sample_weight, values)
        return add_rows(state, weighted.reshape(values.shape[0], -1).sum(axis=1), None)

    def compute(self, state: State) -> Array:
        """Return the weighted sum."""
        return total_of(state["total"])
