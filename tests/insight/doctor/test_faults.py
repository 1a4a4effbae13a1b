"""Faults that the source documents name, in real trainings on the handwritten digits: the doctor names each cause."""

import numpy as np
import pytest

from pellucid import Input, Sequential, callbacks, layers, optimizers, regularizers
from pellucid.datasets import digits
from pellucid.doctor import Doctor

(X, Y), (X_TEST, Y_TEST) = digits.load_data()
X, X_TEST = X.reshape(-1, 64) / 16, X_TEST.reshape(-1, 64) / 16
QUICK = Doctor(rehearsal=False)


def network(*activations, units=32, **arguments):
    """Return hidden layers with these activations, and an output for ten classes."""
    hidden = [layers.Dense(units, activation=each, **arguments) for each in activations]
    return Sequential([Input((64,)), *hidden, layers.Dense(10, activation="softmax")])


def trained(model, optimizer, rows=1000, labels=Y, **fit):
    """Return the diagnosis of a training."""
    model.compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"])
    fit = {"epochs": 6, "verbose": 0, "doctor": QUICK} | fit
    return model.fit(X[:rows], labels[:rows], **fit).diagnosis


def faults(diagnosis):
    """Return the faults of all findings."""
    return {fault for finding in diagnosis.findings for fault in finding.faults}


def test_a_healthy_training_is_left_in_peace():
    diagnosis = trained(network("relu"), optimizers.Adam(0.01), validation_data=(X_TEST, Y_TEST))
    assert diagnosis.is_healthy, str(diagnosis)


def test_vanishing_gradients():
    diagnosis = trained(network(*["sigmoid"] * 7), optimizers.SGD(0.1))
    assert "F13" in diagnosis.findings[0].faults, str(diagnosis)


@pytest.mark.filterwarnings("ignore::pellucid.training.loop.NonFiniteWarning")
def test_exploding_losses_by_a_rate_that_is_too_high():
    diagnosis = trained(network("relu", "relu"), optimizers.SGD(20.0))
    assert "F08" in diagnosis.findings[0].faults, str(diagnosis)
    assert diagnosis.findings[0].sign.place.argument == "learning_rate"


def test_overfitting():
    rng = np.random.default_rng(0)
    labels = np.where(rng.random(len(Y)) < 0.3, rng.integers(0, 10, len(Y)), Y)
    held = (X_TEST, Y_TEST)
    diagnosis = trained(
        network("relu", "relu", units=256),
        optimizers.Adam(0.003),
        rows=150,
        labels=labels,
        epochs=80,
        validation_data=held,
    )
    assert "F23" in faults(diagnosis), str(diagnosis)


def test_underfitting_by_penalties():
    model = network("relu", kernel_regularizer=regularizers.L2(1.0))
    diagnosis = trained(model, optimizers.Adam(0.01))
    assert "F25" in faults(diagnosis), str(diagnosis)


def test_a_plateau_where_only_the_classes_shares_are_learnt():
    diagnosis = trained(network("tanh"), optimizers.SGD(1e-6), epochs=12)
    assert "F09" in diagnosis.findings[0].faults, str(diagnosis)
    seen = (*diagnosis.findings, *diagnosis.others)
    assert any("F39" in each.faults or "F10" in each.faults for each in seen)


def test_units_that_a_large_rate_saturates_at_the_start():
    diagnosis = trained(network("tanh", "tanh"), optimizers.SGD(30.0))
    assert faults(diagnosis) & {"F08", "F16"}, str(diagnosis)


def test_a_diagnosis_on_request_knows_curves_and_arguments():
    model = network("relu")
    model.compile(optimizers.Adam(1e-7), "sparse_categorical_crossentropy")
    history = model.fit(X, Y, epochs=8, verbose=0, callbacks=[callbacks.LambdaCallback()])
    assert "F09" in faults(history.diagnosis), str(history.diagnosis)
