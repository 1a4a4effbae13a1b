"""A check of windows that were cut out of a series before the split: validation windows lie among the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ENCODING
from pellucid.insight.doctor.checks.scale import first_layers, is_readable
from pellucid.insight.doctor.checks.symptoms import FOOLED
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

STEPS = 6
"""A shorter row is no window."""
FEWEST = 20
"""Windows of each part."""
FIRST = 32
"""Steps of a window that are looked at: windows that overlap show it in their first ones, and rows may be pictures."""
LOOKED_AT = 2000
"""Steps that are looked at for the feature with the most different numbers."""


@check("D135", "Windows of one series on both sides of the split", faults=("F33",), explains=FOOLED)
def torn_windows(facts: Facts) -> Iterator[Sign]:
    """Windows that overlap were shared out by chance: the network knows all steps of a validation window already.

    Looked for: pairs of neighbouring steps of validation windows that also stand in training windows. Threshold: half
    of the validation windows consist of such pairs, and are no copies; where the series was split first, and windows
    cut then, none does. Silent where the same pairs come at the same place of several training windows (a series that
    repeats itself, or has few values), on ids, zeros and ones, and on windows of fewer than 6 steps. Source: Bergmeir
    and Benítez, On the use of cross-validation for time series predictor evaluation (2012).
    """
    parts = _parts(facts)
    if parts is None:
        return
    is_whole = parts[0].shape[1] <= FIRST
    parts = parts[0][:, :FIRST], parts[1][:, :FIRST]
    here, there = _pairs(*parts)
    moving = np.diff(parts[0], axis=1) != 0
    if _repeated(_placed(here)[moving]) > 0.05:
        return
    still = np.diff(parts[1], axis=1) == 0  # a pair of equal numbers tells nothing
    inside = (np.isin(there, here) | still).all(axis=1) & (still.mean(axis=1) < 0.5)
    again = (np.isin(_placed(there), _placed(here)) | still).all(axis=1)  # copies are D130's
    share = float(np.mean(inside & ~again))
    if share < 0.5:
        return
    which = "All" if is_whole else "The first"
    is_given = facts.data is not None and facts.data.validation is not None
    evidence = (
        f"{which} {there.shape[1] + 1} steps of {share:.0%} of the validation windows are in training windows too, at "
        f"other places: windows that overlap were shared out by chance.",
    )
    repair = Repair("train, held = series[:n], series[n:], and windows of each by itself")
    place = Place(None, "validation_data" if is_given else "validation_split")
    yield Sign("hint", 0.75, place, evidence, repair)


def _parts(facts: Facts) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the training and the validation windows as ``(windows, steps)``: of several features the most varied."""
    data = facts.data
    if data is None or len(data.training.x) != 1:
        return None
    name, column = next(iter(data.training.x.items()))
    if not _is_series(column) or any(
        layer.kind in ENCODING for layer in first_layers(facts, column)
    ):
        return None
    here, there = column.rows, None
    if data.validation is not None:
        held = data.validation.x.get(name)
        if held is not None and _is_series(held) and held.shape == column.shape:
            there = held.rows
    elif facts.fit.validation_split:
        first = round(len(here) * (1 - facts.fit.validation_split))
        here, there = here[:first], here[first:]
    if there is None or min(len(here), len(there)) < FEWEST:
        return None
    here, there = (rows.reshape(len(rows), column.shape[0], -1) for rows in (here, there))
    steps = here.reshape(-1, here.shape[2])[:LOOKED_AT]
    varied = int(np.argmax([len(np.unique(numbers)) for numbers in steps.T]))
    return here[..., varied], there[..., varied]


def _is_series(column: Column) -> bool:
    """Tell whether rows may be windows: at least 6 steps of one or several numbers that are not only 0 and 1."""
    if not is_readable(column) or len(column.shape) not in (1, 2) or column.shape[0] < STEPS:
        return False
    return not bool(np.all((column.rows == 0) | (column.rows == 1)))


def _pairs(here: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each two neighbouring steps one number, which is the same where both steps are."""
    both = np.concatenate([here, there])
    values, which = np.unique(both, return_inverse=True)
    ids = which.reshape(both.shape)
    pairs = ids[:, :-1] * len(values) + ids[:, 1:]
    return pairs[: len(here)], pairs[len(here) :]


def _placed(pairs: np.ndarray) -> np.ndarray:
    """Return for each pair at each place of the windows another number."""
    return pairs * pairs.shape[1] + np.arange(pairs.shape[1])


def _repeated(numbers: np.ndarray) -> float:
    """Return the share of numbers that came before."""
    return 1 - len(np.unique(numbers)) / max(len(numbers), 1)
