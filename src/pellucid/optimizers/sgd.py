"""Stochastic gradient descent, plain, with momentum, and with Nesterov's look-ahead."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.optimizers.arguments import Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, is_off, optax, through, zeros


class SGD(Optimizer):
    r"""Go down the gradient; with momentum, like a ball that rolls on.

    Without momentum
    $$w_{t+1} = w_t - \alpha g_t$$
    with momentum $\mu > 0$
    $$v_{t+1} = \mu v_t - \alpha g_t, \qquad w_{t+1} = w_t + v_{t+1}$$
    and with Nesterov's variant
    $$w_{t+1} = w_t + \mu v_{t+1} - \alpha g_t$$
    where $w$ is a weight, $g$ its gradient, $v$ its velocity (at first 0), $\alpha$ the learning
    rate.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        momentum: $\mu$, from 0 to 1. At exactly 0 no velocity is kept. The usual value is 0.9.
        nesterov: Use Nesterov's variant.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> import jax.numpy as jnp
        >>> optimizer = SGD(learning_rate=0.1, momentum=0.9)
        >>> weights = {"w": jnp.array(1.0)}
        >>> state = optimizer.start(weights)
        >>> for step in range(3):
        ...     grads = {"w": 2 * weights["w"]}  # of the parabola w * w
        ...     weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), step)
        ...     print(f"{weights['w']:.3f}")
        0.800
        0.460
        0.062

    Reference: Polyak, "Some methods of speeding up the convergence of iteration methods" (1964);
        Sutskever et al., "On
    the importance of initialization and momentum in deep learning" (2013). Keras: the same. PyTorch
    keeps the velocity without the learning rate, $v_{t+1} = \mu v_t + g_t$,
    $w_{t+1} = w_t - \alpha v_{t+1}$: equal for a fixed rate; when the rate changes, only later
    gradients feel it here, the whole velocity there.
    """

    limits: ClassVar[dict[str, Limit]] = {"momentum": Real(0, 1), "nesterov": Boolean()}
    hyperparameters = (*Optimizer.hyperparameters, "momentum")
    off_at_zero = ("momentum",)

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.momentum = momentum
        self.nesterov = nesterov

    def slots(self, params: Weights) -> State:
        """Return the velocity, if there is momentum."""
        return {} if is_off(self.momentum) else {"momentum": zeros(params)}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new velocity."""
        scaled = jax.tree.map(lambda g: -rate * g, grads)
        if "momentum" not in slots:
            return scaled, slots
        roll = optax.trace(self.momentum, self.nesterov)
        updates, state = through(roll, scaled, optax.TraceState(slots["momentum"]))
        return updates, {"momentum": state.trace}
