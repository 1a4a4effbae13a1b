"""Attention that is told the order of steps, and attention that is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid import Input, Model, layers
from pellucid.insight.doctor.checks.rehearsal.places import no_order
from pellucid.insight.doctor.examine import examine
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.insight.doctor.rehearsal.rehearse import rehearse
from tests.insight.doctor.checks.network import dense, facts, layer

RNG = np.random.default_rng(0)
WORDS = RNG.integers(1, 100, (64, 10))
SERIES = np.cumsum(RNG.normal(size=(64, 10, 2)), axis=1).astype("float32")
Y = RNG.integers(0, 2, 64)


def network(x, *before, tags=False, end=layers.GlobalAveragePooling1D):
    rows = Input(x.shape[1:])
    hidden = layers.Embedding(100, 8)(rows) if x.ndim == 2 else layers.Dense(8)(rows)
    for each in before:
        hidden = each(hidden)
    hidden = layers.LayerNormalization()(hidden + layers.MultiHeadAttention(2, 4)(hidden, hidden))
    given = layers.Dense(1, "sigmoid")(hidden if tags else end()(hidden))
    model = Model(rows, given)
    model.compile("adam", "binary_crossentropy")
    return model


def codes(model, x, y=Y):
    found = examine(model, x, y, epochs=20, batch_size=64)
    return [finding.code for finding in found.findings if finding.code == "D518"]


@pytest.mark.parametrize("x", [WORDS, SERIES])
def test_a_bag_of_steps(x):
    model = network(x)
    (found,) = (
        f for f in examine(model, x, Y, epochs=20, batch_size=64).findings if f.code == "D518"
    )
    assert found.sign.place.layer == "multi_head_attention"
    (change,) = found.sign.repair.changes
    assert (change.kind, change.arguments) == ("PositionEmbedding", {"sequence_length": 10})
    assert change.after == ("embedding" if x.ndim == 2 else "dense")


@pytest.mark.parametrize(("held", "level"), [(0.1, "hint"), (0.5, "warning"), (None, "warning")])
def test_a_bag_that_is_enough(held, level):
    columns = {"loss": np.full(4, 0.1)}
    if held is not None:
        columns["val_loss"] = np.full(4, held)
    course = Course(columns)
    attention = dense("attention", 8)
    known = facts(
        layer("words", "Embedding", (10,), config={"input_dim": 100}),
        replace(attention, kind="MultiHeadAttention"),
        dense("out", 1, "sigmoid", size=8),
        loss="binary_crossentropy",
        x=WORDS,
        y=Y,
    )
    known = replace(known, rehearsed=Rehearsed(turned=0.0), course=course)
    assert [finding.level for finding in no_order.findings(known)] == [level]


def test_a_block_of_a_transformer():
    rows = Input((10,))
    read = layers.TransformerEncoderBlock(8, 2)(layers.Embedding(100, 8)(rows))
    model = Model(rows, layers.Dense(1, "sigmoid")(layers.GlobalAveragePooling1D()(read)))
    model.compile("adam", "binary_crossentropy")
    assert codes(model, WORDS) == ["D518"]


def test_an_answer_for_each_step():
    assert codes(network(WORDS, tags=True), WORDS, (WORDS > 50)[..., None].astype(int)) == ["D518"]


@pytest.mark.parametrize(
    "before",
    [
        layers.PositionEmbedding(10),
        layers.PositionEmbedding(10, initializer="zeros"),
        layers.SinusoidalPositionEncoding(),
        layers.Conv1D(8, 3, padding="same"),
        layers.LSTM(8, return_sequences=True),
    ],
)
def test_who_is_told_the_order(before):
    found = rehearse(network(WORDS, before), WORDS, Y, planned=1)
    assert found.turned is not None and found.turned > 0.01
    assert codes(network(WORDS, end=layers.Flatten), WORDS) == []


def test_sets_have_no_order():
    points = RNG.normal(size=(64, 10, 2)).astype("float32")
    assert codes(network(points), points) == []
    columns = RNG.integers(0, 5, (64, 10)) + 5 * np.arange(10)
    assert codes(network(columns), columns) == []


def test_other_networks_are_not_asked():
    rows = Input((10,))
    model = Model(
        rows, layers.Dense(1)(layers.GlobalAveragePooling1D()(layers.Embedding(100, 8)(rows)))
    )
    model.compile("adam", "mse")
    assert rehearse(model, WORDS, Y, planned=1).turned is None
