"""Weights that get no gradient at all."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View, by_layer


class GradientZeroShare(Probe):
    """The share of a layer's weights whose gradient is exactly zero in this batch.

    Equation: ``mean_k [ g_k = 0 ]``. Zero gradients come from dead units, inputs that are always zero, and rows of an
    embedding that the batch does not use; many in all layers mean that little is learned.
    """

    needs: ClassVar[tuple[str, ...]] = ("gradients",)

    def measure(self, view: View) -> dict[str, Any]:
        return {
            place: sum(jnp.sum(array == 0, dtype=jnp.float32) for array in arrays)
            / sum(array.size for array in arrays)
            for place, arrays in by_layer(view.gradients).items()
        }
