"""Schedule-free AdamW: averages of the weights in the place of a falling learning rate."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.limits import Integer, Limit, Real
from pellucid.optimizers.arguments import DECAY, Options
from pellucid.optimizers.moments import missing_weight, moved
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, copies, zeros


class ScheduleFreeAdamW(Optimizer):
    r"""Let an average of all steps stand for the falling end of a schedule.

    $$v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
      z_t = z_{t-1} - \alpha_t \frac{g_t}{\sqrt{v_t / (1 - \beta_2^t)} + \varepsilon}$$
    $$x_t = \left(1 - \tfrac{1}{t}\right) x_{t-1} + \tfrac{1}{t} z_t, \qquad
      w_t = (1 - \beta_1) z_t + \beta_1 x_t$$

    where $g$ is the gradient at the weights $w$, $z$ are weights that take the steps, $x$ is their
    average (both begin as $w$), and $v$ the average square of the gradient (at first 0). $x$ is not
    kept: it is $(w - (1 - \beta_1) z) / \beta_1$. No end of training has to be known.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        beta_1: $\beta_1$, above 0 and below 1: how near the weights are to their average.
        beta_2: $\beta_2$, from 0 to below 1: how long squares are remembered.
        epsilon: $\varepsilon$, at least 0: keeps the step small where gradients are nearly 0.
        warmup_steps: $T$, at least 0: $\alpha_t = \alpha \min(1, t / T)$.
        **options: The arguments that all optimizers share; see `Optimizer`. Weight decay shrinks
            $w$.

    Example:
        >>> optimizer = ScheduleFreeAdamW(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> for step in range(2):
        ...     weights, state = optimizer.apply(weights, state, weights, optimizer.hyper(), step)
        >>> print([f"{w:.3f}" for w in weights["w"]], [f"{z:.3f}" for z in state["stepped"]["w"]])
        ['0.848', '-1.846'] ['0.805', '-1.803']

    Reference: Defazio et al., "The road less scheduled" (2024). Keras: the same; as there, the
    weights stay at $w$ after training, while the paper measures at $x$. PyTorch: the package
    `schedulefree`, which weighs the average by the squared rates during warm-up.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "beta_1": Real(0, 1, closed="neither"),
        "beta_2": DECAY,
        "epsilon": Real(0),
        "warmup_steps": Integer(0),
    }
    hyperparameters = (*Optimizer.hyperparameters, "beta_1", "beta_2", "epsilon")

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps

    def slots(self, params: Weights) -> State:
        """Return the weights that take the steps, and the average squares at zero."""
        return {"stepped": copies(params), "velocity": zeros(params)}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new slots."""
        count = jnp.asarray(step, jnp.float32) + 1
        if self.warmup_steps:
            rate = rate * jnp.minimum(count / self.warmup_steps, 1.0)
        velocity = moved(slots["velocity"], grads, self.beta_2, power=2)
        corrected = jax.tree.map(lambda v: v / missing_weight(self.beta_2, step), velocity)
        old = slots["stepped"]
        stepped, updates = {}, {}
        for path, grad in grads.items():
            w, z = params[path], old[path]
            new = z - rate * grad / (jnp.sqrt(corrected[path]) + self.epsilon)
            # w moves with its parts: (1 - beta_1) (new - z) + beta_1 (x_new - x)
            average = (w - (1 - self.beta_1) * z) / self.beta_1
            change = (new - average) / count
            updates[path] = (1 - self.beta_1) * (new - z) + self.beta_1 * change
            stepped[path] = new
        return updates, {"stepped": stepped, "velocity": velocity}
