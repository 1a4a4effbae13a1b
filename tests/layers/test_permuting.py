"""Permute and RepeatVector."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pellucid import layers
from pellucid.core.errors import ArgumentError, ShapeError

X = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)


def test_axes_in_any_order():
    for dims in itertools.permutations((1, 2, 3)):
        moved = layers.Permute(dims)(X)
        for place in ((0, 1, 2, 3), (1, 2, 0, 4)):
            there = (place[0], *(place[axis] for axis in dims))
            assert moved[there] == X[place]
    assert layers.Permute([2, 1])(X[:, :, :, 0]).dtype == "int32"


def test_rows_become_series():
    rows = X[:, :, 0, 0]
    series = layers.RepeatVector(4)(rows)
    assert series.shape == (2, 4, 3)
    assert all(np.array_equal(series[:, t], rows) for t in range(4))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match=r"(?s)orders 2 axes, .*every axis from 1 to 3 once"):
        layers.Permute((2, 1))(X)
    with pytest.raises(ArgumentError, match=r"every axis from 1 .* but it is \(0, 1\)"):
        layers.Permute((0, 1))
    with pytest.raises(ArgumentError, match="`dims` must be a tuple of the axes"):
        layers.Permute(2)
    with pytest.raises(ShapeError, match=r"(?s)needs rows.*layers\.Flatten\(\) before it"):
        layers.RepeatVector(2)(X)
    with pytest.raises(ArgumentError, match="`n` must be an integer of at least 1"):
        layers.RepeatVector(0)
