"""Adadelta: steps in the weights' own units."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax

from pellucid.core.limits import Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, optax, through, zeros


class Adadelta(Optimizer):
    r"""Take steps as large as the usual step was, divided by the usual gradient.

    $$s_t = \rho s_{t-1} + (1 - \rho) g_t^2, \qquad
      \Delta_t = \frac{\sqrt{d_{t-1} + \varepsilon}}{\sqrt{s_t + \varepsilon}} g_t, \qquad
      d_t = \rho d_{t-1} + (1 - \rho) \Delta_t^2$$
    $$w_t = w_{t-1} - \alpha \Delta_t$$

    where $g$ is the gradient of the weight $w$, and $s$ and $d$ are averages of squared gradients
    and steps, at first 0.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step. The
            paper has none, which is 1.0 here; the default is Keras's and makes very small steps.
        rho: $\rho$, from 0 to below 1: how long squares are remembered.
        epsilon: $\varepsilon$, above 0: also the size of the first steps.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> import jax.numpy as jnp
        >>> optimizer = Adadelta(learning_rate=1.0, epsilon=1e-4)
        >>> weights = {"w": jnp.array(1.0)}
        >>> state = optimizer.start(weights)
        >>> weights, state = optimizer.apply(
        ...     {"w": jnp.array(3.0)}, state, weights, optimizer.hyper(), 0
        ... )
        >>> print(f"{weights['w']:.4f}")
        0.9553

    Reference: Zeiler, "ADADELTA: an adaptive learning rate method" (2012).
    Keras: the same. PyTorch: `rho=0.9`, `eps=1e-6` and `lr=1.0` by default.
    """

    limits: ClassVar[dict[str, Limit]] = {"rho": DECAY, "epsilon": Real(0, closed="neither")}
    hyperparameters = (*Optimizer.hyperparameters, "rho", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.epsilon = epsilon

    def slots(self, params: Weights) -> State:
        """Return the averages, at zero."""
        return {name: zeros(params) for name in ("accumulated_grad", "accumulated_delta")}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new averages."""
        before = optax.ScaleByAdaDeltaState(slots["accumulated_grad"], slots["accumulated_delta"])
        updates, state = through(optax.scale_by_adadelta(self.rho, self.epsilon), grads, before)
        updates = jax.tree.map(lambda u: -rate * u, updates)
        return updates, {"accumulated_grad": state.e_g, "accumulated_delta": state.e_x}
