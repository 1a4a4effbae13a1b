"""A program of the rehearsal for losses of the user's own: do they ask for the targets, and are they means?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.training.objective import Head, loss_of
from pellucid.training.rehearsal import is_own
from pellucid.training.several import SeveralLosses, weight_of

Arrays = dict[str, Any]

NEAR = 0.9
"""How far outputs go towards targets: on the way between them they stay in the range of the last activation."""


def asks_of(stage: Stage, name: str = "") -> Callable[[Arrays, Any, Any], Arrays]:
    """Return the function of the stage's arrays, one output and its targets that gives five losses.

    ``name`` says which of several outputs; ``""`` is the only one. ``right`` is the loss of outputs that went most of
    the way to their own targets, ``wrong`` that of the same outputs dealt to other rows; ``whole`` and ``halves`` are
    those of the outputs as they are.
    """
    criterion = own_loss(stage, name)

    def asks(arrays: Arrays, outputs: Any, wanted: Any) -> Arrays:
        _, y, weight = arrays["batch"]
        numbers = arrays["hyper"]["loss"]
        if name:
            y, weight, numbers = y[name], weight_of(weight, name), numbers[name]

        def loss(given: Any, rows: slice = slice(None)) -> Any:
            head = Head(given[rows], given[rows], None)
            counts = None if weight is None else weight[rows]
            return loss_of(criterion, head, y[rows], counts, numbers)

        near, half = outputs + NEAR * (wanted - outputs), len(outputs) // 2
        return {
            "right": loss(near),
            "wrong": loss(dealt(near)),
            "whole": loss(outputs, slice(2 * half)),
            "halves": (loss(outputs, slice(half)), loss(outputs, slice(half, 2 * half))),
        }

    return asks


def own_loss(stage: Stage, name: str) -> Any:
    """Return an output's loss if it is the user's own, or None."""
    loss = stage.aim.loss
    if isinstance(loss, SeveralLosses):
        loss = loss.losses.get(name)
    return loss if loss is not None and is_own(loss) else None


def dealt(rows: Any) -> Any:
    """Return to each row what belongs to another one, half a batch further on."""
    return jnp.roll(rows, len(rows) // 2, axis=0)


def wanted_of(outputs: np.ndarray, targets: Any) -> np.ndarray | None:
    """Return targets in the shape of outputs, labels as rows with a single 1; None where they do not fit.

    >>> wanted_of(np.zeros((2, 3)), np.array([2, 0])).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    >>> wanted_of(np.zeros((2, 1)), np.array([0.5, 2.0])).tolist()
    [[0.5], [2.0]]
    """
    if not isinstance(targets, np.ndarray) or targets.dtype.kind not in "biuf":
        return None
    if targets.size == outputs.size:
        return targets.reshape(outputs.shape).astype(outputs.dtype)
    classes = outputs.shape[-1]
    labels = targets.astype(int)
    is_label = np.array_equal(labels, targets) and labels.size and 0 <= labels.min() <= labels.max()
    if targets.size * classes != outputs.size or not is_label or labels.max() >= classes:
        return None
    return np.eye(classes, dtype=outputs.dtype)[labels.reshape(outputs.shape[:-1])]
