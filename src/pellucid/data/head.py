"""The last layer as the target check sees it, and what a loss may stand on.

Some pairs of last layer and loss are wrong whatever the targets are: a softmax of one unit is always 1; a loss that
applies the softmax itself (``from_logits=True``) behind a softmax trains on the softmax of a softmax. Nothing crashes,
and nothing is learnt; so they are refused here, before anything compiles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pellucid.core.errors import TargetError

_INF = math.inf

RANGES: dict[str, tuple[float, float]] = {
    "linear": (-_INF, _INF),
    "identity": (-_INF, _INF),
    "leaky_relu": (-_INF, _INF),
    "tanh_shrink": (-_INF, _INF),
    "soft_shrink": (-_INF, _INF),
    "hard_shrink": (-_INF, _INF),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "sparse_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "sparsemax": (0.0, 1.0),
    "step": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "sign": (-1.0, 1.0),
    "relu": (0.0, _INF),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, _INF),
    "sparse_plus": (0.0, _INF),
    "squareplus": (0.0, _INF),
    "exponential": (0.0, _INF),
    "log_softmax": (-_INF, 0.0),
    "log_sigmoid": (-_INF, 0.0),
    "elu": (-1.0, _INF),
    "celu": (-1.0, _INF),
    "selu": (-1.7580993, _INF),
    "gelu": (-0.1700408, _INF),
    "silu": (-0.2784645, _INF),
    "swish": (-0.2784645, _INF),
    "mish": (-0.3088439, _INF),
    "hard_silu": (-0.375, _INF),
    "hard_swish": (-0.375, _INF),
}
"""Activation -> the closed interval of its outputs; names as in ``pellucid.activations``, default arguments."""


@dataclass(frozen=True)
class Head:
    """The last layer of a model.

    Args:
        layer: Its name, for messages.
        activation: The name of its activation, ``"linear"`` without one, None when it is not known (a layer or
            function of one's own); then only shapes and ranges are checked.
        shape: Its output shape without the batch axis, e.g. ``(10,)``; unknown sizes are None.

    >>> Head("dense_1", "softmax", (10,)).describe()
    "layer 'dense_1' (softmax, 10 units)"
    """

    layer: str
    activation: str | None
    shape: tuple[int | None, ...]

    @property
    def units(self) -> int | None:
        """The size of the last axis; 1 for an output without a feature axis."""
        return self.shape[-1] if self.shape else 1

    @property
    def range(self) -> tuple[float, float]:
        """The closed interval in which the outputs lie; everything when the activation is not known."""
        return RANGES.get(self.activation or "linear", (-_INF, _INF))

    @property
    def known(self) -> bool:
        """Whether the activation is one whose range is known."""
        return self.activation in RANGES

    def describe(self) -> str:
        """Name the layer in a message."""
        units = "1 unit" if self.units == 1 else f"{self.units} units"
        size = units if len(self.shape) <= 1 else f"output shape {self.shape}"
        return f"layer '{self.layer}' ({self.activation or 'own activation'}, {size})"


def refuse(head: Head, loss: Any, problem: str, repair: str) -> TargetError:
    """Build the error that names layer, loss, what is wrong and the line that repairs it."""
    return TargetError(f"Targets, {head.describe()} and loss {loss_name(loss)}", problem, repair)


def loss_name(loss: Any) -> str:
    """Return the lower-case name of a loss for messages."""
    return str(getattr(loss, "name", None) or type(loss).__name__)


def check_head(head: Head, loss: Any) -> None:
    """Refuse a last layer and a loss that cannot go together, whatever the targets are.

    Args:
        head: The last layer.
        loss: A loss with the attributes ``target``, ``head``, ``from_logits`` (optional) and ``name``.

    Raises:
        TargetError: With the one line that repairs it.

    >>> class Loss:
    ...     name, target, head, from_logits = "binary_crossentropy", "binary", "sigmoid", False
    >>> check_head(Head("dense", "sigmoid", (1,)), Loss)
    """
    if head.activation == "softmax" and head.units == 1:
        raise refuse(
            head,
            loss,
            "a softmax over one unit is always 1, so nothing can be learnt.",
            f"for yes/no targets: {dense(1, 'sigmoid')} with loss='binary_crossentropy'; for numbers: {dense(1)}",
        )
    if not head.known:
        return
    if getattr(loss, "from_logits", False):
        _check_logits(head, loss)
    elif loss.head == "softmax":
        _check_softmax(head, loss)
    elif loss.head == "sigmoid":
        _check_probability(head, loss)
    elif loss.target == "count" and "poisson" in type(loss).__name__.lower() and head.range[0] < 0:
        raise refuse(
            head,
            loss,
            f"the Poisson loss takes the logarithm of the prediction, but {head.activation} can be negative.",
            dense(head.units, "exponential"),
        )


def dense(units: int | None, activation: str | None = None) -> str:
    """Write a last layer for a repair line.

    >>> dense(3, "softmax"), dense(1)
    ("Dense(3, activation='softmax')", 'Dense(1)')
    """
    return f"Dense({units}, activation='{activation}')" if activation else f"Dense({units})"


def _check_logits(head: Head, loss: Any) -> None:
    if head.range == (-_INF, _INF):
        return
    twice = head.activation in ("softmax", "sigmoid", "hard_sigmoid", "log_softmax", "log_sigmoid")
    keep = f" or from_logits=False in {type(loss).__name__}" if twice else ""
    why = (
        f"behind {head.activation} it would be applied twice"
        if twice
        else f"{head.activation} gives only {interval(head.range)}, but logits must be free"
    )
    raise refuse(
        head,
        loss,
        f"from_logits=True means that the loss applies the softmax or sigmoid itself; {why}.",
        f"leave the activation out, {dense(head.units)}{keep}",
    )


def _check_softmax(head: Head, loss: Any) -> None:
    if head.activation in ("softmax", "sparsemax") or (summed_up(head, loss) and head.units != 1):
        return
    if head.units == 1:
        raise refuse(
            head,
            loss,
            "one unit cannot give one probability per class.",
            f"for two classes: {dense(1, 'sigmoid')} with loss='binary_crossentropy'; for k classes: "
            "Dense(k, activation='softmax')",
        )
    if head.activation in ("linear", "identity"):
        raise _needs_logits(head, loss, "softmax")
    raise refuse(
        head,
        loss,
        f"the loss needs probabilities that sum to one over the classes; {head.activation} does not give them.",
        dense(head.units, "softmax"),
    )


def summed_up(head: Head, loss: Any) -> bool:
    """Tell whether the loss itself has to make the outputs sum to one, as behind a sigmoid for each class.

    That is well defined, and old course programs do it, so it is said but not refused.
    """
    return loss.head == "softmax" and head.activation == "sigmoid"


def _check_probability(head: Head, loss: Any) -> None:
    if head.range == (0.0, 1.0):
        return
    if head.activation in ("linear", "identity"):
        raise _needs_logits(head, loss, "sigmoid")
    raise refuse(
        head,
        loss,
        f"the loss needs probabilities from 0 to 1; {head.activation} gives {interval(head.range)}.",
        dense(head.units, "sigmoid"),
    )


def _needs_logits(head: Head, loss: Any, activation: str) -> TargetError:
    return refuse(
        head,
        loss,
        "the loss needs probabilities, but a linear layer gives any number.",
        f"loss=pellucid.losses.{type(loss).__name__}(from_logits=True) or {dense(head.units, activation)}",
    )


def interval(limits: tuple[float, float]) -> str:
    """Say an interval in words.

    >>> interval((0.0, 1.0)), interval((0.0, float("inf"))), interval((-float("inf"), 0.0))
    ('numbers from 0 to 1', 'numbers of at least 0', 'numbers of at most 0')
    """
    low, high = limits
    if low == -_INF:
        return f"numbers of at most {high:g}" if high < _INF else "any numbers"
    return f"numbers of at least {low:g}" if high == _INF else f"numbers from {low:g} to {high:g}"
