"""Plain functions of one or two numbers on which descent can be watched, with their lowest points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Surface:
    """A function to go down on.

    Args:
        name: What it is called.
        function: Of one or two numbers, in JAX's operations; returns one number.
        limits: The part that is drawn: ``(left, right)``, or ``(left, right, bottom, top)`` of two numbers.
        start: Where descent starts when nothing else is said.
        equation: Its formula in TeX, for the picture's title.
        minimum: Where it is lowest, or None where it has no lowest point or where that is not known.
        lowest: Its value there.

    Example:
        >>> from pellucid import insight
        >>> bowl = insight.Surface("bowl", lambda x, y: x**2 + y**2, (-1, 1, -1, 1), (0.5, 0.5))
        >>> bowl.function(*bowl.start)
        0.5
    """

    name: str
    function: Callable[..., Any]
    limits: tuple[float, ...]
    start: tuple[float, ...]
    equation: str = ""
    minimum: tuple[float, ...] | None = None
    lowest: float = 0.0


SURFACES: dict[str, Surface] = {
    "square": Surface("square", lambda x: x * x, (-10.0, 10.0), (8.0,), "f(x) = x^2", (0.0,)),
    "parabola": Surface(
        "parabola",
        lambda x, y: x**2 + 10 * y**2,
        (-5.0, 5.0, -3.0, 3.0),
        (-4.5, 2.0),
        "f(x, y) = x^2 + 10\\,y^2",
        (0.0, 0.0),
    ),
    "saddle": Surface(
        "saddle",
        lambda x, y: x**2 - y**2,
        (-2.0, 2.0, -2.0, 2.0),
        (-1.8, 0.01),
        "f(x, y) = x^2 - y^2",
    ),
    "rosenbrock": Surface(
        "rosenbrock",
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        (-2.0, 2.0, -1.0, 3.0),
        (-1.5, 2.0),
        "f(x, y) = (1 - x)^2 + 100\\,(y - x^2)^2",
        (1.0, 1.0),
    ),
}
"""The surfaces that are known by name."""
