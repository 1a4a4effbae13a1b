"""Adafactor: Adam's second moment kept as one row and one column, where memory is short."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Limit, Real
from pellucid.optimizers.arguments import Options
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, zeros


class Adafactor(Optimizer):
    r"""Divide the gradient by its usual size, kept as means over rows and columns only.

    $$\rho_t = 1 - t^{d}, \qquad G_t = g_t^2 + \varepsilon_1, \qquad
      r_t = \rho_t r_{t-1} + (1 - \rho_t) \operatorname{mean}_{columns} G_t, \qquad
      c_t = \rho_t c_{t-1} + (1 - \rho_t) \operatorname{mean}_{rows} G_t$$
    $$v_t = \frac{r_t c_t^\top}{\operatorname{mean} r_t}, \qquad
      u_t = \frac{g_t}{\sqrt{v_t}}, \qquad
      w_t = w_{t-1} - \max(\varepsilon_2, \operatorname{rms} w_{t-1}) \min\left(\alpha,
      \tfrac{1}{\sqrt t}\right)
      \frac{u_t}{\max(1, \operatorname{rms}(u_t) / \theta)}$$

    where $g$ is the gradient of the array $w$ and $\operatorname{rms}$ is the root of the mean
    square. Arrays of one axis keep the whole $v$.

    Args:
        learning_rate: $\alpha$, at least 0: a number, a schedule, or a function of the step.
        beta_2_decay: $d$, at most 0: how soon old squares are forgotten.
        epsilon_1: $\varepsilon_1$, at least 0.
        epsilon_2: $\varepsilon_2$, at least 0: the least size that an array is taken to have.
        clip_threshold: $\theta$, above 0: the greatest usual size of an update.
        relative_step: Kept for Keras's sake: the rate is at most $1 / \sqrt t$ with it and without.
        **options: The arguments that all optimizers share; see `Optimizer`.

    Example:
        >>> optimizer = Adafactor(learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -1.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.900', '-1.100']

    Reference: Shazeer, Stern, "Adafactor: adaptive learning rates with sublinear memory cost"
        (2018).
    Keras: the same, with an unused full-size array for every factored one. PyTorch: `Adafactor`
        with the same formula,
    $\varepsilon_1$ the dtype's own.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "beta_2_decay": Real(high=0),
        "epsilon_1": Real(0),
        "epsilon_2": Real(0),
        "clip_threshold": Real(0, closed="neither"),
        "relative_step": Boolean(),
    }
    hyperparameters = (
        *Optimizer.hyperparameters,
        "beta_2_decay",
        "epsilon_1",
        "epsilon_2",
        "clip_threshold",
    )

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def slots(self, params: Weights) -> State:
        """Return means over rows and columns, and whole squares for arrays of one axis, at zero."""
        whole = zeros(params)
        factored = [path for path, w in whole.items() if w.ndim >= 2]
        return {
            "row": {path: whole[path][..., 0] for path in factored},
            "column": {path: whole[path][..., 0, :] for path in factored},
            "velocity": {path: zero for path, zero in whole.items() if path not in factored},
        }

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the new slots."""
        count = jnp.asarray(step, jnp.float32) + 1
        kept = 1 - count**self.beta_2_decay
        squares = {path: g * g + self.epsilon_1 for path, g in grads.items()}

        def mixed(name: str, axis: int | None) -> Weights:
            means = {p: squares[p] if axis is None else squares[p].mean(axis) for p in slots[name]}
            return {p: kept * slots[name][p] + (1 - kept) * mean for p, mean in means.items()}

        new = {
            "row": mixed("row", -1),
            "column": mixed("column", -2),
            "velocity": mixed("velocity", None),
        }
        size = jnp.minimum(rate, 1 / jnp.sqrt(count))
        updates = {}
        for path, grad in grads.items():
            direction = grad / jnp.sqrt(_velocity(new, path))
            shortening = jnp.maximum(1.0, _rms(direction) / self.clip_threshold)
            scale = size * jnp.maximum(self.epsilon_2, _rms(params[path]))
            updates[path] = -scale * direction / shortening
        return updates, new


def _velocity(slots: State, path: str) -> jax.Array:
    """Return the usual squares of one array, multiplied out where they are factored."""
    if path in slots["velocity"]:
        return slots["velocity"][path]
    row, column = slots["row"][path], slots["column"][path]
    share = row / row.mean(axis=-1, keepdims=True)
    return share[..., :, None] * column[..., None, :]


def _rms(values: jax.Array) -> jax.Array:
    return jnp.sqrt(jnp.mean(jnp.square(values)))
