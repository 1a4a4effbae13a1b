"""The doctor beside fits of Keras's: faults are named, healthy trainings are let be, and nothing changes."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid.core.errors import ArgumentError
from pellucid.insight import watch_keras
from pellucid.insight.doctor.watching.keras_network import layers_of
from tests.insight.doctor.watching.loops import CLASSES, NUMBERS, ROWS

keras = pytest.importorskip("keras", reason="the doctor is put beside Keras")
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # Keras's own
]


@pytest.fixture(autouse=True)
def keys_of_old():
    """Keras makes keys of plain numbers."""
    with jax.legacy_prng_key("allow"):
        yield


YES_NO = (CLASSES > 0).astype(int)


def network(*end, units=3, activation="softmax"):
    keras.utils.set_random_seed(0)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(16, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(units, activation=activation),
            *end,
        ]
    )


def watched(model, loss="sparse_categorical_crossentropy", x=ROWS, y=CLASSES, rate=0.01, epochs=8):
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    watch = watch_keras(model, x, y)
    model.fit(x, y, epochs=epochs, batch_size=32, verbose=0, callbacks=[watch])
    return watch


def test_a_healthy_training_gives_no_alarm_and_prints_nothing(capsys):
    found = watched(network()).diagnosis()
    assert found.is_healthy, str(found)
    assert not [
        sentence for sentence in found.unknown if "failed" in sentence or "not looked" in sentence
    ]
    assert capsys.readouterr().out == ""


def test_a_healthy_regression_gives_no_alarm():
    model = network(units=1, activation=None)
    model.compile("adam", "mse")
    found = watched(model, "mse", y=NUMBERS).diagnosis()
    assert [each.code for each in found.findings] == ["D227"], (
        "accuracy of numbers is its only fault"
    )


FAULTS = {
    "a rectifier as the output": ("D202", {"activation": "relu"}, {}),
    "scores made twice": (
        "D203", {}, {"loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True)}
    ),
    "a rate far too high": ("D401", {}, {"rate": 5.0}),
    "inputs that are not scaled": ("D101", {}, {"x": ROWS * 1000}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_finding_is_the_fault(fault):
    """Before the first step: what a model and its rows are says it."""
    code, shape, given = FAULTS[fault]
    model = network(**shape)
    loss = given.get("loss", "sparse_categorical_crossentropy")
    model.compile(keras.optimizers.Adam(given.get("rate", 0.01)), loss)
    watch = watch_keras(model, given.get("x", ROWS), CLASSES)
    watch.set_model(model)
    watch.set_params({"epochs": 8, "steps": 15})
    watch.on_train_begin()
    assert watch.diagnosis().findings[0].code == code


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_what_is_serious_is_printed_at_the_end(capsys):
    watch = watched(network(units=1), "binary_crossentropy", y=YES_NO, epochs=4)
    found = watch.diagnosis()
    assert found.findings[0].code == "D201"
    assert "D604" in found.findings[0].symptoms, "seen in the activations on the way"
    assert capsys.readouterr().out == f"{found}\n"


def test_training_is_the_same_to_the_last_bit():
    """Dropout's random numbers and the state of the optimizer among it."""

    def run(is_watched):
        model = network()
        model.compile("adam", "sparse_categorical_crossentropy")
        callbacks = [watch_keras(model, ROWS, CLASSES, every=1)] if is_watched else []
        curves = model.fit(ROWS, CLASSES, epochs=3, verbose=0, callbacks=callbacks).history
        state = [np.asarray(each) for each in model.optimizer.variables]
        return [*model.get_weights(), *state, np.array(curves["loss"])], keras.layers.Dense(1).name

    (alone, name), (beside, other) = run(False), run(True)
    for one, two in zip(alone, beside, strict=True):
        np.testing.assert_array_equal(one, two)
    assert int(other.partition("_")[2]) - int(name.partition("_")[2] or 0) == 3, (
        "names go on by one"
    )


def test_graphs_are_read_through_nested_models():
    layers = keras.layers
    inner = keras.Sequential([keras.Input((8,)), layers.Dense(4, name="low")], name="inner")
    entry = keras.Input((8,))
    side = layers.Dense(4, activation="tanh", name="side")(entry)
    both = layers.Add(name="both")([inner(entry), side])
    model = keras.Model(entry, layers.Dense(1, name="last")(both))
    watch = watched(model, "mse", y=NUMBERS, epochs=1)
    facts = watch.facts()
    fed = {layer.path: layer.inputs for layer in facts.layers}
    assert fed == {"inner/low": (), "side": (), "both": ("inner/low", "side"), "last": ("both",)}
    assert facts.outputs[0].layer == "last"
    record = facts.course.record
    assert set(record["update_ratio"]) == {"inner/low", "side", "last"}
    assert set(record["activation_mean"]) == {"side", "last"}


def test_weights_have_the_names_that_checks_know():
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 1)),
            layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
            layers.GRU(2),
            layers.Dense(3, activation="softmax"),
        ]
    )
    both, one, _ = layers_of(model)[0]
    assert both.weight("forward_layer/cell/kernel").shape == (1, 8)
    assert one.weight("cell/recurrent_kernel").shape == (2, 6)


def test_what_is_measured_are_the_probes_numbers():
    """The first step's update, and dead units, counted by hand."""
    model = network()
    start = [np.array(each) for each in model.get_weights()[:2]]
    watch = watched(model, epochs=1, rate=0.5)
    record = watch.facts().course.record
    assert record.steps[:5] == [0, 1, 2, 4, 8]
    assert {value[0] for value in record["parameter_change"].values()} == {0.0}
    hidden = np.maximum(ROWS[:128] @ start[0] + start[1], 0)
    path = watch.facts().layers[0].path
    assert record["activation_mean"][path][0] == pytest.approx(hidden.mean(), rel=1e-5)
    assert record["activation_spread"][path][0] == pytest.approx(hidden.std(), rel=1e-5)
    trained = [np.array(each) for each in model.get_weights()[:2]]
    hidden = np.maximum(ROWS[:128] @ trained[0] + trained[1], 0)
    assert record["dead_share"][path][-1] == pytest.approx((hidden.max(axis=0) == 0).mean())


def test_a_model_that_is_built_late_is_read_at_the_end():
    model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(3, activation="softmax")])
    watch = watch_keras(model, ROWS, CLASSES).watch
    watch.begin(model, {"epochs": 1})
    model.build((None, 8))
    model.compile("adam", "sparse_categorical_crossentropy")
    watch.end(model)
    assert "not built before" in watch.unknown[0]
    assert [layer.path for layer in watch.facts.layers] == [layer.name for layer in model.layers]


def test_what_cannot_be_watched_is_refused():
    with pytest.raises(ArgumentError, match="model of Keras"):
        watch_keras("model")
    with pytest.raises(ArgumentError, match="at least 1"):
        watch_keras(network(), every=0)
