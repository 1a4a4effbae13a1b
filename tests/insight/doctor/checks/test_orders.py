"""The order of layers: faulty stacks beside healthy near twins."""

from __future__ import annotations

import pytest

from pellucid.insight.doctor.changes import RemoveLayer
from pellucid.insight.doctor.checks import orders
from tests.insight.doctor.checks.network import codes, conv, facts, layer


def pool(side, size, kind="MaxPooling2D"):
    left = side // size
    config = {"pool_size": [size, size]}
    return layer("pool", kind, (side, side, 1), output_shape=(left, left, 1), config=config)


@pytest.mark.parametrize(
    ("side", "size", "found"), [(14, 3, ["warning"]), (28, 2, ["hint"]), (64, 4, ["hint"])]
)
def test_pooling_of_bare_pixels(side, size, found):
    left = side // size
    after = conv("conv", shape=(left, left, 1))
    assert codes(orders.pooled_first, facts(pool(side, size), after)) == found
    scaled = layer("scaled", "Rescaling", (side, side, 1))
    assert codes(orders.pooled_first, facts(scaled, pool(side, size), after)) == found


@pytest.mark.parametrize(("side", "size", "found"), [(28, 4, "hint"), (14, 3, "warning")])
def test_means_are_a_smaller_picture(side, size, found):
    left = side // size
    known = facts(pool(side, size, "AveragePooling2D"), conv("conv", shape=(left, left, 1)))
    assert codes(orders.pooled_first, known) == [found]


def test_pooling_behind_a_convolution_is_the_usual_order():
    first = conv("conv", shape=(14, 14, 1), filters=1)
    assert codes(orders.pooled_first, facts(first, pool(14, 3))) == []


def test_the_repair_takes_the_pooling_out():
    known = facts(pool(14, 3), conv("conv", shape=(4, 4, 1)))
    (found,) = orders.pooled_first.findings(known)
    assert found.sign.repair.changes == (RemoveLayer("pool"),)
    assert "16 of 196 places" in found.sign.evidence[0]
