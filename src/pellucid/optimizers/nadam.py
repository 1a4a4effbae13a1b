"""Nadam: Adam with Nesterov's look-ahead."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.moments import missing_weight, moved
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, zeros

WARM_UP = 0.96
"""How fast the momentum of Dozat's schedule grows to its full value."""


class Nadam(Optimizer):
    r"""Adam that looks ahead: the next step's momentum is used already in this one.

    $$\mu_t = \beta_1 \left(1 - \tfrac12 \cdot 0.96^t\right), \qquad \pi_t = \prod_{i=1}^t \mu_i$$
    $$m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad
      v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$$
    $$\hat m_t = \frac{\mu_{t+1} m_t}{1 - \pi_{t+1}} + \frac{(1 - \mu_t) g_t}{1 - \pi_t}, \qquad
      \hat v_t = \frac{v_t}{1 - \beta_2^t}, \qquad
      w_t = w_{t-1} - \alpha \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}$$

    where $g$ is the gradient of the weight $w$; $m$ and $v$ are at first 0.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        beta_1: $\beta_1$, from 0 to below 1: how long gradients are remembered.
        beta_2: $\beta_2$, from 0 to below 1: how long their squares are remembered.
        epsilon: $\varepsilon$, above 0.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = Nadam(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.894', '-2.106']

    Reference: Dozat, "Incorporating Nesterov momentum into Adam" (2016).
    Keras: the same. PyTorch: `NAdam`, whose schedule is $0.96^{0.004 t}$, nearly constant. Optax's
        has no schedule.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "beta_1": DECAY,
        "beta_2": DECAY,
        "epsilon": Real(0, closed="neither"),
    }
    hyperparameters = (*Optimizer.hyperparameters, "beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def slots(self, params: Weights) -> State:
        """Return the averages, at zero, and the product of the momenta, at one."""
        averages = {name: zeros(params) for name in ("momentum", "velocity")}
        return {**averages, "product": np.ones((), np.float32)}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new slots."""
        count = jnp.asarray(step, jnp.float32) + 1
        now = self.beta_1 * (1 - 0.5 * WARM_UP**count)
        following = self.beta_1 * (1 - 0.5 * WARM_UP ** (count + 1))
        product = slots["product"] * now
        momentum = moved(slots["momentum"], grads, self.beta_1)
        velocity = moved(slots["velocity"], grads, self.beta_2, power=2)
        ahead, here = following / (1 - product * following), (1 - now) / (1 - product)
        filled = missing_weight(self.beta_2, step)
        updates = jax.tree.map(
            lambda m, v, g: -rate * (ahead * m + here * g) / (jnp.sqrt(v / filled) + self.epsilon),
            momentum,
            velocity,
            grads,
        )
        return updates, {"momentum": momentum, "velocity": velocity, "product": product}
