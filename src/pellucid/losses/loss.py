"""What a loss is: a value per row, and how the rows of a batch become the one number that training minimises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from pellucid.core.errors import ShapeError, UsageError
from pellucid.core.limits import Choice, Limit
from pellucid.core.record import Recorded
from pellucid.core.registry import snake_case
from pellucid.functional.measures import as_float, match_trailing
from pellucid.modules.notes import line_of

REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none")


class Loss(Recorded):
    """The base of all losses; derive from it and write :meth:`call` for one of your own.

    Args:
        name: Its name in histories and messages; default the class name in lower case.
        reduction: How rows become one number: ``"sum_over_batch_size"`` (the same as ``"mean"``): weighted sum
            divided by the number of values; ``"sum"``; ``"mean_with_sample_weight"``: weighted sum divided by
            the sum of the weights; ``"none"`` or None: the values as they are.
        dtype: Dtype of the computation; default that of the predictions.

    Attributes:
        target: What it expects as targets: "class_index", "one_hot", "binary" (0/1), "sign" (-1/1), "real",
            "count" (at least 0), "distribution" (sums to 1) or "any".
        head: The activation that the last layer should have: "softmax", "sigmoid", "linear" or "any".
        divisible: Whether the rows of a batch have losses of their own, so that a step may be done in parts.
        fused: The activation with which it has a stable joint form (:meth:`call_on_logits`), or None.

    Example:
        >>> class Cubic(Loss):
        ...     def call(self, y_true, y_pred):
        ...         return jnp.mean(jnp.abs(y_pred - y_true) ** 3, axis=-1)
        >>> float(Cubic()(jnp.array([[0.0], [0.0]]), jnp.array([[1.0], [2.0]])))
        4.5

    As ``keras.losses.Loss``; PyTorch's losses take the predictions first, and have no sample weights.
    """

    limits: ClassVar[dict[str, Limit]] = {"reduction": Choice(REDUCTIONS, optional=True)}
    target: ClassVar[str] = "any"
    divisible: ClassVar[bool] = True
    from_logits: bool = False

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ):
        self.name = name or snake_case(type(self).__name__)
        self.reduction = reduction
        self.dtype = dtype

    @property
    def head(self) -> str:
        """The activation that the last layer should have."""
        return "any"

    @property
    def fused(self) -> str | None:
        """The activation with which there is a stable joint form, or None."""
        return None

    def call(self, y_true: Any, y_pred: Any) -> Array:
        """Return one value per row, shape (batch,) or (batch, positions); to be written by each loss."""
        raise NotImplementedError(f"{type(self).__name__}.call(y_true, y_pred) is not written yet")

    def call_on_logits(self, y_true: Any, logits: Any) -> Array:
        """Return ``call(y_true, activation(logits))`` in the stable joint form with the activation :attr:`fused`."""
        raise UsageError(
            type(self).__name__,
            "it has no joint form with an activation.",
            "call(y_true, y_pred) on the predictions",
        )

    def mask(self, y_true: Any, values: Array) -> Array | None:
        """Return which of the values count, or None for all."""
        return None

    def reduce(self, values: Any, sample_weight: Any = None, mask: Any = None) -> Array:
        """Return the one number that is minimised, from the values of a batch; see :func:`reduce_values`."""
        return reduce_values(self.name, values, self.reduction, sample_weight, mask)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Array:
        """Return the reduced loss of a batch.

        Args:
            y_true: Targets.
            y_pred: Predictions.
            sample_weight: None, or one weight of at least 0 per row (or per value).

        Returns:
            One number, or the weighted values if the reduction is "none".
        """
        y_true, y_pred = self.in_its_dtype(y_true, as_float(y_pred))
        values = self.call(y_true, y_pred)
        return self.reduce(values, sample_weight, self.mask(y_true, values))

    def in_its_dtype(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Return predictions and real targets in the dtype of the computation; whole numbers stay."""
        if self.dtype is None:
            return y_true, y_pred
        y_true = jnp.asarray(y_true)
        real = jnp.issubdtype(y_true.dtype, jnp.floating)
        return y_true.astype(self.dtype) if real else y_true, jnp.asarray(y_pred, self.dtype)


def reduce_values(
    who: str, values: Any, reduction: str | None, sample_weight: Any = None, mask: Any = None
) -> Array:
    """Turn the values of a batch into one number.

    Args:
        who: The loss, for messages.
        values: Shape (batch,) or (batch, positions), or one number for the whole batch.
        reduction: One of ``REDUCTIONS`` or None.
        sample_weight: None, or weights of shape (batch,), (batch, 1) or the shape of the values.
        mask: None, or booleans in the shape of the values: what does not count is left out of sum and count.

    Raises:
        ShapeError: The weights do not fit the values.

    Example:
        >>> float(reduce_values("mse", [1.0, 3.0], "sum_over_batch_size", [1.0, 3.0]))
        5.0
        >>> float(reduce_values("mse", [1.0, 3.0], "mean_with_sample_weight", [1.0, 3.0]))
        2.5
    """
    values = as_float(values)
    weight = None if sample_weight is None else spread_weight(who, sample_weight, values)
    counted = None if mask is None else jnp.asarray(mask).astype(values.dtype)
    if counted is not None:
        weight = counted if weight is None else weight * counted
    if weight is not None:
        values = values * weight
    if reduction in (None, "none"):
        return values
    total = jnp.sum(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weight is not None:
        return divide_or_zero(total, jnp.sum(weight))
    if counted is not None:
        return divide_or_zero(total, jnp.sum(counted))
    return total / max(values.size, 1)


def spread_weight(who: str, sample_weight: Any, values: Array) -> Array:
    """Return weights in the shape of the values: one per row is repeated along the row's positions."""
    weight = jnp.asarray(sample_weight).astype(values.dtype)
    if weight.ndim == values.ndim + 1 > 1 and weight.shape[-1] == 1:
        weight = weight[..., 0]
    axes = weight.shape + (1,) * (values.ndim - weight.ndim)
    fits = len(axes) == values.ndim and all(
        w in (1, v) for w, v in zip(axes, values.shape, strict=True)
    )
    if not fits or values.ndim == 0 or weight.shape[:1] not in ((), values.shape[:1]):
        raise ShapeError(
            who,
            f"sample weights of shape {weight.shape} do not fit losses of shape {values.shape}.",
            "one weight per row, shape (batch,), and a loss that returns one value per row",
        )
    return jnp.broadcast_to(weight.reshape(axes), values.shape)


def divide_or_zero(a: Array, b: Array) -> Array:
    """Return ``a / b``, and 0 where ``b`` is 0, with finite gradients."""
    return jnp.where(b == 0, 0.0, a / jnp.where(b == 0, 1.0, b))


class MeasuredLoss(Loss):
    """A loss made of one function of :mod:`pellucid.functional.measures` and some of the constructor's arguments.

    Attributes:
        measure: The function ``f(y_true, y_pred, **options)``.
        options: Names of the attributes that are passed to it.

    Example:
        >>> from pellucid.losses import MeanSquaredError
        >>> MeanSquaredError().call([1.0, 2.0], [2.0, 4.0]).tolist()
        [1.0, 4.0]

    Two arrays of shape (batch,) are rows of one number each, here; Keras takes them for one row.
    """

    measure: ClassVar[Callable[..., Array]]
    options: ClassVar[tuple[str, ...]] = ()

    def call(self, y_true: Any, y_pred: Any) -> Array:
        """Return one value per row, shape (batch,) or (batch, positions)."""
        return self.measured(y_true, y_pred)

    def measured(self, y_true: Any, y_pred: Any, **changes: Any) -> Array:
        """Call the measure with this loss's options, some of them changed."""
        options = {name: getattr(self, name) for name in self.options} | changes
        return type(self).measure(*as_rows(y_true, y_pred), **options)


def as_rows(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Turn two arrays of shape (batch,) into rows of one number; leave others."""
    y_true, y_pred = jnp.asarray(y_true), jnp.asarray(y_pred)
    if y_true.ndim == y_pred.ndim == 1:
        return y_true[:, None], y_pred[:, None]
    return y_true, y_pred


class LossFunction(Loss):
    """A plain function ``f(y_true, y_pred)`` as a loss.

    Args:
        fn: The function; returns one value per row, shape (batch,) or (batch, positions), or one for the whole batch.
        name: Default the function's name.
        reduction: See :class:`Loss`.
        dtype: See :class:`Loss`.

    Example:
        >>> def fourth_power(y_true, y_pred):
        ...     return jnp.mean((y_pred - y_true) ** 4, axis=-1)
        >>> loss = LossFunction(fourth_power)
        >>> loss.name, float(loss([0.0, 0.0], [[1.0], [2.0]]))
        ('fourth_power', 8.5)

    Targets of shape (batch,) get a trailing axis where the predictions have one, as in Keras. A function that
    returns one number for the batch cannot take sample weights.
    """

    def __init__(
        self,
        fn: Callable[[Any, Any], Any],
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ):
        super().__init__(name or getattr(fn, "__name__", None), reduction, dtype)
        self.fn = fn

    def call(self, y_true: Any, y_pred: Any) -> Array:
        """Return what the function returns."""
        values = self.fn(*match_trailing(jnp.asarray(y_true), as_float(y_pred)))
        if values is None:
            raise UsageError(
                f"Loss '{self.name}'",
                "the function returned None.",
                "end it with: return values, one per row",
                where=line_of(self.fn),
            )
        return jnp.asarray(values)
