"""Numbers at the end of their activation's range, where its slope is nearly zero."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.training.probes.probe import Probe, View

RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
}


class SaturatedShare(Probe):
    """The share of a layer's outputs that lie within ``margin`` of an end of their activation's range.

    Equation: ``mean([a < low + m] + [a > high - m])`` with ``m = margin (high - low)``, for sigmoid, tanh and their
    like; for softmax the share of rows (and positions) whose largest probability is above ``1 - margin``. There the
    slope is nearly zero and so is the gradient. For an output layer that is right with every row it is no fault.

    Args:
        margin: The part of the range at each end, in (0, 0.5). Default 0.01.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """

    needs: ClassVar[tuple[str, ...]] = ("outputs",)
    limits: ClassVar[dict[str, Limit]] = {"margin": Real(0, 0.5, closed="neither")}

    def __init__(self, margin: float = 0.01):
        self.margin = margin

    def measure(self, view: View) -> dict[str, Any]:
        found = {}
        for place, output in view.outputs.items():
            name = view.activations.get(place)
            if name == "softmax":
                found[place] = jnp.mean(jnp.max(output, axis=-1) > 1 - self.margin)
            elif name in RANGES:
                low, high = RANGES[name]
                margin = self.margin * (high - low)
                found[place] = jnp.mean((output < low + margin) | (output > high - margin))
        return found
