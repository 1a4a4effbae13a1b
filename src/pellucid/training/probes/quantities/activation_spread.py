"""How far what a layer gives is spread."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View


class ActivationSpread(Probe):
    """The standard deviation of a layer's outputs over rows, positions and units.

    Equation: ``sqrt(mean((a - mean(a))^2))``. From layer to layer it should neither die out nor explode.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """

    needs: ClassVar[tuple[str, ...]] = ("outputs",)

    def measure(self, view: View) -> dict[str, Any]:
        return {place: jnp.std(output) for place, output in view.outputs.items()}
