"""Keras models inside scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import pellucid.keras as keras
from pellucid.core.errors import ArgumentError, UsageError
from pellucid.keras.wrappers import KerasClassifier, KerasRegressor

X, Y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y]


def classes(
    units: int = 16, rate: float = 0.05, loss: str = "sparse_categorical_crossentropy"
) -> Any:
    model = keras.Sequential(
        [
            keras.layers.Dense(units, input_dim=4, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


def quantity() -> Any:
    model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(0.05))
    return model


def test_parameters_are_kept_cloned_and_set():
    estimator = KerasClassifier(build_fn=classes, epochs=5, units=8, verbose=0)
    assert clone(estimator).get_params() == {
        "build_fn": classes,
        "epochs": 5,
        "units": 8,
        "verbose": 0,
    }
    assert estimator.set_params(units=4, model__rate=0.1).get_params()["units"] == 4
    assert "model" in KerasClassifier(model=classes).get_params()
    assert repr(KerasClassifier(classes)).startswith("KerasClassifier(build_fn=")
    with pytest.raises(ArgumentError, match="`layers` is an argument neither"):
        estimator.set_params(layers=3)
    with pytest.raises(ArgumentError, match="needs a function"):
        KerasClassifier().fit(X, Y)
    with pytest.raises(UsageError, match="not trained"):
        KerasClassifier(classes).predict_proba(X)


def test_a_classifier_in_a_pipeline_under_cross_validation():
    estimator = KerasClassifier(build_fn=classes, epochs=25, batch_size=16, verbose=0)
    scores = cross_val_score(
        make_pipeline(StandardScaler(), estimator),
        X,
        NAMES,
        cv=KFold(3, shuffle=True, random_state=0),
    )
    assert scores.mean() > 0.9


def test_a_classifier_answers_in_the_labels_that_it_was_given():
    estimator = KerasClassifier(classes, loss="categorical_crossentropy", nb_epoch=20, verbose=0)
    estimator.fit(X, NAMES)
    assert set(estimator.predict(X)) <= set(NAMES)
    assert estimator.predict_proba(X).shape == (150, 3)
    assert estimator.score(X, NAMES) == (estimator.predict(X) == NAMES).mean()
    assert estimator.score(X, NAMES) > 0.8


def test_a_search_over_arguments_of_the_function_and_of_fit():
    estimator = KerasClassifier(build_fn=classes, epochs=2, batch_size=16, verbose=0)
    search = GridSearchCV(estimator, {"units": [2, 16], "epochs": [1, 20]}, cv=2)
    found = search.fit(X[::3], Y[::3])
    assert found.best_params_["epochs"] == 20


def test_a_regressor_scores_minus_its_loss():
    x = np.linspace(-1, 1, 80)[:, None]
    y = 3 * x[:, 0]
    estimator = KerasRegressor(build_fn=quantity, epochs=60, batch_size=16, verbose=0).fit(x, y)
    found = estimator.predict(x)
    assert found.shape == (80,)
    assert estimator.score(x, y) == pytest.approx(-np.mean((found - y) ** 2), rel=1e-3)
    assert estimator.score(x, y) > -0.1
