"""A training as data, so that a fault is one change of it, and the program that is built of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import pellucid
from conformance.doctor import sources
from pellucid import callbacks, layers, losses, optimizers

Part = tuple[Any, Mapping[str, Any]]
"""A layer to be: the name of its class, or the class itself, and its constructor's arguments."""


@dataclass(frozen=True)
class Rows:
    """The rows of one training.

    Attributes:
        x, y: What is trained on, as it goes to ``fit``.
        x_val, y_val: What is validated on.
        x_held: What the score is measured on.
        truth: The right answers to ``x_held``: labels, or numbers in the scale of the targets.
    """

    x: np.ndarray
    y: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_held: np.ndarray
    truth: np.ndarray


Transform = Callable[[Rows, np.random.Generator], Rows]


@dataclass(frozen=True)
class Recipe:
    """A training.

    Attributes:
        source: A data set of :mod:`conformance.doctor.sources`.
        parts: The layers in order.
        loss: A name, a function, or a class's name with arguments.
        optimizer: A class's name with arguments.
        epochs, batch_size: As in ``fit``.
        rows, held: How many rows are trained on and held back; fewer where the set is small.
        scale: How inputs are scaled: ``"standard"``, ``"range"`` (by the largest) or ``""``.
        scale_y: Whether targets are brought to mean 0 and spread 1.
        form: How targets are written: ``"classes"``, ``"one-hot"``, ``"column"`` or ``"flat"``.
        metrics: As in ``compile``.
        validate: ``"none"``, ``"given"`` (``validation_data``) or a share (``validation_split``).
        callbacks: Classes' names with arguments.
        fit: Other arguments of ``fit``.
        transforms: What is done to the rows last, in order.
        score: How predictions are judged: a function of :mod:`conformance.doctor.scores`.
        network: Makes the model of the recipe and the shape of a row; the default is a stack of the parts.
        after: Is called with the model once its weights are made; None for nothing.
    """

    source: str
    parts: tuple[Part, ...]
    loss: Any
    optimizer: tuple[Any, Mapping[str, Any]] = ("Adam", {"learning_rate": 0.001})
    epochs: int = 10
    batch_size: int | None = 32
    rows: int = 1000
    held: int = 400
    scale: str = "standard"
    scale_y: bool = False
    form: str = "classes"
    metrics: tuple[str, ...] = ()
    validate: str | float = "given"
    callbacks: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    fit: Mapping[str, Any] = field(default_factory=dict)
    transforms: tuple[Transform, ...] = ()
    score: str = "accuracy"
    network: Callable[[Recipe, tuple[int, ...], int], Any] | None = None
    after: Callable[[Any], None] | None = None

    def but(self, **changes: Any) -> Recipe:
        """Return the recipe with other fields."""
        return replace(self, **changes)

    def with_part(self, index: int, *, kind: Any = None, **arguments: Any) -> Recipe:
        """Return the recipe with another layer at a place, or with other arguments of the one that is there."""
        parts = list(self.parts)
        old_kind, old = parts[index]
        parts[index] = (kind, arguments) if kind is not None else (old_kind, {**old, **arguments})
        return self.but(parts=tuple(parts))

    def with_all(self, kinds: tuple[str, ...], **arguments: Any) -> Recipe:
        """Return the recipe with other arguments of all layers of some kinds but the last layer."""
        parts = [
            (kind, {**old, **arguments})
            if kind in kinds and number < len(self.parts) - 1
            else (kind, old)
            for number, (kind, old) in enumerate(self.parts)
        ]
        return self.but(parts=tuple(parts))

    def inserted(self, index: int, kind: Any, **arguments: Any) -> Recipe:
        """Return the recipe with one more layer before the one at a place."""
        parts = list(self.parts)
        parts.insert(index % (len(parts) + 1) if index >= 0 else index, (kind, arguments))
        return self.but(parts=tuple(parts))

    def without(self, index: int) -> Recipe:
        """Return the recipe without the layer at a place."""
        parts = list(self.parts)
        del parts[index]
        return self.but(parts=tuple(parts))

    def rate(self, learning_rate: Any) -> Recipe:
        """Return the recipe with another learning rate."""
        name, arguments = self.optimizer
        return self.but(optimizer=(name, {**arguments, "learning_rate": learning_rate}))


@dataclass(frozen=True)
class Program:
    """A compiled model with what ``fit`` is called with, and what its predictions are judged by.

    Attributes:
        model: Compiled, not strict: what the framework would refuse trains as it does elsewhere.
        x, y: What is trained on.
        fit: The other arguments of ``fit``.
        x_held, truth: What the score is measured on.
        score: How.
    """

    model: Any
    x: Any
    y: Any
    fit: dict[str, Any]
    x_held: Any
    truth: np.ndarray
    score: str


def made(part: Part) -> Any:
    """Return the layer that a part describes."""
    kind, arguments = part
    return (getattr(layers, kind) if isinstance(kind, str) else kind)(**arguments)


def stack(recipe: Recipe, shape: tuple[int, ...], seed: int) -> Any:
    """Return the parts one after another."""
    first = pellucid.Input(shape=shape)
    return pellucid.Sequential([first, *map(made, recipe.parts)], seed=seed)


def build(recipe: Recipe, seed: int) -> Program:
    """Return the program of a recipe: rows, weights and order follow from the seed."""
    rows = rows_of(recipe, seed)
    model = (recipe.network or stack)(recipe, rows.x.shape[1:], seed)
    model.strict = False
    kind, arguments = recipe.optimizer
    optimizer = (getattr(optimizers, kind) if isinstance(kind, str) else kind)(**arguments)
    loss = recipe.loss
    if isinstance(loss, tuple):
        loss = getattr(losses, loss[0])(**loss[1])
    model.compile(optimizer, loss, metrics=list(recipe.metrics))
    if recipe.after is not None:
        recipe.after(model)
    return Program(
        model, rows.x, rows.y, _fit(recipe, rows, seed), rows.x_held, rows.truth, recipe.score
    )


def _fit(recipe: Recipe, rows: Rows, seed: int) -> dict[str, Any]:
    arguments: dict[str, Any] = {"epochs": recipe.epochs, "seed": seed, "verbose": 0, **recipe.fit}
    if recipe.batch_size is not None:
        arguments["batch_size"] = recipe.batch_size
    if recipe.validate == "given":
        arguments["validation_data"] = (rows.x_val, rows.y_val)
    elif recipe.validate != "none":
        arguments["validation_split"] = recipe.validate
    if recipe.callbacks:
        arguments["callbacks"] = [
            getattr(callbacks, name)(**told) for name, told in recipe.callbacks
        ]
    return arguments


def rows_of(recipe: Recipe, seed: int) -> Rows:
    """Return the rows of a recipe: drawn, scaled, encoded, and transformed."""
    generator = np.random.default_rng(1000 + seed)
    x, y = sources.load(recipe.source, seed)
    order = generator.permutation(len(x))
    held = min(recipe.held, len(x) // 4)
    test, train = order[:held], order[held : held + recipe.rows]
    inputs = sources.scaled(x, train, recipe.scale)
    if recipe.scale_y:
        y = sources.scaled(y[:, None] if y.ndim == 1 else y, train, "standard")
        y = y[:, 0] if y.shape[1] == 1 else y
    targets = sources.encoded(y, recipe.form)
    rows = Rows(inputs[train], targets[train], inputs[test], targets[test], inputs[test], y[test])
    for transform in recipe.transforms:
        rows = transform(rows, generator)
    return rows
