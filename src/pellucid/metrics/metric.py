"""What a metric is: three pure functions that ride in the compiled program, and Keras's object form on top of them.

A metric is right on the whole set for any batch size, because what is carried from batch to batch are *sufficient
statistics* (sums, counts, a confusion matrix, or a buffer of all scores), never an average of averages.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import jax
import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError
from pellucid.core.record import Recorded
from pellucid.core.registry import snake_case

State = dict[str, Any]


class Metric(Recorded):
    """The base of all metrics; derive from it and write :meth:`start`, :meth:`add` and :meth:`compute`.

    Args:
        name: Its name in histories; default the class name in lower case.
        dtype: Kept for scripts written for Keras; sums are always float32 with their rounding errors.

    Attributes:
        direction: Whether a larger ("max") or a smaller ("min") value is better.
        scalar: Whether it is one number; a matrix or a vector is left out of history and progress line.
        on_host: Whether it is computed outside the program at the end of an epoch (:meth:`compute_on_host`).

    Example:
        >>> class Largest(Metric):
        ...     def start(self, y_true, y_pred, samples):
        ...         return {"largest": jnp.float32(-jnp.inf)}
        ...
        ...     def add(self, state, y_true, y_pred, sample_weight):
        ...         return {"largest": jnp.maximum(state["largest"], jnp.max(y_pred))}
        ...
        ...     def compute(self, state):
        ...         return state["largest"]
        >>> metric = Largest()
        >>> metric.update_state([0.0, 1.0], [0.25, 0.5])
        >>> metric.update_state([1.0], [0.75])
        >>> float(metric.result())
        0.75

    In Keras a metric assigns to variables; here it returns a new state, so it can be compiled, differentiated
    and stacked.
    """

    direction: Literal["max", "min"] = "max"
    scalar: bool = True
    on_host: ClassVar[bool] = False
    _state: State | None = None

    def __init__(self, name: str | None = None, dtype: Any = None):
        self.name = name or snake_case(type(self).__name__)
        self.dtype = dtype

    def start(self, y_true: Any, y_pred: Any, samples: int) -> State:
        """Return the statistics of nothing.

        Args:
            y_true: Shape and dtype of one batch of targets (anything with ``shape`` and ``dtype``).
            y_pred: Shape and dtype of one batch of predictions.
            samples: Number of rows in the whole pass.

        Returns:
            Arrays by name, their shapes fixed.
        """
        raise NotImplementedError(f"{type(self).__name__}.start is not written yet")

    def add(self, state: State, y_true: Any, y_pred: Any, sample_weight: Any) -> State:
        """Return the statistics with one batch more.

        Args:
            state: The statistics so far.
            y_true: Targets of the batch.
            y_pred: Predictions of the batch.
            sample_weight: Weights of shape (batch,), or of more of the predictions' axes; or None.
        """
        raise NotImplementedError(f"{type(self).__name__}.add is not written yet")

    def compute(self, state: State) -> Array:
        """Return the metric's value from its statistics."""
        raise NotImplementedError(f"{type(self).__name__}.compute is not written yet")

    def make_room(self, state: State, rows: int) -> State:
        """Return the state with room for ``rows`` more; only metrics that keep a buffer need to do anything."""
        return state

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to what the object has seen.

        Args:
            y_true: Targets, shape (batch, ...).
            y_pred: Predictions, shape (batch, ...).
            sample_weight: None, or weights of at least 0: one per row, shape (batch,) or (batch, 1), or one per value,
                of a shape that broadcasts to that of the predictions.
        """
        y_true, y_pred = jnp.asarray(y_true), jnp.asarray(y_pred)
        rows = check_rows(self.name, y_true, y_pred)
        weight = (
            None
            if sample_weight is None
            else fitting_weights(self.name, sample_weight, y_pred.shape)
        )
        if self._state is None:
            self._state = self.start(spec(y_true), spec(y_pred), rows)
        else:
            self._state = self.make_room(self._state, rows)
        self._state = self.add(self._state, y_true, y_pred, weight)

    def result(self) -> Any:
        """Return the value over all that was seen since the last reset; 0 if nothing was."""
        return jnp.float32(0.0) if self._state is None else self.compute(self._state)

    def reset_state(self) -> None:
        """Forget what was seen."""
        self._state = None

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Add a batch and return the value so far."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


def spec(array: Array) -> jax.ShapeDtypeStruct:
    """Return shape and dtype of an array."""
    return jax.ShapeDtypeStruct(array.shape, array.dtype)


def check_rows(who: str, y_true: Array, y_pred: Array) -> int:
    """Return the number of rows, the same in targets and predictions."""
    if y_true.ndim == 0 or y_pred.ndim == 0 or y_true.shape[0] != y_pred.shape[0]:
        raise ShapeError(
            who,
            f"targets of shape {y_true.shape} do not fit predictions of shape {y_pred.shape}.",
            "as many targets as predictions, both of shape (batch, ...)",
        )
    return y_pred.shape[0]


def fitting_weights(who: str, sample_weight: Any, shape: tuple[int, ...]) -> Array:
    """Return float32 weights of the first axes of an array: one per row, or one per value."""
    weight = jnp.asarray(sample_weight, jnp.float32)
    weight = weight[:, 0] if weight.ndim == 2 and weight.shape[1] == 1 else weight
    wanted = shape[: max(weight.ndim, 1)]
    sizes = zip(weight.shape, wanted, strict=False)
    if weight.ndim > len(shape) or any(size not in (1, full) for size, full in sizes):
        raise ShapeError(
            who,
            f"sample weights of shape {weight.shape} do not fit {shape[0]} rows.",
            f"one weight per row: shape ({shape[0]},)",
        )
    return jnp.broadcast_to(weight, wanted)


def weights_like(sample_weight: Any, array: Array) -> Array:
    """Return the weights repeated over the other axes of an array; ones without weights."""
    if sample_weight is None:
        return jnp.ones(array.shape, jnp.float32)
    weight = jnp.asarray(sample_weight, jnp.float32)
    if weight.ndim > array.ndim:
        raise ShapeError(
            "sample_weight",
            f"weights of shape {weight.shape} do not fit values of shape {array.shape}.",
            f"one weight per row: shape ({array.shape[0]},)",
        )
    return jnp.broadcast_to(
        weight.reshape(*weight.shape, *[1] * (array.ndim - weight.ndim)), array.shape
    )
