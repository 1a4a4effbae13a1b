"""Normalisations over one number, beside those over several."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import lonely
from tests.insight.doctor.checks.network import codes, dense, facts, layer

LAYER, GROUP = "LayerNormalization", "GroupNormalization"


@pytest.mark.parametrize(
    ("kind", "shape", "config", "levels"),
    [
        (LAYER, (1,), {"axis": -1}, ["serious"]),
        (LAYER, (1,), {"axis": [-1]}, ["serious"]),
        (LAYER, (5, 1), {"axis": -1}, ["serious"]),
        (LAYER, (2,), {"axis": -1}, []),
        (LAYER, (5, 1), {"axis": [1, 2]}, []),
        (GROUP, (8,), {"axis": -1, "groups": 8}, ["serious"]),
        (GROUP, (8,), {"axis": -1, "groups": -1}, ["serious"]),
        (GROUP, (8,), {"axis": -1, "groups": 4}, []),
        (GROUP, (6, 6, 8), {"axis": -1, "groups": 8}, []),
        ("BatchNormalization", (1,), {"axis": -1}, []),
    ],
)
def test_a_mean_over_one_number(kind, shape, config, levels):
    row = (dense("first", 8), layer("normal", kind, shape, config=config))
    assert codes(lonely.over_one, facts(*row, loss="mse", y=np.arange(30.0))) == levels
