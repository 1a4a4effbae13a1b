"""Adam, its AMSGrad variant, and AdamW."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.optimizers.arguments import DECAY, Options, OptionsBesideDecay
from pellucid.optimizers.moments import missing_weight, moved
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, zeros


class Adam(Optimizer):
    r"""Divide the average gradient by its usual size, weight by weight.

    $$m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad
      v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$$
    $$w_{t} = w_{t-1} - \alpha \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}
      \cdot \frac{m_t}{\sqrt{v_t} + \varepsilon}$$

    where $g$ is the gradient of the weight $w$, $m$ and $v$ are averages of it and of its square
    (at first 0), and the middle fraction makes up for their start at zero. With AMSGrad the
    greatest $v$ so far stands in the place of $v_t$.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step. No
            weight moves much more than $\alpha$ in a step.
        beta_1: $\beta_1$, from 0 to below 1: how long gradients are remembered.
        beta_2: $\beta_2$, from 0 to below 1: how long their squares are remembered.
        epsilon: $\varepsilon$, at least 0: keeps the step small where gradients are nearly 0.
        amsgrad: Use AMSGrad.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = Adam(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.900', '-2.100']

    Reference: Kingma, Ba, "Adam: a method for stochastic optimization" (2015), the formula before
        section 2.1; Reddi,
    Kale, Kumar, "On the convergence of Adam and beyond" (2018). Keras: the same. PyTorch and Optax
    add $\varepsilon$ (1e-8 there) to $\sqrt{v_t / (1 - \beta_2^t)}$, after the correction.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "beta_1": DECAY,
        "beta_2": DECAY,
        "epsilon": Real(0),
        "amsgrad": Boolean(),
    }
    hyperparameters = (*Optimizer.hyperparameters, "beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    def slots(self, params: Weights) -> State:
        """Return the averages, at zero."""
        names = ("momentum", "velocity", "greatest_velocity")[: 3 if self.amsgrad else 2]
        return {name: zeros(params) for name in names}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new averages."""
        new = {
            "momentum": moved(slots["momentum"], grads, self.beta_1),
            "velocity": moved(slots["velocity"], grads, self.beta_2, power=2),
        }
        divisor = new["velocity"]
        if self.amsgrad:
            divisor = jax.tree.map(jnp.maximum, slots["greatest_velocity"], divisor)
            new["greatest_velocity"] = divisor
        size = (
            rate * jnp.sqrt(missing_weight(self.beta_2, step)) / missing_weight(self.beta_1, step)
        )
        updates = jax.tree.map(
            lambda m, v: -size * m / (jnp.sqrt(v) + self.epsilon), new["momentum"], divisor
        )
        return updates, new


class AdamW(Adam):
    r"""Adam with weight decay: before each update every weight shrinks.

    $$w \leftarrow w - \alpha \lambda w$$

    The decay does not pass through Adam's averages, so that it is as strong for weights with large
    gradients as for others; an L2 penalty under Adam is not.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        weight_decay: $\lambda$, at least 0.
        beta_1: See `Adam`.
        beta_2: See `Adam`.
        epsilon: See `Adam`.
        amsgrad: See `Adam`.
        **options: The arguments that all optimizers share; see `Optimizer`. With
            `no_weight_decay=["bias"]` biases keep their size.

    Example:
        >>> optimizer = AdamW(learning_rate=0.1, weight_decay=0.5)
        >>> weights = {"w": jnp.array(1.0)}
        >>> state = optimizer.start(weights)
        >>> weights, state = optimizer.apply(
        ...     {"w": jnp.array(3.0)}, state, weights, optimizer.hyper(), 0
        ... )
        >>> print(f"{weights['w']:.2f}")
        0.85

    Reference: Loshchilov, Hutter, "Decoupled weight decay regularization" (2019).
    Keras: the same. PyTorch: `AdamW`, where $\lambda$ is 0.01 by default.
    """

    limits: ClassVar[dict[str, Limit]] = {"weight_decay": Real(0)}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Unpack[OptionsBesideDecay],
    ) -> None:
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay=weight_decay, **options
        )
