"""From the probabilities of frames to label sequences: the other side of the CTC loss."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.operation import operation
from pellucid.keras.tensor import Tensor, as_array

NEVER = -np.inf


def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> Any:
    """Return the most probable label sequences, and how probable they are.

    Args:
        inputs: Logits (or probabilities), shape (batch, frames, classes).
        sequence_lengths: How many frames count, shape (batch,).
        strategy: ``"greedy"`` takes the best class of each frame; ``"beam_search"`` follows several sequences.
        beam_width: How many sequences are followed.
        top_paths: How many of them are returned.
        merge_repeated: Whether repeated classes count once (greedy).
        mask_index: The class that means "nothing here".

    Returns:
        The sequences, shape (paths, batch, frames), -1 behind their ends, and scores: with ``"greedy"`` minus the sum
        of the best logits, shape (batch, 1); with ``"beam_search"`` log probabilities, shape (batch, paths).
    """
    if strategy == "greedy":
        return _greedy(inputs, sequence_lengths, merge_repeated, mask_index)
    if strategy != "beam_search":
        raise ArgumentError(
            "ctc_decode",
            f"`strategy` may be 'greedy' or 'beam_search', but {strategy!r} came.",
            'strategy="greedy"',
        )
    logits = jax.nn.log_softmax(as_array(inputs))
    rows = [
        _beams(np.asarray(row)[: int(length)], beam_width, mask_index)[:top_paths]
        for row, length in zip(logits, as_array(sequence_lengths), strict=True)
    ]
    paths = np.full((top_paths, len(rows), logits.shape[1]), -1, np.int32)
    scores = np.full((len(rows), top_paths), NEVER, np.float32)
    for batch, beams in enumerate(rows):
        for place, (labels, score) in enumerate(beams):
            paths[place, batch, : len(labels)] = labels
            scores[batch, place] = score
    return Tensor(paths), Tensor(scores)


@operation
def _greedy(inputs: Any, lengths: Any, merge: bool, blank: int) -> tuple[jax.Array, jax.Array]:
    logits = jnp.asarray(inputs)
    frames = jnp.arange(logits.shape[1])
    heard = frames < jnp.asarray(lengths).reshape(-1, 1)
    best = jnp.where(heard, jnp.argmax(logits, -1), blank).astype(jnp.int32)
    score = -jnp.sum(jnp.where(heard, jnp.max(logits, -1), 0), axis=1, keepdims=True)
    kept = best != blank
    if merge:
        kept &= best != jnp.pad(best, ((0, 0), (1, 0)), constant_values=-1)[:, :-1]
    # What is kept moves to the front, in order; the rest becomes -1.
    order = jnp.argsort(~kept, axis=1, stable=True)
    moved = jnp.take_along_axis(best, order, axis=1)
    count = kept.sum(1, keepdims=True)
    return jnp.where(frames < count, moved, -1)[None], score


def _beams(log_p: np.ndarray, width: int, blank: int) -> list[tuple[tuple[int, ...], float]]:
    """Return the best label sequences of one row, and the logarithms of their probabilities.

    Each prefix has two numbers: that it ends in a blank, and that it ends in its last label (Graves, 2012).

    >>> best = _beams(np.log(np.array([[0.4, 0.6], [0.4, 0.6]])), 10, blank=0)
    >>> best[0][0], round(float(np.exp(best[0][1])), 2)
    ((1,), 0.84)
    """
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, NEVER)}
    for frame in log_p:
        new: dict[tuple[int, ...], list[float]] = {}

        def add(prefix: tuple[int, ...], which: int, score: float, new: Any = new) -> None:
            both = new.setdefault(prefix, [NEVER, NEVER])
            both[which] = float(np.logaddexp(both[which], score))

        for prefix, (ends_blank, ends_label) in beams.items():
            total = float(np.logaddexp(ends_blank, ends_label))
            add(prefix, 0, total + frame[blank])
            for label in np.flatnonzero(np.arange(len(frame)) != blank).tolist():
                repeated = bool(prefix) and prefix[-1] == label
                add((*prefix, label), 1, (ends_blank if repeated else total) + frame[label])
                if repeated:
                    add(prefix, 1, ends_label + frame[label])
        ranked = sorted(new.items(), key=_less_probable)[:width]
        beams = {prefix: (scores[0], scores[1]) for prefix, scores in ranked}
    return [(prefix, float(np.logaddexp(scores[0], scores[1]))) for prefix, scores in beams.items()]


def _less_probable(prefix: tuple[tuple[int, ...], list[float]]) -> float:
    ends_blank, ends_label = prefix[1]
    return -float(np.logaddexp(ends_blank, ends_label))
