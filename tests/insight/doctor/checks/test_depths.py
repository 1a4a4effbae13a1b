"""Long chains of layers, beside those with ways around them or with weights that keep sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pellucid.insight.doctor.checks import depths
from pellucid.insight.doctor.facts.facts import Fit
from tests.insight.doctor.checks.network import codes, conv, dense, facts, layer, out

HE = (2 / 8) ** 0.5


def chain(depth, bend="relu", **more):
    return [dense(f"dense_{n}", 8, bend, size=8, **more) for n in range(depth)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (chain(40), ["warning"]),
        (chain(29), ["warning"]),
        (chain(24), ["hint"]),
        (chain(18), []),
        (chain(40, spread=HE), ["hint"]),
        (chain(60, spread=HE), ["warning"]),
        (chain(18, spread=HE), []),
        (chain(40, "leaky_relu"), ["warning"]),
        (chain(40, "selu"), []),
        (chain(40, "tanh"), []),
        (chain(40, config={"kernel_initializer": "orthogonal"}), []),
        (chain(40, config={"kernel_initializer": {"class_name": "Identity"}}), []),
        (chain(40, trainable=False), []),
        ([conv(f"conv_{n}") for n in range(35)], ["warning"]),
    ],
)
def test_chains(row, found):
    assert codes(depths.plain_depth, facts(*row, out())) == found


@pytest.mark.parametrize(
    "kind", ["BatchNormalization", "LayerNormalization", "TransformerEncoderBlock"]
)
def test_what_stands_between(kind):
    row = [
        each for n, one in enumerate(chain(40)) for each in (one, layer(f"norm_{n}", kind, (8,)))
    ]
    assert codes(depths.plain_depth, facts(*row)) == []
    passing = [
        each for n, one in enumerate(chain(40)) for each in (one, layer(f"d_{n}", "Dropout", (8,)))
    ]
    assert codes(depths.plain_depth, facts(*passing)) == ["warning"]


def test_ways_around():
    row, last = [], ""
    for number, one in enumerate(chain(40)):
        before = (last,) if last else ()
        row.append(replace(one, inputs=before))
        last = f"add_{number}"
        row.append(layer(last, "Add", (8,), inputs=(*before, one.path)))
    known = facts()
    assert codes(depths.plain_depth, replace(known, layers=tuple(row))) == []
    concatenated = facts(*chain(40)).layers
    end = layer("all", "Concatenate", (320,), inputs=tuple(each.path for each in concatenated))
    assert codes(depths.plain_depth, replace(known, layers=(*concatenated, end))) == []
    unknown = tuple(replace(each, inputs=None) for each in concatenated)
    assert codes(depths.plain_depth, replace(known, layers=unknown)) == []


def test_a_training_that_goes_on_has_learnt_already():
    assert codes(depths.plain_depth, facts(*chain(40), fit=Fit(goes_on=True))) == []


def test_the_chain_is_named():
    (found,) = depths.plain_depth.findings(facts(*chain(40), out()))
    assert (
        "41 weighted layers stand one behind the other, from 'dense_0' to 'out'"
        in found.sign.evidence[0]
    )


def test_functions_of_pytorch_between_layers_are_not_seen():
    assert codes(depths.plain_depth, facts(*chain(40), out(), source="torch")) == ["hint"]
