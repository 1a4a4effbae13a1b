"""Networks that restore their inputs: what they are trained for beside what they are validated on."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import restoring
from tests.insight.doctor.checks.network import codes, dense, facts

RNG = np.random.default_rng(0)
CLEAN = RNG.normal(size=(60, 4))
NOISY = CLEAN + RNG.normal(size=(60, 4))


@pytest.mark.parametrize(
    ("y", "held", "found"),
    [
        (NOISY, (NOISY[:20], CLEAN[:20]), ["warning"]),
        (CLEAN, (NOISY[:20], CLEAN[:20]), []),
        (NOISY, (NOISY[:20], NOISY[:20]), []),
        (NOISY, None, []),
        (NOISY[:, :1], (NOISY[:20], CLEAN[:20, :1]), []),
    ],
)
def test_what_is_asked_for_in_training_and_in_validation(y, held, found):
    width = y.shape[1]
    known = facts(
        dense("a", width, "linear"), loss="mean_squared_error", x=NOISY, y=y, validation=held
    )
    assert codes(restoring.other_aim, known) == found
