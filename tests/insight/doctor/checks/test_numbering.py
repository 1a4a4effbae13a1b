"""A column that numbers the rows, beside times, grids and measured numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks import numbering
from pellucid.insight.doctor.facts.data import Data, Rows
from tests.insight.doctor.checks.network import codes, column, dense, facts, layer

RNG = np.random.default_rng(0)
COUNT = 200
INDEX = np.arange(COUNT, dtype=float)
MEASURED = RNG.normal(size=(COUNT, 3))
LABELS = np.repeat([0, 1], COUNT // 2)
NUMBERS = np.sort(RNG.gamma(2, size=COUNT))
ORDER = RNG.permutation(COUNT)


def look(which, y=None, others=MEASURED, order=ORDER, first=(), **more):
    x = np.column_stack([others[:, 0], which, others[:, 1:]])[order]
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32")
    size = x.shape[1]
    given = None if y is None else y[order]
    return facts(*first, dense("one", 8, size=size), dense("out", 1, size=8), x=x, y=given, **more)


@pytest.mark.parametrize("y", [LABELS, np.eye(2)[LABELS], 2 * LABELS - 1, NUMBERS, -NUMBERS])
def test_sorted_along_the_numbers_of_the_rows(y):
    (found,) = numbering.numbered.findings(look(INDEX, y))
    assert found.level == "warning" and found.sign.place.value == "column 1"
    assert "200 evenly spaced places" in found.sign.evidence[0]
    part = look(7 - 3 * INDEX, y, order=ORDER[:150])
    assert codes(numbering.numbered, part) == ["warning"]


def test_numbers_along_which_nothing_is_sorted_are_a_hint():
    mixed = RNG.integers(0, 2, COUNT)
    for y in (None, mixed, mixed + RNG.random(COUNT), NUMBERS[ORDER]):
        assert codes(numbering.numbered, look(INDEX, y)) == ["hint"]
    months = np.repeat([0, 1, 0, 1, 0, 1], [30, 40, 30, 30, 40, 30])  # a state that comes and goes
    assert codes(numbering.numbered, look(INDEX, months)) == ["hint"]


def test_other_columns():
    noisy, walk = RNG.normal(size=COUNT), np.cumsum(RNG.normal(size=(COUNT, 3)), axis=0)
    line = INDEX / COUNT
    for x, others, y in (
        (INDEX, walk, LABELS),  # a time
        (INDEX, np.column_stack([line**2, line**3]), 3 * line),  # terms of a formula
        (INDEX // 2, MEASURED, LABELS),  # each comes twice
        (RNG.choice(100_000, COUNT, replace=False), MEASURED, LABELS),  # far from dense
        (np.sort(RNG.random(COUNT)), MEASURED, LABELS),
        (noisy, MEASURED, LABELS),
    ):
        assert codes(numbering.numbered, look(x, y, others)) == []
    assert codes(numbering.numbered, look(INDEX, LABELS, order=ORDER[:40])) == []
    assert codes(numbering.numbered, look(INDEX, LABELS, first=(layer("ids", "Embedding"),))) == []
    series = facts(dense("out", 1), x=np.stack([INDEX, noisy], axis=1)[..., None], y=LABELS)
    assert codes(numbering.numbered, series) == []


def test_a_number_that_another_column_follows_too():
    others = MEASURED.copy()
    others[:, 0] = NUMBERS + 0.01 * RNG.normal(size=COUNT)
    assert codes(numbering.numbered, look(INDEX, NUMBERS, others)) == ["hint"]


@pytest.mark.parametrize(("held", "levels"), [(0, []), (400, ["hint"])])
def test_all_rows_are_counted(held, levels):
    """A third of a table is numbered up to three times its rows; those that are held back are the rest."""
    x = np.column_stack([np.arange(600), RNG.normal(size=(600, 3))])[RNG.permutation(600)]
    known = look(INDEX)
    rows = Rows({"": column(x[:200])})
    back = Rows({"": column(x[200 : 200 + held])}) if held else None
    assert codes(numbering.numbered, replace(known, data=Data(rows, back))) == levels


@pytest.mark.parametrize("mixed", [False, True])
def test_a_sample_of_many_rows(mixed):
    places = np.linspace(0, 4999, 2000).astype(int)
    index = RNG.permutation(5000) if mixed else np.arange(5000)
    x = np.column_stack([index, RNG.normal(size=(5000, 2))])[places]
    y = (index >= 2000)[places].astype(int)
    sampled = [replace(column(part), count=5000) for part in (x, y)]
    known = facts(dense("out", 1), x=x, y=y)
    rows = Rows({"": sampled[0]}, {"": sampled[1]})
    assert codes(numbering.numbered, replace(known, data=Data(rows))) == ["warning"]
