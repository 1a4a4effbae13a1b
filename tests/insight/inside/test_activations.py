"""What layers gave, by path: the same as NumPy computes, for every kind of model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentTypeError, UnknownNameError, UsageError
from pellucid.insight.inside import subject

ROWS = np.random.default_rng(3).normal(size=(7, 4)).astype("float32")


def two_layers() -> Sequential:
    """Return a small network with names."""
    return Sequential(
        [layers.Dense(5, activation="tanh", name="hidden"), layers.Dense(2, name="answer")]
    )


def by_hand(model: Any, x: np.ndarray, prefix: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Return hidden and answer of :func:`two_layers`, in float64."""
    w1, b1, w2, b2 = (np.asarray(a, np.float64) for a in model.get_weights()[:4])
    hidden = np.tanh(np.einsum("ri,io->ro", x.astype(np.float64), w1) + b1)
    return hidden, np.einsum("ri,io->ro", hidden, w2) + b2


def test_a_sequential_model_before_compile() -> None:
    model = two_layers()
    found = model.activations(ROWS)
    assert list(found) == ["hidden", "answer"]
    for ours, theirs in zip(found.values(), by_hand(model, ROWS), strict=True):
        assert isinstance(ours, np.ndarray)
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    np.testing.assert_array_equal(model.activations(ROWS, "answer"), model.predict(ROWS))


def test_several_paths_keep_their_order() -> None:
    found = two_layers().activations(ROWS, ["answer", "hidden"])
    assert list(found) == ["answer", "hidden"]


def test_through_nested_models_and_shared_layers() -> None:
    class Outer(Model):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = two_layers()
            self.head = layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.head(self.encoder(inputs))

    model = Outer()
    found = model.activations(ROWS)
    assert list(found) == ["encoder/hidden", "encoder/answer", "encoder", "head"]
    np.testing.assert_allclose(found["encoder/hidden"], by_hand(model, ROWS)[0], atol=1e-6)
    inputs = Input(shape=(4,), name="rows")
    graph = Model(inputs, layers.Dense(3, name="head")(model.encoder(inputs)))
    names = {path.partition("/")[0] for path in graph.activations(ROWS)}
    assert {"rows", "head"} < names
    nested = next(path for path in graph.activations(ROWS) if path.endswith("/hidden"))
    np.testing.assert_allclose(graph.activations(ROWS, nested), found["encoder/hidden"], atol=1e-6)


def test_saved_and_frozen_models(tmp_path: Path) -> None:
    model = two_layers()
    before = model.activations(ROWS, "hidden")
    model.save(tmp_path / "model.safetensors")
    loaded = pellucid.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.activations(ROWS, "hidden"), before)
    loaded.trainable = False
    np.testing.assert_array_equal(loaded.activations(ROWS, "hidden"), before)


def test_new_weights_are_seen() -> None:
    model = two_layers()
    model.activations(ROWS, "hidden")
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    assert not model.activations(ROWS, "hidden").any()


def test_rows_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    model = two_layers()
    whole = model.activations(ROWS)
    monkeypatch.setattr(subject, "BYTES", 2 * 4 * (5 + 2 + 2))
    assert subject.subject_of(model, ROWS).batch_size() == 2
    for path, array in model.activations(ROWS).items():
        np.testing.assert_allclose(array, whole[path], atol=1e-6)


def test_training_mode_is_of_these_rows_and_changes_nothing() -> None:
    model = Sequential([layers.BatchNormalization(name="norm"), layers.Dropout(0.5, name="drop")])
    normed = model.activations(ROWS, "norm", training=True)
    np.testing.assert_allclose(normed.mean(0), 0, atol=1e-6)
    dropped = model.activations(ROWS, "drop", training=True)
    assert (dropped == 0).any()
    np.testing.assert_array_equal(dropped, model.activations(ROWS, "drop", training=True))
    assert not (model.activations(ROWS, "drop") == 0).any()
    np.testing.assert_array_equal(model.get_weights()[2], np.zeros(4))  # the moving mean


def test_a_wrong_path_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"'hiden'; the paths are: hidden, answer\.") as told:
        two_layers().activations(ROWS, "hiden")
    assert told.value.repair == "'hidden'"
    with pytest.raises(ArgumentTypeError, match="a list of strings"):
        two_layers().activations(ROWS, [1])


def test_what_is_computed_before_the_program_or_inside_a_scan_is_said() -> None:
    texts = np.array([["a b"], ["b c d"]])
    vectors = layers.TextVectorization(output_sequence_length=3, name="words")
    vectors.adapt(texts[:, 0])
    model = Sequential([vectors, layers.Embedding(8, 2, name="table"), layers.SimpleRNN(3)])
    assert model.activations(texts, "table").shape == (2, 3, 2)
    with pytest.raises(UsageError, match="works on the host"):
        model.activations(texts, "words")
    with pytest.raises(UsageError, match="scan"):
        model.activations(texts, "simple_rnn/simple_rnn_cell")
