"""Order of rows and what is held back: faulty ones beside healthy near twins."""

from __future__ import annotations

import numpy as np

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.checks import copies, samples
from pellucid.insight.doctor.facts.facts import Fit
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(4)
X = RNG.normal(size=(300, 4))
CLASSES = RNG.integers(0, 3, 300)
SORTED = np.sort(CLASSES)
NUMBERS = RNG.normal(size=300)


def network(y=CLASSES, x=X, loss="sparse_categorical_crossentropy", **more):
    return facts(dense("out", 3, "softmax"), loss=loss, x=x, y=y, **more)


def held(x, y=None):
    return network(validation=(x, RNG.integers(0, 3, len(x)) if y is None else y))


def test_sorted_rows():
    unshuffled = Fit(shuffle=False)
    assert codes(samples.sorted_unshuffled, network(SORTED, fit=unshuffled)) == ["warning"]
    assert codes(samples.sorted_unshuffled, network(np.eye(3)[SORTED], fit=unshuffled)) == [
        "warning"
    ]
    assert codes(samples.sorted_unshuffled, network(SORTED, fit=Fit())) == []
    assert codes(samples.sorted_unshuffled, network(CLASSES, fit=unshuffled)) == []


def test_last_rows():
    plain, keras = Fit(validation_split=0.2, shuffle=False), Fit(validation_split=0.2)
    assert codes(samples.last_rows, network(SORTED, fit=plain)) == ["warning"]
    assert codes(samples.last_rows, network(SORTED, fit=keras, source="keras")) == ["warning"]
    assert codes(samples.last_rows, network(SORTED, fit=keras)) == []
    assert codes(samples.last_rows, network(CLASSES, fit=plain)) == []
    mse = "mean_squared_error"
    assert codes(samples.last_rows, network(np.sort(NUMBERS), loss=mse, fit=plain)) == ["warning"]
    assert codes(samples.last_rows, network(NUMBERS, loss=mse, fit=plain)) == []
    trend = np.linspace(0, 9, 300) + NUMBERS
    assert codes(samples.last_rows, network(trend, loss=mse, fit=plain)) == []


def test_validation_of_another_scale_or_mix():
    fresh = RNG.normal(size=(60, 4))
    assert codes(samples.other_rows, held(fresh)) == []
    assert codes(samples.other_rows, held(fresh + 0.5)) == []
    assert codes(samples.other_rows, held(fresh * 50)) == ["serious"]
    assert codes(samples.other_rows, held(fresh + 10)) == ["serious"]
    assert codes(samples.other_rows, held(fresh, np.zeros(60, int))) == ["warning"]


def test_overlap():
    assert codes(copies.overlap, held(X[:50])) == ["warning"]
    assert codes(copies.overlap, held(RNG.normal(size=(50, 4)))) == []
    table = layer("ids", "Embedding")
    ids = facts(
        table, dense("out", 3, "softmax"), x=X, y=CLASSES, validation=(X[:50], CLASSES[:50])
    )
    assert codes(copies.overlap, ids) == []
    texts = RNG.integers(0, 50, (300, 12))
    long = facts(table, dense("out", 3), x=texts, y=CLASSES, validation=(texts[:50], CLASSES[:50]))
    assert codes(copies.overlap, long) == ["warning"]
    few = RNG.integers(0, 2, (300, 4))
    assert codes(copies.overlap, network(x=few, validation=(few[:50], CLASSES[:50]))) == []


def test_copies_before_the_split():
    drawn = X[RNG.integers(0, 100, 300)]
    known = network(x=drawn, validation=(drawn[:50], CLASSES[:50]))
    assert codes(copies.overlap, known) == ["warning"]

    def split(x, share=0.2):
        return network(CLASSES[: len(x)], x, fit=Fit(validation_split=share))

    (found,) = copies.overlap.findings(split(drawn))
    assert found.sign.place.argument == "validation_split"
    assert codes(copies.overlap, split(drawn, 0.0)) == []
    assert codes(copies.overlap, split(X)) == []
    some = np.vstack([X[:280], X[:20]])
    assert codes(copies.overlap, split(some)) == []
    assert codes(copies.overlap, split(RNG.integers(0, 2, (300, 4)))) == []


def test_few_to_validate():
    def split(share, rows=300):
        return network(CLASSES[:rows], X[:rows], fit=Fit(validation_split=share))

    assert codes(samples.few_to_validate, split(0.02)) == ["warning"]
    assert codes(samples.few_to_validate, split(0.2)) == ["hint"]
    assert codes(samples.few_to_validate, split(0.2, rows=60)) == ["hint"]
    assert codes(samples.few_to_validate, split(0.0)) == []
    assert codes(samples.few_to_validate, split(0.4)) == []
    sign = next(iter(samples.few_to_validate.findings(split(0.02)))).sign
    assert sign.repair.changes == (SetFit("validation_split", 0.2),)
