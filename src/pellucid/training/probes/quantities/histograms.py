"""Small histograms by layer: of activations, of what they were applied to, and of gradients."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View, by_layer
from pellucid.training.probes.quantities.arithmetic import SAMPLE, sample

BINS = 16


class Histogram(Probe):
    """The base of the histograms: 16 bins of equal width between the smallest and the largest number.

    The first two numbers are those ends, the others the share of numbers in each bin, taken of 4,096 that are evenly
    spaced over all where there are more. The last bin holds its upper end; where all numbers are equal it holds all.
    """

    labels: ClassVar[tuple[str, ...]] = ("low", "high", *(f"bin {k}" for k in range(BINS)))


class ActivationHistogram(Histogram):
    """The histogram of a layer's outputs; see :class:`Histogram` for its numbers."""

    needs: ClassVar[tuple[str, ...]] = ("outputs",)

    def measure(self, view: View) -> dict[str, Any]:
        return {place: shares(sample(output)) for place, output in view.outputs.items()}


class PreactivationHistogram(Histogram):
    """The histogram of what a layer's activation is applied to; see :class:`Histogram` for its numbers."""

    needs: ClassVar[tuple[str, ...]] = ("outputs",)

    def measure(self, view: View) -> dict[str, Any]:
        return {place: shares(sample(z)) for place, z in view.preactivations.items()}


class GradientHistogram(Histogram):
    """The histogram of the loss's gradient by a layer's weights; see :class:`Histogram` for its numbers."""

    needs: ClassVar[tuple[str, ...]] = ("gradients",)

    def measure(self, view: View) -> dict[str, Any]:
        found = {}
        for place, arrays in by_layer(view.gradients).items():
            # Each weight gets its part of the sample by its size, and at least one number.
            size = sum(array.size for array in arrays)
            few = [sample(array, max(1, SAMPLE * array.size // size)) for array in arrays]
            found[place] = shares(jnp.concatenate(few))
        return found


def shares(numbers: Any) -> Any:
    """Return both ends and the share of numbers in each bin, shape (2 + bins,)."""
    low, high = jnp.min(numbers), jnp.max(numbers)
    edges = low + (high - low) * jnp.arange(1, BINS) / BINS
    below = jnp.mean(numbers[:, None] < edges, axis=0)
    whole = jnp.concatenate([jnp.zeros(1), below, jnp.ones(1)])
    return jnp.concatenate([jnp.stack([low, high]), jnp.diff(whole)])
