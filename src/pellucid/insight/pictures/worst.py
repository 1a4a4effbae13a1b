"""What a model predicted worst: the rows with the largest loss, with what was right and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.late import LateModule
from pellucid.data.labels import read_targets
from pellucid.insight.pictures.answers import reading_of, true_classes
from pellucid.insight.task import row_losses, task_of
from pellucid.training.effort import compiler_options

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.worst")

LONG = 50
"""So many characters of a text are shown in the table."""


@dataclass(frozen=True, eq=False)
class WorstPredictions:
    """What :func:`worst_predictions` found, the worst first.

    Attributes:
        index: The rows' numbers, (count,).
        true: What is right, as text.
        predicted: What was answered, as text.
        probability: The probability of the answer, (count,), or None where there is none.
        true_probability: The probability that was left for what is right, or None.
        loss: Each row's loss, (count,).
        rows: The rows themselves as they were given, (count, ...), or None where the model has several inputs.
        mean_loss: The mean over all rows, to compare with.
    """

    index: np.ndarray
    true: tuple[str, ...]
    predicted: tuple[str, ...]
    probability: np.ndarray | None
    true_probability: np.ndarray | None
    loss: np.ndarray
    rows: np.ndarray | None
    mean_loss: float

    def __len__(self) -> int:
        return len(self.index)

    @property
    def table(self) -> list[tuple[str, ...]]:
        """The table as text, its head first."""
        columns: dict[str, Any] = {
            "row": [str(number) for number in self.index],
            "true": self.true,
            "predicted": self.predicted,
        }
        if self.probability is not None and self.true_probability is not None:
            columns["p(predicted)"] = [f"{share:.2%}" for share in self.probability]
            columns["p(true)"] = [f"{share:.2%}" for share in self.true_probability]
        columns["loss"] = [f"{loss:.4g}" for loss in self.loss]
        if self.rows is not None and self.rows.ndim == 1 and self.rows.dtype.kind in "UO":
            columns["text"] = [shorten(str(text), LONG, placeholder="…") for text in self.rows]
        return [tuple(columns), *zip(*columns.values(), strict=True)]

    def __str__(self) -> str:
        table = self.table
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = (
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
            for line in table
        )
        return "\n".join(lines)

    def draw(
        self, path: str | Path | None = None, *, image_shape: tuple[int, ...] | None = None
    ) -> Any:
        """Draw the rows as images in a grid where they are images, else the table; save it when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.
            image_shape: ``(height, width)`` or ``(height, width, channels)`` of rows that are images written as one
                line of numbers. Default: as the rows are.

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        return drawing.draw(self, image_shape, path)


def worst_predictions(model: Any, x: Any, y: Any, *, count: int = 12) -> WorstPredictions:
    r"""Find the rows with the largest loss.

    Equation: ``l_n = loss(y_n, f(x_n))``, the compiled loss of each row by itself, without penalties; rows are ordered
    by falling ``l_n``.

    Args:
        model: A compiled model with one answer per row: classes or a number.
        x: Inputs.
        y: Targets.
        count: How many rows, at least 1. Default 12.

    Returns:
        The :class:`WorstPredictions`: printed a table, with ``.draw("worst.png")`` a picture.

    Raises:
        UsageError: The model is not compiled.
        TargetError: A label that the model does not know.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1, kernel_initializer="ones")])
        >>> model.compile("sgd", "mse")
        >>> print(insight.worst_predictions(model, [[1.0], [2.0], [3.0]], [1.0, 0.0, 2.0], count=2))
        row  true  predicted  loss
          1     0          2     4
          2     2          3     1

    Often the label is wrong, not the model: look before you train longer. Keras and PyTorch have none.
    """
    who = "worst_predictions"
    if count < 1:
        raise ArgumentError(who, f"`count` must be an integer of at least 1, but it is {count}.")
    task = task_of(who, model, x, y)
    if task.aim.loss is None:
        raise ArgumentError(
            who, "the loss is the model's own, not one of rows.", "model.compile(loss=...)"
        )
    reading, inputs = reading_of(who, model, x)
    program = jax.jit(
        lambda params, rest: row_losses(task.aim, params, rest),
        compiler_options=compiler_options(task.aim.model),
    )
    loss = np.asarray(program(task.params, task.rest), np.float64)
    index = np.argsort(-loss, kind="stable")[:count]
    outputs = model.predict(x)[index]
    probability = right_probability = None
    if reading.kind == "numbers":
        values = read_targets(y).reshape(-1)
        if len(values) != len(loss):
            raise ShapeError(who, f"y has {len(values)} numbers for {len(loss)} rows.")
        true = tuple(f"{value:g}" for value in values[index])
        predicted = tuple(f"{value:g}" for value in reading.values(outputs))
    else:
        classes, labels = true_classes(who, model, reading, inputs, y)
        right, answers = classes[index], reading.predicted(outputs)
        true = tuple(labels[k] for k in right)
        predicted = tuple(labels[k] for k in answers)
        given = reading.probabilities(outputs)
        if given is not None:
            each = np.arange(len(index))
            probability, right_probability = given[each, answers], given[each, right]
    return WorstPredictions(
        index,
        true,
        predicted,
        probability,
        right_probability,
        loss[index],
        np.asarray(x)[index] if hasattr(inputs, "shape") else None,
        float(loss.mean()),
    )
