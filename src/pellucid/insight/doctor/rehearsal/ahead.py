"""Whether a network that is to tell the next step of a row has that step before it."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.insight.doctor.rehearsal.look import with_inputs
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.insight.doctor.rehearsal.turning import with_noise

Arrays = dict[str, Any]

NEARLY_ALL = 0.95
"""Share of the targets that have to be the next step of the inputs; the rest may be marked, cut off or unknown."""
MOVING = 0.1
"""Share of the steps that have to differ from the one before: padding and still numbers are their own next step."""


def is_next_step(stage: Stage) -> bool:
    """Tell whether a row's targets are the inputs of the next step, with a target for each step."""
    inputs, targets, _ = stage.arrays["batch"]
    return bool(answers(inputs, targets))


def answers(inputs: Any, targets: Any) -> list[int]:
    """Return which of the inputs' arrays hold the targets one step later.

    >>> text = np.array([[3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8]])
    >>> answers(text[:, :-1], text[:, 1:]), answers(text, text)
    ([0], [])
    """
    if not isinstance(targets, np.ndarray):
        return []
    return [place for place, array in enumerate(jax.tree.leaves(inputs)) if holds(array, targets)]


def holds(inputs: np.ndarray, targets: np.ndarray) -> bool:
    """Tell whether nearly all targets are the inputs one step later, also where that differs from the step itself."""
    is_row = inputs.ndim in (2, 3) and targets.ndim in (2, 3) and inputs.shape[1] >= 4
    if not is_row or targets.shape[:2] != inputs.shape[:2]:
        return False
    came, wanted = steps_of(inputs), steps_of(targets)
    if inputs.ndim == 2 and wanted.shape[2] > 1:  # ids, and targets that are one-hot
        wanted = wanted.argmax(axis=2)[..., None]
    if came.shape != wanted.shape:
        return False
    size = 1e-5 * float(np.abs(came).max(initial=0))
    equal = np.all(np.abs(wanted[:, :-1] - came[:, 1:]) <= size, axis=2)
    moves = np.any(np.abs(came[:, 1:] - came[:, :-1]) > size, axis=2)
    is_moving = moves.mean() >= MOVING
    return bool(is_moving and min(equal.mean(), equal[moves].mean()) >= NEARLY_ALL)


def steps_of(array: np.ndarray) -> np.ndarray:
    """Return rows as ``(rows, steps, features)``."""
    return np.asarray(array, float).reshape(*array.shape[:2], -1)


def other_ends(arrays: Arrays) -> tuple[Arrays, Arrays]:
    """Return a stage's arrays, to be looked at, and the same with the second half of each row taken from another.

    The weights are the model's with some noise, because what is added to the rows may begin with zeros. Of several
    inputs only those are changed that hold the targets: others may be read as a whole.
    """
    inputs, targets, _ = arrays["batch"]
    leaves, structure = jax.tree.flatten(inputs)
    for place in answers(inputs, targets):
        whole = leaves[place]
        half = whole.shape[1] // 2
        ends = np.roll(whole[:, half:], 1, axis=0)
        leaves[place] = np.concatenate([whole[:, :half], ends], axis=1)
    given = with_noise(arrays)
    return given, with_inputs(given, jax.tree.unflatten(structure, leaves))


def change_by_ends(both: tuple[Arrays, Arrays]) -> float | None:
    """Return the largest change in the first half of the steps, relative to the outputs' spread.

    None where the outputs hardly differ, have no steps, or are no numbers.

    >>> given = np.arange(8.0).reshape(2, 4, 1)
    >>> change_by_ends(({"": given}, {"": given + [[0], [0], [3], [3]]}))
    0.0
    """
    worst = None
    for name, array in both[0].items():
        given, other = np.asarray(array, float), np.asarray(both[1][name], float)
        if given.ndim < 2 or not np.isfinite([given, other]).all():
            continue
        spread = float(np.std(given, axis=0).max(initial=0))
        if not spread > 1e-3 * np.abs(given).max(initial=0):
            continue
        half = given.shape[1] // 2
        change = float(np.abs(other[:, :half] - given[:, :half]).max(initial=0))
        worst = max(worst or 0.0, change / spread)
    return worst
