"""The loss of the step's batch."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.training.probes.probe import WHOLE, Probe, View


class Loss(Probe):
    """The loss of the step's batch, penalties included, before the update.

    Equation: ``L(w_t; batch_t)``. The history has its mean over an epoch.
    """

    needs: ClassVar[tuple[str, ...]] = ("loss",)

    def measure(self, view: View) -> dict[str, Any]:
        return {WHOLE: view.loss}
