"""Any function of targets and predictions as a metric: per row, per batch, or on the whole set (scikit-learn's)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from pellucid.core.errors import ShapeError, UsageError
from pellucid.core.limits import Boolean, Choice, Limit
from pellucid.functional.measures import match_trailing
from pellucid.metrics.means import add_values
from pellucid.metrics.metric import Metric, State
from pellucid.metrics.sums import divide, new_sum, total_of
from pellucid.modules.notes import line_of

SMALLER_IS_BETTER = ("loss", "error", "entropy", "divergence", "distance", "deviance", "hinge")


class MetricFunction(Metric):
    """A plain function ``f(y_true, y_pred)`` as a metric.

    Equation: ``m = sum_n w_n v_n / sum_n w_n`` with the values ``v`` and sample weights ``w`` of all rows
    ``n``, if the function returns one value per row. If it returns one number per batch, ``v`` is the batch's
    number for all its rows: exact for means, and only an average of batches for anything else (a median, an
    F1). ``whole=True`` is exact for everything.

    Args:
        fn: With ``whole=False`` a function of JAX arrays, compiled with the program. With ``whole=True`` any
            function of NumPy arrays, such as scikit-learn's; it gets the whole set at the end of an epoch,
            outside the program. Sample weights are passed to it if it has an argument ``sample_weight``, and
            refused if not.
        name: Default the function's name.
        dtype: See :class:`~pellucid.metrics.Metric`.
        whole: Whether the function needs the whole set at once; default False.
        direction: "max" or "min": which values are better; default: "min" if the name says loss, error, entropy,
            divergence, distance, deviance or hinge, else "max".

    Example:
        >>> def largest_error(y_true, y_pred):
        ...     return np.max(np.abs(y_true - y_pred))
        >>> metric = MetricFunction(largest_error, whole=True)
        >>> metric.update_state([1.0, 2.0], [1.5, 2.0])
        >>> metric(jnp.array([4.0]), jnp.array([4.25])), metric.direction
        (0.5, 'min')

    Keras's ``MeanMetricWrapper`` is the case of one value per row; the other frameworks compute the rest batch
    by batch.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "whole": Boolean(),
        "direction": Choice(("max", "min"), optional=True),
    }

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: Any = None,
        whole: bool = False,
        direction: str | None = None,
    ):
        super().__init__(name or getattr(fn, "__name__", None), dtype)
        self.fn = fn
        self.whole = whole
        smaller = any(word in self.name for word in SMALLER_IS_BETTER)
        self.direction = direction or ("min" if smaller else "max")  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def on_host(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether the function gets the whole set outside the program."""
        return self.whole

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return the sums of no rows, or empty buffers for the whole set."""
        if not self.whole:
            return {"total": new_sum(), "count": new_sum()}
        return new_buffer({"y_true": y_true, "y_pred": y_pred}, samples)

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Add one batch."""
        if self.whole:
            return append(state, {"y_true": y_true, "y_pred": y_pred}, sample_weight)
        found = self.fn(*match_trailing(jnp.asarray(y_true), jnp.asarray(y_pred)))
        rows = jnp.shape(y_pred)[0]
        if found is None or np.shape(found)[:1] not in ((), (rows,)):
            came = "None" if found is None else f"shape {np.shape(found)}"
            raise ShapeError(
                f"Metric '{self.name}'",
                f"the function must return one value per row, shape ({rows},), or one number, but it returned {came}.",
                "mean over the last axis: jnp.mean(..., axis=-1)",
                where=line_of(self.fn),
            )
        values = jnp.asarray(found)
        return add_values(state, jnp.broadcast_to(values, values.shape or (rows,)), sample_weight)

    def make_room(self, state: State, rows: int) -> State:
        """Return the state with longer buffers."""
        return lengthen(state, rows) if self.whole else state

    def compute(self, state: State) -> Array:
        """Return the weighted mean."""
        if self.whole:
            raise UsageError(
                self.name,
                "it is computed on the host from the whole set.",
                "compute_on_host(state)",
            )
        return divide(total_of(state["total"]), total_of(state["count"]))

    def compute_on_host(self, state: State) -> float:
        """Return the function's value for the whole set."""
        rows = int(state["rows"])
        y_true, y_pred, weight = (
            np.asarray(state[name])[:rows] for name in ("y_true", "y_pred", "weight")
        )
        if np.all(weight == 1):
            return float(self.fn(y_true, y_pred))
        if "sample_weight" not in inspect.signature(self.fn).parameters:
            raise UsageError(
                self.name,
                "there are sample weights, but the function has no argument `sample_weight`.",
                f"def {self.name}(y_true, y_pred, sample_weight=None)",
            )
        return float(self.fn(y_true, y_pred, sample_weight=weight))

    def result(self) -> Any:
        """Return the value over all that was seen since the last reset; 0 if nothing was."""
        if self.whole and self._state is not None:
            return self.compute_on_host(self._state)
        return super().result()


def new_buffer(arrays: dict[str, Any], samples: int) -> State:
    """Return empty buffers for ``samples`` rows of arrays whose shapes and dtypes are given, with their weights."""
    buffers = {name: np.zeros((samples, *a.shape[1:]), a.dtype) for name, a in arrays.items()}
    return {**buffers, "weight": np.zeros((samples,), np.float32), "rows": np.zeros((), np.int32)}


def append(state: State, arrays: dict[str, Any], sample_weight: Any) -> State:
    """Write one batch behind what the buffers hold."""
    rows = jnp.shape(arrays["y_pred"])[0]
    weight = jnp.ones(rows) if sample_weight is None else sample_weight
    if jnp.ndim(weight) != 1:
        raise ShapeError(
            "sample_weight",
            f"a metric of whole sets keeps one weight per row, but the weights have shape {jnp.shape(weight)}.",
            f"weights of shape ({rows},)",
        )
    filled = jnp.asarray(state["rows"])
    new = {
        name: lax.dynamic_update_slice_in_dim(
            jnp.asarray(state[name]), jnp.asarray(batch, state[name].dtype), filled, axis=0
        )
        for name, batch in {**arrays, "weight": weight}.items()
    }
    return {**new, "rows": filled + jnp.int32(rows)}


def lengthen(state: State, rows: int) -> State:
    """Return buffers with room for ``rows`` more; the length doubles, so that many batches cost few copies.

    On the host: every length would be a program of its own.
    """
    filled, length = int(state["rows"]), state["weight"].shape[0]
    if filled + rows <= length:
        return state
    more = max(filled + rows, 2 * length) - length
    arrays = {name: np.asarray(array) for name, array in state.items()}
    return {
        name: np.pad(a, [(0, more)] + [(0, 0)] * (a.ndim - 1)) if a.ndim else a
        for name, a in arrays.items()
    }
