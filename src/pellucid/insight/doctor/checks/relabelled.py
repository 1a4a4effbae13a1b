"""Labels of the held rows that bear other numbers than those of the training rows."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.checks.pairs import spread_rows, thinned

NEAREST = 5
FEWEST = 60, 30
"""Training rows and held rows, at least."""
OF_A_CLASS = 5
"""Held rows of a class, at least, to say what its rows are taken for."""
TOLD = 0.8
"""The share of rows whose label their nearest training rows name: of fewer, neighbours say too little."""


def relabelled(x: np.ndarray, labels: np.ndarray, held: np.ndarray, others: np.ndarray) -> str:
    """Return which labels stand for which in the held rows; empty where they are the same, or not known.

    What the nearest training rows vote for is asked of the training rows themselves and of the held ones. Where both
    can be told, and labels of the held rows are others to their neighbours, one to one, they were dealt out anew.

    Args:
        x: Flat training rows.
        labels: A label for each.
        held: Flat rows that are held back.
        others: Their labels.
    """
    if x.shape[1] != held.shape[1] or len(x) < FEWEST[0] or len(held) < FEWEST[1]:
        return ""
    here, there = spread_rows(len(x)), spread_rows(len(held))
    x, held = thinned(x[here]), thinned(held[there])
    labels, others = labels[here], others[there]
    means, spreads = x.mean(axis=0), x.std(axis=0)
    moving = spreads > 0
    if not moving.any():
        return ""
    x, held = ((part - means)[:, moving] / spreads[moving] for part in (x, held))
    if (_votes(x, labels, x, itself=True) == labels).mean() < TOLD:
        return ""
    taken = _votes(x, labels, held)
    names = [name for name in np.unique(others) if (others == name).sum() >= OF_A_CLASS]
    meant = {name: _commonest(taken[others == name]) for name in names}
    if len(set(meant.values())) < len(meant) or all(name == other for name, other in meant.items()):
        return ""
    known = np.isin(others, names)
    agree = np.array([meant.get(name) for name in others[known]]) == taken[known]
    if agree.mean() < TOLD:
        return ""
    changed = ", ".join(f"{name:g} is {other:g}" for name, other in meant.items() if name != other)
    return (
        f"By their nearest training rows, labels of the validation rows mean others: {changed}; so read, "
        f"{agree.mean():.0%} of them are right."
    )


def _votes(
    x: np.ndarray, labels: np.ndarray, rows: np.ndarray, *, itself: bool = False
) -> np.ndarray:
    """Return the commonest label of the nearest rows of ``x``, a row that is looked at itself left out."""
    distances = np.square(x).sum(axis=1) - 2 * rows @ x.T
    if itself:
        np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, NEAREST, axis=1)[:, :NEAREST]
    return np.array([_commonest(row) for row in labels[nearest]])


def _commonest(labels: np.ndarray) -> float:
    found, counts = np.unique(labels, return_counts=True)
    return float(found[counts.argmax()])
