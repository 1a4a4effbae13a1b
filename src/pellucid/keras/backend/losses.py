"""Old losses that differ from those of ``keras.ops``: focal ones, and those of sequences."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.functional.measures import crossentropy
from pellucid.functional.measures.align import as_float
from pellucid.keras import ops
from pellucid.keras.operation import operation
from pellucid.keras.ops.settings import epsilon


@operation
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> jax.Array:
    """Return the cross-entropy of each yes/no question by itself; a smaller array is repeated."""
    return crossentropy.binary_terms(as_float(target), as_float(output), from_logits)


@operation
def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Return the cross-entropy of one class among several, with one-hot targets."""
    log_p = crossentropy.log_probabilities(as_float(output), from_logits, axis)
    return -jnp.sum(as_float(target) * log_p, axis=axis)


@operation
def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> jax.Array:
    """Return the cross-entropy of each question, less where the answer is right already."""
    target, output = as_float(target), as_float(output)
    p = jax.nn.sigmoid(output) if from_logits else output
    right = target * p + (1 - target) * (1 - p)
    found = crossentropy.binary_terms(target, p, False) * jnp.power(1 - right, gamma)
    return found * (target * alpha + (1 - target) * (1 - alpha)) if apply_class_balancing else found


@operation
def categorical_focal_crossentropy(
    target: Any,
    output: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    axis: int = -1,
) -> jax.Array:
    """Return the cross-entropy of one class among several, less where the answer is right already."""
    log_p = crossentropy.log_probabilities(as_float(output), from_logits, axis)
    terms = alpha * jnp.power(1 - jnp.exp(log_p), gamma) * as_float(target) * log_p
    return -jnp.sum(terms, axis=axis)


# Sequences. The last class is the blank here, and outputs are probabilities.


def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """Return the CTC loss of each row, shape (batch, 1).

    Args:
        y_true: Class numbers, shape (batch, labels).
        y_pred: Probabilities, shape (batch, frames, classes); the last class means "nothing here".
        input_length: How many frames count, shape (batch, 1).
        label_length: How many labels count, shape (batch, 1).
    """
    blank = ops.shape(y_pred)[-1] - 1
    logits = ops.log(y_pred + epsilon())
    lengths = ops.reshape(label_length, (-1,)), ops.reshape(input_length, (-1,))
    return ops.expand_dims(ops.ctc_loss(y_true, logits, *lengths, mask_index=blank), 1)


def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """Return the most probable label sequences, each (batch, frames) with -1 behind the end, and their scores."""
    paths, scores = ops.ctc_decode(
        ops.log(y_pred + epsilon()),
        ops.reshape(input_length, (-1,)),
        strategy="greedy" if greedy else "beam_search",
        beam_width=beam_width,
        top_paths=top_paths,
        mask_index=ops.shape(y_pred)[-1] - 1,
    )
    return ops.unstack(paths), scores
