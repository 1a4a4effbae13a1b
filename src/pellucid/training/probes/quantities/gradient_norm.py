"""The length of the gradient."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.training.probes.probe import WHOLE, Probe, View, by_layer
from pellucid.training.probes.quantities.arithmetic import norm


class GradientNorm(Probe):
    """The Euclidean norm of the loss's gradient by each layer's weights, and by all weights (``"whole model"``).

    Equation: ``sqrt(sum_k g_k^2)`` over all weights ``k`` of the layer, before the optimizer clips anything.

    Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013,
    https://arxiv.org/abs/1211.5063.
    """

    needs: ClassVar[tuple[str, ...]] = ("gradients",)

    def measure(self, view: View) -> dict[str, Any]:
        found = {place: norm(arrays) for place, arrays in by_layer(view.gradients).items()}
        return {**found, WHOLE: norm(list(found.values()))} if found else {}
