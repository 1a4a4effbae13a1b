"""Frozen layers: fresh and empty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

from pellucid.insight.doctor.checks import frozen
from tests.insight.doctor.checks.network import codes, dense, facts, layer, weight


def out(**more):
    return dense("out", 3, "softmax", size=8, **more)


def still(each):
    weights = tuple(replace(weight, trainable=False) for weight in each.weights)
    return replace(each, weights=weights, trainable=False)


def learnt(each):
    return replace(each, weights=(each.weights[0], weight("bias", (8,), 0.2)))


def test_frozen():
    assert codes(frozen.frozen, facts(still(dense("a", 8)), still(out()))) == ["serious"]
    assert codes(frozen.frozen, facts(still(dense("a", 8)), out())) == ["warning"]
    assert codes(frozen.frozen, facts(still(learnt(dense("a", 8))), out())) == []
    assert codes(frozen.frozen, facts(dense("a", 8), still(out()))) == ["serious"]
    assert codes(frozen.frozen, facts(dense("a", 8), out())) == []


def test_a_frozen_network_in_the_network():
    def norm(mean):
        found = layer("base/norm", "BatchNormalization", (8,))
        averages = (
            weight("moving_mean", (8,), mean=mean),
            weight("moving_variance", (8,), mean=1.0),
        )
        return replace(found, weights=averages, trainable=False)

    inner = dense("base/a", 8)
    kernel_alone = replace(inner, weights=inner.weights[:1], trainable=False)
    (found,) = frozen.frozen.findings(facts(kernel_alone, norm(0.0), out()))
    assert found.level == "warning" and found.sign.place.layer == "base"
    assert codes(frozen.frozen, facts(kernel_alone, norm(0.3), out())) == []
    assert codes(frozen.frozen, facts(inner, norm(0.0), out())) == []
    (found,) = frozen.frozen.findings(facts(still(inner), still(dense("base/b", 8)), out()))
    assert found.sign.place.layer == "base"


def table(spread, trainable=False):
    filled = weight("embeddings", (500, 8), spread, trainable=trainable)
    return replace(layer("words", "Embedding", (4,)), weights=(filled,), trainable=trainable)


def test_a_frozen_table_that_nobody_filled():
    (found,) = frozen.frozen.findings(facts(table(0.0), dense("a", 8), out()))
    assert found.level == "serious" and str(found.sign.place) == "layer 'words', embeddings"
    assert codes(frozen.frozen, facts(table(0.3), dense("a", 8), out())) == []
    assert codes(frozen.frozen, facts(table(0.0, trainable=True), dense("a", 8), out())) == []
    empty = still(dense("a", 8, spread=0.0))
    assert codes(frozen.frozen, facts(empty, out())) == ["serious"]
