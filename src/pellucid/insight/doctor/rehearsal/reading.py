"""What the programs of a rehearsal gave, as plain numbers."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.data.arrays import rows
from pellucid.insight.doctor.lengths import length

Arrays = dict[str, Any]


def number(value: Any) -> float:
    """Return an array of one number as a float; NaN for all that is not finite."""
    plain = float(np.asarray(value))
    return plain if np.isfinite(plain) else float("nan")


def change_by_others(outputs: Arrays, beside_others: Arrays) -> float | None:
    """Return the largest change of the first half's outputs when the other rows change, relative to their spread."""
    worst = None
    for name, before in outputs.items():
        if len(before) < 4 or not np.all(np.isfinite(before)):
            continue
        half = len(before) // 2
        spread = np.std(before, axis=0).max() if before.size else 0.0
        change = np.abs(np.asarray(beside_others[name], float)[:half] - before[:half]).max()
        if spread > 0:
            worst = max(worst or 0.0, float(change / spread))
    return worst


def contradictory(inputs: Any, targets: Any) -> float:
    """Return the share of rows whose inputs are equal to another row's, but not their targets."""

    def words(tree: Any) -> list[bytes]:
        leaves = [np.ascontiguousarray(leaf) for leaf in jax.tree.leaves(tree)]
        return [b"".join(leaf[row].tobytes() for leaf in leaves) for row in range(rows(inputs))]

    asked: dict[bytes, set[bytes]] = {}
    told = words(targets) if jax.tree.leaves(targets) else [b""] * rows(inputs)
    pairs = list(zip(words(inputs), told, strict=True))
    for came, wanted in pairs:
        asked.setdefault(came, set()).add(wanted)
    return sum(len(asked[came]) > 1 for came, _ in pairs) / max(len(pairs), 1)


def all_finite(seen: Arrays) -> bool:
    """Tell whether the loss and the lengths of the gradients before the first step are numbers."""
    lengths = [length([gradient]) for gradient in seen["gradients"].values()]
    return bool(np.isfinite([seen["training_loss"], *lengths]).all())


def upto(losses: np.ndarray, count: int) -> np.ndarray:
    """Return the losses of so many steps, up to the first that is not finite; that one is the last.

    >>> upto(np.array([1.0, np.inf, np.nan, np.nan]), 3)
    array([ 1., inf])
    """
    bad = np.flatnonzero(~np.isfinite(losses[:count]))
    return losses[: bad[0] + 1] if len(bad) else losses[:count]


def both_losses(seen: Arrays, theirs: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses with the user's optimizer and with free steps, each up to its end."""
    # As an array of NumPy's first: JAX compiles what takes its own arrays apart.
    losses, free_losses = np.asarray(seen["losses"], float)
    return upto(losses, theirs), upto(free_losses, most)


def is_stuck(losses: np.ndarray) -> bool:
    """Tell whether a loss is far from 0 and the second half of its steps did nothing for it, or ended in no number.

    >>> (
    ...     is_stuck(np.full(40, 0.7)),
    ...     is_stuck(np.linspace(1, 0, 40)),
    ...     is_stuck(np.array([1.0, np.inf])),
    ... )
    (True, False, True)
    """
    if not np.isfinite(losses[-1]):
        return True
    tenth = max(1, len(losses) // 10)
    end, half = np.median(losses[-tenth:]), np.median(losses[len(losses) // 2 :][:tenth])
    return bool(end > 0.05 * abs(losses[0]) and half - end < 0.01 * abs(losses[0]))
