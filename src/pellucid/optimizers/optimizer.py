"""What every optimizer does around its own rule: clipping, weight decay, averages, accumulation.

Terms: *weights*, *gradients*, *slots* and *state* are those of `slots.py`; an array of the state is
named by meaning and path (`state["momentum"]["dense/kernel"]`), so it is saved, inspected and
resumed by name. The *rule* is what distinguishes one optimizer from another: it turns gradients
into updates that are added to the weights. The *step* counts the updates that were done before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, check
from pellucid.core.record import Recorded, signature
from pellucid.optimizers import arguments
from pellucid.optimizers.binding import bound_copy, numbers_of
from pellucid.optimizers.clipping import clipped
from pellucid.optimizers.slots import State, Weights, is_off, slot_dtype, zeros
from pellucid.optimizers.upkeep import chosen, mixed, shrunk


class Optimizer(Recorded):
    r"""The base of all optimizers, and their shared arguments.

    One step: clip the gradients; shrink the weights by weight decay; add the rule's updates; keep
    the average.

    Args:
        learning_rate: The step's size $\alpha$: a number of at least 0, a schedule, or a function
            of the step.
        weight_decay: $\lambda$; before each update every weight shrinks by $\alpha \lambda w$.
            Decoupled from the gradient, as in AdamW. None or at least 0.
        clipnorm: The greatest length of each weight's gradient; above 0.
        clipvalue: The greatest size of each number of a gradient; above 0.
        global_clipnorm: The greatest length of all gradients taken as one vector; above 0. Of the
            three, one at most.
        use_ema: Keep an exponential moving average of the weights; `final_params` gives it, and
            training ends with it.
        ema_momentum: The average's decay rate, from 0 to 1: $a \leftarrow \beta a + (1 - \beta) w$;
            it starts as the weights after the first update.
        ema_overwrite_frequency: After every so many updates the weights become their average;
            never, if None.
        loss_scale_factor: $s$, above 0: `fit` differentiates $s$ times the loss and gradients are
            divided by $s$ before anything else, so that gradients in float16 do not vanish.
        gradient_accumulation_steps: Gradients of so many steps, at least 2, are averaged to one
            update.
        no_weight_decay: Weights whose path contains one of these patterns do not decay, e.g.
            `["bias"]`.
        name: A name for messages.

    Raises:
        ArgumentError: A number is outside its limits, or two kinds of clipping were given.
        ArgumentTypeError: An argument has the wrong type or belongs to another library (`lr`,
            `betas`).

    Example:
        >>> class SignDescent(Optimizer):
        ...     def rule(self, grads, slots, params, rate, step):
        ...         return jax.tree.map(lambda g: -rate * jnp.sign(g), grads), slots
        >>> optimizer = SignDescent(0.1)
        >>> weights = {"w": jnp.array([1.0, -2.0])}
        >>> state = optimizer.start(weights)
        >>> weights, state = optimizer.apply(
        ...     {"w": jnp.array([5.0, -7.0])}, state, weights, optimizer.hyper(), 0
        ... )
        >>> print(weights["w"])
        [ 0.9 -1.9]

    Keras: the same arguments; `no_weight_decay` is its `exclude_from_weight_decay` as an
    argument, and the average moves once an update, not once a gradient, when gradients are
    accumulated. PyTorch: `weight_decay` of its SGD and Adam is an L2 penalty inside the gradient;
    only AdamW's is this one; its `GradScaler` scales losses.
    """

    limits: ClassVar[dict[str, Limit]] = arguments.LIMITS
    hyperparameters = (
        "learning_rate",
        "weight_decay",
        "clipnorm",
        "clipvalue",
        "global_clipnorm",
        "ema_momentum",
        "loss_scale_factor",
    )
    off_at_zero: ClassVar[tuple[str, ...]] = ()
    """Arguments that switch a part off, and its state with it, when they are exactly 0."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Check what takes more than one argument's limit, then make the object."""
        arguments.check_names(cls.__name__, kwargs, list(signature(cls).parameters))
        made = super().__new__(cls, *args, **kwargs)
        arguments.check_clipping(cls.__name__, made._arguments)
        return made

    def __init__(
        self,
        learning_rate: Any = 0.01,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        no_weight_decay: Sequence[str] = (),
        name: str | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.no_weight_decay = no_weight_decay
        self.name = name

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign; an argument is checked again, and the configuration follows."""
        if name in self._arguments and value is not self._arguments[name]:
            check(type(self).__name__, {name: value}, self.all_limits())
            self._arguments[name] = value
        object.__setattr__(self, name, value)

    def exclude_from_weight_decay(self, var_names: Sequence[str]) -> None:
        """Let weights whose path contains one of `var_names` not decay.

        It sets the argument `no_weight_decay`.

        Args:
            var_names: Parts of paths, or regular expressions, e.g. `["bias", "gamma"]`.
        """
        self.no_weight_decay = tuple(var_names)

    def hyper(self) -> dict[str, Any]:
        """Return all numbers by name; they enter the compiled program as float32 scalars.

        What is switched off (None, a momentum of exactly 0) is left out. Numbers of a schedule are
        named `"learning_rate/..."`.
        """
        off = {name for name in self.off_at_zero if is_off(getattr(self, name))}
        off |= set() if self.use_ema else {"ema_momentum"}
        return {name: number for name, number in numbers_of(self).items() if name not in off}

    def learning_rate_at(self, hyper: Mapping[str, Any], step: Any) -> jax.Array:
        """Return the learning rate that the update after `step` updates uses, as a float32 scalar.

        Args:
            hyper: The numbers, from `hyper()`.
            step: How many steps were done before.
        """
        return bound_copy(self, hyper)._rate(self._updates_before(step))

    def loss_scale(self, hyper: Mapping[str, Any], state: State) -> Any:
        """Return by how much the loss is multiplied before it is differentiated; None for not at all.

        `apply` divides the gradients by the same number.

        Args:
            hyper: The numbers, from `hyper()`.
            state: The state before the step.
        """
        return bound_copy(self, hyper).loss_scale_factor

    def start(self, params: Weights) -> State:
        """Return the state before the first step, by name.

        Args:
            params: The weights by path.
        """
        state = self.slots(params)
        if self.use_ema:
            state["average"] = zeros(params)
        if self.gradient_accumulation_steps:
            state["accumulated"] = zeros(params)
        return state

    def apply(
        self, grads: Weights, state: State, params: Weights, hyper: Mapping[str, Any], step: Any
    ) -> tuple[Weights, State]:
        """Do one step; pure, to be called while a program is traced or on plain arrays.

        Args:
            grads: The gradients by path; those of a loss that was multiplied by `loss_scale`.
            state: From `start`, or from the step before.
            params: The weights by path.
            hyper: The numbers, from `hyper()`; arrays in a program. One that is missing keeps its
                value.
            step: How many steps were done before, an integer or int32 array.

        Returns:
            The new weights and the new state, with the dtypes of the old ones.
        """
        bound = bound_copy(self, hyper)
        grads = {path: g.astype(slot_dtype(g.dtype)) for path, g in grads.items()}
        if self.loss_scale_factor is not None:
            grads = jax.tree.map(lambda g: g / bound.loss_scale_factor, grads)
        if not self.gradient_accumulation_steps:
            return bound._update(grads, state, params, step)
        rest = {name: slot for name, slot in state.items() if name != "accumulated"}
        every = self.gradient_accumulation_steps
        total = jax.tree.map(jnp.add, state["accumulated"], grads)

        def update() -> tuple[Weights, State]:
            mean = jax.tree.map(lambda g: g / every, total)
            new_params, new_state = bound._update(mean, rest, params, self._updates_before(step))
            return new_params, {**new_state, "accumulated": jax.tree.map(jnp.zeros_like, total)}

        def wait() -> tuple[Weights, State]:
            same = jax.tree.map(jnp.asarray, (params, rest))
            return same[0], {**same[1], "accumulated": total}

        return jax.lax.cond((step + 1) % every == 0, update, wait)

    def final_params(self, state: State, params: Weights) -> Weights:
        """Return the weights to keep after training: the average if there is one, else `params`."""
        if not self.use_ema:
            return params
        return {path: jnp.asarray(a, params[path].dtype) for path, a in state["average"].items()}

    def slots(self, params: Weights) -> State:
        """Return the rule's state before the first step; a rule without one needs no override."""
        return {}

    def rule(
        self, grads: Weights, slots: State, params: Weights, rate: jax.Array, step: Any
    ) -> tuple[Weights, State]:
        """Return what is to be added to the weights, and the new slots.

        `self` is a bound copy here: its numbers are arrays.

        Args:
            grads: The gradients, clipped.
            slots: The rule's own part of the state.
            params: The weights, decayed.
            rate: The learning rate of this step.
            step: How many updates were done before.
        """
        raise NotImplementedError

    def _updates_before(self, step: Any) -> Any:
        every = self.gradient_accumulation_steps
        return step // every if every else step

    def _rate(self, step: Any) -> jax.Array:
        rate = self.learning_rate
        return jnp.asarray(rate(step) if callable(rate) else rate, jnp.float32)

    def _decayed(self, params: Weights, rate: jax.Array) -> Weights:
        if self.weight_decay is None:
            return params
        return shrunk(params, 1 - rate * self.weight_decay, self.no_weight_decay)

    def _update(
        self, grads: Weights, state: State, params: Weights, step: Any
    ) -> tuple[Weights, State]:
        rate = self._rate(step)
        grads = clipped(grads, self.clipnorm, self.clipvalue, self.global_clipnorm)
        decayed = self._decayed(params, rate)
        slots = {name: slot for name, slot in state.items() if name != "average"}
        updates, slots = self.rule(grads, slots, decayed, rate, step)
        new_params = {path: (w + updates[path]).astype(w.dtype) for path, w in decayed.items()}
        if self.use_ema:
            momentum = jnp.where(step == 0, 0.0, self.ema_momentum)
            average = mixed(state["average"], new_params, momentum)
            if self.ema_overwrite_frequency:
                due = (step + 1) % self.ema_overwrite_frequency == 0
                new_params = chosen(due, average, new_params)
            slots["average"] = average
        kept = jax.tree.map(lambda new, old: jnp.asarray(new, old.dtype), slots, dict(state))
        return new_params, kept
