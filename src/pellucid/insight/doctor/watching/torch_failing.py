"""Where the first number that is not finite arose in a loop of PyTorch's: in the inputs, the loss or a gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pellucid.insight.doctor.facts.rehearsed import Bad

MOST = 1e6
"""A size of the outputs above which it is their growth that is to blame, not the loss."""


class LastPass:
    """The numbers of the last training pass.

    What a layer made is not kept, and weights are updated when the loss is told, so only three places are told: inputs
    that hold such a number, a loss that makes it of finite outputs, and the gradient of a finite loss, if the pass
    behind it finds the weights lost. An accelerator is not waited for.

    Args:
        weights: Gives the model's weights.

    Attributes:
        bad: Where it arose, at the first step that had such a loss; None.
    """

    def __init__(self, weights: Callable[[], Iterable[Any]]) -> None:
        self.bad: Bad | None = None
        self._weights = weights
        self._lost_after: float | None = None
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._is_lost = False

    def keep(self, inputs: Iterable[Any], outputs: Iterable[Any]) -> None:
        """Keep the tensors of a pass until the next one; where its outputs are lost, see whether the weights were."""
        before, self._outputs = self._outputs, numbers(outputs)
        self._inputs = numbers(inputs)
        is_known = self._is_lost or self._lost_after is not None
        if is_known or not before or not on_processor(self._outputs):
            return
        if not all_finite(self._outputs) and not all_finite(numbers(self._weights())):
            self._lost_after = largest(before)

    def look(self, loss: Any, step: int) -> None:
        """See whether the loss of a step, counted from 0, is the first that is not finite."""
        if self._is_lost or not on_processor([loss]) or bool(loss.isfinite().all()):
            return
        self._is_lost = True
        if not all_finite(self._inputs):
            self.bad = Bad(step, "input")
        elif self._lost_after is not None and step > 0:
            self.bad = Bad(step - 1, "gradient", None, self._lost_after)
        elif self._outputs and all_finite(self._outputs):
            size = largest(self._outputs)
            low = min(float(each.min()) for each in self._outputs)
            self.bad = Bad(step, "loss", None, size, low) if size <= MOST else None


def numbers(tensors: Iterable[Any]) -> list[Any]:
    """Return those tensors that hold real numbers, without their graphs."""
    return [each.detach() for each in tensors if each.is_floating_point() and each.numel()]


def on_processor(tensors: list[Any]) -> bool:
    """Tell whether all tensors lie in the processor's memory, where looking at them waits for nothing."""
    return all(getattr(getattr(each, "device", None), "type", None) == "cpu" for each in tensors)


def largest(tensors: list[Any]) -> float:
    """Return the largest size of a number."""
    return max(float(each.abs().max()) for each in tensors)


def all_finite(tensors: list[Any]) -> bool:
    """Tell whether no tensor holds NaN or infinity."""
    return all(bool(each.isfinite().all()) for each in tensors)
