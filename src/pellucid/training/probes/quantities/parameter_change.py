"""How far the weights are from where they began."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.training.probes.probe import Probe, View, by_layer
from pellucid.training.probes.quantities.arithmetic import norm, ratio


class ParameterChange(Probe):
    """The distance of a layer's weights from those with which this ``fit`` began, relative to the latter.

    Equation: ``||w_t - w_0|| / ||w_0||`` over all weights of the layer, before the step's update; NaN where all began
    at zero. A layer that stays near zero does not learn.
    """

    needs: ClassVar[tuple[str, ...]] = ("params", "start")

    def measure(self, view: View) -> dict[str, Any]:
        ways = {path: array - view.start[path] for path, array in view.params.items()}
        begun = by_layer(view.start)
        return {
            place: ratio(norm(arrays), norm(begun[place]))
            for place, arrays in by_layer(ways).items()
        }
