"""How a fault is put into a healthy training, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.doctor.bases import BASES
from conformance.doctor.case import Case, Spot
from conformance.doctor.recipe import Recipe, Transform

LOSS: Spot = (None, "loss")
X: Spot = (None, "x")
Y: Spot = (None, "y")
RATE: Spot = (None, "learning_rate")
OPTIMIZER: Spot = (None, "optimizer")
EPOCHS: Spot = (None, "epochs")
BATCH: Spot = (None, "batch_size")
SPEED: tuple[Spot, ...] = (RATE, EPOCHS, OPTIMIZER, BATCH)
"""What can be changed where learning is too slow."""

Change = Callable[[Recipe], Recipe]


def injected(
    code: str,
    base: str,
    word: str,
    change: Change,
    *spots: Spot,
    fixed: Change | None = None,
    reach: float | None = None,
    cause: tuple[str, ...] = (),
    **more: Any,
) -> Case:
    """Return a case: a healthy training with a fault.

    Args:
        code: The faults, joined by ``+``.
        base: The healthy training's name.
        word: Ends the id.
        change: Makes the faulty recipe of the healthy one.
        *spots: Where it is wrong.
        fixed: Changes the healthy recipe, where the base is not the repaired training itself.
        reach: What the repaired training must reach, where it is not what the base must.
        cause: Further codes of the same fault, where the catalogue has one for the cause and one for what comes of it.
        **more: Other fields of the case.
    """
    chosen = BASES[base]
    healthy = fixed(chosen.recipe) if fixed else chosen.recipe
    name = f"{code}-{base}-{word}"
    return Case(
        name,
        "injected",
        change(healthy),
        (*code.split("+"), *cause),
        spots,
        healthy,
        chosen.reach if reach is None else reach,
        **more,
    )


def changed_last(
    code: str, base: str, word: str, *spots: Spot, arguments: dict[str, Any], **more: Any
) -> Case:
    """Return a case with other arguments of the last layer, the first of which is wrong."""
    spot: Spot = (BASES[base].last, next(iter(arguments)))
    change: Change = lambda recipe: recipe.with_part(-1, **arguments)  # noqa: E731
    return injected(code, base, word, change, spot, *spots, **more)


def with_rows(transform: Transform) -> Change:
    """Return the change that does something to the rows."""
    return lambda recipe: recipe.but(transforms=(*recipe.transforms, transform))


def optimized(name: str, **arguments: Any) -> Change:
    """Return the change to another optimizer."""
    return lambda recipe: recipe.but(optimizer=(name, arguments))
