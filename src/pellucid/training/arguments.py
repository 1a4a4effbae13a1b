"""The numbers that ``fit``, ``evaluate`` and ``predict`` take: refused at once where they mean nothing."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.modules.tree import places
from pellucid.training.program import rows_of

Arrays = dict[str, Any]


def check_epochs(epochs: Any, initial_epoch: Any) -> None:
    """Refuse numbers of epochs that mean nothing."""
    for name, value, low in (("epochs", epochs, 1), ("initial_epoch", initial_epoch, 0)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
            raise ArgumentError(
                "fit", f"`{name}` must be an integer of at least {low}, but it is {value!r}."
            )
    if initial_epoch >= epochs:
        raise ArgumentError(
            "fit",
            f"`initial_epoch` is {initial_epoch} and `epochs` {epochs}: `epochs` is the number at which to end.",
            f"epochs={initial_epoch + epochs}",
        )


def checked_frequency(frequency: Any) -> int | tuple[int, ...]:
    """Return ``validation_freq`` as a number of epochs or a tuple of epochs, counted from 1."""
    several = isinstance(frequency, (list, tuple))
    for number in frequency if several else (frequency,):
        if number is None:
            raise ArgumentError("fit", "`validation_freq` must be a number of epochs or a list.")
        check_count("fit", "validation_freq", number)
    return tuple(map(int, frequency)) if several else int(frequency)


def check_count(who: str, name: str, value: Any) -> None:
    """Refuse what is neither None nor an integer of at least 1."""
    if value is None or (
        isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= 1
    ):
        return
    raise ArgumentError(who, f"`{name}` must be an integer of at least 1, but it is {value!r}.")


def check_stateful(model: Any, shuffle: bool) -> None:
    """Refuse to shuffle rows whose places in the batch carry a state on."""
    named = stateful_layers(model)
    if shuffle and named:
        raise ArgumentError(
            "fit",
            f"layer '{named[0]}' is stateful: row i of a batch goes on where row i of the batch before ended, but "
            "`shuffle` mixes the rows.",
            "model.fit(..., shuffle=False)",
        )


def stateful_layers(model: Any) -> list[str]:
    """Return the paths of the layers that carry their states from batch to batch."""
    return [path for path, layer in places(model) if getattr(layer, "stateful", False)]


def fixed_rows(model: Any) -> int | None:
    """Return the rows of every batch, where an input names them, ``Input(batch_shape=(16, 4))``; else None."""
    shapes = model.input_shape if getattr(model, "_symbolic", ()) else None
    leaves = jax.tree.leaves(shapes, is_leaf=lambda shape: isinstance(shape, tuple))
    named = {shape[0] for shape in leaves if isinstance(shape, tuple) and shape}
    return min((rows for rows in named if rows is not None), default=None)


def first_batches(name: str, data: Arrays | None, steps: int, batch_size: int) -> Arrays:
    """Return the first ``steps`` batches of a data set; fewer rows than that are refused."""
    check_count("fit" if name == "validation_steps" else name, name, steps)
    if data is None:
        raise ArgumentError(
            "fit",
            f"`{name}` says how much of the validation data is used, but there are none.",
            "model.fit(..., validation_split=0.2)",
        )
    wanted, there = steps * batch_size, rows_of(data)
    if wanted > there:
        raise ArgumentError(
            "fit" if name == "validation_steps" else "",
            f"`{name}={steps}` batches of {batch_size} need {wanted} rows, but there are {there}.",
            f"leave `{name}` out: all rows are taken",
        )
    return jax.tree.map(lambda array: array[:wanted], data)


def check_callbacks(callbacks: Any) -> list[Any]:
    """Return the callbacks as a list; one alone is accepted."""
    if callbacks is None:
        return []
    hooks = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
    for hook in hooks:
        if not hasattr(hook, "on_epoch_end") or isinstance(hook, type):
            raise ArgumentError(
                "fit",
                f"{hook!r} is no callback.",
                "callbacks=[EarlyStopping(patience=3)]" if isinstance(hook, type) else None,
            )
    return hooks


def checked_batch_size(batch_size: Any, count: int, name: str = "batch_size") -> int:
    """Return the rows per step: 32 by default, never more than there are; an own larger number is refused."""
    if batch_size is None:
        return min(32, count)
    if isinstance(batch_size, bool) or int(batch_size) != batch_size or batch_size < 1:
        raise ArgumentError(
            "fit", f"`{name}` must be an integer of at least 1, but it is {batch_size!r}."
        )
    if batch_size > count:
        raise ArgumentError(
            "fit",
            f"`{name}` is {batch_size}, but there are only {count} rows to take a batch from.",
            f"{name}={count} for one step per epoch (batch gradient descent), or a smaller number",
        )
    return int(batch_size)
