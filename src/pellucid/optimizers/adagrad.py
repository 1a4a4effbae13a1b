"""Adagrad: steps shrink as gradients add up."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import numpy as np

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, optax, through, zeros


class Adagrad(Optimizer):
    r"""Divide each weight's gradient by the root of all its squares so far.

    $$s_t = s_{t-1} + g_t^2, \qquad w_t = w_{t-1} - \alpha \frac{g_t}{\sqrt{s_t + \varepsilon}}$$

    where $g$ is the gradient of the weight $w$. Weights that rarely get a gradient (words in an
    embedding) keep large steps; all steps fade with time, so no schedule is needed, and long
    trainings slow down.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
            Adagrad wants larger ones than Adam; the paper uses 0.01 and more.
        initial_accumulator_value: $s_0$, at least 0.
        epsilon: $\varepsilon$, at least 0.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> import jax.numpy as jnp
        >>> optimizer = Adagrad(learning_rate=0.1, initial_accumulator_value=0.0)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.900', '-2.100']

    Reference: Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and
        stochastic optimization" (2011).
    Keras: the same. PyTorch starts $s$ at 0 and adds $\varepsilon$ outside of the root.
    """

    limits: ClassVar[dict[str, Limit]] = {"initial_accumulator_value": Real(0), "epsilon": Real(0)}
    hyperparameters = (*Optimizer.hyperparameters, "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def slots(self, params: Weights) -> State:
        """Return the sums of squares at their start."""
        start = np.float32(self.initial_accumulator_value)
        return {"accumulator": {path: zero + start for path, zero in zeros(params).items()}}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new sums."""
        before = optax.ScaleByRssState(slots["accumulator"])
        updates, state = through(optax.scale_by_rss(eps=self.epsilon), grads, before)
        updates = jax.tree.map(lambda u: -rate * u, updates)
        return updates, {"accumulator": state.sum_of_squares}
