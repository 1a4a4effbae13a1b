"""Dropout, batch normalisation and series: faulty stacks beside healthy near twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.changes import RemoveLayer
from pellucid.insight.doctor.checks import dropping, series
from pellucid.insight.doctor.facts.facts import Facts, Fit, Optimizer
from pellucid.insight.doctor.facts.network import Layer, Output
from tests.insight.doctor.checks.network import (
    activation,
    codes,
    conv,
    data,
    dense,
    facts,
    layer,
    out,
    weight,
)

RNG = np.random.default_rng(5)


def drop(rate, size=8):
    return layer("drop", "Dropout", (size,), config={"rate": rate})


def test_dropout():
    assert codes(dropping.dropped_answers, facts(dense("a", 8), out(), drop(0.3))) == ["serious"]
    behind = facts(
        dense("a", 8),
        dense("sums", 3, "linear", size=8),
        drop(0.3),
        activation("act", "softmax", 3),
    )
    assert codes(dropping.dropped_answers, behind) == ["serious"]
    sign = next(iter(dropping.dropped_answers.findings(behind))).sign
    assert sign.repair.changes == (RemoveLayer("drop"),)
    assert codes(dropping.dropped_answers, facts(dense("a", 8), drop(0.3), out())) == []


@pytest.mark.parametrize(
    ("rate", "size", "found"),
    [
        (0.9, 64, ["warning"]),
        (0.7, 64, ["hint"]),
        (0.5, 64, []),
        (0.5, 2, ["warning"]),
        (0.5, 4, []),
    ],
)
def test_how_much_is_dropped(rate, size, found):
    known = facts(dense("a", size), drop(rate, size), out(size=size))
    assert codes(dropping.dropped_too_much, known) == found


def norm(shape=(8,), **config):
    config = {"axis": -1, "momentum": 0.99, **config}
    return layer(
        "norm", "BatchNormalization", shape, config=config, weights=(weight("gamma", shape[-1:]),)
    )


def test_batch_normalization():
    assert codes(dropping.normalised_answers, facts(dense("a", 8), out(), norm((3,)))) == [
        "warning"
    ]
    assert codes(dropping.normalised_answers, facts(dense("a", 8), norm(), out())) == []
    assert codes(dropping.wrong_axis, facts(conv("c"), norm((8, 8, 4), axis=1), out())) == [
        "warning"
    ]
    assert codes(dropping.wrong_axis, facts(conv("c"), norm((8, 8, 4), axis=3), out())) == []
    assert codes(dropping.wrong_axis, facts(dense("a", 8), norm(axis=1), out())) == []
    assert codes(dropping.dropout_before_norm, facts(dense("a", 8), drop(0.2), norm(), out())) == [
        "hint"
    ]


def test_rows_and_steps_of_batch_normalization():
    def fitted(fit, **config):
        return facts(dense("a", 8), norm(**config), out(), fit=fit)

    assert codes(dropping.few_rows, fitted(Fit(batch_size=1))) == ["serious"]
    assert codes(dropping.few_rows, fitted(Fit(batch_size=2))) == ["warning"]
    assert codes(dropping.few_rows, fitted(Fit(batch_size=3))) == ["hint"]
    assert codes(
        dropping.few_rows, facts(conv("c"), norm((8, 8, 4)), out(), fit=Fit(batch_size=2))
    ) == ["hint"]
    assert codes(dropping.few_rows, fitted(Fit(batch_size=32))) == []
    short, long = Fit(epochs=2, steps=20), Fit(epochs=20, steps=50)
    assert codes(dropping.late_averages, fitted(short)) == ["hint"]
    assert codes(dropping.late_averages, fitted(short, momentum=0.999)) == ["warning"]
    assert codes(dropping.late_averages, fitted(long)) == []


def test_answers_at_each_place():
    lstm = layer("lstm", "LSTM", (5, 8), config={"return_sequences": True, "activation": "tanh"})
    ending = Output("", "out", (5, 3), "softmax", "sparse_categorical_crossentropy")
    known = Facts((lstm,), (ending,), data(y=np.arange(30) % 3))
    found = list(series.answers_at_each_place.findings(known))
    assert [f.sign.place.argument for f in found] == ["return_sequences"]
    assert (
        codes(
            series.answers_at_each_place, replace(known, data=data(y=RNG.integers(0, 3, (30, 5))))
        )
        == []
    )
    assert (
        codes(series.answers_at_each_place, replace(known, outputs=(replace(ending, shape=(3,)),)))
        == []
    )


def recurrent(kind="tanh", steps=100):
    config = {"activation": kind, "return_sequences": False}
    return layer("lstm", "LSTM", (steps, 4), output_shape=(8,), config=config, activation=kind)


def test_unbounded_steps():
    held = Optimizer("adam", 0.001, None, {"clipnorm": 1.0})
    assert codes(series.unbounded_steps, facts(recurrent("relu"), out())) == ["warning"]
    assert codes(series.unbounded_steps, facts(recurrent("relu"), out(), optimizer=held)) == [
        "hint"
    ]
    assert codes(series.unbounded_steps, facts(recurrent("relu", 10), out())) == ["hint"]
    assert codes(series.unbounded_steps, facts(recurrent(), out())) == []


def padded(length, mask=False, first=False):
    ids = np.zeros((30, 20), int)
    part = slice(20 - length, 20) if first else slice(0, length)
    ids[:, part] = RNG.integers(1, 9, (30, length))
    table = Layer(
        "ids", "Embedding", {"mask_zero": mask, "input_dim": 9}, inputs=(), input_shape=(20,)
    )
    return facts(table, recurrent(steps=20), out(), x=ids, y=np.arange(30) % 3)


def test_padding():
    assert codes(series.padding_is_read, padded(5)) == ["warning"]
    assert codes(series.padding_is_read, padded(12)) == ["hint"]
    assert codes(series.padding_is_read, padded(19)) == []
    assert codes(series.padding_is_read, padded(5, mask=True)) == []
    assert codes(series.padding_is_read, padded(5, first=True)) == []


def masked(rows, sought=0.0):
    mask = layer("mask", "Masking", rows.shape[1:], config={"mask_value": sought})
    read = layer("gru", "GRU", rows.shape[1:], output_shape=(8,))
    return facts(mask, read, out(), x=rows, y=np.arange(len(rows)) % 3)


def filled_up(step, first=False, lengths=(4, 20)):
    rows = np.abs(RNG.normal(size=(60, 20, 2))).astype("float32")
    for row, length in zip(rows, RNG.integers(*lengths, 60), strict=True):
        row[slice(0, 20 - length) if first else slice(length, 20)] = step
    return rows


def test_a_mask_for_another_number_than_the_padding():
    (found,) = series.padding_is_read.findings(masked(filled_up(-1)))
    (change,) = found.sign.repair.changes
    assert (found.level, found.sign.place.layer, change.value) == ("warning", "mask", -1)
    assert "-1" in found.sign.evidence[0] and "leaves out 0" in found.sign.evidence[0]
    assert codes(series.padding_is_read, masked(filled_up(-1, first=True))) == ["hint"]
    assert codes(series.padding_is_read, masked(filled_up(0), -1.0)) == ["warning"]


def test_padding_that_was_scaled_with_the_series():
    (found,) = series.padding_is_read.findings(masked(filled_up([-0.5, -1.25])))
    assert found.sign.repair.changes == () and "after scaling" in found.sign.repair.code


@pytest.mark.parametrize(
    "known",
    [
        masked(filled_up(-1), -1.0),
        masked(filled_up(np.float32(-0.1)), -0.1),
        masked(filled_up(0)),
        masked(filled_up(0, first=True)),
        masked(np.abs(RNG.normal(size=(60, 20, 2)))),
        masked(filled_up(-1, lengths=(19, 21))),
        masked(filled_up(-1, lengths=(12, 13))),
        masked(np.repeat(RNG.integers(0, 3, (60, 10, 1)), 2, axis=1).astype(float), -1.0),
        masked(np.concatenate([filled_up(0, first=True), filled_up(0)[:, ::-1]]), -9.0),
        masked(np.maximum(filled_up(0) - 0.5, 0), -1.0),
        masked(np.concatenate([filled_up(-1), filled_up(0)])),
    ],
)
def test_masks_that_are_right_and_series_without_padding(known):
    assert [c for c in codes(series.padding_is_read, known) if c != "hint"] == []
