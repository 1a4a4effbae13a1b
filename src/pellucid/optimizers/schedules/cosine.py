"""Schedules along a cosine: once, and again and again."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.schedules.schedule import RATE, STEPS, LearningRateSchedule, as_number


def _half_wave(done: Any) -> jax.Array:
    """Fall from 1 to 0 along half a cosine while `done` goes from 0 to 1."""
    return 0.5 * (1 + jnp.cos(jnp.pi * done))


class CosineDecay(LearningRateSchedule):
    r"""Fall along half a cosine, after a linear warm-up if there is one.

    $$\alpha_t = \alpha_0 + (\alpha_1 - \alpha_0) \frac{t}{W} \quad (t < W), \qquad
      \alpha_t = \alpha_1 \left[(1 - a)
      \tfrac12 \left(1 + \cos \pi \frac{t - W}{T}\right) + a\right]
      \quad (W \le t \le W + T)$$

    then $a\, \alpha_1$. Without `warmup_target`, $W = 0$ and $\alpha_1 = \alpha_0$.

    Args:
        initial_learning_rate: $\alpha_0$, at least 0.
        decay_steps: $T$, above 0, in steps, the warm-up not counted.
        alpha: $a$, at least 0: the part of the rate that is left at the end.
        name: A name for messages.
        warmup_target: $\alpha_1$, at least 0; None for no warm-up.
        warmup_steps: $W$, at least 0, in steps; used with `warmup_target` only.

    Example:
        >>> schedule = CosineDecay(0.0, decay_steps=100, warmup_target=0.1, warmup_steps=10)
        >>> print(f"{schedule(5):.3f} {schedule(10):.3f} {schedule(60):.3f} {schedule(110):.3f}")
        0.050 0.100 0.050 0.000

    Reference: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017);
        Goyal et al., "Accurate,
    large minibatch SGD" (2017), for the warm-up.
    Keras: the same. PyTorch: `CosineAnnealingLR`, which rises again after $T$.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "initial_learning_rate": RATE,
        "decay_steps": STEPS,
        "alpha": Real(0),
        "warmup_target": Real(0, optional=True),
        "warmup_steps": Real(0),
    }
    hyperparameters = (
        "initial_learning_rate",
        "decay_steps",
        "alpha",
        "warmup_target",
        "warmup_steps",
    )

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        if self.warmup_target is None:
            return self.initial_learning_rate * self._share(as_number(step))
        step, length = as_number(step), self.warmup_steps
        rise = self.warmup_target - self.initial_learning_rate
        climbing = self.initial_learning_rate + rise * step / jnp.maximum(length, 1)
        return jnp.where(step < length, climbing, self.warmup_target * self._share(step - length))

    def _share(self, step: jax.Array) -> jax.Array:
        done = jnp.clip(step / self.decay_steps, 0, 1)
        return (1 - self.alpha) * _half_wave(done) + self.alpha


class CosineDecayRestarts(LearningRateSchedule):
    r"""Fall along half a cosine, jump back, and fall again, each time for longer.

    $$\alpha_t = \alpha_0 \left[(1 - a)\, m^i\,
      \tfrac12 \left(1 + \cos \pi \frac{t - t_i}{T\, k^i}\right) + a\right]$$

    where $i$ counts the restarts so far and $t_i = T (1 + k + \dots + k^{i-1})$ is the step of the
    last one.

    Args:
        initial_learning_rate: $\alpha_0$, at least 0.
        first_decay_steps: $T$, above 0, in steps.
        t_mul: $k$, at least 1: how much longer each period is than the one before.
        m_mul: $m$, at least 0: how much higher each start is.
        alpha: $a$, at least 0: the part of the rate that is left at the end of a period.
        name: A name for messages.

    Example:
        >>> schedule = CosineDecayRestarts(0.1, first_decay_steps=10)
        >>> print(f"{schedule(9):.4f} {schedule(10):.4f} {schedule(20):.4f} {schedule(30):.4f}")
        0.0024 0.1000 0.0500 0.1000

    Reference: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
    Keras: the same, but for the very step of a restart, which its rounded logarithm may miss.
    PyTorch: `CosineAnnealingWarmRestarts`, with $m = 1$.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "initial_learning_rate": RATE,
        "first_decay_steps": STEPS,
        "t_mul": Real(1),
        "m_mul": Real(0),
        "alpha": Real(0),
    }
    hyperparameters = ("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha")

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        growth = as_number(self.t_mul)
        periods = as_number(step) / self.first_decay_steps
        restarts = _restarts_before(periods, growth)
        done = (periods - _length_of(restarts, growth)) / growth**restarts
        height = as_number(self.m_mul) ** restarts
        share = (1 - self.alpha) * height * _half_wave(done) + self.alpha
        return self.initial_learning_rate * share


def _length_of(count: jax.Array, growth: jax.Array) -> jax.Array:
    """Return how long the first `count` periods are together, in first ones: 1 + k + k^2 + ..."""
    safe = jnp.where(growth == 1, 2.0, growth)
    return jnp.where(growth == 1, count, (safe**count - 1) / (safe - 1))


def _restarts_before(periods: jax.Array, growth: jax.Array) -> jax.Array:
    """Return how many whole periods fit into `periods`.

    The logarithm is rounded, which a comparison makes good.
    """
    safe = jnp.where(growth == 1, 2.0, growth)
    guess = jnp.floor(jnp.log(1 + periods * (safe - 1)) / jnp.log(safe))
    guess = jnp.where(growth == 1, jnp.floor(periods), guess)
    guess = jnp.where(_length_of(guess + 1, growth) <= periods, guess + 1, guess)
    return jnp.where(_length_of(guess, growth) > periods, guess - 1, guess)
