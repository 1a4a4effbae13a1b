"""What is measured inside a training: probes, their schedule and their record (``pellucid.training.probes``)."""

from pellucid.training.probes.choice import Probes
from pellucid.training.probes.probe import WHOLE, Probe, View
from pellucid.training.probes.quantities import (
    ActivationHistogram,
    ActivationMean,
    ActivationSpread,
    DeadShare,
    GradientHistogram,
    GradientNorm,
    GradientZeroShare,
    Loss,
    LossNoise,
    ModeDifference,
    ParameterChange,
    PreactivationHistogram,
    PreactivationRange,
    PredictionVariance,
    SaturatedShare,
    UpdateRatio,
)
from pellucid.training.probes.record import Record
from pellucid.training.probes.schedule import Schedule

__all__ = [
    "WHOLE",
    "ActivationHistogram",
    "ActivationMean",
    "ActivationSpread",
    "DeadShare",
    "GradientHistogram",
    "GradientNorm",
    "GradientZeroShare",
    "Loss",
    "LossNoise",
    "ModeDifference",
    "ParameterChange",
    "PreactivationHistogram",
    "PreactivationRange",
    "PredictionVariance",
    "Probe",
    "Probes",
    "Record",
    "SaturatedShare",
    "Schedule",
    "UpdateRatio",
    "View",
]
