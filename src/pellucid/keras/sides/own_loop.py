"""Training with a step of the script's own: one compiled program a batch, with Keras's hooks around it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.function import Function
from pellucid.keras.sides.callback import EarlyStop
from pellucid.keras.sides.feeding import rows_as_arrays
from pellucid.keras.sides.record import KerasHistory
from pellucid.keras.sides.steps import number
from pellucid.keras.tensor import Tensor, as_array
from pellucid.training.streams import is_stream


def fit(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    epochs: int,
    batch_size: int | None = None,
    verbose: Any = "auto",
    callbacks: Any = (),
    validation_data: Any = None,
    shuffle: bool = True,
    class_weight: Any = None,
    sample_weight: Any = None,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    validation_freq: int = 1,
) -> KerasHistory:
    """Train a model that has a ``train_step`` of its own; arguments as for ``Model.fit``."""
    weight = class_weights(sample_weight, class_weight, y)
    source = Batches(x, y, weight, batch_size or 32, shuffle, model.seed, steps_per_epoch)
    history = KerasHistory(
        {"epochs": epochs, "initial_epoch": initial_epoch, "steps": source.steps}
    )
    history.model = model
    model.stop_training = False
    hooks = list(callbacks)
    for hook in hooks:
        hook.set_model(model)
        hook.set_params(history.params)
        hook.on_train_begin()
    stops = [EarlyStop(hook, model) for hook in hooks if EarlyStop.fits(hook)]
    for epoch in range(initial_epoch, epochs):
        started = time.perf_counter()
        logs = train_epoch(model, source, hooks, epoch)
        if validation_data is not None and (epoch + 1) % validation_freq == 0:
            size = validation_batch_size or batch_size
            found = measure(model, validation_data, size, validation_steps)
            logs |= {f"val_{name}": value for name, value in found.items()}
        for hook in hooks:
            hook.on_epoch_end(epoch, logs)
        history.add(epoch, logs)
        report(verbose, epoch, epochs, logs, time.perf_counter() - started)
        judged = [stop.after(epoch, logs) for stop in stops]
        if any(judged) or model.stop_training:
            history.ended = "callback" if model.stop_training else "early stopping"
            break
    for stop in stops:
        stop.restore()
    for hook in hooks:
        hook.on_train_end(history.history and {k: v[-1] for k, v in history.history.items()})
    object.__setattr__(model, "_own_history", history)
    return history


def train_epoch(model: Any, source: Batches, hooks: list[Any], epoch: int) -> dict[str, float]:
    """Run one epoch and return its numbers."""
    model.forget_batches()
    for hook in hooks:
        hook.on_epoch_begin(epoch)
    step, logs = step_function(model, "train_step"), {}
    for place, data in enumerate(source.epoch()):
        for hook in hooks:
            hook.on_train_batch_begin(place)
        logs = step(data)
        for hook in hooks:
            hook.on_train_batch_end(place, numbers(logs))
    return numbers(logs)


def measure(
    model: Any,
    data: Any,
    batch_size: int | None,
    steps: int | None = None,
    hooks: Any = (),
) -> dict[str, float]:
    """Run ``test_step`` over data and return its numbers; the hooks hear of each batch."""
    x, y, weight = (
        (*data, None, None)[:3] if isinstance(data, (tuple, list)) else (data, None, None)
    )
    model.forget_batches()
    step, logs = step_function(model, "test_step"), {}
    batches = islice(Batches(x, y, weight, batch_size or 32, False, 0).epoch(), steps)
    for hook in hooks:
        hook.set_model(model)
        hook.on_test_begin()
    for place, batch in enumerate(batches):
        for hook in hooks:
            hook.on_test_batch_begin(place)
        logs = step(batch)
        for hook in hooks:
            hook.on_test_batch_end(place, numbers(logs))
    for hook in hooks:
        hook.on_test_end(numbers(logs))
    return numbers(logs)


def evaluate(
    model: Any,
    x: Any,
    y: Any = None,
    batch_size: int | None = None,
    verbose: Any = 0,
    sample_weight: Any = None,
    steps: int | None = None,
    return_dict: bool = False,
    callbacks: Any = (),
) -> Any:
    """Measure with the script's own ``test_step``."""
    data = x if is_stream(x) else (x, y, sample_weight)
    found = measure(model, data, batch_size, steps, callbacks)
    values = list(found.values())
    return found if return_dict else values if len(values) > 1 else values[0]


def predict(
    model: Any,
    x: Any,
    batch_size: int | None = None,
    steps: int | None = None,
    callbacks: Any = (),
    **more: Any,
) -> Any:
    """Return the outputs of the script's own ``predict_step`` for all rows."""
    step = step_function(model, "predict_step")
    batches = islice(Batches(x, None, None, batch_size or 32, False, 0).epoch(), steps)
    for hook in callbacks:
        hook.set_model(model)
        hook.on_predict_begin()
    parts = []
    for place, batch in enumerate(batches):
        for hook in callbacks:
            hook.on_predict_batch_begin(place)
        parts.append(jax.tree.map(np.asarray, step(batch)))
        for hook in callbacks:
            hook.on_predict_batch_end(place, {"outputs": parts[-1]})
    for hook in callbacks:
        hook.on_predict_end()
    return jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)


def one_batch(model: Any, name: str, data: Any, return_dict: bool) -> Any:
    """Run a step on one batch."""
    model.forget_batches()
    logs = numbers(step_function(model, name)(tensors(data)))
    values = list(logs.values())
    return logs if return_dict else values if len(values) > 1 else values[0]


class Batches:
    """Batches of tensors, from arrays or from a stream.

    Args:
        x: Inputs, or a stream of batches.
        y: Targets or None.
        weight: Sample weights or None.
        size: Rows of a batch.
        shuffle: Whether every epoch takes the rows in a new order.
        seed: Decides the order.
        steps: Batches of an epoch, where a stream does not end by itself.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        weight: Any,
        size: int,
        shuffle: bool,
        seed: int,
        steps: int | None = None,
    ):
        self.stream = is_stream(x)
        self.x = x if self.stream else rows_as_arrays(x)
        self.y, self.weight = rows_as_arrays(y), weight
        self.size, self.shuffle, self.limit = size, shuffle, steps
        self._order = np.random.default_rng(seed)
        self._running: Iterator[Any] | None = None

    @property
    def steps(self) -> int | None:
        """Batches of an epoch, where they are known."""
        if self.limit is not None:
            return self.limit
        if not self.stream:
            return -(-len(jax.tree.leaves(self.x)[0]) // self.size)
        return len(self.x) if hasattr(self.x, "__len__") else None

    def epoch(self) -> Iterator[Any]:
        """Yield the batches of one epoch."""
        return self._of_stream() if self.stream else self._of_arrays()

    def _of_arrays(self) -> Iterator[Any]:
        rows = len(jax.tree.leaves(self.x)[0])
        order = self._order.permutation(rows) if self.shuffle else np.arange(rows)
        for first in list(range(0, rows, self.size))[: self.limit]:
            some = order[first : first + self.size]
            parts = (self.x, self.y, self.weight)
            x, y, weight = (jax.tree.map(lambda a, some=some: a[some], part) for part in parts)
            yield packed(tensors(x), tensors(y), tensors(weight))

    def _of_stream(self) -> Iterator[Any]:
        if (
            hasattr(self.x, "__getitem__")
            and hasattr(self.x, "__len__")
            and not hasattr(self.x, "__next__")
        ):
            batches = (self.x[i] for i in range(len(self.x)))
        elif self.limit is None:
            batches = iter(self.x)
        else:
            self._running = self._running or iter(self.x)
            batches = islice(self._again(), self.limit)
        for batch in batches:
            yield tensors(tuple(batch) if isinstance(batch, list) else batch)

    def _again(self) -> Iterator[Any]:
        """Yield from the running stream, which begins anew where it ends in the middle of an epoch."""
        while True:
            found = False
            for batch in self._running or ():
                found = True
                yield batch
            self._running = iter(self.x)
            if not found:
                raise ArgumentError("fit", "the data gave no batch.", "model.fit(x, y)")


def packed(x: Any, y: Any, weight: Any) -> Any:
    """Return what a step gets: ``x``, ``(x, y)`` or ``(x, y, weight)``, as Keras packs it."""
    if weight is not None:
        return (x, y, weight)
    return (x, y) if y is not None else (x,) if isinstance(x, (tuple, list)) else x


def tensors(tree: Any) -> Any:
    """Return tensors for arrays; texts stay NumPy arrays."""
    return jax.tree.map(_tensor, tree)


def _tensor(leaf: Any) -> Any:
    if isinstance(leaf, Tensor) or (
        hasattr(leaf, "dtype") and np.asarray(leaf).dtype.kind in "OUS"
    ):
        return leaf
    return Tensor(as_array(np.asarray(leaf)))


def step_function(model: Any, name: str) -> Function:
    """Return a model's compiled step; the same one until the model is compiled anew."""
    if model.optimizer is not None:
        model.optimizer.settle()
    made = model.__dict__.setdefault("_steps", {})
    if name not in made or made[name][0] is not model.compiled:
        made[name] = (model.compiled, Function(getattr(model, name)))
    return made[name][1]


def numbers(logs: Any) -> dict[str, float]:
    """Return the numbers that a step gave, by name."""
    found = logs if isinstance(logs, dict) else {"loss": logs}
    return {name: number(value) for name, value in found.items() if np.ndim(number_of(value)) == 0}


def number_of(value: Any) -> Any:
    """Return the array of a value."""
    return as_array(value)


def class_weights(sample_weight: Any, class_weight: Any, y: Any) -> Any:
    """Return weights of rows from those of classes."""
    if class_weight is None:
        return None if sample_weight is None else np.asarray(sample_weight)
    if isinstance(y, (list, tuple)):  # several outputs, with weights of classes for each
        return [
            class_weights(each, chosen, part)
            for each, chosen, part in zip(
                *(
                    t if isinstance(t, (list, tuple)) else [t] * len(y)
                    for t in (sample_weight, class_weight)
                ),
                y,
                strict=True,
            )
        ]
    labels = np.asarray(y)
    labels = (
        labels.argmax(-1)
        if labels.ndim > 1 and labels.shape[-1] > 1
        else labels.reshape(len(labels))
    )
    found = np.asarray([class_weight.get(int(label), 1.0) for label in labels], "float32")
    return found if sample_weight is None else found * np.asarray(sample_weight)


def report(verbose: Any, epoch: int, epochs: int, logs: dict[str, float], seconds: float) -> None:
    """Print an epoch's line, unless the training is silent."""
    if verbose in (0, False):
        return
    shown = "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
    sys.stdout.write(f"epoch {epoch + 1}/{epochs}  {seconds:.1f} s  {shown}\n")
