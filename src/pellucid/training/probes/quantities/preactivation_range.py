"""The range of what a layer's activation is applied to."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from pellucid.training.probes.probe import Probe, View
from pellucid.training.probes.quantities.arithmetic import sample


class PreactivationRange(Probe):
    """Smallest, 5 %, 50 %, 95 % and largest of what a layer's activation is applied to (``z`` of ``a = f(z)``).

    The quantiles are those of 4,096 numbers, evenly spaced over rows, positions and units, where there are more: the
    nearest of them, as ``numpy.quantile(..., method="nearest")``. Measured where the activation is known by its name;
    a layer without one has ``z = a``.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """

    needs: ClassVar[tuple[str, ...]] = ("outputs",)
    labels: ClassVar[tuple[str, ...]] = ("min", "5 %", "50 %", "95 %", "max")

    def measure(self, view: View) -> dict[str, Any]:
        return {place: spread(z) for place, z in view.preactivations.items()}


def spread(numbers: Any) -> Any:
    """Return smallest, quantiles and largest, shape (5,)."""
    few = jnp.sort(sample(numbers))
    inner = [few[round(part * (few.size - 1))] for part in (0.05, 0.5, 0.95)]
    return jnp.stack([jnp.min(numbers), *inner, jnp.max(numbers)])
