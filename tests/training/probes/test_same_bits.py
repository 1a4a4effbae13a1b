"""A training that is measured gives the very bits of one that is not, whatever it is made of."""

import numpy as np
import pytest

from pellucid import Input, Sequential, callbacks, layers, optimizers
from pellucid.core.cores import devices
from pellucid.training import dividing, engine
from pellucid.training.probes import Probes, Schedule

RNG = np.random.default_rng(0)
ROWS = 42
IMAGES = RNG.normal(size=(ROWS, 6, 6, 2)).astype("float32")
LABELS = RNG.integers(0, 3, ROWS)
OFTEN = Probes(schedule=Schedule(3, points=None))


def mlp():
    hidden = [layers.Flatten(), layers.Dense(7, activation="relu"), layers.Dropout(0.3)]
    return [*hidden, layers.Dense(5, activation="tanh"), layers.Dense(3, activation="softmax")]


def cnn():
    return [
        layers.Conv2D(4, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
    ]


def lstm():
    series = [layers.Reshape((6, 12)), layers.LSTM(5)]
    return [*series, layers.Dropout(0.2), layers.Dense(3, activation="softmax")]


NETWORKS = {"mlp": mlp, "cnn": cnn, "lstm": lstm}


def trained(make, probes, **options):
    model = Sequential([Input(shape=IMAGES.shape[1:]), *make()])
    model.compile(optimizers.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"])
    history = model.fit(
        IMAGES, LABELS, **{"batch_size": 8, "epochs": 4, "verbose": 0, "probes": probes, **options}
    )
    return model, history


def same(one, two):
    (model, history), (other, again) = one, two
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_equal(history.history, again.history)
    states = [each._session.optimizer_state for each in (model, other)]
    np.testing.assert_equal(*map(str, states))
    assert history.record is None
    assert len(again.record) > 0


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS.keys())
def test_weights_history_and_optimizer_are_the_same(make):
    split = {"validation_split": 0.2}
    same(trained(make, None, **split), trained(make, OFTEN, **split))


def test_in_chunks_of_any_length(monkeypatch):
    plain = trained(mlp, None)
    steps = set()
    for growth, seconds in ((1, 1e-9), (3, 0.25)):
        monkeypatch.setattr(engine, "GROWTH", growth)
        monkeypatch.setattr(engine, "WAKE_SECONDS", seconds)
        measured = trained(mlp, OFTEN)
        same(plain, measured)
        steps.add(str(measured[1].record.to_dict()))
    assert len(steps) == 1


def test_with_early_stopping_and_callbacks_that_look_in():
    def stops():
        seen = []
        stop = callbacks.EarlyStopping("loss", patience=0, min_delta=10.0)
        return [stop, callbacks.LambdaCallback(on_epoch_end=lambda e, logs: seen.append(e))]

    options = {"epochs": 9, "shuffle": False}
    plain = trained(mlp, None, callbacks=stops(), **options)
    measured = trained(mlp, OFTEN, callbacks=stops(), **options)
    assert measured[1].ended == "early stopping"
    same(plain, measured)


def test_with_epochs_of_another_length_than_a_pass():
    same(trained(cnn, None, steps_per_epoch=4), trained(cnn, OFTEN, steps_per_epoch=4))


def test_from_a_stream_with_a_smaller_batch_in_each_epoch():
    def batches():
        while True:
            for first in range(0, ROWS, 8):
                yield IMAGES[first : first + 8], LABELS[first : first + 8]

    found = []
    for probes in (None, Probes(schedule=Schedule(5, points=None))):
        model = Sequential([Input(shape=IMAGES.shape[1:]), *mlp()])
        model.compile("sgd", "sparse_categorical_crossentropy")
        options = {"epochs": 3, "steps_per_epoch": 6, "verbose": 0}
        found.append((model, model.fit(batches(), **options, probes=probes)))
    same(*found)
    # Step 5 has the two rows that are left of the first epoch: step 6 is measured in its place.
    assert found[1][1].record.steps == [0, 1, 2, 4, 6, 10, 15]


@pytest.mark.parametrize(
    "cores", [1, pytest.param(2, marks=pytest.mark.skipif(devices() < 2, reason="one device"))]
)
@pytest.mark.parametrize("way", ["in turn", "at once"])
def test_in_parts_and_by_several_cores(monkeypatch, cores, way):
    monkeypatch.setattr(dividing, "LARGE", 0)
    monkeypatch.setattr(dividing, "USES", 0)
    monkeypatch.setattr(dividing, "devices", lambda: cores)
    make = mlp if way == "in turn" else cnn
    plain = trained(make, None, batch_size=16)
    measured = trained(make, OFTEN, batch_size=16)
    same(plain, measured)
    # Loss and gradients are those of the whole batch: so much the loss of the first step says.
    first = trained(make, "loss", batch_size=16, epochs=1, steps_per_epoch=1)[1]
    assert first.record["loss"]["whole model"][0] == pytest.approx(
        first.history["loss"][0], rel=1e-6
    )


def test_a_loss_that_is_lost_is_lost_at_the_same_step():
    found = []
    for probes in (None, Probes(["loss", "gradient_norm"], Schedule(1, points=None))):
        model = Sequential([Input(shape=IMAGES.shape[1:]), layers.Flatten(), layers.Dense(1)])
        model.compile(optimizers.SGD(1e6), "mse")
        with pytest.warns(UserWarning, match="NaN or infinite"):
            found.append(
                (model, model.fit(IMAGES, LABELS, batch_size=8, epochs=9, verbose=0, probes=probes))
            )
    same(*found)
    assert found[1][1].record.steps == list(range(found[1][0]._session.steps))
