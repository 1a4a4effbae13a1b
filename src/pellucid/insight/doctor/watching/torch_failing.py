"""Where the first number that is not finite arose in a loop of PyTorch's: in the inputs, or in the loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pellucid.insight.doctor.facts.rehearsed import Bad

MOST = 1e6
"""A size of the outputs above which it is their growth that is to blame, not the loss."""


class LastPass:
    """The numbers of the last training pass.

    What a layer made is not kept, and weights are updated when the loss is told, so only two places are told: inputs
    that hold such a number, and a loss that makes it of finite outputs. An accelerator is not waited for.

    Attributes:
        bad: Where it arose, at the first step that had such a loss; None.
    """

    def __init__(self) -> None:
        self.bad: Bad | None = None
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._is_lost = False

    def keep(self, inputs: Iterable[Any], outputs: Iterable[Any]) -> None:
        """Keep the tensors of a pass until the next one."""
        self._inputs, self._outputs = numbers(inputs), numbers(outputs)

    def look(self, loss: Any, step: int) -> None:
        """See whether the loss of a step, counted from 0, is the first that is not finite."""
        waits = getattr(getattr(loss, "device", None), "type", None) != "cpu"
        if self._is_lost or waits or bool(loss.isfinite().all()):
            return
        self._is_lost = True
        if not all_finite(self._inputs):
            self.bad = Bad(step, "input")
        elif self._outputs and all_finite(self._outputs):
            size = max(float(each.abs().max()) for each in self._outputs)
            low = min(float(each.min()) for each in self._outputs)
            self.bad = Bad(step, "loss", None, size, low) if size <= MOST else None


def numbers(tensors: Iterable[Any]) -> list[Any]:
    """Return those tensors that hold real numbers, without their graphs."""
    return [each.detach() for each in tensors if each.is_floating_point() and each.numel()]


def all_finite(tensors: list[Any]) -> bool:
    """Tell whether no tensor holds NaN or infinity."""
    return all(bool(each.isfinite().all()) for each in tensors)
