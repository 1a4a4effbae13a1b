"""The decision boundary: what a model of two inputs answers everywhere in the plane, and the rows it learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.late import LateModule
from pellucid.data.arrays import as_array, check_length
from pellucid.data.labels import read_targets
from pellucid.insight.pictures.answers import Reading, reading_of, true_classes
from pellucid.modules.tree import places

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.boundary")

MARGIN = 0.1
"""How far the picture reaches beyond the points, as a share of their range."""


@dataclass(frozen=True, eq=False)
class DecisionBoundary:
    """What :func:`decision_boundary` found.

    Attributes:
        kind: ``"binary"`` (the probability of the second class), ``"classes"`` (a probability for each), ``"score"``
            (its sign decides) or ``"numbers"`` (a surface).
        across: The grid's first feature, (steps,).
        up: The grid's second feature, (steps,).
        values: The answers, ``values[i, j]`` at ``(across[j], up[i])``: (steps, steps), or (steps, steps, classes).
        points: The rows, (rows, 2).
        targets: Their class numbers, or for numbers the targets themselves, (rows,).
        labels: The classes' labels; empty for numbers.
        names: The names of the two features.
        depth: How many layers of the model have weights.
        accuracy: The share of the rows that is answered rightly; of numbers the root of the mean squared error.
    """

    kind: str
    across: np.ndarray
    up: np.ndarray
    values: np.ndarray
    points: np.ndarray
    targets: np.ndarray
    labels: tuple[str, ...]
    names: tuple[str, str]
    depth: int
    accuracy: float

    @property
    def regions(self) -> np.ndarray:
        """The number of the class that each place of the grid is given to, (steps, steps)."""
        if self.kind == "numbers":
            raise ArgumentError(
                "regions", "a model that gives numbers has none.", "boundary.values"
            )
        if self.kind == "classes":
            return self.values.argmax(-1)
        return (self.values > self.threshold).astype(int)

    @property
    def threshold(self) -> float:
        """The answer at which a model of one unit changes its mind."""
        return 0.0 if self.kind == "score" else 0.5

    def draw(self, path: str | Path | None = None, *, title: str | None = None) -> Any:
        """Draw the plane with the rows over it, and save the picture when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.
            title: Default: how many layers, and how good.

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        return drawing.draw([self], None if title is None else [title], path)


@dataclass(frozen=True, eq=False)
class DecisionBoundaries:
    """What :func:`decision_boundaries` found.

    Attributes:
        boundaries: One for each model.
        titles: What stands above each, or None for how many layers and how good.
    """

    boundaries: tuple[DecisionBoundary, ...]
    titles: tuple[str, ...] | None = None

    def draw(self, path: str | Path | None = None) -> Any:
        """Draw them side by side, with one scale; see :meth:`DecisionBoundary.draw`."""
        return drawing.draw(self.boundaries, self.titles, path)


def decision_boundary(
    model: Any,
    x: Any,
    y: Any,
    *,
    steps: int = 200,
    limits: Sequence[float] | None = None,
    names: Sequence[str] | None = None,
) -> DecisionBoundary:
    r"""Ask a model of two inputs about every place of a grid.

    Equation: ``values[i, j] = f(u_j, v_i)`` with the model ``f`` and a grid of ``steps`` values ``u`` of the first
    and ``v`` of the second feature. The boundary is where the most probable class changes; with one sigmoid unit
    where ``f = 1/2``.

    Args:
        model: A model of inputs (batch, 2), of any depth: one sigmoid unit, a softmax, logits that it was compiled for,
            or one number per row, of which the surface is shown.
        x: The rows that are drawn over it, (rows, 2).
        y: Their labels or numbers.
        steps: Places of the grid in each direction, at least 2. Default 200.
        limits: ``(left, right, bottom, top)`` in the features' units; default a tenth beyond the rows.
        names: The names of the features. Default the columns' names, or x₁ and x₂.

    Returns:
        The :class:`DecisionBoundary`; ``.draw("boundary.png")`` draws it.

    Raises:
        ShapeError: Rows that are not two numbers wide.
        TargetError: Labels that do not fit the model.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        >>> model = pellucid.Sequential([layers.Dense(1, "sigmoid", kernel_initializer="ones")])
        >>> found = insight.decision_boundary(
        ...     model, x, [0, 1, 1, 1], steps=3, limits=(-1, 1, -1, 1)
        ... )
        >>> found.regions.tolist()
        [[0, 0, 0], [0, 0, 1], [0, 1, 1]]

    Keras and PyTorch have none; scikit-learn's ``DecisionBoundaryDisplay`` draws it for its estimators.
    """
    who = "decision_boundary"
    points = _points(who, x)
    reading, _ = reading_of(who, model, points)
    reading = _for_targets(reading, model, y)
    if steps < 2:
        raise ArgumentError(who, f"`steps` must be an integer of at least 2, but it is {steps}.")
    across, up = _axes(points, steps, limits)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(points.dtype)
    values = reading.values(model.predict(grid, batch_size=len(grid)))
    outputs = model.predict(points)
    if reading.kind == "numbers":
        check_length(points, y, "y")
        targets = as_array(y, "y").reshape(len(points)).astype(np.float64)
        labels, right = (), np.sqrt(np.mean((reading.values(outputs) - targets) ** 2))
    else:
        targets, labels = true_classes(who, model, reading, points, y)
        right = np.mean(reading.predicted(outputs) == targets)
    return DecisionBoundary(
        kind=reading.kind,
        across=across,
        up=up,
        values=values.reshape(steps, steps, *values.shape[1:]),
        points=points,
        targets=targets,
        labels=labels,
        names=_names(x, names),
        depth=sum(bool(layer._weights) for _, layer in places(model)),
        accuracy=float(right),
    )


def decision_boundaries(
    models: Sequence[Any], x: Any, y: Any, *, titles: Sequence[str] | None = None, **options: Any
) -> DecisionBoundaries:
    """Ask several models about the same plane: networks of more and more layers, to be drawn side by side.

    Args:
        models: At least one; see :func:`decision_boundary`.
        x: The rows, (rows, 2).
        y: Their labels or numbers.
        titles: One for each model. Default: how many layers, and how good.
        **options: As for :func:`decision_boundary`: ``steps``, ``limits``, ``names``.

    Raises:
        ArgumentError: No model, or another number of titles than of models.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> x = np.array([[0.0, 0.0], [1.0, 1.0]])
        >>> one = pellucid.Sequential([layers.Dense(1, "sigmoid")])
        >>> two = pellucid.Sequential([layers.Dense(3, "tanh"), layers.Dense(1, "sigmoid")])
        >>> found = insight.decision_boundaries([one, two], x, [0, 1], steps=5)
        >>> [boundary.depth for boundary in found.boundaries]
        [1, 2]
    """
    models = list(models)
    if not models or (titles is not None and len(titles) != len(models)):
        raise ArgumentError(
            "decision_boundaries",
            f"{len(models)} models and {0 if titles is None else len(titles)} titles came; at least one model is "
            "needed, and a title for each.",
            "decision_boundaries([shallow, deep], x, y, titles=['1 layer', '3 layers'])",
        )
    found = tuple(decision_boundary(model, x, y, **options) for model in models)
    return DecisionBoundaries(found, None if titles is None else tuple(titles))


def _points(who: str, x: Any) -> np.ndarray:
    points = as_array(x, "x")
    if points.ndim != 2 or points.shape[1] != 2:
        raise ShapeError(
            who,
            f"a plane has two features, but x has shape {points.shape}.",
            "choose two columns, and train a model on them: x = x[:, [0, 1]]",
        )
    return points.astype(np.float32) if points.dtype.kind in "iub" else points


def _for_targets(reading: Reading, model: Any, y: Any) -> Reading:
    """Take a sigmoid that was trained on numbers (not on two labels) for what it is: a surface."""
    if reading.kind != "binary" or model.classes is not None:
        return reading
    values = read_targets(y)
    numbers = values.dtype.kind == "f" and len(np.unique(values)) > 2
    return Reading("numbers", reading.logits, reading.head) if numbers else reading


def _axes(
    points: np.ndarray, steps: int, limits: Sequence[float] | None
) -> tuple[np.ndarray, np.ndarray]:
    if limits is None:
        low, high = points.min(0).astype(float), points.max(0).astype(float)
        reach = np.where(high > low, high - low, 1.0) * MARGIN
        low, high = low - reach, high + reach
        limits = (low[0], high[0], low[1], high[1])
    if len(limits) != 4 or not (limits[0] < limits[1] and limits[2] < limits[3]):
        raise ArgumentError(
            "decision_boundary",
            f"`limits` must be (left, right, bottom, top), each pair rising, but it is {tuple(limits)}.",
            "limits=(-1, 1, -1, 1)",
        )
    left, right, bottom, top = map(float, limits)
    return np.linspace(left, right, steps), np.linspace(bottom, top, steps)


def _names(x: Any, names: Sequence[str] | None) -> tuple[str, str]:
    if names is None:
        names = [str(name) for name in getattr(x, "columns", ())] or ["x₁", "x₂"]
    if len(names) != 2:
        raise ArgumentError(
            "decision_boundary", f"`names` must be two, but {len(names)} came.", "names=['a', 'b']"
        )
    return names[0], names[1]
