"""All cases of the bank, in order."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases import (
    gap,
    healthy,
    injected,
    injected_training,
    nan,
    pool_a,
    pool_b,
    pool_b_convolutions,
)

CASES: tuple[Case, ...] = (
    *pool_a.CASES, *pool_b.CASES, *pool_b_convolutions.CASES, *injected.CASES, *injected_training.CASES, *healthy.CASES, *nan.CASES,
    *gap.CASES,
)  # fmt: skip
