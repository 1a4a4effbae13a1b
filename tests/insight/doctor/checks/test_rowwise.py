"""Rows that were scaled, each by itself, beside rows of one length that are well."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import rowwise
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(0)
COUNT = 200
KINDS = RNG.uniform(0.5, 1.5, (COUNT, 5)) * [4.0, 1200.0, 30.0, -120.0, 2.0]
BINS = np.arange(40)


def even(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def look(x, *first):
    size = x.shape[1]
    return facts(*first, dense("one", 8, size=size), dense("out", 1, size=8), x=x, y=x[:, 0])


@pytest.mark.parametrize("x", [even(KINDS), 10 * even(KINDS), even(KINDS).astype("float32")])
def test_rows_of_different_kinds(x):
    (found,) = rowwise.scaled_rows.findings(look(x))
    assert found.level == "warning" and "same length" in found.sign.evidence[0]
    assert codes(rowwise.scaled_rows, look(x, layer("scale", "Normalization"))) == []
    assert codes(rowwise.scaled_rows, look(x[:40])) == []


@pytest.mark.parametrize(
    "x",
    [
        KINDS,
        (KINDS - KINDS.mean(axis=0)) / KINDS.std(axis=0),
        KINDS[:, [0, 1, 2, 4]] / KINDS[:, [0, 1, 2, 4]].sum(axis=1, keepdims=True),  # shares
        even(KINDS[:, :2]),  # directions in a plane
        even(RNG.normal(size=(COUNT, 3))),  # and in space
        even(RNG.normal(size=(COUNT, 50))),  # vectors of words
        even(RNG.normal(size=(COUNT, 50)) * RNG.permutation(np.logspace(0, -3, 50))),  # their parts
        even(RNG.poisson(0.3, (COUNT, 40)) * np.where(BINS % 2, 200.0, 1.0) + 1e-9 * (BINS == 0)),
        even(RNG.uniform(1, 2, (COUNT, 40)) * np.exp(-BINS / 5)),  # spectra
        even(RNG.integers(1, 256, (COUNT, 60)).astype(float)),  # pixels
        np.where(RNG.random((COUNT, 6)) < 0.5, -1.0, 1.0),  # flags
        np.eye(5)[RNG.integers(0, 5, COUNT)],
    ],
)
def test_rows_that_are_well(x):
    assert codes(rowwise.scaled_rows, look(x)) == []
