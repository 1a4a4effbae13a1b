"""Moving averages that the adaptive optimizers share."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.optimizers.slots import Weights, optax


def moved(average: Weights, grads: Weights, decay: Any, power: int = 1) -> Weights:
    r"""Return the moving average $\beta a + (1 - \beta) g^p$.

    >>> print(moved({"w": jnp.array(1.0)}, {"w": jnp.array(3.0)}, 0.5, power=2)["w"])
    5.0
    """
    return optax.tree.update_moment(grads, average, decay, power)


def missing_weight(decay: Any, step: Any) -> jax.Array:
    r"""Return $1 - \beta^t$ with $t$ = `step` + 1, the weight of all gradients in a moving average.

    The rest of the average is the zero it began at. Dividing by it removes the pull towards zero
    (Adam's bias correction). Computed as $-\operatorname{expm1}(t \log \beta)$, because in float32
    the plain formula loses four digits at $\beta = 0.999$.

    >>> print(missing_weight(0.9, 0).round(4), missing_weight(0.9, 1).round(4))
    0.1 0.19
    """
    count = jnp.asarray(step, jnp.float32) + 1
    return -jnp.expm1(count * jnp.log(jnp.asarray(decay, jnp.float32)))
