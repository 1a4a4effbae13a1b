"""R²: how much of the targets' spread the predictions explain."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.limits import Choice, Integer, Limit
from pellucid.functional.measures import align
from pellucid.metrics.metric import Metric, State, weights_like
from pellucid.metrics.sums import add_to, divide, new_sum, total_of, tree_sum


class R2Score(Metric):
    """The coefficient of determination: 1 for perfect predictions, 0 for those no better than the mean.

    Equation: ``R2 = 1 - sum_n w_n (t_n - y_n)^2 / sum_n w_n (t_n - mean(t))^2`` per output, with the targets
    ``t``, the predictions ``y`` and sample weights ``w``. An output whose targets are all equal counts 1 if
    predicted exactly, else 0.

    Args:
        class_aggregation: "uniform_average" (default): mean over the outputs; "variance_weighted_average":
            weighted by the spread of their targets; None: one number per output (a vector, which histories
            leave out).
        num_regressors: Number of inputs, for the adjusted R² ``1 - (1 - R2)(n - 1)/(n - p - 1)``; 0 (default):
            not adjusted.
        name: Default "r2_score".
        dtype: See :class:`~pellucid.metrics.Metric`.

    Shapes: targets and predictions (batch, outputs); (batch,) counts as one output.

    Example:
        >>> float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]]))
        0.5714

    As in Keras and scikit-learn's ``r2_score``. The spread is collected around the running mean (Chan, Golub
    and LeVeque, 1983); Keras subtracts two large sums of squares, which in float32 leaves nothing of targets
    such as years.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "class_aggregation": Choice(
            ("uniform_average", "variance_weighted_average"), optional=True
        ),
        "num_regressors": Integer(0),
    }

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ):
        super().__init__(name, dtype)
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors

    @property
    def scalar(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether the result is one number."""
        return self.class_aggregation is not None

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return the statistics of no rows, per output."""
        outputs = (y_pred.shape[-1] if len(y_pred.shape) > 1 else 1,)
        return {
            "mean": new_sum(outputs),
            "spread": new_sum(outputs),
            "residual": new_sum(outputs),
            "weight": new_sum(),
            "rows": new_sum(),
        }

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Add one batch: its mean and its spread around it are merged with those of the rows before."""
        outputs = state["mean"].shape[-1]
        true, predicted = align(self.name, y_true, y_pred)
        places = true[..., 0] if true.ndim > 1 else true
        weight = weights_like(sample_weight, places).reshape(-1)
        true, predicted = true.reshape(-1, outputs), predicted.reshape(-1, outputs)
        rows = true.shape[0]
        column = weight[:, None]
        before, now = total_of(state["weight"]), tree_sum(weight)
        share = divide(now, before + now)
        batch_mean = true[0] + divide(tree_sum(column * (true - true[0])), now)
        batch_spread = tree_sum(column * jnp.square(true - batch_mean))
        shift = (batch_mean - state["mean"][0]) - state["mean"][1]
        return {
            "mean": add_to(state["mean"], share * shift),
            "spread": add_to(state["spread"], batch_spread + before * share * jnp.square(shift)),
            "residual": add_to(state["residual"], tree_sum(column * jnp.square(true - predicted))),
            "weight": add_to(state["weight"], now),
            "rows": add_to(state["rows"], rows),
        }

    def compute(self, state: State) -> Array:
        """Return R², aggregated over the outputs."""
        spread, residual = total_of(state["spread"]), total_of(state["residual"])
        exact = jnp.where(residual == 0, 1.0, 0.0)
        scores = jnp.where(spread > 0, 1 - divide(residual, spread), exact)
        if self.class_aggregation == "uniform_average":
            scores = jnp.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            whole = jnp.sum(spread)
            scores = jnp.where(whole > 0, divide(jnp.sum(spread * scores), whole), jnp.mean(scores))
        if self.num_regressors:
            rows = total_of(state["rows"])
            left = rows - self.num_regressors - 1
            scores = jnp.where(
                left > 0, 1 - (1 - scores) * (rows - 1) / jnp.maximum(left, 1), scores
            )
        return scores
