"""What the rehearsal measured: a forward pass, one batch's gradients, and a few steps on one batch, on a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Rehearsed:
    """What about a second of training on a copy showed.

    Attributes:
        rows: Rows of the batch.
        first_loss: The loss of the untrained model, without penalties, training mode off.
        penalty: What regularisation adds to it.
        outputs: By output what the untrained model gives, ``(rows, ...)``.
        gradients: By weight's path the length of its gradient, NaN where it is not finite.
        weights: By weight's path the length of the weight itself.
        activations: By layer's path ``(mean, spread, share of zeros, share at the ends of its range)`` of its outputs.
        losses: The loss of each step on the one batch, with the user's own optimizer.
        free_losses: The same with a well-behaved optimizer (Adam, 0.001 and more steps), which tells whether the
            network could learn the batch at all.
        other_rows: Largest change of a row's output when all other rows change, relative to the outputs' spread.
        other_inputs: Spread of outputs over rows relative to their size; 0 when the output does not hang on the input.
        mode_gap: Relative difference of the outputs in training and in evaluation mode on the same rows.
        seconds: How long it took.
        unknown: What could not be rehearsed and why.
    """

    rows: int
    first_loss: float | None = None
    penalty: float | None = None
    outputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    gradients: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    activations: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)
    losses: np.ndarray | None = None
    free_losses: np.ndarray | None = None
    other_rows: float | None = None
    other_inputs: float | None = None
    mode_gap: float | None = None
    seconds: float = 0.0
    unknown: tuple[str, ...] = ()
