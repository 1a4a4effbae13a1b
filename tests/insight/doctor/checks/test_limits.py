"""What cannot be known is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks.limits import limits
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.training.probes import Record
from tests.insight.doctor.checks.network import dense, facts

BASE = facts(dense("out", 3, "softmax"), loss="sparse_categorical_crossentropy", y=np.arange(9) % 3)
LONG = np.geomspace(1, 0.1, 5)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (BASE, []),
        (replace(BASE, data=None), ["The rows were not seen"]),
        (replace(BASE, rehearsed=Rehearsed(unknown=("No step.",))), ["No step."]),
        (replace(BASE, rehearsed=Rehearsed(contradictory=0.5)), ["50% of a batch's rows"]),
        (replace(BASE, course=Course({"loss": LONG[:2]}, steps=99)), ["The course has 2 epochs"]),
        (
            replace(BASE, course=Course({"loss": LONG}, steps=2)),
            ["The course has 5 epochs with 10"],
        ),
        (
            replace(BASE, course=Course({"loss": LONG}, steps=99)),
            ["There was no validation", "No probes"],
        ),
        (
            replace(BASE, course=Course({"loss": LONG, "val_loss": LONG}, "", Record(), 99)),
            ["No accuracy was kept"],
        ),
    ],
)
def test_limits(known, words):
    told = list(limits(known))
    assert len(told) == len(words)
    assert all(sentence.startswith(start) for sentence, start in zip(told, words, strict=True))
