"""Schedules that rise first: a warm-up before anything, and the one-cycle policy."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Choice, Limit, Real
from pellucid.optimizers.arguments import Rate
from pellucid.optimizers.schedules.schedule import RATE, STEPS, LearningRateSchedule, as_number


class WarmUp(LearningRateSchedule):
    r"""Rise along a line to what another schedule begins with, then follow that schedule.

    $$\alpha_t = s_0 + (f(0) - s_0) \frac{t}{W} \quad (t < W), \qquad
      \alpha_t = f(t - W) \quad (t \ge W)$$

    Args:
        schedule: $f$: a schedule, a function of the step, or a number for a constant rate.
        warmup_steps: $W$, above 0, in steps.
        initial_learning_rate: $s_0$, at least 0.
        name: A name for messages.

    Example:
        >>> schedule = WarmUp(0.1, warmup_steps=10)
        >>> print(schedule(0), schedule(5), schedule(10), schedule(1000))
        0.0 0.05 0.1 0.1

    Reference: Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour" (2017).
    Keras: only inside `CosineDecay`. PyTorch: `LinearLR` in a `SequentialLR`.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "schedule": Rate(),
        "warmup_steps": STEPS,
        "initial_learning_rate": RATE,
    }
    hyperparameters = ("schedule", "warmup_steps", "initial_learning_rate")

    def __init__(
        self,
        schedule: Any,
        warmup_steps: float,
        initial_learning_rate: float = 0.0,
        name: str = "WarmUp",
    ) -> None:
        self.schedule = schedule
        self.warmup_steps = warmup_steps
        self.initial_learning_rate = initial_learning_rate
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        past = as_number(step) - self.warmup_steps
        later = as_number(
            self.schedule(jnp.maximum(past, 0)) if callable(self.schedule) else self.schedule
        )
        done = as_number(step) / self.warmup_steps
        climbing = self.initial_learning_rate + (later - self.initial_learning_rate) * done
        return jnp.where(past < 0, climbing, later)


class OneCycle(LearningRateSchedule):
    r"""Rise from $\alpha / d$ to $\alpha$, then fall to nearly nothing, all within the training.

    The rise takes the steps from 0 to $p T - 1$, the fall those up to $T - 1$; both run along half
    a cosine or a line. The last rate is $\alpha / (d\, e)$ and stays.

    Args:
        max_learning_rate: $\alpha$, at least 0; as high as the training bears, several times a
            constant rate.
        total_steps: $T$, above 1: epochs times steps per epoch.
        pct_start: $p$, above 0 and below 1: the part of the steps in which the rate rises.
        anneal_strategy: `"cos"` or `"linear"`.
        div_factor: $d$, above 0: the first rate is $\alpha / d$.
        final_div_factor: $e$, above 0.
        name: A name for messages.

    Example:
        >>> schedule = OneCycle(0.1, total_steps=100)
        >>> print(f"{schedule(0):.4f} {schedule(29):.4f} {schedule(64):.4f} {schedule(99):.7f}")
        0.0040 0.1000 0.0500 0.0000004

    Reference: Smith, Topin, "Super-convergence: very fast training of neural networks using large
        learning rates" (2018).
    Keras: has none. PyTorch: `OneCycleLR`, which moves the momentum against the rate as well; here
        it stays.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "max_learning_rate": RATE,
        "total_steps": Real(1, closed="neither"),
        "pct_start": Real(0, 1, closed="neither"),
        "anneal_strategy": Choice(("cos", "linear")),
        "div_factor": STEPS,
        "final_div_factor": STEPS,
    }
    hyperparameters = (
        "max_learning_rate",
        "total_steps",
        "pct_start",
        "div_factor",
        "final_div_factor",
    )

    def __init__(
        self,
        max_learning_rate: float,
        total_steps: float,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        name: str = "OneCycle",
    ) -> None:
        self.max_learning_rate = max_learning_rate
        self.total_steps = total_steps
        self.pct_start = pct_start
        self.anneal_strategy = anneal_strategy
        self.div_factor = div_factor
        self.final_div_factor = final_div_factor
        self.name = name

    def __call__(self, step: Any) -> jax.Array:
        """Return the learning rate."""
        step = as_number(step)
        first = self.max_learning_rate / self.div_factor
        peak, end = (
            as_number(self.pct_start) * self.total_steps - 1,
            as_number(self.total_steps) - 1,
        )
        rise = self._between(first, self.max_learning_rate, step / jnp.maximum(peak, 1e-6))
        last = first / self.final_div_factor
        fall = self._between(self.max_learning_rate, last, (step - peak) / (end - peak))
        return jnp.where(step <= peak, rise, fall)

    def _between(self, start: Any, end: Any, done: jax.Array) -> jax.Array:
        """Go from `start` to `end` while `done` goes from 0 to 1."""
        done = jnp.clip(done, 0, 1)
        share = done if self.anneal_strategy == "linear" else 0.5 * (1 - jnp.cos(jnp.pi * done))
        return start + (end - start) * share
