"""How large a step is beside the weights that it changes."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.training.probes.probe import Probe, View, by_layer
from pellucid.training.probes.quantities.arithmetic import norm, ratio


class UpdateRatio(Probe):
    """The length of a layer's update relative to its weights: what the optimizer made of the gradient.

    Equation: ``||w_(t+1) - w_t|| / ||w_t||`` over all weights of the layer, constraints applied; NaN while all are
    zero. About 0.001 is usual; far above it weights are thrown about, far below it little happens.

    Source: Karpathy, CS231n, Neural Networks Part 3, ratio of weights and updates,
    https://cs231n.github.io/neural-networks-3/.
    """

    needs: ClassVar[tuple[str, ...]] = ("params", "updated")

    def measure(self, view: View) -> dict[str, Any]:
        steps = {path: view.updated[path] - array for path, array in view.params.items()}
        weights = by_layer(view.params)
        return {
            place: ratio(norm(arrays), norm(weights[place]))
            for place, arrays in by_layer(steps).items()
        }
