"""The loss over two directions in the space of the weights, and the path of a training on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from pellucid.core.errors import ArgumentError, unknown_name
from pellucid.core.late import LateModule
from pellucid.insight.pictures.directions import Plane, given_plane, path_plane, random_plane
from pellucid.insight.pictures.weight_path import WeightPath
from pellucid.insight.task import Task, mean_loss, task_of
from pellucid.training.effort import compiler_options

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.landscape")

STYLES = ("both", "contour", "surface")
MARGIN = 0.25
"""How far a landscape reaches beyond a training's path, as a share of the path's range."""


@dataclass(frozen=True, eq=False)
class LossLandscape:
    """What :func:`loss_landscape` found.

    Attributes:
        across: Places along the first direction, (steps,); 0 is at the model's weights.
        up: Places along the second direction, (steps,).
        loss: ``loss[i, j]`` at ``across[j]`` and ``up[i]``, (steps, steps).
        center: The loss at the model's weights.
        kind: ``"random"``, ``"given"`` or ``"path"``.
        plane: The directions themselves.
        path_loss: The loss at the recorded weights themselves, (moments,), or None. They lie beside the plane, so it is
            not the landscape's value below them.
        moments: When the weights were recorded, or None.
        unit: What the moments count: ``"epoch"`` or ``"batch"``.
    """

    across: np.ndarray
    up: np.ndarray
    loss: np.ndarray
    center: float
    kind: str
    plane: Plane
    path_loss: np.ndarray | None = None
    moments: tuple[int, ...] | None = None
    unit: str = "epoch"

    @property
    def path(self) -> np.ndarray | None:
        """The places of the recorded weights in the plane, (moments, 2), or None."""
        return self.plane.path

    @property
    def explained(self) -> tuple[float, float] | None:
        """The share of the recorded weights' variance along each direction, or None."""
        return self.plane.explained

    def draw(self, path: str | Path | None = None, *, style: str = "both") -> Any:
        """Draw the landscape, with the training's path if there is one, and save the picture when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.
            style: ``"contour"``, ``"surface"`` (in three dimensions) or ``"both"`` (default).

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        if style not in STYLES:
            raise unknown_name("style of landscapes", style, STYLES)
        return drawing.draw(self, style, path)


def loss_landscape(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    directions: Any = "random",
    steps: int = 31,
    span: float = 1.0,
    sample_weight: Any = None,
    seed: int = 0,
) -> LossLandscape:
    r"""Measure the loss over a plane through the model's weights; the model keeps its weights.

    Equation: ``L(a, b) = loss(w + a d + b e)`` with the weights ``w``, the directions ``d`` and ``e``, and the loss
    that ``evaluate`` gives on the rows (evaluation mode, penalties included). All places are one compiled program.

    Args:
        model: A compiled model.
        x: Inputs; all rows are measured at each place, so a sample of them is often enough.
        y: Targets.
        directions: ``"random"`` (default): normally distributed, every filter as long as the weight's own, biases at
            rest; two dicts of arrays by the weights' paths; or a :class:`~pellucid.insight.WeightPath`: the two
            directions along which the training moved most, of length 1, with its path.
        steps: Places along each direction, at least 2; odd, so that one of them is the model's. Default 31.
        span: How far to go to each side, above 0, in lengths of the directions; a path decides itself. Default 1.
        sample_weight: One weight per row, or None.
        seed: Of random directions. Default 0.

    Returns:
        The :class:`LossLandscape`; ``.draw("landscape.png")`` draws it.

    Raises:
        UsageError: The model is not compiled.
        ArgumentError: Directions that do not fit the model.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1, kernel_initializer="ones")])
        >>> model.compile("sgd", "mse")
        >>> along = {"dense/kernel": np.ones((1, 1))}, {"dense/bias": np.ones(1)}
        >>> found = insight.loss_landscape(model, [[1.0]], [1.0], directions=along, steps=3)
        >>> found.loss.tolist()
        [[4.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 4.0]]

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets", 2018. A plane shows
    little of a space of thousands of weights: valleys that look round in it need not be round. Keras and PyTorch have
    none.
    """
    who = "loss_landscape"
    if steps < 2 or span <= 0:
        raise ArgumentError(
            who,
            f"`steps` must be at least 2 and `span` above 0, but they are {steps} and {span}.",
            "steps=31, span=1.0",
        )
    task = task_of(who, model, x, y, sample_weight)
    kind, plane = _plane(who, task, directions, seed)
    across, up = (_axis(plane, axis, steps, span) for axis in range(2))
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    recorded = directions.weights if kind == "path" else None
    losses, center, on_path = _measure(task, plane, places, recorded)
    return LossLandscape(
        across,
        up,
        losses.reshape(steps, steps),
        center,
        kind,
        plane,
        on_path,
        tuple(directions.moments) if kind == "path" else None,
        directions.unit if kind == "path" else "epoch",
    )


def _plane(who: str, task: Task, directions: Any, seed: int) -> tuple[str, Plane]:
    if isinstance(directions, WeightPath):
        return "path", path_plane(who, task.params, directions.weights)
    if isinstance(directions, str) and directions == "random":
        return "random", random_plane(who, task.params, seed)
    if isinstance(directions, (tuple, list)) and len(directions) == 2:
        return "given", given_plane(who, task.params, directions)
    raise ArgumentError(
        who,
        "`directions` must be 'random', two dicts of arrays by the weights' paths, or a WeightPath, but it is "
        f"{directions!r}.",
        "directions='random'",
    )


def _axis(plane: Plane, axis: int, steps: int, span: float) -> np.ndarray:
    if plane.path is None:
        return np.linspace(-span, span, steps)
    low, high = min(plane.path[:, axis].min(), 0.0), max(plane.path[:, axis].max(), 0.0)
    reach = MARGIN * (high - low)
    return np.linspace(low - reach, high + reach, steps)


def _measure(
    task: Task, plane: Plane, places: np.ndarray, recorded: Any
) -> tuple[np.ndarray, float, np.ndarray | None]:
    """Return the losses at the places, at the model's own weights, and at recorded weights: one program, a loop."""

    def landscape(params: Any, rest: Any, plane: Any, places: Any, recorded: Any) -> Any:
        def at(place: Any) -> Any:
            moved = {
                path: (a + place[0] * plane[0][path] + place[1] * plane[1][path]).astype(a.dtype)
                for path, a in params.items()
            }
            return mean_loss(task.aim, moved, rest)

        if recorded is not None:
            recorded = lax.map(lambda weights: mean_loss(task.aim, weights, rest), recorded)
        return lax.map(at, places), recorded

    directions = jax.tree.map(lambda a: a.astype(np.float32), plane.directions)
    stacked = None
    if recorded is not None:
        stacked = {path: np.stack([moment[path] for moment in recorded]) for path in task.params}
    places = np.concatenate([places, np.zeros((1, 2))]).astype(np.float32)
    params = {path: jnp.asarray(a) for path, a in task.params.items()}
    program = jax.jit(landscape, compiler_options=compiler_options(task.aim.model))
    found, on_path = program(params, task.rest, directions, places, stacked)
    losses = np.asarray(found, np.float64)
    return losses[:-1], float(losses[-1]), None if on_path is None else np.asarray(on_path)
