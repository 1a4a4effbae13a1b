"""Every method finds the planted cause first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pellucid import Sequential, insight, layers
from tests.insight.attribution import planted

GRADIENTS = [insight.saliency, insight.gradient_x_input, insight.integrated_gradients]


@pytest.mark.parametrize("method", [*GRADIENTS, insight.occlusion], ids=lambda m: m.__name__)
def test_the_deciding_feature_of_a_table(method: Callable[..., Any]) -> None:
    x, y = planted.table(64, seed=1)
    clear = np.abs(x[:, planted.CAUSE]) > 0.7
    found = method(planted.table_model(), x[clear])
    assert found.values.shape == x[clear].shape
    first = [found.ranking(row)[0] for row in range(len(found.values))]
    assert first.count((planted.CAUSE,)) >= 0.95 * len(first)
    assert list(found.target) == y[clear].tolist()


@pytest.mark.parametrize(
    "method", [*GRADIENTS, insight.occlusion, insight.grad_cam], ids=lambda m: m.__name__
)
def test_the_patch_of_a_picture(method: Callable[..., Any]) -> None:
    x, y, corners = planted.pictures(40, seed=2)
    model = planted.picture_model()
    assert model.evaluate(x, y, verbose=0)[1] > 0.95
    x, corners = x[y == 1], corners[y == 1]
    found = method(model, x, target=1)
    assert found.values.shape[:3] == (20, 12, 12)
    # Maps are blurred by two convolutions and, of Grad-CAM, know nothing of single pixels.
    margin = 2 if method is insight.grad_cam else 1
    hits = [planted.inside(found.ranking(r)[0], corner, margin) for r, corner in enumerate(corners)]
    assert sum(hits) >= 19


def test_the_deciding_feature_by_permutation() -> None:
    x, y = planted.table(200, seed=1)
    model = planted.table_model()
    for metric, rises in (("loss", False), ("accuracy", True)):
        found = insight.permutation_importance(model, x, y, metric=metric, repeats=3)
        assert found.greater_is_better is rises
        assert found.ranking()[0] == planted.CAUSE
        others = np.delete(found.mean, planted.CAUSE)
        assert found.mean[planted.CAUSE] > 10 * others.max() + 5 * found.spread.max()


def test_the_deciding_channel_by_permutation() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 6, 3)).astype("float32")
    y = x[..., 1].mean(1)
    model = Sequential([layers.GlobalAveragePooling1D(), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.build((None, 6, 3))
    model.set_weights([np.array([[0.0], [1.0], [0.0]]), np.zeros(1)])
    found = insight.permutation_importance(model, x, y, repeats=2)
    assert found.ranking()[0] == 1
    assert found.base < 1e-9
    assert np.allclose(found.mean[[0, 2]], 0, atol=1e-9)


def test_the_deciding_word_of_a_text() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(1, 20, size=(200, 8))
    x[x == 7] = 8
    places = rng.integers(0, 8, 200)
    y = np.arange(200) % 2
    x[y == 1, places[y == 1]] = 7
    model = Sequential(
        [
            layers.Embedding(20, 4, name="table"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.learning_rate = 0.03
    model.fit(x, y, epochs=30, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.95
    with_word, where = x[y == 1], places[y == 1]
    for method in (insight.gradient_x_input, insight.integrated_gradients):
        found = method(model, with_word, target=1)
        assert found.place == "table"
        assert found.values.shape == (100, 8, 4)
        first = [found.ranking(row)[0][0] for row in range(100)]
        assert np.mean(np.array(first) == where) > 0.9
    hidden = insight.occlusion(model, with_word, target=1)
    assert hidden.place == "inputs"
    assert np.mean(hidden.values.argmax(1) == where) > 0.9
