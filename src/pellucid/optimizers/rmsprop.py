"""RMSprop: divide the gradient by its recent size."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.moments import moved
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, is_off, optax, through, zeros


class RMSprop(Optimizer):
    r"""Divide each weight's gradient by the root of the average of its recent squares.

    $$v_t = \rho v_{t-1} + (1 - \rho) g_t^2, \qquad
      u_t = \mu u_{t-1} + \alpha \frac{g_t}{\sqrt{v_t + \varepsilon}}, \qquad w_t = w_{t-1} - u_t$$

    where $g$ is the gradient of the weight $w$. If centered, the average gradient $a_t$ is kept as
    well and the root is taken of $v_t - a_t^2 + \varepsilon$, an estimate of the gradient's
    variance.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        rho: $\rho$, from 0 to below 1: how long squares are remembered.
        momentum: $\mu$, from 0 to 1. At exactly 0 no velocity is kept.
        epsilon: $\varepsilon$, above 0; it stands inside the root.
        centered: Divide by the gradient's spread instead of its size.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = RMSprop(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.684', '-2.316']

    Reference: Tieleman, Hinton, "Lecture 6.5: rmsprop" (2012); Graves, "Generating sequences with
        recurrent neural
    networks" (2013), for the centered one. Keras: the same, but rounding may make its $v_t - a_t^2$
    negative and the weights NaN; here it is at least 0. PyTorch: `alpha` is $\rho$ (0.99 by
    default), $\varepsilon$ (1e-8) stands outside of the root, and momentum excludes the rate.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "rho": DECAY,
        "momentum": Real(0, 1),
        "epsilon": Real(0, closed="neither"),
        "centered": Boolean(),
    }
    hyperparameters = (*Optimizer.hyperparameters, "rho", "momentum", "epsilon")
    off_at_zero = ("momentum",)

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def slots(self, params: Weights) -> State:
        """Return the averages, at zero."""
        names = ["velocity"]
        names += [] if is_off(self.momentum) else ["momentum"]
        names += ["average_gradient"] if self.centered else []
        return {name: zeros(params) for name in names}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new averages."""
        new = {"velocity": moved(slots["velocity"], grads, self.rho, power=2)}
        spread = new["velocity"]
        if self.centered:
            new["average_gradient"] = moved(slots["average_gradient"], grads, self.rho)
            spread = jax.tree.map(
                lambda v, a: jnp.maximum(v - a * a, 0), spread, new["average_gradient"]
            )
        updates = jax.tree.map(
            lambda g, v: -rate * g * jax.lax.rsqrt(v + self.epsilon), grads, spread
        )
        if "momentum" in slots:
            before = optax.TraceState(slots["momentum"])
            updates, state = through(optax.trace(self.momentum), updates, before)
            new["momentum"] = state.trace
        return updates, new
