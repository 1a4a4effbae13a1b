"""Units that answer with zero whatever comes in."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View

RECTIFIERS = {"relu", "relu6"}


class DeadShare(Probe):
    """The share of a rectified layer's units (channels, of a convolution) that are zero for all rows of the batch.

    Equation: ``mean_j [ max_i |a_ij| = 0 ]`` over units ``j``, with rows and positions ``i``. Such a unit gets no
    gradient from this batch; if it stays so it never learns again.

    Measured in layers that end in ``relu`` or ``relu6``.

    Source: Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """

    needs: ClassVar[tuple[str, ...]] = ("outputs",)

    def measure(self, view: View) -> dict[str, Any]:
        return {
            place: jnp.mean(jnp.max(jnp.abs(output), axis=others(output, view.axes[place])) == 0)
            for place, output in view.outputs.items()
            if view.activations.get(place) in RECTIFIERS and output.ndim > 1
        }


def others(array: Any, axis: int) -> tuple[int, ...]:
    """Return all axes but one."""
    return tuple(each for each in range(array.ndim) if each != axis % array.ndim)
