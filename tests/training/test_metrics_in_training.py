"""Metrics inside a training: exact over the whole set, matrices beside numbers, functions of the host."""

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score, roc_auc_score

import pellucid
from pellucid import layers, metrics

random = np.random.default_rng(0)
X = random.standard_normal((57, 3)).astype("float32")
Y = (X[:, 0] + 0.8 * random.standard_normal(57) > 0).astype("int32")


def binary(*chosen):
    model = pellucid.Sequential([layers.Dense(1, activation="sigmoid")])
    model.compile(pellucid.optimizers.SGD(0.5), "binary_crossentropy", metrics=list(chosen))
    return model


def balanced(y_true, y_pred):
    return balanced_accuracy_score(np.ravel(y_true), np.ravel(y_pred) > 0.5)


def test_validation_metrics_equal_scikit_learn():
    model = binary("accuracy", metrics.AUC(), metrics.F1Score(threshold=0.5, average="micro"))
    history = model.fit(X, Y, batch_size=10, epochs=3, validation_data=(X, Y), verbose=0)
    scores = model.predict(X).ravel()
    last = {name: values[-1] for name, values in history.history.items()}
    assert last["val_accuracy"] == pytest.approx(((scores > 0.5) == Y).mean(), abs=1e-6)
    assert last["val_auc"] == pytest.approx(roc_auc_score(Y, scores), abs=1e-6)
    assert last["val_f1_score"] == pytest.approx(f1_score(Y, scores > 0.5), abs=1e-6)


def test_a_matrix_is_given_by_evaluate_and_left_out_of_the_history():
    model = pellucid.Sequential([layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=[metrics.ConfusionMatrix()])
    history = model.fit(X, Y, epochs=1, verbose=0)
    assert list(history.history) == ["loss", "learning_rate"]
    found = model.evaluate(X, Y, batch_size=10, return_dict=True, verbose=0)["confusion_matrix"]
    expected = confusion_matrix(Y, model.predict(X).argmax(-1))
    np.testing.assert_array_equal(np.asarray(found), expected)


def test_a_function_of_the_whole_set_is_called_at_each_epochs_end():
    model = binary(metrics.MetricFunction(balanced, name="balanced", whole=True))
    history = model.fit(X, Y, batch_size=10, epochs=2, validation_data=(X, Y), verbose=0)
    expected = balanced(Y, model.predict(X))
    assert len(history.history["balanced"]) == len(history.history["val_balanced"]) == 2
    assert history.history["val_balanced"][-1] == pytest.approx(expected)
    assert model.evaluate(X, Y, verbose=0, return_dict=True)["balanced"] == pytest.approx(expected)


def test_a_plain_function_is_a_metric():
    def off_by(y_true, y_pred):
        return abs(y_true - y_pred)

    model = binary(off_by)
    model.fit(X, Y, epochs=1, verbose=0)
    found = model.evaluate(X, Y, batch_size=8, verbose=0, return_dict=True)["off_by"]
    assert found == pytest.approx(np.abs(Y - model.predict(X).ravel()).mean(), rel=1e-5)


def test_two_metrics_of_one_name_get_numbers():
    model = binary(metrics.BinaryAccuracy(), metrics.BinaryAccuracy(threshold=0.9))
    history = model.fit(X, Y, epochs=1, verbose=0)
    assert list(history.history)[:3] == ["loss", "binary_accuracy", "binary_accuracy_1"]


def test_sample_weights_count_in_loss_and_metrics():
    weight = random.random(57)
    model = binary("accuracy")
    model.fit(X, Y, sample_weight=weight, epochs=1, verbose=0)
    found = model.evaluate(X, Y, sample_weight=weight, batch_size=10, verbose=0, return_dict=True)
    right = (model.predict(X).ravel() > 0.5) == Y
    assert found["accuracy"] == pytest.approx(np.average(right, weights=weight), rel=1e-5)


def test_class_weights_are_sample_weights():
    by_class, by_row = binary(), binary()
    by_class.fit(X, Y, class_weight={0: 1.0, 1: 3.0}, epochs=2, verbose=0)
    by_row.fit(X, Y, sample_weight=np.where(Y == 1, 3.0, 1.0), epochs=2, verbose=0)
    for first, second in zip(by_class.get_weights(), by_row.get_weights(), strict=True):
        assert np.array_equal(first, second)


@pytest.mark.parametrize("zero", [None, np.float32(-np.inf), -1e9])
def test_a_metric_of_ones_own_may_start_with_any_kind_of_number(zero):
    class Largest(metrics.Metric):
        def start(self, y_true, y_pred, samples):
            return {"largest": jnp.float32(-jnp.inf) if zero is None else zero}

        def add(self, state, y_true, y_pred, sample_weight):
            return {"largest": jnp.maximum(state["largest"], jnp.max(y_pred))}

        def compute(self, state):
            return state["largest"]

    model = binary(Largest())
    model.fit(X, Y, batch_size=10, epochs=2, verbose=0)
    found = model.evaluate(X, Y, verbose=0, return_dict=True)["largest"]
    assert found == pytest.approx(model.predict(X).max())
