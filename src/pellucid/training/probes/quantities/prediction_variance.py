"""Whether the model tells rows apart."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View


class PredictionVariance(Probe):
    """The variance of the model's outputs over the rows of the batch, averaged over units and positions.

    Equation: ``mean_j mean_i (p_ij - mean_i p_ij)^2`` with rows ``i`` and units ``j``. Near zero the model answers the
    same to everything, as one does whose inputs do not reach the output.

    One number for each output of the model, under its name; ``"whole model"`` where there is one.
    """

    needs: ClassVar[tuple[str, ...]] = ("predictions",)

    def measure(self, view: View) -> dict[str, Any]:
        return {name: jnp.mean(jnp.var(p, axis=0)) for name, p in view.predictions.items()}
