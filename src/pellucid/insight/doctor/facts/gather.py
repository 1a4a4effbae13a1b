"""Reads the facts off a model of ours and the arguments of ``fit``; the model is built and otherwise unchanged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import PellucidError, UsageError
from pellucid.core.registry import snake_case
from pellucid.insight.doctor.facts.data import Data
from pellucid.insight.doctor.facts.facts import Facts, Fit, Optimizer, Watch
from pellucid.insight.doctor.facts.network_of import is_shape, layers_of, outputs_facts
from pellucid.insight.doctor.facts.rows_of import data_of
from pellucid.training.choosing import loss_in_use
from pellucid.training.prepare import match_inputs, need_compiled, prepare_inputs
from pellucid.training.streams import is_stream

RATES = 20
"""How many of a schedule's rates are read; each takes about 10 ms."""


def gather(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    validation_data: Any = None,
    validation_split: float = 0.0,
    batch_size: int | None = None,
    epochs: int | None = None,
    steps_per_epoch: int | None = None,
    shuffle: bool = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    callbacks: Any = (),
) -> Facts:
    """Return what is known before the first step; the arguments are those of ``fit``.

    Raises:
        UsageError: The model is not compiled.
        ShapeError: The rows do not fit the model.
    """
    compiled = need_compiled(model, "doctor")
    unknown: list[str] = []
    first = first_rows(model, x)
    outputs, _ = match_inputs(model, first)
    data = None
    if is_stream(x):
        unknown.append("The rows come from a stream: their numbers were not looked at.")
    else:
        held = None if is_stream(validation_data) else validation_data
        names = tuple(model.input_names or ())
        data = read_data(model, x, y, held, names, outputs.names or (), unknown)
    loss = None
    try:
        loss, _ = loss_in_use(model, compiled, outputs, y)
    except PellucidError as refused:
        unknown.append(f"The loss could not be chosen: {refused.problem}")
    mean_weight, counting = mean_of(sample_weight)
    fit = fit_of(
        Fit(
            epochs=epochs,
            batch_size=batch_size or 32,
            steps=steps_per_epoch,
            shuffle=shuffle,
            validation_split=validation_split,
            class_weight=class_weight,
            weighted=sample_weight is not None,
            mean_weight=mean_weight,
            counting=counting,
            callbacks=tuple(type(each).__name__ for each in as_list(callbacks)),
            watches=tuple(
                watch_of(each) for each in as_list(callbacks) if hasattr(each, "monitor")
            ),
        ),
        data,
    )
    return Facts(
        layers=layers_of(model, outputs.shapes or {}),
        outputs=outputs_facts(model, compiled, outputs, loss),
        data=data,
        optimizer=optimizer_of(compiled.optimizer, (fit.steps or 0) * (epochs or 0)),
        fit=fit,
        unknown=tuple(unknown),
    )


def read_data(
    model: Any,
    x: Any,
    y: Any,
    validation: Any,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    unknown: list[str],
) -> Data | None:
    """Return the rows as facts, after what layers make of them on the host; None, and why, where that fails."""
    try:
        if model._works_on_host():
            x = model.host_inputs(x)
            if validation is not None:
                validation = (model.host_inputs(validation[0]), *validation[1:])
        return data_of(x, y, validation, inputs, outputs)
    except (PellucidError, TypeError, ValueError) as trouble:
        unknown.append(f"The rows could not be read: {trouble}")
        return None


def first_rows(model: Any, x: Any) -> Any:
    """Return two rows as the program takes them, with zeros in the place of what is not finite, to build the model.

    A stream may be read once only, so that zeros of the model's input shape stand for its rows.
    """
    if is_stream(x):
        if model.input_shape is None:
            raise UsageError(
                "doctor",
                "the rows come from a stream, and the model does not know their shape yet.",
                "begin the model with Input(shape=(...)), or ask after fit",
            )
        if model._works_on_host():
            raise UsageError(
                "doctor",
                "the rows come from a stream, and layers of the model work on the host before its program.",
                "give the rows as arrays: model.fit(x, y, doctor=True)",
            )
        return jax.tree.map(zeros, model.input_shape, is_leaf=is_shape)
    several = isinstance(x, (list, tuple)) and len(model.input_names or ()) == len(x) > 1
    if isinstance(x, dict) or several:
        return prepare_inputs(model, jax.tree.map(some_rows, x, is_leaf=lambda v: v is not x))
    return prepare_inputs(model, some_rows(x))


def zeros(shape: Any) -> np.ndarray:
    """Return two rows of zeros; axes of any size are of 8."""
    return np.zeros((2, *(8 if size is None else size for size in shape[1:])), "float32")


def some_rows(array: Any) -> Any:
    """Return the first two rows, finite."""
    rows = np.asarray(array)[:2]
    return np.nan_to_num(rows) if np.issubdtype(rows.dtype, np.inexact) else rows


def fit_of(given: Fit, data: Data | None) -> Fit:
    """Return the arguments of ``fit`` with the steps of an epoch, where the rows say them."""
    if given.steps is not None or data is None:
        return given
    rows = round(data.training.count * (1 - given.validation_split))
    return replace(given, steps=max(1, -(-rows // (given.batch_size or 32))))


def mean_of(sample_weight: Any) -> tuple[float | None, float]:
    """Return the mean of the rows' weights and the share that is not 0; None and 1 where there is no one array of them.

    >>> mean_of([0.0, 2.0]), mean_of({"a": [1.0]})
    ((1.0, 0.5), (None, 1.0))
    """
    try:
        weights = np.asarray(sample_weight, float)
    except (TypeError, ValueError):
        return None, 1.0
    if sample_weight is None or not weights.size or not np.all(np.isfinite(weights)):
        return None, 1.0
    return float(weights.mean()), float((weights != 0).mean())


def as_list(callbacks: Any) -> list[Any]:
    """Return callbacks as a list."""
    if callbacks is None:
        return []
    return list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]


def optimizer_of(optimizer: Any, steps: int) -> Optimizer:
    """Return the optimizer as facts.

    Args:
        optimizer: The optimizer.
        steps: Planned steps, over which a schedule's rates are read.
    """
    numbers = optimizer.hyper()
    rate = getattr(optimizer, "learning_rate", None)
    rates = None
    if callable(rate):
        asked = np.unique(np.linspace(0, max(steps - 1, 0), RATES).astype(int))
        rates = np.array([float(optimizer.learning_rate_at(numbers, int(step))) for step in asked])
    first = float(rates[0]) if rates is not None else float(numbers.get("learning_rate", np.nan))
    arguments = {
        name: value
        for name, value in optimizer.get_config().items()
        if name not in ("learning_rate", "name") and value is not None
    }
    return Optimizer(snake_case(type(optimizer).__name__).replace("_", ""), first, rates, arguments)


def watch_of(callback: Any) -> Watch:
    """Return what a callback goes by."""
    return Watch(
        type(callback).__name__,
        str(callback.monitor),
        str(getattr(callback, "mode", "auto")),
        getattr(callback, "patience", None),
        bool(getattr(callback, "save_best_only", True)),
    )
