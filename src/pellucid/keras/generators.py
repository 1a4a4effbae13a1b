"""Counts of samples, as Keras 1 gave them for generators, become counts of batches."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

from pellucid.core.errors import ArgumentError
from pellucid.keras.notices import say

_SAMPLES = {
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
}
_OF_VALIDATION = ("nb_val_samples",)
_STEPS = ("steps_per_epoch", "validation_steps", "steps", "epochs")


def count_steps(
    args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of ``fit`` and its sisters with whole steps instead of samples or fractions.

    Args:
        args: Positional arguments; the first may be the generator.
        kwargs: Keyword arguments.

    Raises:
        ArgumentError: Rows are counted, but the generator is not among the arguments.

    >>> count_steps((), {"x": iter([([[1.0]] * 8, [0] * 8)]), "samples_per_epoch": 24})[1][
    ...     "steps_per_epoch"
    ... ]
    3
    """
    kwargs = dict(kwargs)
    for old, new in _SAMPLES.items():
        if old not in kwargs:
            continue
        say(f"argument {old} {new}", f"`{old}=` counted rows; today `{new}=` counts batches.")
        name = "validation_data" if old in _OF_VALIDATION else "x"
        source = kwargs.get(name, args[0] if args and name == "x" else None)
        if source is None:
            raise ArgumentError(
                "fit",
                f"`{old}=` counts rows; how many a batch has is not known.",
                f"{new}=rows // batch_size",
            )
        rows, source = _rows_per_batch(source)
        kwargs[new] = math.ceil(kwargs.pop(old) / rows)
        if name in kwargs:
            kwargs[name] = source
        elif args:
            args = (source, *args[1:])
    for name in _STEPS:
        if isinstance(kwargs.get(name), float):
            kwargs[name] = math.ceil(kwargs[name])
    return args, kwargs


def _rows_per_batch(source: Any) -> tuple[int, Any]:
    """Return how many rows a batch has, and the source as it was before one was looked at."""
    known = getattr(source, "batch_size", None)
    if isinstance(known, int):
        return known, source
    if not hasattr(source, "__next__"):
        return 32, source
    first = next(source)
    inputs = first[0] if isinstance(first, (tuple, list)) else first
    if isinstance(inputs, dict):
        inputs = next(iter(inputs.values()))
    return len(inputs), chain([first], source)
