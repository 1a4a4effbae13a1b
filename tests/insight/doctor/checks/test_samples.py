"""Order of rows and what is held back: faulty ones beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pellucid.insight.doctor.changes import SetFit
from pellucid.insight.doctor.checks import copies, otherwise, samples
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
    assert codes(otherwise.other_rows, held(fresh)) == []
    assert codes(otherwise.other_rows, held(fresh + 0.5)) == []
    assert codes(otherwise.other_rows, held(fresh * 50)) == ["serious"]
    assert codes(otherwise.other_rows, held(fresh + 10)) == ["serious"]
    assert codes(otherwise.other_rows, held(fresh, np.zeros(60, int))) == ["warning"]


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


def test_a_sample_of_rows_that_come_twice_by_nature():
    """Of 3,000 rows 300 were read: a row's twin is among them one time in ten, on either side of the split."""

    def sampled(rows, held_rows):
        known = network(x=rows, validation=(held_rows, CLASSES))
        column = replace(known.data.training.x[""], count=3000)
        training = replace(known.data.training, x={"": column})
        return replace(known, data=replace(known.data, training=training))

    few = RNG.integers(0, 5, (300, 4))
    others = RNG.integers(0, 5, (300, 4))
    assert codes(copies.overlap, sampled(few, others)) == []
    mixed = np.vstack([X[:30], RNG.normal(size=(270, 4))])
    assert codes(copies.overlap, sampled(X, mixed)) == ["warning"]


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


def table(rows, seed, rare=0.15):
    """Rows of rounded numbers, as wines have them: natural twins are few, and no column is measured."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=(rows, 6)), 1)
    x = np.vstack([x, x[rng.integers(0, rows, rows // 5)]])
    return x, (rng.random(len(x)) < rare).astype(int), rng


def parted(x, y, rng, share=0.25):
    order = rng.permutation(len(x))
    cut = round(len(x) * share)
    held, kept = order[:cut], order[cut:]
    return network(y[kept], x[kept], validation=(x[held], y[held]))


def test_twins_that_pile_up_in_one_class():
    x, y, rng = table(1200, 5)
    rare = np.flatnonzero(y == 1)
    extra = rng.choice(rare, len(y) - 2 * len(rare))
    more, labels = np.vstack([x, x[extra]]), np.append(y, y[extra])
    (found,) = copies.overlap.findings(parted(more, labels, rng))
    assert "pile up in class 1" in found.sign.evidence[1]
    split = Fit(validation_split=0.2)
    assert codes(copies.overlap, network(np.eye(3)[labels], more, fit=split)) == ["warning"]
    assert codes(copies.overlap, parted(x, y, rng)) == []
    assert codes(copies.overlap, network(y, x, fit=split)) == []

    order = rng.permutation(len(x))  # split first, then drawn
    kept, held = order[400:], order[:400]
    drawn = np.append(kept, rng.choice(kept[y[kept] == 1], 600))
    honest = network(y[drawn], x[drawn], validation=(x[held], y[held]))
    assert codes(copies.overlap, honest) == []


def test_natural_twins_of_one_class():
    x, y, rng = table(1200, 6, rare=0.4)
    still = np.where(y[:, None] == 1, 0.0, x)  # one possible row
    assert codes(copies.overlap, parted(still, y, rng)) == []
    few = np.where(y[:, None] == 1, rng.integers(0, 2, x.shape), x)  # few possible rows
    assert codes(copies.overlap, parted(few, y, rng)) == []
    frequent = x[(rng.pareto(0.7, len(x)) * 2).astype(int) % len(x)]  # a few frequent rows
    assert codes(copies.overlap, parted(np.where(y[:, None] == 1, frequent, x), y, rng)) == []


def test_categories_with_other_codes_in_the_validation_rows():
    rng = np.random.default_rng(8)
    shares = np.array([0.4, 0.05, 0.25, 0.02, 0.2, 0.08])
    here, there = (rng.choice(6, (n, 1), p=shares) for n in (1500, 600))
    anew = np.array([3, 4, 1, 2, 5, 0])[there]

    def read(there, here=here):
        y, held = (np.resize(CLASSES, len(part)) for part in (here, there))
        table = layer("ids", "Embedding")
        known = facts(table, dense("out", 3, "softmax"), x=here, y=y, validation=(there, held))
        return codes(otherwise.other_rows, known)

    y, held = np.resize(CLASSES, 1500), np.resize(CLASSES, 600)
    (found,) = otherwise.other_rows.findings(network(y, here, validation=(anew, held)))
    assert "sorted by size" in found.sign.evidence[0]
    assert read(anew) == ["warning"]
    assert read(there) == [] and read(anew[:50]) == []
    drifted = rng.choice(6, (600, 1), p=[0.1, 0.2, 0.15, 0.2, 0.15, 0.2])
    assert read(drifted) == []
    middle = rng.binomial(12, 0.4, (1500, 1)), rng.binomial(12, 0.6, (600, 1))  # ordered, shifted
    assert read(middle[1], middle[0]) == []
    months = rng.integers(0, 6, (1500, 1)), rng.integers(6, 12, (600, 1))
    assert read(months[1], months[0]) == []
    words = rng.integers(0, 500, (1500, 1))
    assert read(rng.permutation(500)[words[:600]], words) == []


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
