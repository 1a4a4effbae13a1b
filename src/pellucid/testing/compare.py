"""Comparing two answers that must be equal, and saying by how much they are not."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.testing.report import Broken

TOLERANCE = 1e-9
"""How much two computations of the same number in double precision may differ, relatively and absolutely."""


def require_equal(
    ours: Any, wanted: Any, here: str, there: str, tolerance: float = TOLERANCE
) -> None:
    """Refuse arrays, or trees of them, that differ.

    Args:
        ours: Arrays.
        wanted: Arrays of the same shapes.
        here: Where ``ours`` come from, in words.
        there: Where ``wanted`` come from.
        tolerance: The relative and absolute difference that is allowed.

    Raises:
        Broken: They differ; the text says how many numbers, by how much and where most.
    """
    left, right = jax.tree.leaves(ours), jax.tree.leaves(wanted)
    if len(left) != len(right):
        raise Broken(f"{here} there are {len(left)} arrays, {there} {len(right)}")
    for a, b in zip(left, right, strict=True):
        found = difference(np.asarray(a), np.asarray(b), tolerance, here, there)
        if found:
            raise Broken(found)


def difference(a: np.ndarray, b: np.ndarray, tolerance: float, here: str, there: str) -> str | None:
    """Say how two arrays differ, or return None.

    >>> difference(np.array([1.0, 2.0]), np.array([1.0, 2.5]), 1e-9, "here", "there")
    '1 of 2 numbers differ, most at (1,): 2 here, 2.5 there'
    """
    if a.shape != b.shape:
        return f"the shape is {a.shape} {here}, but {b.shape} {there}"
    if a.dtype.kind in "OUSb" or b.dtype.kind in "OUSb":
        unequal = a != b
        size = unequal.astype(float)
    else:
        unequal = ~np.isclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=False)
        with np.errstate(invalid="ignore"):  # infinity minus infinity
            size = np.nan_to_num(np.abs(a * 1.0 - b), nan=np.inf)
    if not unequal.any():
        return None
    worst = np.unravel_index(int(np.argmax(np.where(unequal, size, -1.0))), a.shape)
    place = tuple(int(i) for i in worst)
    count = f"{int(unequal.sum())} of {a.size} numbers differ"
    return f"{count}, most at {place}: {_show(a[worst])} {here}, {_show(b[worst])} {there}"


def differ(a: np.ndarray, b: np.ndarray) -> bool:
    """Tell whether two arrays differ by more than rounding.

    >>> differ(np.array([1.0]), np.array([1.0 + 1e-15])), differ(np.array([1.0]), np.array([1.1]))
    (False, True)
    """
    return difference(a, b, TOLERANCE, "", "") is not None


def _show(number: Any) -> str:
    return f"{number:.9g}" if np.asarray(number).dtype.kind == "f" else str(number)
