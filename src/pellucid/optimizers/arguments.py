"""What optimizers take: the shared arguments, their limits, and other libraries' names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.limits import Boolean, Instance, Integer, Limit, Real


class OptionsBesideDecay(TypedDict, total=False):
    """The keyword arguments that all optimizers share, without `weight_decay`."""

    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    no_weight_decay: Sequence[str]
    name: str | None


class Options(OptionsBesideDecay, total=False):
    """The keyword arguments that all optimizers share; `Optimizer` explains them."""

    weight_decay: float | None


@dataclass(frozen=True)
class Rate(Real):
    """A number of at least 0, or something that gives the number of a step."""

    low: float = 0.0

    def describe(self) -> str:
        """Say in words what is allowed."""
        return "a number of at least 0, a schedule, or a function of the step"

    def allows(self, value: Any) -> bool:
        """Tell whether `value` is a rate."""
        return callable(value) or super().allows(value)


DECAY = Real(0, 1, closed="left")
"""Limits of a decay rate of moving averages: at 1 nothing new would ever enter."""

POSITIVE = Real(0, closed="neither")

LIMITS: dict[str, Limit] = {
    "learning_rate": Rate(),
    "weight_decay": Real(0, optional=True),
    "clipnorm": Real(0, closed="neither", optional=True),
    "clipvalue": Real(0, closed="neither", optional=True),
    "global_clipnorm": Real(0, closed="neither", optional=True),
    "use_ema": Boolean(),
    "ema_momentum": Real(0, 1),
    "ema_overwrite_frequency": Integer(1, optional=True),
    "loss_scale_factor": Real(0, closed="neither", optional=True),
    "gradient_accumulation_steps": Integer(2, optional=True),
    "no_weight_decay": Instance((list, tuple), "a list of names"),
    "name": Instance((str,), "a string", optional=True),
}

FOREIGN = {
    "lr": "learning_rate=",
    "betas": "beta_1= and beta_2=",
    "eps": "epsilon=",
    "alpha": "rho=",
    "clip_value": "clipvalue=",
    "clip_norm": "clipnorm=",
    "max_grad_norm": "global_clipnorm=",
    "dampening": "a smaller momentum=",
    "decay": "learning_rate=schedules.InverseTimeDecay(...)",
}
"""Arguments of PyTorch, of older Keras and of Optax, to what is meant here."""


def check_names(who: str, arguments: dict[str, Any], known: Sequence[str]) -> None:
    """Refuse arguments that belong to other libraries, and say their name here.

    Raises:
        ArgumentTypeError: Such an argument was given.
    """
    for name in arguments:
        if name in FOREIGN and name not in known:
            raise ArgumentTypeError(
                who,
                f"there is no argument `{name}`; the arguments are: {', '.join(known)}.",
                f"write {FOREIGN[name]} instead of {name}=",
            )


def check_clipping(who: str, arguments: dict[str, Any]) -> None:
    """Refuse two kinds of clipping at once.

    Raises:
        ArgumentError: More than one of the three was given.
    """
    kinds = ("clipnorm", "clipvalue", "global_clipnorm")
    given = [f"`{kind}`" for kind in kinds if arguments.get(kind) is not None]
    if len(given) > 1:
        raise ArgumentError(
            who,
            "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be used at a time, "
            f"but {' and '.join(given)} were given.",
            f"keep {given[-1]} alone",
        )
