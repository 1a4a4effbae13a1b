"""Networks that tell the next step: with the answer before them, and without."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, layers
from pellucid.insight.doctor.examine import examine
from pellucid.insight.doctor.rehearsal.ahead import answers
from pellucid.insight.doctor.rehearsal.rehearse import rehearse

RNG = np.random.default_rng(0)
TEXT = np.cumsum(RNG.integers(1, 4, (64, 13)), axis=1) % 20
SERIES = np.cumsum(RNG.normal(size=(64, 13, 2)), axis=1).astype("float32")
IDS = (TEXT[:, :-1], TEXT[:, 1:])
NUMBERS = (SERIES[:, :-1], SERIES[:, 1:])


def attending(**call):
    rows = Input((12,))
    hidden = layers.PositionEmbedding(12)(layers.Embedding(20, 8)(rows))
    hidden = hidden + layers.MultiHeadAttention(2, 4)(hidden, hidden, **call)
    model = Model(rows, layers.Dense(20, "softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def reading(layer):
    model = Sequential([Input((12, 2)), layer, layers.Dense(2)])
    model.compile("adam", "mse")
    return model


def found(model, x, y):
    signs = examine(model, x, y, epochs=20, batch_size=64).findings
    return [finding.sign for finding in signs if finding.code == "D519"]


@pytest.mark.parametrize("form", [lambda y: y, lambda y: y[..., None]])
def test_attention_without_a_mask(form):
    (sign,) = found(attending(), IDS[0], form(IDS[1]))
    assert sign.level == "serious" and sign.place.layer == "multi_head_attention"
    assert "use_causal_mask=True" in sign.repair.code


@pytest.mark.parametrize(
    ("layer", "repair"),
    [
        (layers.Bidirectional(layers.GRU(8, return_sequences=True)), "without Bidirectional"),
        (layers.Conv1D(8, 3, padding="same"), "causal"),
    ],
)
def test_other_layers_that_read_what_is_behind(layer, repair):
    (sign,) = found(reading(layer), *NUMBERS)
    assert sign.place.layer and repair in sign.repair.code


def test_a_mean_over_steps_has_no_layer_of_that_kind():
    (sign,) = found(reading(layers.Lambda(lambda x: x - x.mean(axis=1, keepdims=True))), *NUMBERS)
    assert sign.place.layer is None


def ahead(model, x, y, **planned):
    """Return what the rehearsal says; asked it must be."""
    share = rehearse(model, x, y, **planned).ahead
    assert share is not None
    return share


@pytest.mark.parametrize(
    "layer",
    [
        layers.GRU(8, return_sequences=True),
        layers.Conv1D(8, 3, padding="causal"),
        layers.Conv1D(8, 1, padding="same"),
        layers.LayerNormalization(),
    ],
)
def test_layers_that_read_what_came(layer):
    model = reading(layer)
    assert ahead(model, *NUMBERS, planned=1) < 1e-5
    assert found(model, *NUMBERS) == []


def test_attention_with_a_mask():
    assert ahead(attending(use_causal_mask=True), *IDS, planned=1) < 1e-5
    assert found(attending(use_causal_mask=True), *IDS) == []


def test_rows_that_are_mixed_are_the_cause():
    model = reading(layers.Lambda(lambda x: x - x[::-1, -1:]))
    assert ahead(model, *NUMBERS, planned=1) > 0.01
    assert found(model, *NUMBERS) == []


def test_tags_and_copies_are_not_asked():
    assert found(attending(), IDS[0], RNG.integers(0, 20, (64, 12))) == []
    assert (
        found(
            reading(layers.Bidirectional(layers.GRU(8, return_sequences=True))), *(NUMBERS[0],) * 2
        )
        == []
    )


def test_what_the_next_step_is():
    one_hot = np.eye(20)[IDS[1]]
    assert answers(IDS[0], one_hot) == answers(np.eye(20)[IDS[0]], one_hot) == [0]
    assert answers({"text": RNG.normal(size=(64, 12)), "said": IDS[0]}, IDS[1]) == [0]
    assert answers(*NUMBERS) == [0] and answers(*IDS[::-1]) == answers(IDS[0], IDS[0]) == []


def test_padding_is_no_next_step():
    padded = np.zeros((64, 40), int)
    padded[:, 0] = RNG.integers(1, 20, 64)
    tags = padded > 10
    assert np.mean(tags[:, :-1] == padded[:, 1:]) > 0.97
    assert answers(padded, tags.astype(int)) == []
    few = padded.copy()
    few[:, :6] = RNG.integers(1, 20, (64, 6))
    assert answers(few, np.roll(few, -1, axis=1)) == [0]
    assert answers(few, few * 0) == []
