"""Means of a yes/no target over groups, beside encodings and columns that do not hold the row's own answer."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import columns
from tests.insight.doctor.checks.network import codes, dense, facts

RNG = np.random.default_rng(0)
COUNT = 600
GROUPS = RNG.integers(0, 300, COUNT)
"""Groups of two rows on average, such as those who share a ticket."""
HIT = (RNG.random(COUNT) < 0.4).astype(int)
OTHERS = RNG.normal(size=(COUNT, 3))


def look(which, y=HIT, others=OTHERS):
    x = np.column_stack([others[:, 0], which, others[:, 1:]])
    spreads = x.std(axis=0)
    x = ((x - x.mean(axis=0)) / np.where(spreads > 0, spreads, 1)).astype("float32")
    return facts(dense("one", 8, size=4), dense("out", 1, size=8), x=x, y=y)


def means(groups=GROUPS, hit=HIT, rows=slice(None)):
    """The mean of the hits of some rows over their groups, for all rows; the mean of all for a group without one."""
    size = groups.max() + 1
    counts = np.bincount(groups[rows], minlength=size)
    sums = np.bincount(groups[rows], hit[rows], minlength=size)
    return np.where(counts > 0, sums / np.maximum(counts, 1), hit[rows].mean())[groups]


@pytest.mark.parametrize("y", [HIT, 2 * HIT - 1, np.eye(2)[HIT], 1 - HIT])
def test_the_mean_of_the_target_over_groups_with_the_row_itself(y):
    asked = y[:, 1] if y.ndim > 1 else (y > 0).astype(int)
    (found,) = columns.leak.findings(look(means(hit=asked), y))
    assert (found.level, found.sign.place.value) == ("warning", "column 1")
    assert "with the row itself" in found.sign.evidence[1]


@pytest.mark.parametrize("seed", range(5))
def test_a_mean_that_held_the_validation_rows_too(seed):
    kept = np.random.default_rng(seed).permutation(COUNT)[:400]
    assert codes(columns.leak, look(means()[kept], HIT[kept], OTHERS[kept])) == ["warning"]


def without_itself(prior=0.0, weight=0.0):
    sums, counts = np.bincount(GROUPS, HIT)[GROUPS] - HIT, np.bincount(GROUPS)[GROUPS] - 1
    total = counts + weight
    return np.where(total > 0, (sums + prior * weight) / np.maximum(total, 1e-9), 0.4)


def out_of_fold(groups=GROUPS, hit=HIT):
    fold = np.arange(len(hit)) % 5
    every = np.stack([means(groups, hit, fold != k) for k in range(5)])
    return every[fold, np.arange(len(hit))]


def test_means_of_the_other_rows_are_no_leak():
    alike = (RNG.random(300) < 0.4)[GROUPS].astype(int)  # all rows of a group have one answer
    for which, y in (
        (without_itself(), HIT),
        (without_itself(0.4, 1.0), HIT),
        (out_of_fold(), HIT),
        (out_of_fold(hit=alike), alike),
        (means(hit=RNG.permutation(HIT)), HIT),  # of another year
    ):
        assert codes(columns.leak, look(which, y)) == []


def test_columns_that_predict_well_by_themselves():
    sex = np.where(RNG.random(COUNT) < 0.85, HIT, 1 - HIT)
    kinds = np.where(HIT == 1, RNG.integers(4, 9, COUNT), RNG.integers(0, 7, COUNT))
    for which in (
        sex,
        kinds,  # codes of which some are always yes, some always no
        kinds == 8,  # the same, one-hot
        HIT + RNG.normal(size=COUNT),
        np.clip(np.round(3 * HIT + RNG.normal(size=COUNT)), 0, 3),
        np.zeros(COUNT),
    ):
        assert codes(columns.leak, look(which)) == []


@pytest.mark.parametrize(
    "possible",
    [
        np.arange(5) / 4,  # a grade
        np.arange(9) / 8,  # a count of eight
        np.linspace(0, 1, 24) ** 1.5,  # no fractions: a calibrated score that is cut at its ends
    ],
)
def test_scales_on_which_the_answer_rises_evenly(possible):
    ends = RNG.choice([0.0, 1.0], COUNT)
    which = np.where(RNG.random(COUNT) < 0.4, ends, RNG.choice(possible, COUNT))
    y = (RNG.random(COUNT) < which).astype(int)
    assert codes(columns.leak, look(which, y)) == []


def test_a_bound_among_fractions():
    which = RNG.choice([0, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1], COUNT)
    assert codes(columns.leak, look(which, (which > 0.4).astype(int))) == []


def test_means_over_large_groups_hardly_hold_the_row_itself():
    large = np.arange(COUNT) % 8
    chances = np.array([0, 0.1, 0.3, 0.4, 0.6, 0.8, 0.9, 1])
    hit = (RNG.random(COUNT) < chances[large]).astype(int)
    assert codes(columns.leak, look(means(large, hit), hit)) == []


FRACTIONS = np.array([1 / 5, 1 / 3, 1 / 2, 2 / 3, 3 / 4])


@pytest.mark.parametrize(
    ("between", "ends", "sure"),
    [
        (FRACTIONS, 0.6, 0.05),  # shares of earlier years: no end has one answer only
        (FRACTIONS, 0.1, 0.0),  # few rows have a group to themselves
        (FRACTIONS[[0, 3]], 0.6, 0.0),  # through two values there is nearly a line
    ],
)
def test_shares_that_foretell_the_answer(between, ends, sure):
    is_end = RNG.random(COUNT) < ends
    which = np.where(is_end, RNG.choice([0, 1], COUNT), RNG.choice(between, COUNT))
    chances = np.where(is_end, np.clip(which, sure, 1 - sure), which)
    y = (RNG.random(COUNT) < chances).astype(int)
    assert codes(columns.leak, look(which, y)) == []


def test_few_rows():
    assert codes(columns.leak, look(means()[:60], HIT[:60], OTHERS[:60])) == []


NUMBERS = 20 + 5 * RNG.normal(size=COUNT) + 3 * OTHERS[:, 0]
ALONE = np.where(np.arange(COUNT) % 10 < 6, np.arange(COUNT), COUNT + RNG.integers(0, 60, COUNT))
"""Groups as names are: six rows of ten have their own, the others share some."""


def test_a_mean_of_numbers_over_groups_most_of_which_have_one_row():
    (found,) = columns.leak.findings(look(means(ALONE, NUMBERS), NUMBERS))
    assert (found.level, found.sign.place.value) == ("warning", "column 1")
    assert found.sign.evidence[0].startswith("In 6") and "by chance" in found.sign.evidence[0]
    assert "TargetEncoder" in found.sign.repair.code


def test_numbers_that_are_the_target_now_and_then_are_no_leak():
    for stays in (0.1, 0.7):  # a series of which rows may stay where they were
        moves = np.where(RNG.random(COUNT) < stays, 0, RNG.normal(size=COUNT))
        walk = np.cumsum(moves) % 7  # jumps back, so that the step before is no line of it
        assert codes(columns.leak, look(np.roll(walk, 1), walk)) == []
    fold = out_of_fold(ALONE, NUMBERS)
    assert codes(columns.leak, look(fold, NUMBERS)) == []
    grades = RNG.integers(0, 5, COUNT)
    assert codes(columns.leak, look(grades, grades + RNG.integers(0, 3, COUNT) + 0.0)) == []
    rare = np.where(RNG.random(COUNT) < 0.8, 0.0, RNG.normal(size=COUNT))
    same = np.where(RNG.random(COUNT) < 0.8, 0.0, RNG.normal(size=COUNT))
    assert codes(columns.leak, look(rare, same)) == []  # most are 0 in both, and tell nothing
