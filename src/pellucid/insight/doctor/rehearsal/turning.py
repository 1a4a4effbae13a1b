"""Whether the order of the steps in a row matters: what a network with attention says to the same row from its end."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.insight.doctor.rehearsal.look import with_inputs
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.layers import (
    AdditiveAttention,
    Attention,
    Embedding,
    GroupQueryAttention,
    MultiHeadAttention,
)
from pellucid.modules.tree import places

Arrays = dict[str, Any]

READERS = (AdditiveAttention, Attention, GroupQueryAttention, MultiHeadAttention)
"""Layers to which all steps of a row are alike, but for what stands in them."""

NOISE = 0.05
"""The spread of what is added to the weights."""


def is_asked(stage: Stage) -> bool:
    """Tell whether rows are ids that are looked up, or vectors, that attention reads, and nothing else comes in."""
    inputs = stage.arrays["batch"][0]
    if not isinstance(inputs, np.ndarray) or inputs.ndim not in (2, 3) or inputs.shape[1] < 3:
        return False
    wanted = (Embedding, READERS) if inputs.ndim == 2 else (READERS,)
    layers = [layer for _, layer in places(stage.aim.model)]
    return all(any(isinstance(layer, kind) for layer in layers) for kind in wanted)


def both_ways(arrays: Arrays) -> tuple[Arrays, Arrays]:
    """Return a stage's arrays with the batch's rows as they are and from their ends, to be looked at.

    The weights are the model's with some noise, because a table of positions may begin with zeros.
    """
    given = with_noise(arrays)
    return given, with_inputs(given, np.flip(arrays["batch"][0], axis=1))


def with_noise(arrays: Arrays) -> Arrays:
    """Return a stage's arrays with some noise on the weights."""
    random = np.random.default_rng(0)
    noisy = {
        path: np.asarray(
            np.asarray(weight) + NOISE * random.standard_normal(weight.shape, np.float32),
            weight.dtype,
        )
        for path, weight in sorted(arrays["params"].items())
    }
    return {**arrays, "params": noisy}


def change_by_turning(both: tuple[Arrays, Arrays]) -> float | None:
    """Return the largest change of an output, relative to the outputs' spread; None where they hardly differ.

    Outputs with numbers for each step are turned back, if they are nearer then.

    >>> change_by_turning(({"": np.array([[0.0], [1.0]])}, {"": np.array([[0.0], [1.0]])}))
    0.0
    """
    worst = None
    for name, array in both[0].items():
        given, turned = np.asarray(array, float), np.asarray(both[1][name], float)
        spread = float(np.std(given, axis=0).max(initial=0))
        if not spread > 1e-3 * np.abs(given).max(initial=0):
            continue
        change = float(np.abs(turned - given).max())
        if given.ndim > 1:
            change = min(change, float(np.abs(turned[:, ::-1] - given).max()))
        worst = max(worst or 0.0, change / spread)
    return worst
