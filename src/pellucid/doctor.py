"""Why a network does not learn: the doctor (``pellucid.insight.doctor``)."""

from pellucid.insight.doctor.checks import all_checks
from pellucid.insight.doctor.diagnosis import Diagnosis
from pellucid.insight.doctor.doctor import Doctor
from pellucid.insight.doctor.examine import examine
from pellucid.insight.doctor.finding import Finding, Place, Repair, Sign
from pellucid.insight.doctor.watching.watch_keras import watch_keras
from pellucid.insight.doctor.watching.watch_torch import watch_torch

__all__ = [
    "Diagnosis",
    "Doctor",
    "Finding",
    "Place",
    "Repair",
    "Sign",
    "all_checks",
    "examine",
    "watch_keras",
    "watch_torch",
]
