"""Any Optax transformation, as it is."""

from __future__ import annotations

from typing import Any, ClassVar, Self, Unpack

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Limit
from pellucid.optimizers.arguments import Options, Rate
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights, through


class OptaxOptimizer(Optimizer):
    r"""Use a gradient transformation of Optax, or of one's own.

    Without a learning rate the transformation's updates $u$ are added as they are,
    $w \leftarrow w + u$; with one, the updates are taken for a direction uphill,
    $w \leftarrow w - \alpha u$, and the rate can be changed without compiling again.

    Args:
        transformation: An object with `init(params)` and `update(grads, state, params)`. It must
            need nothing else: line searches that want the loss do not fit.
        learning_rate: $\alpha$, at least 0: a number, a schedule, a function of the step, or None
            if the transformation has its own. Then the history shows NaN as the rate.
        **options: The arguments that all optimizers share; see `Optimizer`. Weight decay needs a
            learning rate here.

    Raises:
        ArgumentError: Weight decay was asked for without a learning rate.

    Example:
        >>> import optax
        >>> optimizer = OptaxOptimizer(optax.scale_by_sign(), learning_rate=0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> grads = {"w": jnp.array([0.5, 300.0])}
        >>> weights, state = optimizer.apply(grads, state, weights, optimizer.hyper(), 0)
        >>> print([f"{w:.3f}" for w in weights["w"]])
        ['0.900', '-2.100']

    Its state is Optax's own and so has places, not names. Numbers inside of the transformation are
    constants of the compiled program; `optax.inject_hyperparams` makes them part of the state.

    Reference: https://optax.readthedocs.io. Keras and PyTorch: have no counterpart.
    """

    limits: ClassVar[dict[str, Limit]] = {"learning_rate": Rate(optional=True)}

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Check that weight decay has a rate to go by, then make the object."""
        made = super().__new__(cls, *args, **kwargs)
        config = made.get_config()
        if config["learning_rate"] is None and config["weight_decay"] is not None:
            raise ArgumentError(
                cls.__name__,
                "`weight_decay` is multiplied by the learning rate, but there is none.",
                "use optax.add_decayed_weights inside of the transformation",
            )
        return made

    def __init__(
        self, transformation: Any, learning_rate: Any = None, **options: Unpack[Options]
    ) -> None:
        super().__init__(learning_rate, **options)
        self.transformation = transformation

    def slots(self, params: Weights) -> State:
        """Return the transformation's state."""
        arrays = {path: jnp.asarray(w) for path, w in params.items()}
        return {"optax": self.transformation.init(arrays)}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return the updates and the transformation's new state."""
        updates, state = through(self.transformation, grads, slots["optax"], params)
        if self.learning_rate is not None:
            updates = jax.tree.map(lambda u: -rate * u, updates)
        return updates, {"optax": state}

    def _rate(self, step: Any) -> jax.Array:
        return jnp.asarray(jnp.nan) if self.learning_rate is None else super()._rate(step)


def is_transformation(thing: Any) -> bool:
    """Tell whether `thing` is something that Optax would take.

    >>> import optax
    >>> is_transformation(optax.sgd(0.1)), is_transformation("sgd")
    (True, False)
    """
    return callable(getattr(thing, "init", None)) and callable(getattr(thing, "update", None))
