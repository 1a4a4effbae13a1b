"""Different optimizers for different weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.limits import Instance, Limit, Real
from pellucid.core.record import Recorded
from pellucid.optimizers.loss_scale_optimizer import LossScaleOptimizer
from pellucid.optimizers.optimizer import Optimizer
from pellucid.optimizers.slots import State, Weights


@dataclass(frozen=True)
class WeightPlace:
    """A weight as a choice of optimizers sees it: its path and its shape."""

    path: str
    shape: tuple[int, ...]


class OptimizerMap(Recorded, MutableMapping):
    """Optimizers by the paths of weights, to be given to `MultiOptimizer`.

    A key is a path, or a regular expression that must fit a whole path: `"encoder/.*"`.

    Args:
        default_optimizer: The optimizer of weights whose path no key fits.
        optimizer_map: A dict of keys and optimizers, or None to add them later.

    Raises:
        ArgumentTypeError: A key is no text, or a value no optimizer.
        ArgumentError: A key is set twice, or two keys fit the same path.

    Example:
        >>> from pellucid.optimizers import SGD, Adam
        >>> chosen = OptimizerMap(Adam(), {"encoder/.*": SGD()})
        >>> chosen["encoder/dense/kernel"], chosen["head/kernel"]
        (SGD(), Adam())

    Keras: the same.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "default_optimizer": Instance((Optimizer,), "an optimizer"),
        "optimizer_map": Instance((dict,), "a dict of optimizers", optional=True),
    }

    def __init__(self, default_optimizer: Any, optimizer_map: dict[str, Any] | None = None):
        self.default_optimizer = default_optimizer
        self._chosen: dict[str, Any] = {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    def __getitem__(self, key: str) -> Any:
        """Return the optimizer of a path."""
        if key in self._chosen:
            return self._chosen[key]
        fitting = [pattern for pattern in self._chosen if re.fullmatch(pattern, key)]
        if len(fitting) > 1:
            raise ArgumentError(
                "OptimizerMap",
                f"several keys fit '{key}': {', '.join(map(repr, fitting))}.",
                "keys that exclude each other",
            )
        return self._chosen[fitting[0]] if fitting else self.default_optimizer

    def __setitem__(self, key: str, optimizer: Any) -> None:
        """Choose an optimizer for paths."""
        if not isinstance(key, str) or not isinstance(optimizer, Optimizer):
            raise ArgumentTypeError(
                "OptimizerMap",
                f"it takes paths and optimizers, but {key!r} and {optimizer!r} came.",
                'chosen["encoder/.*"] = Adam()',
            )
        if key in self._chosen:
            raise ArgumentError("OptimizerMap", f"'{key}' has an optimizer already.")
        refuse_nested(optimizer)
        self._chosen[key] = optimizer

    def __delitem__(self, key: str) -> None:
        """Forget a key."""
        del self._chosen[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._chosen)

    def __len__(self) -> int:
        return len(self._chosen)

    __hash__ = object.__hash__  # pyright: ignore[reportAssignmentType]

    def __eq__(self, other: object) -> bool:
        return self is other

    def __call__(self, variable: Any) -> Any:
        """Return the optimizer of something that has a `path`."""
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """Return the default and the dict of optimizers."""
        return {"default_optimizer": self.default_optimizer, "optimizer_map": dict(self._chosen)}


class MultiOptimizer(Optimizer):
    """Give different weights to different optimizers.

    Args:
        optimizer_map: An `OptimizerMap`, or a function that returns the optimizer of a weight, which
            it is given with its `path` and `shape`.
        loss_scale_factor: See `Optimizer`; it takes the place of the optimizers' own.
        name: A name for messages.

    Raises:
        ArgumentTypeError: What was chosen for a weight is no optimizer.
        ArgumentError: It is a `MultiOptimizer` or a `LossScaleOptimizer`.

    Example:
        >>> from pellucid.optimizers import SGD
        >>> chosen = OptimizerMap(SGD(0.1), {"encoder/.*": SGD(0.5)})
        >>> optimizer = MultiOptimizer(chosen)
        >>> weights = {"encoder/w": jnp.array(1.0), "head/w": jnp.array(1.0)}
        >>> state = optimizer.start(weights)
        >>> weights, state = optimizer.apply(weights, state, weights, optimizer.hyper(), 0)
        >>> print({path: f"{w:.1f}" for path, w in weights.items()})
        {'encoder/w': '0.5', 'head/w': '0.9'}

    There is no one learning rate: the history shows NaN, and numbers are set on the single
    optimizers. Keras: the same. PyTorch: groups of parameters, of one kind of optimizer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "loss_scale_factor": Real(0, closed="neither", optional=True)
    }
    hyperparameters = ("loss_scale_factor",)

    gradient_accumulation_steps = None  # those of the inner optimizers are theirs alone
    use_ema = False

    def __init__(  # pyright: ignore[reportMissingSuperCall]
        self, optimizer_map: Any, loss_scale_factor: float | None = None, name: str | None = None
    ) -> None:
        self._found: dict[str, Any] = {}
        self.optimizer_map = optimizer_map
        self.loss_scale_factor = loss_scale_factor
        self.name = name

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign; the scale of the loss is that of all optimizers."""
        super().__setattr__(name, value)
        if name == LOSS:
            for optimizer in self.optimizers:
                optimizer.loss_scale_factor = value

    @property
    def optimizers(self) -> list[Any]:
        """The single optimizers; those of a function are known once there are weights."""
        known = self.optimizer_map
        listed = [*known.values(), known.default_optimizer] if hasattr(known, "values") else []
        return list({id(each): each for each in (*listed, *self._found.values())}.values())

    @property
    def learning_rate(self) -> Any:
        """Not there: every optimizer has its own."""
        raise AttributeError(
            "MultiOptimizer: learning rate cannot be accessed; ask the single ones in `optimizers`."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError(
            "MultiOptimizer: learning rate cannot be set; set it on the single ones in `optimizers`."
        )

    def optimizer_of(self, path: str, shape: tuple[int, ...]) -> Any:
        """Return the optimizer of a weight; the same one whenever it is asked for.

        Args:
            path: The weight's path.
            shape: Its shape.
        """
        if path not in self._found:
            found = checked(path, self.optimizer_map(WeightPlace(path, tuple(shape))))
            found.loss_scale_factor = self.loss_scale_factor
            self._found[path] = found
        return self._found[path]

    def hyper(self) -> dict[str, Any]:
        """Return the numbers of all optimizers, `"0/learning_rate"` that of the first."""
        found = {} if self.loss_scale_factor is None else {LOSS: float(self.loss_scale_factor)}
        for place, optimizer in enumerate(self.optimizers):
            numbers = optimizer.hyper().items()
            found |= {f"{place}/{name}": number for name, number in numbers if name != LOSS}
        return found

    def learning_rate_at(self, hyper: Mapping[str, Any], step: Any) -> jax.Array:
        """Return NaN: there is no one rate."""
        return jnp.float32(jnp.nan)

    def start(self, params: Weights) -> State:
        """Return the states of all optimizers, `"0/momentum"` a slot of the first."""
        return {
            f"{place}/{name}": slot
            for place, (optimizer, own) in self._parts(params).items()
            for name, slot in optimizer.start(own).items()
        }

    def apply(
        self, grads: Weights, state: State, params: Weights, hyper: Mapping[str, Any], step: Any
    ) -> tuple[Weights, State]:
        """Do one step of every optimizer; see `Optimizer.apply`."""
        new_params, new_state = dict(params), {}
        scale = {LOSS: hyper[LOSS]} if LOSS in hyper else {}
        for place, (optimizer, own) in self._parts(params).items():
            some, numbers = {path: grads[path] for path in own}, part_of(hyper, place) | scale
            updated, slots = optimizer.apply(some, part_of(state, place), own, numbers, step)
            new_params |= updated
            new_state |= {f"{place}/{name}": slot for name, slot in slots.items()}
        return new_params, new_state

    def final_params(self, state: State, params: Weights) -> Weights:
        """Return the weights to keep after training: averages where an optimizer keeps them."""
        found = dict(params)
        for place, (optimizer, own) in self._parts(params).items():
            found |= optimizer.final_params(part_of(state, place), own)
        return found

    def _parts(self, params: Weights) -> dict[int, tuple[Any, Weights]]:
        """Return optimizers that have weights, with them, by their places in `optimizers`."""
        chosen = {path: self.optimizer_of(path, w.shape) for path, w in params.items()}
        found = {}
        for place, optimizer in enumerate(self.optimizers):
            own = {path: w for path, w in params.items() if chosen[path] is optimizer}
            if own:
                found[place] = (optimizer, own)
        return found


LOSS = "loss_scale_factor"


def part_of(named: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Return what belongs to one optimizer, by its own names.

    >>> part_of({"0/momentum": 1, "1/momentum": 2}, 1)
    {'momentum': 2}
    """
    start = f"{place}/"
    return {n.removeprefix(start): thing for n, thing in named.items() if n.startswith(start)}


def checked(path: str, optimizer: Any) -> Any:
    """Return what was chosen for a weight, or refuse it."""
    if not isinstance(optimizer, Optimizer):
        raise ArgumentTypeError(
            "MultiOptimizer",
            f"what was chosen for the weight '{path}' is no optimizer, but {optimizer!r}.",
            "return Adam()",
        )
    refuse_nested(optimizer)
    return optimizer


def refuse_nested(optimizer: Any) -> None:
    """Refuse an optimizer that stands for others.

    Raises:
        ArgumentError: It is a `LossScaleOptimizer` or a `MultiOptimizer`.
    """
    if isinstance(optimizer, (LossScaleOptimizer, MultiOptimizer)):
        raise ArgumentError(
            "MultiOptimizer",
            f"a {type(optimizer).__name__} cannot be one of several.",
            "LossScaleOptimizer(MultiOptimizer(...))",
        )
