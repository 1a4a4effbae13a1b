"""Lamb: Adam whose step is as large as the layer's weights, for very large batches."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, optax, through, zeros


class Lamb(Optimizer):
    r"""Scale Adam's step of each weight array to the array's own length.

    $$u_t = \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}, \qquad
      \mathbf w_t = \mathbf w_{t-1}
      - \alpha \frac{\lVert \mathbf w_{t-1} \rVert}{\lVert \mathbf u_t \rVert} \mathbf u_t$$

    where $m$ and $v$ are Adam's averages of the gradient and its square, and $\mathbf w$ is a whole
    kernel or bias. Where one of the lengths is 0 the fraction is 1.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step. It is
            the part of its length by which an array changes in a step.
        beta_1: $\beta_1$, from 0 to below 1: how long gradients are remembered.
        beta_2: $\beta_2$, from 0 to below 1: how long their squares are remembered.
        epsilon: $\varepsilon$, above 0.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> import jax.numpy as jnp
        >>> optimizer = Lamb(learning_rate=0.1)
        >>> weights = {"w": jnp.array([3.0, -4.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['2.646', '-4.354']

    Reference: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes"
        (2020).
    Keras: the same; like there, weight decay comes before the step and outside of the scaled part.
        PyTorch: has none.
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
        """Return the averages, at zero."""
        return {name: zeros(params) for name in ("momentum", "velocity")}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new averages."""
        before = optax.ScaleByAdamState(step, slots["momentum"], slots["velocity"])
        adam = optax.scale_by_adam(self.beta_1, self.beta_2, self.epsilon)
        updates, after = through(adam, grads, before)
        updates, _ = through(optax.scale_by_trust_ratio(), updates, optax.EmptyState(), params)
        updates = jax.tree.map(lambda u: -rate * u, updates)
        return updates, {"momentum": after.mu, "velocity": after.nu}
