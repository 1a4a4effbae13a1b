"""Ftrl: follow the regularized leader, for wide sparse models."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, zeros


class Ftrl(Optimizer):
    r"""Choose each weight as the minimum of all gradients so far, as lines, plus L1, L2 and a pull.

    $$n_t = n_{t-1} + g_t^2, \qquad \sigma_t = \frac{n_t^{-p} - n_{t-1}^{-p}}{\alpha}, \qquad
      z_t = z_{t-1} + g_t + 2 \lambda_s w_{t-1} - \sigma_t w_{t-1}$$
    $$w_t = \frac{\operatorname{clip}(z_t, -\lambda_1, \lambda_1) - z_t}
      {n_t^{-p} / \alpha + 2 \lambda_2 + \beta / \alpha}$$

    where $g$ is the gradient of the weight $w$, $n$ sums its squares, and $z$ sums the lines'
    slopes, at first 0. A weight with $|z| \le \lambda_1$ is exactly 0, which makes large sparse
    models small.

    Args:
        learning_rate: $\alpha$, above 0: a number, a schedule, or a function of the step.
        learning_rate_power: $p$, at most 0. At -0.5 steps fade as in Adagrad, at 0 they do not.
        initial_accumulator_value: $n_0$, at least 0.
        l1_regularization_strength: $\lambda_1$, at least 0.
        l2_regularization_strength: $\lambda_2$, at least 0.
        l2_shrinkage_regularization_strength: $\lambda_s$, at least 0: an L2 penalty on the weights
            as they were.
        beta: $\beta$, at least 0.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = Ftrl(learning_rate=0.1, l1_regularization_strength=1.0)
        >>> weights = {"w": jnp.array([0.0, 0.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 3.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.000', '-0.066']

    Reference: McMahan et al., "Ad click prediction: a view from the trenches" (2013).
    Keras: the same. PyTorch: has none.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "learning_rate_power": Real(high=0),
        "initial_accumulator_value": Real(0),
        "l1_regularization_strength": Real(0),
        "l2_regularization_strength": Real(0),
        "l2_shrinkage_regularization_strength": Real(0),
        "beta": Real(0),
    }
    hyperparameters = (
        *Optimizer.hyperparameters,
        "learning_rate_power",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta

    def slots(self, params: Weights) -> State:
        """Return the sums at their start."""
        start = np.float32(self.initial_accumulator_value)
        squares = {path: zero + start for path, zero in zeros(params).items()}
        return {"accumulator": squares, "linear": zeros(params)}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new sums."""
        power, bound = -self.learning_rate_power, self.l1_regularization_strength
        squares = jax.tree.map(lambda n, g: n + g * g, slots["accumulator"], grads)

        def summed(
            z: jax.Array, g: jax.Array, w: jax.Array, n: jax.Array, old: jax.Array
        ) -> jax.Array:
            pull = (n**power - old**power) / rate
            return z + g + (2 * self.l2_shrinkage_regularization_strength - pull) * w

        linear = jax.tree.map(summed, slots["linear"], grads, params, squares, slots["accumulator"])

        def step_to(z: jax.Array, n: jax.Array, w: jax.Array) -> jax.Array:
            curvature = (n**power + self.beta) / rate + 2 * self.l2_regularization_strength
            return (jnp.clip(z, -bound, bound) - z) / curvature - w

        updates = jax.tree.map(step_to, linear, squares, params)
        return updates, {"accumulator": squares, "linear": linear}
