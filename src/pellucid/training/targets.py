"""Targets and sample weights of one output or of several, fitted to last layers and losses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pellucid import losses
from pellucid.core.errors import ArgumentError, DataError, ShapeError, TargetError
from pellucid.data.arrays import as_inputs, check_length
from pellucid.data.splits import class_weights
from pellucid.data.targets import AS_IT_STANDS, fit_targets
from pellucid.training.outputs import Outputs, as_dict, choices_by_output

Arrays = dict[str, Any]


@dataclass
class Fitted:
    """Targets as a program takes them.

    Attributes:
        y: The targets: of the one output, by name, or None.
        weight: Sample weights: None, one per row for all outputs, or by name.
        classes: Labels in the order of their indices; by name for several outputs.
        notes: What was changed on the user's behalf.
    """

    y: Any
    weight: Any
    classes: Any = None
    notes: list[str] = field(default_factory=list)


def fit_all(
    inputs: Any,
    y: Any,
    outputs: Outputs,
    loss: Any,
    measured: frozenset[str],
    *,
    classes: Any,
    sample_weight: Any,
    class_weight: Any = None,
) -> Fitted:
    """Fit targets and sample weights to the outputs.

    Args:
        inputs: The inputs as arrays.
        y: Targets as the user gave them.
        outputs: The model's outputs.
        loss: The loss, the losses of several outputs, or None where the model's own code takes the targets as they are.
        measured: Those of several outputs that have metrics, and so need targets.
        classes: The labels of a model that is already fitted.
        sample_weight: As for ``fit``.
        class_weight: As for ``fit``.
    """
    if outputs.names is not None and loss is not None:
        _refuse_class_weight(class_weight)
        return _several(inputs, y, outputs, loss, measured, classes, sample_weight)
    y, sample_weight = _alone(y, outputs), _alone(sample_weight, outputs)
    if y is None or loss is None:
        _refuse_class_weight(class_weight)
        arrays = None if y is None else as_inputs(y, "y")
        if y is not None:
            check_length(inputs, arrays, "y")
        return Fitted(arrays, combined_weight(inputs, sample_weight, None, None), classes)
    check_length(inputs, y, "y")
    fitted = fit_targets(y, head=outputs.heads, loss=loss, classes=classes, strict=outputs.strict)
    weight = combined_weight(inputs, sample_weight, class_weight, fitted)
    return Fitted(fitted.array, weight, fitted.classes, [fitted.note] if fitted.note else [])


def _alone(given: Any, outputs: Outputs) -> Any:
    """Return what is given for the only output, which may stand in a dict of one."""
    if outputs.names is None and isinstance(given, dict) and set(given) == {outputs.heads.layer}:
        return next(iter(given.values()))
    return given


def _refuse_class_weight(class_weight: Any) -> None:
    if class_weight is not None:
        raise ArgumentError(
            "fit",
            "`class_weight` needs one output with a loss and class labels.",
            "sample_weight={'output': weights}, one weight per row: "
            "pellucid.data.class_weights(y, class_weight)",
        )


def _several(
    inputs: Any,
    y: Any,
    outputs: Outputs,
    loss: Any,
    measured: frozenset[str],
    classes: Any,
    sample_weight: Any,
) -> Fitted:
    wanted = [name for name in outputs.names or () if name in loss.losses or name in measured]
    fitted, labels, notes = {}, {}, []
    if hasattr(y, "shape") and len(wanted) > 1 and not outputs.strict:
        notes.append(f"{AS_IT_STANDS}: one `y` is the target of the outputs {', '.join(wanted)}.")
        y = dict.fromkeys(wanted, y)
    alone = len(wanted) == 1 and hasattr(y, "shape")  # the only output with a loss needs no name
    given = by_output("y", {wanted[0]: y} if alone else y, outputs)
    for name in wanted:
        where = f"y['{name}']"
        if given[name] is None:
            raise TargetError(
                f"Output '{name}'",
                f"it has a {'loss' if name in loss.losses else 'metric'}, but there are no targets for it.",
                f"y={as_dict(tuple(wanted))}; an output without a loss: loss={{...}} without '{name}'",
            )
        check_length(inputs, given[name], where)
        found = fit_targets(
            given[name],
            head=outputs.heads[name],
            loss=loss.losses.get(name) or losses.Loss(),
            classes=(classes or {}).get(name),
            name=where,
            strict=outputs.strict,
        )
        fitted[name], labels[name] = found.array, found.classes
        if found.note:
            notes.append(found.note)
    return Fitted(fitted, _weights(inputs, sample_weight, outputs), labels, notes)


def by_output(argument: str, given: Any, outputs: Outputs) -> dict[str, Any]:
    """Return what is given for each output; an output that a dict leaves out gets None."""
    names = outputs.names or ()
    if given is None:
        return dict.fromkeys(names)
    if len(names) == 1 and not isinstance(given, (list, tuple, dict)):
        return {names[0]: given}
    return choices_by_output("fit", argument, given, names)


def _weights(inputs: Any, sample_weight: Any, outputs: Outputs) -> Any:
    """Return sample weights by output, or one array for all."""
    several = isinstance(sample_weight, dict) or (
        isinstance(sample_weight, (list, tuple))
        and any(part is None or np.ndim(part) > 0 for part in sample_weight)
    )
    if not several:
        return combined_weight(inputs, sample_weight, None, None)
    given = by_output("sample_weight", sample_weight, outputs)
    return {
        name: combined_weight(inputs, part, None, None, f"sample_weight['{name}']")
        for name, part in given.items()
    }


def combined_weight(
    inputs: Any, sample_weight: Any, class_weight: Any, targets: Any, name: str = "sample_weight"
) -> Any:
    """Return weights of rows or of their positions, or None: ``sample_weight`` times the weight of the row's class."""
    weight = None
    if sample_weight is not None:
        count = check_length(inputs, sample_weight, name)
        weight = np.asarray(sample_weight, np.float32)
        weight = weight[:, 0] if weight.ndim == 2 and weight.shape[1] == 1 else weight
        steps = np.shape(getattr(targets, "array", weight))[1:2]
        if weight.shape not in ((count,), (count, *steps)):
            raise ShapeError(
                "fit",
                f"{name} has shape {weight.shape}; it must be one number per row, ({count},), or in a series one "
                "per step, (rows, steps).",
            )
        if not np.isfinite(weight).all() or (weight < 0).any():
            raise DataError("fit", f"{name} has negative, infinite or NaN entries.")
    if class_weight is not None:
        by_class = class_weights(targets.array, class_weight, targets.classes)
        weight = by_class if weight is None else (weight.T * by_class).T
    return None if weight is None else np.asarray(weight, np.float32)
