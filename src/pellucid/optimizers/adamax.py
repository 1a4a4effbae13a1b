"""Adamax: Adam with the greatest gradient in the place of the root of the average square."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.moments import missing_weight, moved
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, zeros


class Adamax(Optimizer):
    r"""Divide the average gradient by its greatest recent size, weight by weight.

    $$m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad u_t = \max(\beta_2 u_{t-1}, |g_t|)$$
    $$w_t = w_{t-1} - \frac{\alpha}{1 - \beta_1^t} \cdot \frac{m_t}{u_t + \varepsilon}$$

    where $g$ is the gradient of the weight $w$; $m$ and $u$ are at first 0.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        beta_1: $\beta_1$, from 0 to below 1: how long gradients are remembered.
        beta_2: $\beta_2$, from 0 to below 1: how slowly the greatest one is forgotten.
        epsilon: $\varepsilon$, above 0.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = Adamax(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.900', '-2.100']

    Reference: Kingma, Ba, "Adam: a method for stochastic optimization" (2015), section 7.1.
    Keras: the same. PyTorch and Optax add $\varepsilon$ to $|g_t|$ inside the maximum.
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
        """Return the average and the greatest size, at zero."""
        return {name: zeros(params) for name in ("momentum", "norm")}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new slots."""
        momentum = moved(slots["momentum"], grads, self.beta_1)
        norm = jax.tree.map(
            lambda u, g: jnp.maximum(self.beta_2 * u, jnp.abs(g)), slots["norm"], grads
        )
        size = rate / missing_weight(self.beta_1, step)
        updates = jax.tree.map(lambda m, u: -size * m / (u + self.epsilon), momentum, norm)
        return updates, {"momentum": momentum, "norm": norm}
