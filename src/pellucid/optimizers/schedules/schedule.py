"""What every schedule is, a function of the step that gives the rate; and the constant one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.core.record import Recorded
from pellucid.optimizers.binding import bound_copy, numbers_of


class LearningRateSchedule(Recorded):
    """The base of all schedules.

    A class of one's own stores its arguments and writes `__call__` with `jax.numpy` on `self.…`;
    the numbers it lists in `hyperparameters` may be arrays there, so compare them with `jnp.where`,
    not with `if`.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     hyperparameters = ("start",)
        ...
        ...     def __init__(self, start):
        ...         self.start = start
        ...
        ...     def __call__(self, step):
        ...         return self.start / 2 ** as_number(step)
        >>> schedule = Halving(0.8)
        >>> print(schedule(2), schedule.at({"start": jnp.array(0.4)}, 2))
        0.2 0.1

    Keras: the same, but for `hyperparameters`. PyTorch's schedulers change the optimizer from
        outside, once an epoch as a
    rule; here the step counts single updates.
    """

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate.

        Args:
            step: How many updates were done before, an integer or an int32 array.
        """
        raise NotImplementedError

    def hyper(self) -> dict[str, Any]:
        """Return the schedule's numbers by name."""
        return numbers_of(self)

    def at(self, hyper: Mapping[str, Any], step: Any) -> jax.Array:
        """Return the learning rate with the schedule's numbers replaced by those of `hyper`.

        Args:
            hyper: Numbers or arrays by the names of `hyper()`; one that is missing keeps its value.
            step: How many updates were done before.
        """
        return bound_copy(self, hyper)(step)


def as_number(value: Any) -> jax.Array:
    """Return a step or an argument as a float32 scalar."""
    return jnp.asarray(value, jnp.float32)


RATE = Real(0)
STEPS = Real(0, closed="neither")


class ConstantSchedule(LearningRateSchedule):
    r"""Stay at one learning rate: $\alpha_t = \alpha_0$.

    Args:
        learning_rate: $\alpha_0$, at least 0.
        name: A name for messages.

    Example:
        >>> print(ConstantSchedule(0.1)(1000))
        0.1

    Useful as a part of `WarmUp`. Keras: a plain number. PyTorch: `ConstantLR` with `factor=1`.
    """

    limits: ClassVar[dict[str, Limit]] = {"learning_rate": RATE}
    hyperparameters = ("learning_rate",)

    def __init__(self, learning_rate: float, name: str = "ConstantSchedule") -> None:
        self.learning_rate = learning_rate
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        return as_number(self.learning_rate)
