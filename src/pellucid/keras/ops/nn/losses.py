"""Targets as vectors, cross-entropies, and the loss of sequences without alignment."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.functional.measures import crossentropy, sequences
from pellucid.functional.measures.align import as_float
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import real
from pellucid.keras.ops.settings import narrow_float


@operation
def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> jax.Array:
    """Return a 1 at the place of each class number and 0 elsewhere; zeros for numbers beyond the classes."""
    x = jnp.asarray(x).astype(jnp.int32)
    return jax.nn.one_hot(x, int(num_classes), dtype=narrow_float(dtype), axis=axis)


@operation
def multi_hot(
    inputs: Any,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    num_tokens: int | None = None,
) -> jax.Array:
    """Return a 1 at the places of all class numbers of a row; ``num_tokens`` is the old name of ``num_classes``."""
    x = jnp.asarray(inputs).astype(jnp.int32)
    count = int(num_classes if num_classes is not None else num_tokens or 0)
    rows = jax.nn.one_hot(x, count, dtype=narrow_float(dtype), axis=axis)
    return jnp.max(rows, axis=1 if x.ndim > 1 else 0)


def _same_shape(who: str, target: jax.Array, output: jax.Array) -> None:
    if target.shape != output.shape:
        raise ShapeError(
            who,
            f"targets of shape {target.shape} and outputs of shape {output.shape} must have one shape.",
            "target = ops.reshape(target, ops.shape(output))",
        )


@operation
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> jax.Array:
    """Return the cross-entropy of each yes/no question by itself."""
    target, output = as_float(target), as_float(output)
    _same_shape("binary_crossentropy", target, output)
    return crossentropy.binary_terms(target, output, from_logits)


@operation
def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Return the cross-entropy of one class among several, with one-hot targets."""
    target, output = as_float(target), as_float(output)
    _same_shape("categorical_crossentropy", target, output)
    return -jnp.sum(target * crossentropy.log_probabilities(output, from_logits, axis), axis=axis)


@operation
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> jax.Array:
    """Return the cross-entropy of one class among several, with class numbers as targets."""
    output = as_float(output)
    labels, _ = crossentropy.class_numbers(target, output, None, axis)
    log_p = crossentropy.log_probabilities(output, from_logits, axis)
    return -crossentropy.pick_class(log_p, labels, axis)


@operation
def psnr(x1: Any, x2: Any, max_val: Any) -> jax.Array:
    """Return the peak signal-to-noise ratio of two arrays, in decibels."""
    x1, x2 = real(x1), real(x2)
    _same_shape("psnr", x1, x2)
    noise = jnp.mean(jnp.square(x1 - x2))
    return 20 * jnp.log10(real(max_val)) - 10 * jnp.log10(noise)


# Sequences whose alignment is not known.


@operation
def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> jax.Array:
    """Return minus the log probability of label sequences, over all ways to spread them over the frames.

    Args:
        target: Class numbers, shape (batch, labels).
        output: Logits, shape (batch, frames, classes).
        target_length: How many labels count, shape (batch,).
        output_length: How many frames count, shape (batch,).
        mask_index: The class that means "nothing here".
    """
    labels, logits = jnp.asarray(target).astype(jnp.int32), as_float(output)
    # `functional` has the blank first: it changes places with the classes before it.
    labels = jnp.where(labels < mask_index, labels + 1, labels)
    logits = jnp.concatenate(
        [
            logits[..., mask_index : mask_index + 1],
            logits[..., :mask_index],
            logits[..., mask_index + 1 :],
        ],
        axis=-1,
    )
    counted = jnp.arange(labels.shape[1]) < jnp.asarray(target_length).reshape(-1, 1)
    labels = jnp.where(counted, labels, sequences.BLANK)
    # Frames behind the end are surely blank, and so change no probability.
    heard = jnp.arange(logits.shape[1]) < jnp.asarray(output_length).reshape(-1, 1)
    blank = jnp.where(jnp.arange(logits.shape[-1]) == sequences.BLANK, 0.0, sequences.NEVER)
    return sequences.ctc(labels, jnp.where(heard[..., None], logits, blank))
