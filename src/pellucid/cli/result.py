"""What a training gave, as report, run folder and the lines in the terminal need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.cli.scores import ClassScore, QuantityScore
from pellucid.insight.doctor.diagnosis import Diagnosis


@dataclass(frozen=True)
class Result:
    """What a training gave.

    Attributes:
        model: The trained model, with its preprocessing.
        history: Its history; for quantities the mean absolute error is in the target's unit.
        score: The test.
        answers: Labels or quantities for the test rows.
        sureness: Probability that the network gives its answer, and the true label: ``(rows, 2)``; None for quantities.
        labels: All labels in order; None for quantities.
        seconds: How long the training took, compilation included.
        diagnosis: What the doctor says; None where nobody asked.
    """

    model: Any
    history: Any
    score: ClassScore | QuantityScore
    answers: np.ndarray
    sureness: np.ndarray | None
    labels: np.ndarray | None
    seconds: float
    diagnosis: Diagnosis | None = None
