"""What a loss would be without any learning: of the best constant answer, and of answers that know nothing.

A network that reaches no more than the best constant answer has found nothing in its inputs, whatever its loss is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from pellucid.insight.doctor.checks.kinds import ONE_HOT_LOSSES, SPARSE_LOSSES
from pellucid.insight.doctor.checks.tasks import loss_of, targets, task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Output


def constant_loss(output: Output, values: np.ndarray) -> float | None:
    """Return the lowest loss that one and the same answer to all rows can have; None for losses it is not known of.

    Equations, with the mean over entries and columns: squared error, the variance; absolute error, the distance from
    the median; cross-entropy, the entropy of the shares of the classes; Poisson, ``mean(m - y ln m)`` at the mean m.

    Args:
        output: The output, for its loss.
        values: Targets, ``(entries, numbers)``, labels as one whole number each.

    >>> output = Output("", None, (1,), "linear", "mean_squared_error")
    >>> constant_loss(output, np.array([[0.0], [2.0]]))
    1.0
    """
    name = loss_of(output)
    if name in SPARSE_LOSSES:
        return entropy(np.unique(values, return_counts=True)[1] / max(len(values), 1))
    if name in ONE_HOT_LOSSES and "focal" not in name and "generalized" not in name:
        return entropy(values.mean(axis=0)) if values.shape[1] > 1 else None
    rule = RULES.get(name or "")
    if rule is None or not np.all(np.isfinite(values)) or not values.size:
        return None
    return float(rule(values))


def entropy(shares: np.ndarray) -> float:
    """Return the entropy of shares that sum to 1, in nats.

    >>> entropy(np.array([0.5, 0.5, 0.0]))
    0.6931471805599453
    """
    present = shares[shares > 0]
    return float(-(present * np.log(present)).sum())


def _binary(values: np.ndarray) -> float:
    shares = np.clip(values.mean(axis=0), 1e-12, 1 - 1e-12)
    return float(-(shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).mean())


def _poisson(values: np.ndarray) -> float:
    means = np.maximum(values.mean(axis=0), 1e-12)
    return float((means - values * np.log(means)).mean())


def _logarithmic(values: np.ndarray) -> float:
    return float(np.log1p(np.maximum(values, 0)).var(axis=0).mean())


RULES: dict[str, Callable[[np.ndarray], float]] = {
    "mean_squared_error": lambda values: float(values.var(axis=0).mean()),
    "half_squared_error": lambda values: float(values.var(axis=0).mean() / 2),
    "mean_absolute_error": lambda values: float(np.abs(values - np.median(values, axis=0)).mean()),
    "mean_squared_logarithmic_error": _logarithmic,
    "binary_crossentropy": _binary,
    "poisson": _poisson,
}


def entries(rows: np.ndarray, output: Output) -> np.ndarray:
    """Return targets as the loss takes them as ``(entries, numbers)``: one entry a row, or a row and step."""
    units = output.units or 1
    wide = rows.ndim > 1 and rows.shape[-1] == units and rows.ndim == len(output.shape) + 1
    return np.asarray(rows, float).reshape(-1, units if wide else 1)


def of_all_rows(facts: Facts) -> float | None:
    """Return what the best constant answer reaches on the training rows; None where nobody can say.

    Silent with several outputs, weights of rows or classes, smoothed labels and losses of one's own.
    """
    if len(facts.outputs) != 1 or facts.fit.weighted or facts.fit.class_weight:
        return None
    output = facts.outputs[0]
    task = task_of(facts, output)
    if task is None or task.kind in ("signs", "shares") or smooth(output):
        return None
    column = targets(facts, output)
    if loss_of(output) in SPARSE_LOSSES or column is None:
        return constant_loss(output, task.labels.reshape(-1, 1))
    return constant_loss(output, entries(column.rows, output))


def smooth(output: Output) -> bool:
    """Tell whether the loss smooths labels, which shifts every loss."""
    return bool(output.loss_arguments.get("label_smoothing"))


@dataclass(frozen=True)
class Blind:
    """What answers that know nothing reach.

    Attributes:
        words: How it is called: ``"ln(10)"``.
        loss: The loss of equal shares for all classes.
    """

    words: str
    loss: float


def blind(output: Output) -> Blind | None:
    """Return the cross-entropy of equal shares for all classes; None for other losses.

    >>> blind(Output("", None, (10,), "softmax", "sparse_categorical_crossentropy"))
    Blind(words='ln(10)', loss=2.302585092994046)
    """
    name, units = loss_of(output), output.units or 1
    if name == "binary_crossentropy":
        return Blind("ln(2)", log(2))
    if name in SPARSE_LOSSES | {"categorical_crossentropy"} and units > 1:
        return Blind(f"ln({units})", log(units))
    return None
