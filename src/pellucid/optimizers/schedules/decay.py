"""Schedules that fall by a formula: exponential, in stairs, inverse in time, polynomial."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.optimizers.schedules.schedule import RATE, STEPS, LearningRateSchedule, as_number


def _periods(step: Any, length: Any, staircase: bool) -> jax.Array:
    periods = as_number(step) / length
    return jnp.floor(periods) if staircase else periods


class ExponentialDecay(LearningRateSchedule):
    r"""Fall by the same factor in every period: $\alpha_t = \alpha_0\, \gamma^{t / T}$.

    Args:
        initial_learning_rate: $\alpha_0$, at least 0.
        decay_steps: $T$, above 0, in steps.
        decay_rate: $\gamma$, at least 0.
        staircase: Round $t / T$ down, so that the rate falls once a period.
        name: A name for messages.

    Example:
        >>> schedule = ExponentialDecay(0.8, decay_steps=10, decay_rate=0.5)
        >>> print(schedule(0), schedule(20))
        0.8 0.2

    Keras: the same. PyTorch: `ExponentialLR`, with $T$ one epoch.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "initial_learning_rate": RATE,
        "decay_steps": STEPS,
        "decay_rate": Real(0),
        "staircase": Boolean(),
    }
    hyperparameters = ("initial_learning_rate", "decay_steps", "decay_rate")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        periods = _periods(step, self.decay_steps, self.staircase)
        return self.initial_learning_rate * as_number(self.decay_rate) ** periods


class StepDecay(LearningRateSchedule):
    r"""Fall in stairs: $\alpha_t = \alpha_0\, \gamma^{\lfloor t / T \rfloor}$.

    Args:
        initial_learning_rate: $\alpha_0$, at least 0.
        decay_steps: $T$, above 0, in steps; steps per epoch times epochs.
        decay_rate: $\gamma$, at least 0.
        name: A name for messages.

    Example:
        >>> schedule = StepDecay(0.1, decay_steps=100, decay_rate=0.5)
        >>> print(schedule(99), schedule(100))
        0.1 0.05

    Keras: `ExponentialDecay(staircase=True)`. PyTorch: `StepLR`, whose step is an epoch.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "initial_learning_rate": RATE,
        "decay_steps": STEPS,
        "decay_rate": Real(0),
    }
    hyperparameters = ("initial_learning_rate", "decay_steps", "decay_rate")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float = 0.1,
        name: str = "StepDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        periods = _periods(step, self.decay_steps, staircase=True)
        return self.initial_learning_rate * as_number(self.decay_rate) ** periods


class InverseTimeDecay(LearningRateSchedule):
    r"""Fall as one over the time: $\alpha_t = \dfrac{\alpha_0}{1 + \gamma\, t / T}$.

    Args:
        initial_learning_rate: $\alpha_0$, at least 0.
        decay_steps: $T$, above 0, in steps.
        decay_rate: $\gamma$, at least 0.
        staircase: Round $t / T$ down.
        name: A name for messages.

    Example:
        >>> print(InverseTimeDecay(0.8, decay_steps=10, decay_rate=1.0)(30))
        0.2

    Sums of such steps are infinite and sums of their squares finite, which is what the theory of
    stochastic descent asks for (Robbins, Monro, 1951). Keras: the same; its old argument `decay`
    was this. PyTorch: has none.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "initial_learning_rate": RATE,
        "decay_steps": STEPS,
        "decay_rate": Real(0),
        "staircase": Boolean(),
    }
    hyperparameters = ("initial_learning_rate", "decay_steps", "decay_rate")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        periods = _periods(step, self.decay_steps, self.staircase)
        return self.initial_learning_rate / (1 + self.decay_rate * periods)


class PolynomialDecay(LearningRateSchedule):
    r"""Fall along a power curve to an end, and stay there.

    $$\alpha_t = (\alpha_0 - \alpha_T) (1 - t / T)^p + \alpha_T \quad (t \le T)$$

    Args:
        initial_learning_rate: $\alpha_0$, at least 0.
        decay_steps: $T$, above 0, in steps.
        end_learning_rate: $\alpha_T$, at least 0.
        power: $p$, at least 0; 1 is a straight line.
        cycle: After $T$ start again from a lower point: $T$ is replaced by its next multiple that
            is not below $t$.
        name: A name for messages.

    Example:
        >>> schedule = PolynomialDecay(0.5, decay_steps=100, end_learning_rate=0.0, power=2.0)
        >>> print(schedule(50), schedule(200))
        0.125 0.0

    Keras: the same. PyTorch: `PolynomialLR`, which ends at 0.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "initial_learning_rate": RATE,
        "decay_steps": STEPS,
        "end_learning_rate": RATE,
        "power": Real(0),
        "cycle": Boolean(),
    }
    hyperparameters = ("initial_learning_rate", "decay_steps", "end_learning_rate", "power")

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        periods = as_number(step) / self.decay_steps
        done = (
            periods / jnp.maximum(1, jnp.ceil(periods)) if self.cycle else jnp.minimum(periods, 1)
        )
        fall = self.initial_learning_rate - self.end_learning_rate
        return fall * (1 - done) ** self.power + self.end_learning_rate
