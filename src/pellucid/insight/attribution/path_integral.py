"""The integral of a score's gradient along the straight path from a baseline to each row.

Along a path a network of ReLUs is linear in pieces, and its gradient jumps. Evenly spread steps see a jump as well as
they are dense; here a piece of the path is halved until the gradients on it explain how far the score moved on it, so
that steps gather where the gradient jumps, for each row where its own does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.dtypes import is_float
from pellucid.insight.attribution.question import Question, run_at, scores_of
from pellucid.modules import Layer

Arrays = dict[str, Any]

WANTED = 1e-3
"""The completeness error that is aimed at."""
NODES = 4
"""Gradients on one piece of a path."""
FIRST = 8
"""Pieces of each path at the start."""
SHORTEST = 2.0**-14
AT_ONCE = 64
"""Pieces in one call of the program."""
ROUNDING = 16
"""Scores are known up to so many units of their last place."""
MOST = 4096
"""So many gradients are taken for each row at most, in the mean."""


@dataclass(frozen=True)
class Pieces:
    """Pieces of paths: whose (the row), from where to where (0 is the baseline, 1 the row), the scores at both ends."""

    row: np.ndarray
    low: np.ndarray
    high: np.ndarray
    low_score: np.ndarray
    high_score: np.ndarray

    def take(self, index: Any) -> Pieces:
        """Return some of the pieces."""
        return Pieces(*(getattr(self, name)[index] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.row)


def joined(one: Pieces, two: Pieces) -> Pieces:
    """Return the pieces of both."""
    names = Pieces.__dataclass_fields__
    return Pieces(*(np.concatenate([getattr(one, n), getattr(two, n)]) for n in names))


def even_shares(question: Question, before: np.ndarray, steps: int) -> np.ndarray:
    """Return the values of a Gauss-Legendre sum of so many steps over each whole path, (rows, ...)."""
    rows = len(before)
    ends = (question.start, before, np.zeros(rows, np.float32), np.ones(rows, np.float32))
    mean = question.run(gradient_program(question), ends, *legendre(steps))
    return (question.start - before) * mean


def fitting_shares(
    question: Question, before: np.ndarray, before_scores: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return the values with as many steps as each path needs, (rows, ...), and how many gradients that took.

    Args:
        question: What is asked.
        before: The baseline of every row.
        before_scores: The scores there.
    """
    change = np.abs(question.scores - before_scores)
    known = (
        ROUNDING * coarseness(question) * np.maximum(np.abs(question.scores), np.abs(before_scores))
    )
    values = np.zeros(question.start.shape, np.float64)
    waiting, taken = first_pieces(question, before, before_scores), 0
    while len(waiting):
        now, waiting = waiting.take(slice(-AT_ONCE, None)), waiting.take(slice(None, -AT_ONCE))
        parts = shares_of(question, before, now)
        taken += NODES * len(now)
        explained = parts.reshape(len(now), -1).sum(1)
        length = now.high - now.low
        allowed = 0.5 * WANTED * change[now.row] * np.maximum(length, 1 / 16)
        error = np.abs(explained - (now.high_score - now.low_score))
        bad = (error > np.maximum(allowed, known[now.row])) & (length > SHORTEST)
        bad &= taken < MOST * len(before)
        np.add.at(values, now.row[~bad], parts[~bad])
        if bad.any():
            waiting = joined(waiting, halved(question, before, now.take(bad)))
    return values, taken


def coarseness(question: Question) -> float:
    """Return the last place of the narrowest floats that the model computes with, relative to a number's size."""
    floats = [a.dtype for a in question.subject.params.values() if is_float(a.dtype)]
    return max(float(jnp.finfo(dtype).eps) for dtype in (*floats, jnp.float32))


def first_pieces(question: Question, before: np.ndarray, before_scores: np.ndarray) -> Pieces:
    """Return the pieces of equal length that every path begins with."""
    edges = np.linspace(0, 1, FIRST + 1, dtype=np.float32)
    rows = np.arange(len(before))
    scores = [before_scores]
    for edge in edges[1:-1]:
        scores.append(scores_on_path(question, before, rows, np.full(len(rows), edge)))
    scores.append(question.scores)
    ends = np.stack(scores, axis=1)
    low, high = (
        np.broadcast_to(edges, ends.shape)[:, :-1],
        np.broadcast_to(edges, ends.shape)[:, 1:],
    )
    owner = np.repeat(rows, FIRST)
    return Pieces(owner, low.ravel(), high.ravel(), ends[:, :-1].ravel(), ends[:, 1:].ravel())


def halved(question: Question, before: np.ndarray, pieces: Pieces) -> Pieces:
    """Return both halves of every piece."""
    middle = (pieces.low + pieces.high) / 2
    scores = scores_on_path(question, before, pieces.row, middle)
    return joined(
        Pieces(pieces.row, pieces.low, middle, pieces.low_score, scores),
        Pieces(pieces.row, middle, pieces.high, scores, pieces.high_score),
    )


def scores_on_path(
    question: Question, before: np.ndarray, rows: np.ndarray, where: np.ndarray
) -> np.ndarray:
    """Return the scores at one place of the paths of some rows, (len(rows),)."""
    found = []
    for first in range(0, len(rows), AT_ONCE):
        count = len(rows[first : first + AT_ONCE])
        some, at = filled(rows[first : first + AT_ONCE]), filled(where[first : first + AT_ONCE])
        start, base = question.start[some], before[some]
        there = base + at.reshape(-1, *(1,) * (base.ndim - 1)) * (start - base)
        found.append(question.taken(some).scores_at(there)[:count])
    return np.concatenate(found)


def shares_of(question: Question, before: np.ndarray, pieces: Pieces) -> np.ndarray:
    """Return what each number of the rows brings on the pieces, (pieces, ...)."""
    rows = filled(pieces.row)
    ends = (question.start[rows], before[rows], filled(pieces.low), filled(pieces.high))
    program = gradient_program(question)
    sums = question.taken(rows).run(program, ends, *legendre(NODES))[: len(pieces)]
    return (question.start[pieces.row] - before[pieces.row]) * sums


def filled(array: np.ndarray) -> np.ndarray:
    """Return an array filled up to AT_ONCE with its first entry, so that one program serves all."""
    return np.concatenate([array, np.repeat(array[:1], AT_ONCE - len(array), axis=0)])


def legendre(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return places in [0, 1] and weights that add up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    return ((nodes + 1) / 2).astype("float32"), (weights / 2).astype("float32")


def gradient_program(question: Question) -> Any:
    """Return the program that adds up weighted gradients on one piece of the path of each row."""
    path, of = question.path, question.of

    def make(part: Layer) -> Callable[..., Any]:
        def pellucid_path(
            params: Arrays,
            state: Arrays,
            inputs: Any,
            ends: Any,
            targets: Any,
            signs: Any,
            *rule: Any,
        ) -> Any:
            end, before, low, high = ends
            low, length = (each.reshape(-1, *(1,) * (end.ndim - 1)) for each in (low, high - low))

            def total(at: Any) -> Any:
                applied = run_at(part, params, state, inputs, path, at)
                return scores_of(applied, of, targets, signs).sum()

            def add(sums: Any, step: Any) -> Any:
                node, weight = step
                place = before + (low + node * length) * (end - before)
                return sums + weight * length * jax.grad(total)(place), None

            return jax.lax.scan(add, jnp.zeros_like(end), rule)[0]

        return pellucid_path

    return question.subject.program(("path integral", path, of), make)
