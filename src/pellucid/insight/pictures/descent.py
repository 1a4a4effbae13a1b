"""Gradient descent watched on plain functions: several optimizers from one start, compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import optimizers
from pellucid.core.errors import ArgumentError, unknown_name
from pellucid.core.late import LateModule
from pellucid.insight.pictures.surfaces import SURFACES, Surface

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.descent")


@dataclass(frozen=True, eq=False)
class Descent:
    """What :func:`descent_path` found.

    Attributes:
        surface: The function.
        names: The optimizers' names.
        points: Every place, (optimizers, steps + 1, variables); the first is the start.
        values: The function there, (optimizers, steps + 1); infinite or NaN where an optimizer ran away.
    """

    surface: Surface
    names: tuple[str, ...]
    points: np.ndarray
    values: np.ndarray

    def draw(self, path: str | Path | None = None) -> Any:
        """Draw the paths on the function beside the function's value by step, and save it when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        return drawing.draw(self, path)


def descent_path(
    surface: str | Surface | Callable[..., Any],
    optimizer: Any = "sgd",
    *,
    start: Sequence[float] | None = None,
    steps: int = 100,
) -> Descent:
    r"""Let optimizers go down a plain function from one start.

    Equation: ``p_(t+1) = p_t + u(grad f(p_t))`` with the place ``p``, the function ``f`` and the optimizer's update
    ``u``; for plain gradient descent ``u(g) = -alpha g`` with the learning rate ``alpha``. The optimizers are those
    that train networks, in float32.

    Args:
        surface: ``"square"`` (``x^2``, one number), ``"parabola"`` (``x^2 + 10 y^2``), ``"saddle"`` (``x^2 - y^2``),
            ``"rosenbrock"`` (``(1-x)^2 + 100 (y-x^2)^2``), a :class:`~pellucid.insight.Surface`, or a function of
            one or two numbers in JAX's operations, which needs a ``start``.
        optimizer: A name or object; a list of them, or a dict by the name to be shown. Default ``"sgd"``.
        start: One or two numbers. Default the surface's own.
        steps: How many, at least 1. Default 100.

    Returns:
        The :class:`Descent`; ``.draw("descent.png")`` draws it.

    Raises:
        UnknownNameError: No surface or optimizer has this name.
        ArgumentError: A start of another size than the function, or none for a function of one's own.

    Example:
        >>> from pellucid import insight, optimizers
        >>> found = insight.descent_path("square", optimizers.SGD(0.1), start=[10], steps=3)
        >>> found.points[0, :, 0].round(2).tolist()
        [10.0, 8.0, 6.4, 5.12]

    Source: Rosenbrock, "An automatic method for finding the greatest or least value of a function", 1960.
    """
    who = "descent_path"
    place = _surface(who, surface, start)
    chosen = _optimizers(optimizer)
    if steps < 1 or not chosen:
        raise ArgumentError(
            who,
            f"at least one step and one optimizer are needed, but {steps} and {len(chosen)} came.",
            "descent_path('parabola', ['sgd', 'adam'], steps=100)",
        )
    begin = np.asarray(place.start, np.float32)
    found = [_walk(place.function, each, begin, steps) for each in chosen.values()]
    points, values = (np.stack(part).astype(np.float64) for part in zip(*found, strict=True))
    if not place.limits:
        place = replace(place, limits=_around(points))
    return Descent(place, tuple(chosen), points, values)


def _around(points: np.ndarray) -> tuple[float, ...]:
    """Return limits that hold all finite places, with some room."""
    ends: list[float] = []
    for axis in range(points.shape[-1]):
        numbers = points[..., axis]
        numbers = numbers[np.isfinite(numbers)]
        room = 0.2 * (numbers.max() - numbers.min()) or 1.0
        ends += [float(numbers.min() - room), float(numbers.max() + room)]
    return tuple(ends)


def _walk(function: Any, optimizer: Any, begin: np.ndarray, steps: int) -> tuple[Any, Any]:
    """Return all places and values of one optimizer: the whole way is one compiled scan."""

    def value(params: dict[str, Any]) -> Any:
        return function(*params["point"])

    def step(carry: Any, number: Any) -> Any:
        params, state = carry
        height, slope = jax.value_and_grad(value)(params)
        moved = optimizer.apply(slope, state, params, hyper, number)
        return moved, (params["point"], height)

    def walk(params: Any, state: Any) -> Any:
        (last, _), (points, values) = jax.lax.scan(step, (params, state), jnp.arange(steps))
        points = jnp.concatenate([points, last["point"][None]])
        return points, jnp.concatenate([values, value(last)[None]])

    hyper = optimizer.hyper()
    params = {"point": jnp.asarray(begin)}
    points, values = jax.jit(walk)(params, optimizer.start(params))
    return np.asarray(points), np.asarray(values)


def _surface(who: str, surface: Any, start: Any) -> Surface:
    if isinstance(surface, str):
        if surface not in SURFACES:
            raise unknown_name("surface", surface, SURFACES)
        surface = SURFACES[surface]
    own = not isinstance(surface, Surface)
    if own and start is None:
        raise ArgumentError(
            who,
            "a function of your own needs a start.",
            "start=[1.0, 2.0], a number for each argument",
        )
    numbers = surface.start if start is None else tuple(map(float, np.atleast_1d(start)))
    if len(numbers) not in (1, 2) or (not own and len(numbers) != len(surface.start)):
        wanted = "one or two numbers" if own else f"{len(surface.start)}"
        raise ArgumentError(
            who, f"`start` has {len(numbers)} numbers, but the function takes {wanted}."
        )
    if own:
        return Surface(getattr(surface, "__name__", "f"), surface, (), numbers)
    return replace(surface, start=numbers)


def _optimizers(given: Any) -> dict[str, Any]:
    if isinstance(given, Mapping):
        return {str(name): optimizers.get(each) for name, each in given.items()}
    each = given if isinstance(given, (list, tuple)) else [given]
    named: dict[str, Any] = {}
    for optimizer in map(optimizers.get, each):
        name = name_of(optimizer)
        same = sum(known == name or known.startswith(f"{name} (") for known in named)
        named[f"{name} ({same + 1})" if same else name] = optimizer
    return named


def name_of(optimizer: Any) -> str:
    """Return an optimizer's kind with the numbers that matter most.

    >>> name_of(optimizers.SGD(0.1, momentum=0.9))
    'SGD 0.1, momentum 0.9'
    """
    rate = optimizer.learning_rate
    name = type(optimizer).__name__ + (f" {rate:g}" if isinstance(rate, (int, float)) else "")
    momentum = getattr(optimizer, "momentum", 0.0)
    return f"{name}, momentum {momentum:g}" if momentum else name
