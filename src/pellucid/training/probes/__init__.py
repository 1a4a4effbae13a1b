"""Probes: quantities of a training, measured inside the program on the steps of a schedule.

Read ``probe.py`` first (what a probe sees and gives), then ``recording.py`` (how it gets into the program).
A file is imported when one of its names is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.core.late import late_attributes

if TYPE_CHECKING:
    from pellucid.training.probes.choice import Probes as Probes
    from pellucid.training.probes.probe import WHOLE as WHOLE, Probe as Probe, View as View
    from pellucid.training.probes.quantities import (
        ActivationHistogram as ActivationHistogram,
        ActivationMean as ActivationMean,
        ActivationSpread as ActivationSpread,
        DeadShare as DeadShare,
        GradientHistogram as GradientHistogram,
        GradientNorm as GradientNorm,
        GradientZeroShare as GradientZeroShare,
        Loss as Loss,
        LossNoise as LossNoise,
        ModeDifference as ModeDifference,
        ParameterChange as ParameterChange,
        PreactivationHistogram as PreactivationHistogram,
        PreactivationRange as PreactivationRange,
        PredictionVariance as PredictionVariance,
        SaturatedShare as SaturatedShare,
        UpdateRatio as UpdateRatio,
    )
    from pellucid.training.probes.record import Record as Record
    from pellucid.training.probes.schedule import Schedule as Schedule

_FILES: dict[str, tuple[str, ...]] = {
    "choice": ("Probes",),
    "probe": ("Probe", "View", "WHOLE"),
    "record": ("Record",),
    "schedule": ("Schedule",),
    "quantities": (
        "ActivationHistogram", "ActivationMean", "ActivationSpread", "DeadShare", "GradientHistogram", "GradientNorm",
        "GradientZeroShare", "Loss", "LossNoise", "ModeDifference", "ParameterChange", "PreactivationHistogram",
        "PreactivationRange", "PredictionVariance", "SaturatedShare", "UpdateRatio",
    ),
}  # fmt: skip

_NAMES = sorted(name for names in _FILES.values() for name in names)
__all__ = [*_NAMES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__, __dir__ = late_attributes(__name__, _FILES)
