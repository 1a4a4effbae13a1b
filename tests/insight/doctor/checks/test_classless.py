"""One-hot rows without a 1, beside labels that do not exclude each other."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import classless, heads
from tests.insight.doctor.checks.network import codes, dense, facts

FROM_ONE = (np.arange(1, 5).repeat(10)[:, None] == np.arange(4)).astype(int)
TAGS = (np.random.default_rng(0).random((40, 4)) < 0.4).astype(int)
RARE = np.eye(4)[np.arange(40) % 4].astype(int)
RARE[0] = 0


def ending(y, activation="softmax", loss="categorical_crossentropy"):
    return facts(dense("hidden", 8), dense("out", 4, activation, size=8), loss=loss, y=y)


@pytest.mark.parametrize(
    ("y", "activation", "loss", "levels"),
    [
        (FROM_ONE, "softmax", None, ["serious"]),
        (FROM_ONE, "linear", "categorical_crossentropy", ["serious"]),
        (FROM_ONE, "sigmoid", "binary_crossentropy", []),
        (TAGS, "softmax", "categorical_crossentropy", []),
        (RARE, "softmax", "categorical_crossentropy", []),
    ],
)
def test_rows_without_a_class(y, activation, loss, levels):
    assert codes(classless.without_class, ending(y, activation, loss)) == levels


def test_the_column_of_nobody_is_named():
    (finding,) = classless.without_class.findings(ending(FROM_ONE))
    assert "Column 0 has no 1" in finding.sign.evidence[1]
    assert "labels - 1" in finding.sign.repair.code
    assert codes(heads.softmax_for_several, ending(FROM_ONE)) == []
