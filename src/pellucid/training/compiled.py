"""What ``model.compile`` notes: optimizer, loss and metrics, resolved to objects but not yet tied to any data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pellucid import losses, metrics, optimizers
from pellucid.core.errors import ArgumentError

# What these names mean is known only with the targets; all other names are looked up at once.
NAMES_FOR_TARGETS = ("accuracy", "acc", "crossentropy", "ce")


@dataclass
class Compiled:
    """The choices for training.

    Attributes:
        optimizer: An optimizer object.
        loss: A loss object, or None: then it is chosen from the last layer and the targets.
        metrics: Names, objects or functions, in the given order; names are resolved when the targets are known.
    """

    optimizer: Any
    loss: Any
    metrics: list[Any] = field(default_factory=list)


def compile_choices(optimizer: Any, loss: Any, metric_choices: Any, weighted: Any) -> Compiled:
    """Resolve the arguments of ``compile``; a misspelt name is refused here, at the user's line."""
    chosen = [*as_list(metric_choices), *as_list(weighted)]
    for choice in chosen:
        if isinstance(choice, str) and choice.lower() not in NAMES_FOR_TARGETS:
            metrics.get(choice)
    return Compiled(optimizers.get(optimizer), None if loss is None else losses.get(loss), chosen)


def as_list(choices: Any) -> list[Any]:
    """Turn None, one choice or several into a list.

    >>> as_list("accuracy"), as_list(None)
    (['accuracy'], [])
    """
    if choices is None:
        return []
    if isinstance(choices, dict):
        raise ArgumentError(
            "compile",
            "metrics by output name need a model with several outputs; this one has one output.",
            "metrics=['accuracy']",
        )
    return list(choices) if isinstance(choices, (list, tuple)) else [choices]


def resolve_metrics(choices: list[Any], loss: Any, y: Any, outputs: Any) -> tuple[Any, ...]:
    """Turn the choices into metric objects for these targets and outputs; equal names get numbers."""
    found = [metrics.get(choice, loss=loss, y_true=y, y_pred=outputs) for choice in choices]
    resolved = [metric for metric in found if metric is not None]
    names: set[str] = {"loss"}
    for metric in resolved:
        base, number = metric.name, 1
        while metric.name in names:
            metric.name = f"{base}_{number}"
            number += 1
        names.add(metric.name)
    return tuple(resolved)
