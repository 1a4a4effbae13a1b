"""Windows of a series that were cut before the split, and windows that were not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks import windows
from pellucid.insight.doctor.facts.facts import Fit
from tests.insight.doctor.checks.network import dense, facts, layer

RNG = np.random.default_rng(0)
WALK = np.cumsum(RNG.normal(size=(900, 2)), axis=0)


def cut(series, steps=12, stride=1):
    rows = np.lib.stride_tricks.sliding_window_view(series, steps, axis=0)[::stride]
    return np.moveaxis(rows, -1, 1)


def read(here, there=None, first=None, fit=None):
    held = None if there is None else (there, np.zeros(len(there)))
    first = first or dense("out", 1, "linear", size=here.shape[-1])
    known = facts(first, loss="mean_squared_error", x=here, y=np.zeros(len(here)), validation=held)
    known = replace(known, fit=fit or Fit())
    return [finding.sign for finding in windows.torn_windows.findings(known)]


def by_chance(rows, seed=1):
    rows = rows[np.random.default_rng(seed).permutation(len(rows))]
    return rows[: len(rows) * 4 // 5], rows[len(rows) * 4 // 5 :]


@pytest.mark.parametrize("series", [WALK, WALK[:, :1], WALK[:, 0], np.round(20 * WALK)])
def test_windows_that_were_shared_out_by_chance(series):
    (sign,) = read(*by_chance(cut(series)))
    assert (sign.level, sign.place.argument) == ("hint", "validation_data")
    assert "All 12 steps of 100% of the validation windows" in sign.evidence[0]


def test_shuffled_windows_of_which_the_last_are_held_back():
    here, there = by_chance(cut(WALK))
    rows = np.concatenate([here, there])
    (sign,) = read(rows, fit=Fit(validation_split=0.2))
    assert sign.place.argument == "validation_split"
    assert read(cut(WALK), fit=Fit(validation_split=0.2)) == []  # in the order of time
    assert read(rows) == []  # nothing is held back


def test_every_second_window_overlaps_too():
    assert len(read(*by_chance(cut(WALK, stride=2)))) == 1
    assert read(*by_chance(cut(WALK, stride=12))) == []


def test_of_long_windows_the_first_steps_are_enough():
    (sign,) = read(*by_chance(cut(WALK, steps=60)))
    assert sign.evidence[0].startswith("The first 32 steps of 100% of the validation windows")
    assert read(cut(WALK, steps=60)[:700], cut(WALK, steps=60)[700:]) == []
    assert read(*by_chance(cut(WALK, steps=40, stride=40))) == []


def test_a_series_that_was_split_first():
    assert read(cut(WALK[:700]), cut(WALK[700:])) == []
    assert read(cut(WALK)[:700], cut(WALK)[700:]) == []  # the first few reach across
    assert read(cut(WALK)[:850], cut(WALK)[850:]) == []


def test_what_repeats_itself_has_few_values_or_stands_still():
    wave = np.sin(np.arange(900) * 2 * np.pi / 25).round(6)
    assert read(*by_chance(cut(wave))) == []
    assert read(*by_chance(cut(np.round(WALK)))) == []
    assert read(*by_chance(cut((RNG.random((900, 5)) < 0.2) * 1.0))) == []
    assert read(*by_chance(cut(np.repeat(WALK, 12, axis=0)))) == []
    pulses = np.zeros((900, 1))
    pulses[::40, 0] = RNG.normal(size=23)
    assert read(*by_chance(cut(pulses))) == []


def test_copies_tables_words_and_small_sets_are_others():
    rows = cut(WALK)
    assert read(rows, rows[:200]) == []  # D130
    assert read(*by_chance(RNG.normal(size=(600, 12)))) == []
    words = layer("words", "Embedding", (12,), config={"input_dim": 1000})
    ids = by_chance(cut(RNG.permutation(900)))
    assert read(*ids, first=words) == []
    assert read(*by_chance(cut(WALK)[:90])) == []
    assert read(*by_chance(cut(WALK, steps=5))) == []
    assert read(rows[:700], cut(WALK, steps=10)[:100]) == []
