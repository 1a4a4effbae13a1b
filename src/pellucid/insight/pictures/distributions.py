"""How the numbers of each layer are spread, epoch by epoch: activations, and gradients of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.callbacks import Callback
from pellucid.core.errors import UsageError, unknown_name
from pellucid.core.late import LateModule
from pellucid.core.limits import Integer, Limit
from pellucid.insight.task import Task, mean_loss, task_of
from pellucid.modules.pure import run
from pellucid.modules.tree import child_layers, places
from pellucid.training.effort import compiler_options

# Matplotlib takes longer to import than all else here, and numbers alone need no picture.
drawing: Any = LateModule("pellucid.insight.pictures.drawing.distributions")

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""The quantiles that are recorded."""
BINS = 40
WHAT = ("activations", "gradients")
STYLES = ("bands", "ridges")


@dataclass(frozen=True, eq=False)
class Spread:
    """How the numbers of one array are spread at one moment.

    Attributes:
        quantiles: The values at :data:`LEVELS`, (levels,).
        counts: How many numbers fall into each of 40 bins of equal width from the least to the greatest, (bins,).
        edges: The bins' edges, (bins + 1,).
        zeros: The share of exact zeros.
        size: How many numbers there are.
        lost: How many are NaN or infinite; they are left out of all else.
    """

    quantiles: np.ndarray
    counts: np.ndarray
    edges: np.ndarray
    zeros: float
    size: int
    lost: int


class Distributions(Callback):
    """Record how each layer's activations and each weight's gradient are spread, before a training and after epochs.

    They are measured on rows that stay the same, in evaluation mode (dropout passes everything, batch normalisation
    uses its moving statistics), at the weights that the epoch ended with; the gradient is that of the mean loss of
    these rows.

    Args:
        x: Inputs; some hundred rows are enough.
        y: Targets.
        every: Record after every so many epochs, at least 1. Default 1.

    Attributes:
        epochs: When each was recorded: how many epochs were done.
        activations: By layer's path, one :class:`~pellucid.insight.Spread` per record. Layers inside models have paths
            such as ``"encoder/dense"``; layers that only hold others are left out.
        gradients: Likewise by weight's path.

    A second ``fit`` with the same object starts the record anew.

    Raises:
        UsageError: ``draw`` before anything was recorded.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> x, y = np.ones((4, 2)), np.ones(4)
        >>> model = pellucid.Sequential([layers.Dense(3, "relu"), layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> spread = insight.Distributions(x, y)
        >>> history = model.fit(x, y, epochs=2, callbacks=[spread], verbose=0)
        >>> spread.epochs, list(spread.activations), spread.gradients["dense/kernel"][0].size
        ([0, 1, 2], ['dense', 'dense_1'], 6)

    Keras has the histograms of its ``TensorBoard`` callback, of weights; PyTorch has none.
    """

    limits: ClassVar[dict[str, Limit]] = {"every": Integer(1)}

    def __init__(self, x: Any, y: Any = None, every: int = 1):
        super().__init__()
        self.x = x
        self.y = y
        self.every = every
        self.epochs: list[int] = []
        self.activations: dict[str, list[Spread]] = {}
        self.gradients: dict[str, list[Spread]] = {}
        self._done = 0
        self._program: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the record with the state before the training."""
        self.epochs, self.activations, self.gradients = [], {}, {}
        self._done, self._program = 0, None
        self._record()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Record after an epoch."""
        self._done += 1
        if self._done % self.every == 0:
            self._record()

    def _record(self) -> None:
        task = task_of("Distributions", self.model, self.x, self.y)
        if self._program is None:
            self._program = measuring_program(task)
        captured, gradients = self._program(task.params, task.rest)
        self.epochs.append(self._done)
        # By the network's order; a program sorts its dicts by name.
        for path, layer in places(self.model):
            value = captured.get(path)
            if path and is_numbers(value) and not any(True for _ in child_layers(layer)):
                self.activations.setdefault(path, []).append(spread_of(np.asarray(value)))
        for path in task.params:
            self.gradients.setdefault(path, []).append(spread_of(np.asarray(gradients[path])))

    def draw(
        self, path: str | Path | None = None, *, what: str = "activations", style: str = "bands"
    ) -> Any:
        """Draw one panel for each layer or weight, and save the picture when a path is given.

        Args:
            path: A file name ending in .png, .svg or .pdf, or None.
            what: ``"activations"`` (default) or ``"gradients"``.
            style: ``"bands"`` (default): quantiles over the epochs; ``"ridges"``: a histogram for each epoch, the
                latest in front.

        Returns:
            The matplotlib figure, which belongs to no window.
        """
        if what not in WHAT:
            raise unknown_name("kind of numbers", what, WHAT)
        if style not in STYLES:
            raise unknown_name("style of distributions", style, STYLES)
        found = getattr(self, what)
        if not found:
            raise UsageError(
                "Distributions.draw",
                f"no {what} were recorded yet.",
                "model.fit(x, y, epochs=10, callbacks=[spread])",
            )
        return drawing.draw(self.epochs, found, what, style, path)


def measuring_program(task: Task) -> Any:
    """Return the compiled program that gives every layer's output and every weight's gradient."""

    def measure(params: Any, rest: Any) -> Any:
        everything = {**params, **rest["frozen"]}
        applied = run(
            task.aim.model,
            everything,
            rest["state"],
            rest["data"]["x"],
            hyper=rest["hyper"]["model"],
            capture=True,
        )
        return applied.captured, jax.grad(lambda p: mean_loss(task.aim, p, rest))(params)

    return jax.jit(measure, compiler_options=compiler_options(task.aim.model))


def is_numbers(value: Any) -> bool:
    """Tell whether a layer's output is one array of floating-point numbers."""
    return hasattr(value, "dtype") and jnp.issubdtype(value.dtype, jnp.floating) and value.size > 0


def spread_of(array: np.ndarray) -> Spread:
    """Return how the numbers of an array are spread.

    >>> found = spread_of(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    >>> found.quantiles.round(2).tolist(), found.zeros
    ([0.0, 0.2, 1.0, 2.0, 3.0, 3.8, 4.0], 0.2)
    """
    values = np.asarray(array, np.float64).reshape(-1)
    finite = values[np.isfinite(values)]
    lost = values.size - finite.size
    if not finite.size:
        nothing = np.full(len(LEVELS), np.nan)
        return Spread(
            nothing, np.zeros(BINS, int), np.linspace(0, 1, BINS + 1), 0.0, values.size, lost
        )
    counts, edges = np.histogram(finite, BINS)
    zeros = float(np.mean(finite == 0))
    return Spread(np.quantile(finite, LEVELS), counts, edges, zeros, values.size, lost)
