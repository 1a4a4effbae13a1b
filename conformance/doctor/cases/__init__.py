"""All cases of the bank, in order."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases import (
    gap,
    healthy,
    injected_gradients,
    injected_heads,
    injected_layers,
    injected_losses,
    injected_rows,
    injected_steps,
    nan,
    pool_a,
    pool_b,
    pool_b_convolutions,
)

CASES: tuple[Case, ...] = (
    *pool_a.CASES,
    *pool_b.CASES,
    *pool_b_convolutions.CASES,
    *injected_heads.CASES,
    *injected_losses.CASES,
    *injected_rows.CASES,
    *injected_steps.CASES,
    *injected_gradients.CASES,
    *injected_layers.CASES,
    *healthy.CASES,
    *nan.CASES,
    *gap.CASES,
)
