"""Gradients and updates of a measured step of PyTorch's, by layer, by the equations of the probes."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import Any

from pellucid.insight.doctor.lengths import quotient
from pellucid.insight.doctor.watching.torch_layers import place_of
from pellucid.insight.doctor.watching.torch_numbers import length, zero_share
from pellucid.training.probes.probe import WHOLE

Tensors = dict[str, list[Any]]


class Steps:
    """Measures what steps do to weights.

    Args:
        model: The model.
        leaves: The modules that compute something themselves, by path.

    Attributes:
        start: The weights when the watch began, by layer.
        norms: The length of the whole gradient at each measured step, as the optimizer gets it.
    """

    def __init__(self, model: Any, leaves: Mapping[str, Any]):
        self.model, self.leaves = model, leaves
        self.start = self._copies()
        self.norms: list[float] = []
        self._before: Tensors = {}

    def _weights(self) -> Tensors:
        found: Tensors = {}
        for name, weight in self.model.named_parameters():
            if weight.requires_grad:
                found.setdefault(place_of(name, self.leaves) or WHOLE, []).append(weight)
        return found

    def _copies(self) -> Tensors:
        return {
            place: [weight.detach().clone() for weight in weights]
            for place, weights in self._weights().items()
        }

    def before(self) -> dict[str, dict[str, float]]:
        """Measure before a step: gradients, and how far the weights are from where they began."""
        self._before = self._copies()
        found: dict[str, dict[str, float]] = {
            "gradient_norm": {}, "gradient_zero_share": {}, "parameter_change": {}
        }  # fmt: skip
        for place, weights in self._weights().items():
            gradients = [each.grad for each in weights if each.grad is not None]
            if gradients:
                found["gradient_norm"][place] = length(gradients)
                found["gradient_zero_share"][place] = zero_share(gradients)
            found["parameter_change"][place] = way(weights, self.start.get(place))
        norms = list(found["gradient_norm"].values())
        if norms:
            found["gradient_norm"][WHOLE] = sum(norm * norm for norm in norms) ** 0.5
            self.norms.append(found["gradient_norm"][WHOLE])
        return found

    def after(self) -> dict[str, dict[str, float]]:
        """Measure after the step: how far it went."""
        ratios = {
            place: way(weights, self._before.get(place))
            for place, weights in self._weights().items()
        }
        self._before = {}
        return {"update_ratio": ratios}


def way(weights: list[Any], start: list[Any] | None) -> float:
    """Return how far weights are from others, relative to the length of those; NaN where that is not known."""
    if start is None or len(start) != len(weights):
        return nan
    pairs = zip(weights, start, strict=True)
    if any(one.shape != other.shape for one, other in pairs):
        return nan
    ways = [one.detach() - other for one, other in zip(weights, start, strict=True)]
    return quotient(length(ways), length(start))
