"""All cases of the bank, in order."""

from __future__ import annotations

from conformance.doctor.case import Case
from conformance.doctor.cases import (
    gap,
    healthy,
    healthy_ways,
    injected_gradients,
    injected_heads,
    injected_layers,
    injected_losses,
    injected_rows,
    injected_steps,
    nan,
    pool_a,
    pool_a_more,
    pool_b,
    pool_b_convolutions,
    pool_b_numbers,
)

CASES: tuple[Case, ...] = (
    *pool_a.CASES,
    *pool_a_more.CASES,
    *pool_b.CASES,
    *pool_b_numbers.CASES,
    *pool_b_convolutions.CASES,
    *injected_heads.CASES,
    *injected_losses.CASES,
    *injected_rows.CASES,
    *injected_steps.CASES,
    *injected_gradients.CASES,
    *injected_layers.CASES,
    *healthy.CASES,
    *healthy_ways.CASES,
    *nan.CASES,
    *gap.CASES,
)
