"""Lion: only the sign of the average gradient counts."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, optax, through, zeros


class Lion(Optimizer):
    r"""Move every weight by exactly the learning rate, against the average gradient's sign.

    $$w_t = w_{t-1} - \alpha \operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1) g_t), \qquad
      m_t = \beta_2 m_{t-1} + (1 - \beta_2) g_t$$

    where $g$ is the gradient of the weight $w$ and $m$ is its average, at first 0. Half of Adam's
    memory.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step. Take a
            third to a tenth of what Adam wants, and as much more weight decay.
        beta_1: $\beta_1$, above 0 and below 1: how much the past counts in the step.
        beta_2: $\beta_2$, from 0 to below 1: how long gradients are remembered.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> import jax.numpy as jnp
        >>> optimizer = Lion(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.900', '-2.100']

    Reference: Chen et al., "Symbolic discovery of optimization algorithms" (2023).
    Keras: the same. PyTorch: has none. Optax: `lion` has weight decay 0.001 by default.
    """

    limits: ClassVar[dict[str, Limit]] = {"beta_1": Real(0, 1, closed="neither"), "beta_2": DECAY}
    hyperparameters = (*Optimizer.hyperparameters, "beta_1", "beta_2")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def slots(self, params: Weights) -> State:
        """Return the average, at zero."""
        return {"momentum": zeros(params)}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new average."""
        before = optax.ScaleByLionState(count=step, mu=slots["momentum"])
        signs, state = through(optax.scale_by_lion(self.beta_1, self.beta_2), grads, before)
        updates = jax.tree.map(lambda s: -rate * s, signs)
        return updates, {"momentum": state.mu}
