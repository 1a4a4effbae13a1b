"""What the methods of a model were given: by position, by name, one or several."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

FIT = (
    "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle", "class_weight",
    "sample_weight", "initial_epoch", "steps_per_epoch", "validation_steps", "validation_batch_size", "validation_freq",
)  # fmt: skip
EVALUATE = ("batch_size", "verbose", "sample_weight", "steps", "callbacks", "return_dict")
EVALUATE_OURS = ("batch_size", "verbose", "sample_weight", "steps", "return_dict")
PREDICT = ("batch_size", "verbose", "steps", "callbacks")
PREDICT_OURS = ("batch_size", "steps")


def by_name(more: tuple[Any, ...], named: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return what was given by position and by name, by name."""
    return dict(zip(names, more, strict=False)) | named


def kept(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return what has one of the names."""
    return {name: value for name, value in given.items() if name in names}


def are_weights(value: Any) -> bool:
    """Tell whether a value is numbers alone, as `loss_weights` are."""
    leaves = jax.tree.leaves(value)
    return bool(leaves) and all(isinstance(leaf, (int, float, np.number)) for leaf in leaves)


def metric_name(choice: Any) -> str:
    """Return a metric's name, whatever form it was given in."""
    return getattr(choice, "name", None) or getattr(choice, "__name__", str(choice))


def flat(choices: Any) -> list[Any]:
    """Return the single choices of nested ones."""
    return (
        []
        if choices is None
        else jax.tree.leaves(choices, is_leaf=lambda c: not isinstance(c, (list, tuple, dict)))
    )
