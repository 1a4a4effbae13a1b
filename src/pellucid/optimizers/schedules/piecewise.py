"""The schedule that is a list of rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Instance, Limit
from pellucid.optimizers.schedules.schedule import LearningRateSchedule, as_number

LIST = Instance((list, tuple), "a list of numbers")


class PiecewiseConstantDecay(LearningRateSchedule):
    r"""Stay at one rate up to a step, then at another.

    The rate is $v_0$ up to and with step $b_0$, then $v_1$ up to and with $b_1$, and so on; at last
    $v_n$.

    Args:
        boundaries: $b_0 < b_1 < \dots < b_{n-1}$, in steps.
        values: $v_0, \dots, v_n$, one more than boundaries, each at least 0.
        name: A name for messages.

    Raises:
        ArgumentError: The number of values does not fit, the boundaries do not rise, or a value is
            negative.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01])
        >>> print(schedule(100), schedule(101), schedule(999))
        0.1 0.05 0.01

    Keras: the same. PyTorch: `MultiStepLR`, which changes at the boundary itself and multiplies by
        one factor.
    """

    limits: ClassVar[dict[str, Limit]] = {"boundaries": LIST, "values": LIST}
    hyperparameters = ("boundaries", "values")

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Check that the lists fit each other, then make the object."""
        made = super().__new__(cls, *args, **kwargs)
        boundaries, values = made.get_config()["boundaries"], made.get_config()["values"]
        if len(values) != len(boundaries) + 1:
            raise ArgumentError(
                cls.__name__,
                "`values` must be one longer than `boundaries`, but there are "
                f"{len(values)} values and {len(boundaries)} boundaries.",
                "one value before each boundary, and one after the last",
            )
        if list(boundaries) != sorted(set(boundaries)):
            raise ArgumentError(
                cls.__name__,
                f"`boundaries` must rise, but they are {list(boundaries)}.",
                f"boundaries={sorted(set(boundaries))}",
            )
        if min(values) < 0:
            raise ArgumentError(
                cls.__name__, f"`values` must not be negative, but they are {list(values)}."
            )
        return made

    def __init__(
        self,
        boundaries: Sequence[float],
        values: Sequence[float],
        name: str = "PiecewiseConstant",
    ) -> None:
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        step, rate = as_number(step), as_number(self.values[0])
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            rate = jnp.where(step > boundary, value, rate)
        return rate
