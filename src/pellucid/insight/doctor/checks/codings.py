"""Codes of categories that mean one thing in the training rows and another in the rows that are held back."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.checks.scale import is_table
from pellucid.insight.doctor.facts.data import Column

APART = 0.2
"""Share of the rows that have another code; a drift in time moves less, mostly."""
ALIKE = 0.2
"""Of this difference, how much may be left when each part's shares are sorted by size."""
TURNS = 3
"""Rises and falls in turn along the codes. Where codes have an order, as months and ages do, a shift of the middle has
1 turn, and a wider spread 2."""


def renamed(column: Column, held: Column) -> str:
    """Return which columns hold the same categories under other codes, and their shares; empty without any.

    A drift changes how frequent categories are. A coding made anew leaves the frequencies as they are and deals them to
    other codes: sorted by size the shares agree, code by code they do not. Only columns of 3 to 50 codes without a gap
    from 0 or 1 on, of tables, over 100 rows on both sides; all codes but a twentieth of the rows' are in both parts.
    """
    if not is_table(column) and column.shape != ():
        return ""
    here, there = (part.flat for part in (column, held))
    if here.shape[1] != there.shape[1] or min(len(here), len(there)) < 100:
        return ""
    found = [j for j in range(here.shape[1]) if _is_renamed(here[:, j], there[:, j])]
    if not found:
        return ""
    first = found[0]
    one, two = _shares(here[:, first], there[:, first])
    code = int(np.abs(one - two).argmax())
    codes = np.unique(np.concatenate([here[:, first], there[:, first]]))
    name = f"'{column.name}'" if column.name else f"column {first}"
    if column.name and here.shape[1] > 1:
        name += f", column {first},"
    others = f" {len(found) - 1} further columns are the same." if len(found) > 1 else ""
    return (
        f"In {name} code {codes[code]:g} has {one[code]:.0%} of the training rows and {two[code]:.0%} of the "
        f"validation rows; sorted by size, all shares nearly agree.{others}"
    )


def _is_renamed(here: np.ndarray, there: np.ndarray) -> bool:
    codes = np.unique(np.concatenate([here, there]))
    is_whole = bool(np.all(codes == np.round(codes)))
    is_gapless = codes[-1] - codes[0] + 1 == len(codes) and codes[0] in (0, 1)
    if not (is_whole and is_gapless and 3 <= len(codes) <= 50):
        return False
    one, two = _shares(here, there)
    if float((one + two)[(one == 0) | (two == 0)].sum()) > 0.05:
        return False
    apart = 0.5 * float(np.abs(one - two).sum())
    left = 0.5 * float(np.abs(np.sort(one) - np.sort(two)).sum())
    errors = np.sqrt(one * (1 - one) / len(here) + two * (1 - two) / len(there))
    rises = np.sign(two - one)[np.abs(two - one) > 4 * errors]
    turns = int((rises[1:] != rises[:-1]).sum())
    is_far = apart > max(APART, 3 * float(errors.sum()))
    return is_far and left <= ALIKE * apart and turns >= TURNS


def _shares(here: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of all codes of both parts, in the codes' order."""
    codes = np.unique(np.concatenate([here, there]))
    one, two = (np.array([(part == code).mean() for code in codes]) for part in (here, there))
    return one, two
