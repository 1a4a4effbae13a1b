"""Scaling of the loss by a factor that finds itself, for gradients in float16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.limits import Instance, Integer, Limit, Real
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, slot_dtype

OWN = ("dynamic_scale", "step_counter", "updates")
"""What the state holds beside that of the inner optimizer."""


class LossScaleOptimizer(Optimizer):
    r"""Differentiate $s$ times the loss, with the greatest $s$ whose gradients are finite.

    Gradients are divided by $s$ and given to the inner optimizer. If one of them is infinite or not
    a number, the step is left out and $s \leftarrow s / 2$; after $T$ good steps in a row
    $s \leftarrow 2 s$. The state names $s$ "dynamic_scale".

    Args:
        inner_optimizer: The optimizer that makes the steps. Its own `loss_scale_factor` is switched
            off.
        initial_scale: $s$ at first, above 0.
        dynamic_growth_steps: $T$, at least 1.
        name: A name for messages.

    Example:
        >>> from pellucid.optimizers import SGD
        >>> optimizer = LossScaleOptimizer(SGD(0.5), initial_scale=8.0)
        >>> weights = {"w": jnp.array([1.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([16.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> grads = {"w": jnp.array([jnp.inf])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 1)
        >>> print(weights["w"], state["dynamic_scale"])
        [0.] 4.0

    Reference: Micikevicius et al., "Mixed precision training" (2018). Keras: the same. PyTorch:
    `torch.amp.GradScaler`.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "inner_optimizer": Instance((Optimizer,), "an optimizer"),
        "initial_scale": Real(0, closed="neither"),
        "dynamic_growth_steps": Integer(1),
    }
    hyperparameters = ()

    gradient_accumulation_steps = None  # those of the inner optimizers are theirs alone
    use_ema = False

    def __init__(  # pyright: ignore[reportMissingSuperCall]
        self,
        inner_optimizer: Any,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
    ) -> None:
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        self.name = name
        inner_optimizer.loss_scale_factor = None

    @property
    def learning_rate(self) -> Any:
        """The inner optimizer's."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    def exclude_from_weight_decay(self, var_names: Any) -> None:
        """Let weights whose path contains one of `var_names` not decay."""
        self.inner_optimizer.exclude_from_weight_decay(var_names)

    def hyper(self) -> dict[str, Any]:
        """Return the inner optimizer's numbers by name."""
        return self.inner_optimizer.hyper()

    def learning_rate_at(self, hyper: Mapping[str, Any], step: Any) -> jax.Array:
        """Return the inner optimizer's rate after `step` steps; steps left out count here."""
        return self.inner_optimizer.learning_rate_at(hyper, step)

    def loss_scale(self, hyper: Mapping[str, Any], state: State) -> Any:
        """Return the present scale."""
        return state["dynamic_scale"]

    def start(self, params: Weights) -> State:
        """Return the inner optimizer's state, the scale, and the counts of good steps and of updates."""
        return {
            **self.inner_optimizer.start(params),
            "dynamic_scale": np.float32(self.initial_scale),
            "step_counter": np.int32(0),
            "updates": np.int32(0),
        }

    def apply(
        self, grads: Weights, state: State, params: Weights, hyper: Mapping[str, Any], step: Any
    ) -> tuple[Weights, State]:
        """Do one step, or halve the scale if a gradient is not finite; see `Optimizer.apply`."""
        scale, count, updates = (jnp.asarray(state[name]) for name in OWN)
        inner_state = {name: slot for name, slot in state.items() if name not in OWN}
        finite = jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in grads.values()]))

        def update() -> tuple[Weights, State]:
            plain = {path: g.astype(slot_dtype(g.dtype)) / scale for path, g in grads.items()}
            new_params, new_state = self.inner_optimizer.apply(
                plain, inner_state, params, hyper, updates
            )
            grows = count + 1 == self.dynamic_growth_steps
            own = (
                jnp.where(grows, 2 * scale, scale),
                jnp.where(grows, 0, count + 1),
                updates + 1,
            )
            return new_params, {**new_state, **dict(zip(OWN, own, strict=True))}

        def leave_out() -> tuple[Weights, State]:
            same = jax.tree.map(jnp.asarray, (params, inner_state))
            own = (scale / 2, jnp.zeros_like(count), updates)
            return same[0], {**same[1], **dict(zip(OWN, own, strict=True))}

        return jax.lax.cond(finite, update, leave_out)

    def final_params(self, state: State, params: Weights) -> Weights:
        """Return what the inner optimizer keeps after training."""
        return self.inner_optimizer.final_params(state, params)
