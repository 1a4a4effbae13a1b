"""A step in parts gives what the whole step gives, and is taken only where that holds."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import Input, Layer, Sequential, layers, losses, optimizers
from pellucid.training import dividing, trainer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 6, 4)).astype("float32")
Y = RNG.integers(0, 3, 70)


def network(*more):
    return Sequential(
        [
            Input(shape=(6, 4)),
            layers.Conv1D(8, 3, activation="tanh", kernel_regularizer="l2"),
            layers.LayerNormalization(),
            *more,
            layers.Flatten(),
            layers.Dense(3, "softmax", activity_regularizer="l1"),
        ]
    )


def trained(model, room, monkeypatch, large=2**60, **options):
    """Fit with so much room for a part; tell in how many parts the plan was made, and the history."""
    monkeypatch.setattr(dividing, "ROOM", room)
    monkeypatch.setattr(dividing, "LARGE", large)
    monkeypatch.setattr(dividing, "USES", 0)
    seen = []
    made = trainer.make_plan
    monkeypatch.setattr(
        trainer, "make_plan", lambda *a, **k: seen.append(k["divided"]) or made(*a, **k)
    )
    loss = options.pop("loss", "sparse_categorical_crossentropy")
    model.compile(optimizers.SGD(0.1, momentum=0.9), loss, ["accuracy"])
    options = {"batch_size": 32, "epochs": 3, "verbose": 0, **options}
    history = model.fit(X, Y, **options)
    return seen[0], history.history


WHOLE, SMALL = 10**9, 2000


@pytest.mark.parametrize(
    "options",
    [{}, {"sample_weight": RNG.uniform(0.5, 2, 70)}, {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5}}],
)
def test_parts_give_what_the_whole_step_gives(monkeypatch, options):
    one, other = network(), network()
    parts, history = trained(one, SMALL, monkeypatch, **options)
    whole, wanted = trained(other, WHOLE, monkeypatch, **options)
    assert (parts, whole) == (4, 1)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)
    for name in wanted:
        np.testing.assert_allclose(history[name], wanted[name], rtol=1e-5)


def test_noise_is_drawn_anew_in_each_part(monkeypatch):
    model = network(layers.Dropout(0.5))
    parts, history = trained(model, SMALL, monkeypatch, epochs=30)
    assert parts == 4
    assert history["loss"][-1] < history["loss"][0]
    again = network(layers.Dropout(0.5))
    trained(again, SMALL, monkeypatch, epochs=30)
    assert all(
        np.array_equal(a, b) for a, b in zip(model.get_weights(), again.get_weights(), strict=True)
    )


class Own(Layer):
    def call(self, inputs):
        return inputs - inputs.mean(0)


@pytest.mark.parametrize(
    ("more", "options"),
    [
        ([layers.BatchNormalization()], {}),
        ([Own()], {}),
        ([layers.Lambda(lambda x: x - x.mean(0))], {}),
        ([layers.LSTM(4, return_sequences=True)], {}),
        ([], {"loss": losses.SparseCategoricalCrossentropy(reduction="sum")}),
        ([], {"loss": lambda y, out: (out**2).mean(-1)}),
        ([], {"loss": losses.SparseCategoricalCrossentropy(ignore_class=2)}),
        ([], {"batch_size": 14}),  # no divisor leaves eight rows
    ],
    ids=[
        "state",
        "own layer",
        "lambda",
        "recurrence",
        "sum",
        "own loss",
        "ignored class",
        "no divisor",
    ],
)
def test_what_could_change_is_done_whole(monkeypatch, more, options):
    parts, _ = trained(network(*more), SMALL, monkeypatch, epochs=1, **options)
    assert parts == 1


def test_mixed_images_are_done_whole():
    model = Sequential([Input(shape=(4, 4, 1)), layers.MixUp(), layers.Flatten(), layers.Dense(1)])
    assert "no" in [layer.divisible for layer in model.layers]
    assert not losses.Circle().divisible


def test_small_networks_are_never_divided(monkeypatch):
    assert trained(network(), dividing.ROOM, monkeypatch, epochs=1)[0] == 1


def test_other_processors_are_not_divided(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert trained(network(), SMALL, monkeypatch, epochs=1)[0] == 1
