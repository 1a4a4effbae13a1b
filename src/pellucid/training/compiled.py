"""What ``model.compile`` notes: optimizer, loss and metrics, resolved to objects but not yet tied to any data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pellucid import losses, metrics, optimizers
from pellucid.core.errors import ArgumentError
from pellucid.training.outputs import Names, Outputs, as_dict, choices_by_output
from pellucid.training.several import MetricOfOutput, MetricOfPositions, SeveralLosses

# What these names mean is known only with the targets; all other names are looked up at once.
NAMES_FOR_TARGETS = ("accuracy", "acc", "crossentropy", "ce")


@dataclass
class Compiled:
    """The choices for training.

    Attributes:
        optimizer: An optimizer object.
        loss: A loss object; a list or dict of them for several outputs; or None: then it is chosen from the last layer
            and the targets.
        metrics: Names, objects or functions, in the given order, for several outputs in lists or a dict; names are
            resolved when the targets are known.
        loss_weights: None, or the weights of the losses.
        weighted_metrics: Further metrics by output, where they are not simply joined to ``metrics``.
    """

    optimizer: Any
    loss: Any
    metrics: Any = field(default_factory=list)
    loss_weights: Any = None
    weighted_metrics: Any = None


def compile_choices(
    optimizer: Any,
    loss: Any,
    metric_choices: Any,
    weighted: Any,
    loss_weights: Any = None,
    names: Names = None,
) -> Compiled:
    """Resolve the arguments of ``compile``; a misspelt name is refused here, at the user's line.

    Args:
        optimizer: As for ``compile``.
        loss: As for ``compile``.
        metric_choices: The metrics.
        weighted: The weighted metrics.
        loss_weights: As for ``compile``.
        names: The names of the outputs, where the model has several and knows them already.
    """
    for choice in (*leaves_of(metric_choices), *leaves_of(weighted)):
        if isinstance(choice, str) and choice.lower() not in NAMES_FOR_TARGETS:
            metrics.get(choice)
    found = mapped(losses.get, loss)
    check_weights(loss_weights)
    compiled = Compiled(optimizers.get(optimizer), found, metric_choices, loss_weights, weighted)
    if is_flat(metric_choices) and is_flat(weighted):
        joined = [*as_list(metric_choices), *as_list(weighted)]
        compiled.metrics, compiled.weighted_metrics = joined, None
    if names is not None and len(names) > 1:
        losses_by_output(compiled, names)
        for argument in ("metrics", "weighted_metrics"):
            metrics_by_output(argument, getattr(compiled, argument), names)
    return compiled


def mapped(function: Callable[[Any], Any], choices: Any) -> Any:
    """Apply a function to one choice or to each of a list or dict; None stays None.

    >>> mapped(len, {"a": "one", "b": None})
    {'a': 3, 'b': None}
    """
    if choices is None:
        return None
    if isinstance(choices, (list, tuple)):
        return [mapped(function, choice) for choice in choices]
    if isinstance(choices, Mapping) and "class_name" not in choices:
        return {name: mapped(function, choice) for name, choice in choices.items()}
    return function(choices)


def leaves_of(choices: Any) -> list[Any]:
    """Return the single choices of a list or dict of them."""
    found: list[Any] = []
    mapped(found.append, choices)
    return found


def is_flat(choices: Any) -> bool:
    """Tell whether choices are one, or a list of single ones."""
    return not isinstance(choices, Mapping) and not any(
        isinstance(choice, (list, tuple, Mapping, type(None))) for choice in as_list(choices)
    )


def as_list(choices: Any) -> list[Any]:
    """Turn None, one choice or several into a list.

    >>> as_list("accuracy"), as_list(None)
    (['accuracy'], [])
    """
    if choices is None:
        return []
    return list(choices) if isinstance(choices, (list, tuple)) else [choices]


def check_weights(weights: Any) -> None:
    """Refuse loss weights that are no finite numbers."""
    for weight in leaves_of(weights):
        number = isinstance(weight, (int, float, np.number)) and not isinstance(weight, bool)
        if not number or not np.isfinite(weight):
            raise ArgumentError(
                "compile",
                f"`loss_weights` must be numbers, but one is {weight!r}.",
                "loss_weights={'main': 1.0, 'help': 0.3}",
            )


def losses_by_output(compiled: Compiled, names: tuple[str, ...]) -> dict[str, Any]:
    """Return each output's loss, or None: one loss is for all, a list or dict says which."""
    if compiled.loss is None or isinstance(compiled.loss, losses.Loss):
        return dict.fromkeys(names, compiled.loss)
    return choices_by_output("compile", "loss", compiled.loss, names)


def weights_by_output(compiled: Compiled, names: tuple[str, ...]) -> dict[str, float]:
    """Return each output's loss weight; what is not said weighs 1."""
    if compiled.loss_weights is None:
        return dict.fromkeys(names, 1.0)
    found = choices_by_output("compile", "loss_weights", compiled.loss_weights, names, 1.0)
    return {name: 1.0 if weight is None else float(weight) for name, weight in found.items()}


def metrics_by_output(argument: str, choices: Any, names: tuple[str, ...]) -> dict[str, list[Any]]:
    """Return each output's choices of metrics; a flat list must have one entry for each output, as in Keras."""
    if not as_list(choices):
        return {name: [] for name in names}
    if not isinstance(choices, Mapping) and len(as_list(choices)) != len(names):
        raise ArgumentError(
            "compile",
            f"the model has {len(names)} outputs, and `{argument}` does not say which are for which.",
            f"{argument}={as_dict(names).replace('...', '[...]')}",
        )
    found = choices_by_output("compile", argument, choices, names)
    return {name: as_list(choice) for name, choice in found.items()}


def loss_of_one(compiled: Compiled, name: str) -> Any:
    """Return the loss of a model with one output, which may stand in a list or dict of one."""
    return of_one("loss", compiled.loss, name)


def of_one(argument: str, choices: Any, name: str) -> Any:
    """Return the choice for the only output."""
    if isinstance(choices, (list, tuple, Mapping)):
        return choices_by_output("compile", argument, choices, (name,))[name]
    return choices


def resolve_metrics(compiled: Compiled, loss: Any, y: Any, outputs: Outputs) -> tuple[Any, ...]:
    """Turn the choices into metric objects for these targets and outputs; equal names get numbers.

    Args:
        compiled: What ``compile`` noted.
        loss: The loss in use, or the losses of several outputs.
        y: Specs of the targets, several by name.
        outputs: The model's outputs.
    """
    if outputs.names is None:
        name = outputs.heads.layer
        chosen = compiled.metrics
        if isinstance(chosen, Mapping) or not is_flat(chosen):
            chosen = of_one("metrics", chosen, name)
        extra = of_one("weighted_metrics", compiled.weighted_metrics, name)
        chosen = [*as_list(chosen), *as_list(extra)]
        found = [metrics.get(each, loss=loss, y_true=y, y_pred=outputs.specs) for each in chosen]
        found = [metric for metric in found if metric is not None]
        return numbered(by_position(found, outputs.masked))
    found = []
    for argument in ("metrics", "weighted_metrics"):
        by_output = metrics_by_output(argument, getattr(compiled, argument), outputs.names)
        found += [
            MetricOfOutput(name, metric, metric.name if len(outputs.names) == 1 else None)
            for name, choices in by_output.items()
            for metric in metrics_of_output(choices, loss, name, y, outputs)
        ]
    return tuple(sorted(numbered(found), key=lambda metric: metric.name))


def metrics_of_output(
    choices: list[Any], loss: SeveralLosses, name: str, y: Any, outputs: Outputs
) -> list[Any]:
    """Return the metrics of one of several outputs."""
    own = loss.losses.get(name) if loss is not None else None
    found = [
        metrics.get(choice, loss=own, y_true=y[name], y_pred=outputs.specs[name])
        for choice in choices
    ]
    found = [metric for metric in found if metric is not None]
    return by_position(found, outputs.masked[name])


def by_position(found: list[Any], masked: bool) -> list[Any]:
    """Return metrics that count valid positions, where an output has masked ones."""
    return [MetricOfPositions(metric) for metric in found] if masked else found


def numbered(found: list[Any]) -> tuple[Any, ...]:
    """Give metrics of equal names numbers."""
    names: set[str] = {"loss"}
    for metric in found:
        base, number = metric.name, 1
        while metric.name in names:
            metric.name = f"{base}_{number}"
            number += 1
        names.add(metric.name)
    return tuple(found)
