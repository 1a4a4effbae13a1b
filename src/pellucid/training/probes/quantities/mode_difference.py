"""How differently the model answers in training and in evaluation mode."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.training.probes.probe import Probe, View
from pellucid.training.probes.quantities.arithmetic import norm, ratio


class ModeDifference(Probe):
    """The distance of the outputs in training mode from those in evaluation mode, on the same rows and weights.

    Equation: ``||p_train - p_eval|| / ||p_eval||`` over all numbers of an output. It is what dropout, noise and batch
    statistics make: zero without them; large early on, while batch normalisation's moving averages lag behind.

    One number for each output of the model, under its name; ``"whole model"`` where there is one.
    """

    needs: ClassVar[tuple[str, ...]] = ("predictions", "evaluated")

    def measure(self, view: View) -> dict[str, Any]:
        return {
            name: ratio(norm([p - view.evaluated[name]]), norm([view.evaluated[name]]))
            for name, p in view.predictions.items()
        }
