"""A script's loops compile once: what trainings, steps by hand and numbered names leave behind makes no new program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid import keras
from pellucid.keras import layers
from pellucid.training import cache, portable

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X[:, :1] * 2 + 1


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the keys of the programs that are made, as a list that grows."""
    keys = []

    class Watched(dict[Any, Any]):
        def __setitem__(self, key: Any, value: Any) -> None:
            if key not in self:
                keys.append(key)
            super().__setitem__(key, value)

        def move_to_end(self, key: Any) -> None:
            """Programs are never thrown out here."""

    monkeypatch.setattr(cache, "_programs", Watched())
    return keys


def a_model() -> Any:
    model = keras.Sequential(
        [layers.Dense(3, activation="tanh"), layers.BatchNormalization(), layers.Dense(1)]
    )
    model.compile(
        keras.optimizers.Adam(0.01), "mse", metrics=["mae", keras.metrics.RootMeanSquaredError()]
    )
    return model


def test_every_use_of_one_model_after_the_first_finds_its_program(made):
    model = a_model()
    for turn in range(3):
        model.fit(X, Y, epochs=2, validation_data=(X, Y), verbose=0)
        model.evaluate(X, Y, verbose=0)
        model.predict(X, verbose=0)
        assert [key[0] for key in made] == ["train", "evaluate", "predict"], f"turn {turn}"
        model.train_on_batch(X, Y)
        model(X[:2])
        model.optimizer.learning_rate = 0.1 / (turn + 1)


def test_models_alike_share_their_programs_however_they_are_numbered(made):
    for _ in range(3):
        model = a_model()
        model.fit(X, Y, epochs=2, verbose=0)
        model.compile(keras.optimizers.Adam(0.02), "mse", metrics=["mae"])
    assert len(made) == 1


def test_the_programs_of_a_script_have_a_text_so_that_the_next_process_finds_them(made):
    model = a_model()
    for _ in range(2):
        model.fit(X, Y, epochs=2, verbose=0)
        model.evaluate(X, Y, verbose=0)
        model.predict(X, verbose=0)
        model.train_on_batch(X, Y)
        cache.clear()
    assert len(made) == 6
    assert None not in map(portable.text_of, made)
