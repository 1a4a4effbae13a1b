"""How a healthy training is written: as a base with one change, or by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.doctor.bases import BASES
from conformance.doctor.case import Case
from conformance.doctor.recipe import Recipe

DECAY = {"class_name": "L2", "config": {"l2": 1e-4}}


def of(
    base: str, word: str, change: Callable[[Recipe], Recipe], reach: float | None = None
) -> Case:
    """Return a variant of a base."""
    chosen = BASES[base]
    return Case(
        f"{base}-{word}",
        "healthy",
        change(chosen.recipe),
        reach=chosen.reach if reach is None else reach,
    )


def own(name: str, recipe: Recipe, reach: float) -> Case:
    """Return a healthy training that is no variant of a base."""
    return Case(name, "healthy", recipe, reach=reach)


def optimizer(name: str, **arguments: Any) -> Callable[[Recipe], Recipe]:
    """Return the change to another optimizer."""
    return lambda recipe: recipe.but(optimizer=(name, arguments))
