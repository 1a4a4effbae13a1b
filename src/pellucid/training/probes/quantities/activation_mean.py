"""The mean of what a layer gives."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View


class ActivationMean(Probe):
    """The mean of a layer's outputs over rows, positions and units.

    Equation: ``mean(a)``. Far from zero it makes the next layer's inputs alike, and its gradients too.

    Source: LeCun et al., Efficient BackProp, 1998, section 4.3. Positions that are masked count like others.
    """

    needs: ClassVar[tuple[str, ...]] = ("outputs",)

    def measure(self, view: View) -> dict[str, Any]:
        return {place: jnp.mean(output) for place, output in view.outputs.items()}
