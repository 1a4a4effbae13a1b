"""The quantities that probes measure: each a small file, each with a slow twin in the tests."""

from pellucid.training.probes.quantities.activation_mean import ActivationMean
from pellucid.training.probes.quantities.activation_spread import ActivationSpread
from pellucid.training.probes.quantities.dead_share import DeadShare
from pellucid.training.probes.quantities.gradient_norm import GradientNorm
from pellucid.training.probes.quantities.gradient_zero_share import GradientZeroShare
from pellucid.training.probes.quantities.histograms import (
    ActivationHistogram,
    GradientHistogram,
    PreactivationHistogram,
)
from pellucid.training.probes.quantities.loss import Loss
from pellucid.training.probes.quantities.loss_noise import LossNoise
from pellucid.training.probes.quantities.mode_difference import ModeDifference
from pellucid.training.probes.quantities.parameter_change import ParameterChange
from pellucid.training.probes.quantities.preactivation_range import PreactivationRange
from pellucid.training.probes.quantities.prediction_variance import PredictionVariance
from pellucid.training.probes.quantities.saturated_share import SaturatedShare
from pellucid.training.probes.quantities.update_ratio import UpdateRatio

__all__ = [
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
    "SaturatedShare",
    "UpdateRatio",
]
