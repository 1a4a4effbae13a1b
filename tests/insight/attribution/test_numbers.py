"""The numbers of attributions, by closed forms, by finite differences, by completeness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, insight, layers
from pellucid.core.errors import ArgumentError, ShapeError, UnknownNameError, UsageError
from tests.insight.attribution import planted


def linear(units: int = 3, activation: str | None = None) -> Sequential:
    """Return a linear model of four features."""
    model = Sequential([layers.Dense(units, activation=activation)])
    model.build((None, 4))
    return model


def softplus_network() -> Sequential:
    """Return a smooth network in the plane of four features with three classes."""
    model = Sequential(
        [layers.Dense(6, activation="softplus"), layers.Dense(3, activation="softmax")]
    )
    model.build((None, 4))
    return model


def forward(model: Any, x: np.ndarray) -> np.ndarray:
    """Return the logits of :func:`softplus_network` in float64."""
    w1, b1, w2, b2 = (np.asarray(a, np.float64) for a in model.get_weights())
    return np.logaddexp(0, x.astype(np.float64) @ w1 + b1) @ w2 + b2


ROWS = np.random.default_rng(5).normal(size=(6, 4)).astype("float32")


def test_a_linear_model_has_its_weights_as_gradient() -> None:
    model = linear()
    kernel = model.get_weights()[0]
    for target in range(3):
        column = np.tile(kernel[:, target], (6, 1))
        sizes = insight.saliency(model, ROWS, target)
        np.testing.assert_allclose(sizes.values, np.abs(column), rtol=1e-6)
        np.testing.assert_allclose(sizes.scores, ROWS @ kernel[:, target], rtol=1e-4, atol=1e-6)
        for method in (insight.gradient_x_input, insight.integrated_gradients, insight.occlusion):
            np.testing.assert_allclose(method(model, ROWS, target).values, ROWS * column, atol=1e-5)


@pytest.mark.parametrize("of", ["logits", "outputs"])
def test_the_gradient_is_that_of_finite_differences(of: str) -> None:
    model, step = softplus_network(), 1e-5
    target = forward(model, ROWS).argmax(1)

    def score(x: np.ndarray) -> np.ndarray:
        logits = forward(model, x)
        exponents = np.exp(logits)
        answer = logits if of == "logits" else exponents / exponents.sum(1, keepdims=True)
        return answer[np.arange(6), target]

    wide = ROWS.astype(np.float64)
    slopes = np.stack(
        [(score(wide + step * e) - score(wide - step * e)) / (2 * step) for e in np.eye(4)], axis=1
    )
    found = insight.saliency(model, ROWS, of=of)
    np.testing.assert_allclose(found.values, np.abs(slopes), atol=2e-6)
    assert found.target == tuple(target.tolist())
    assert found.of == of


def test_integrated_gradients_add_up() -> None:
    x, _ = planted.table(64, seed=3)
    model = planted.table_model()
    found = insight.integrated_gradients(model, x)
    assert found.details["completeness_error"] < 1e-3
    logits = found.values.sum(1) + insight.saliency(model, 0 * x, target=list(found.target)).scores
    np.testing.assert_allclose(logits, found.scores, rtol=2e-3, atol=2e-3)
    pictures, _, _ = planted.pictures(10, seed=4)
    deep = insight.integrated_gradients(planted.picture_model(), pictures)
    assert deep.details["completeness_error"] < 1e-3
    assert f"completeness error: {deep.details['completeness_error']:.2g}" in str(deep)
    few = insight.integrated_gradients(planted.picture_model(), pictures, steps=2)
    assert few.details["steps"] == 2
    assert few.details["completeness_error"] > 10 * deep.details["completeness_error"]


def test_another_baseline() -> None:
    model, baseline = linear(1), np.array([1.0, 0.0, -1.0, 2.0])
    found = insight.integrated_gradients(model, ROWS, baseline=baseline)
    np.testing.assert_allclose(
        found.values, (ROWS - baseline) * model.get_weights()[0][:, 0], atol=1e-5
    )
    with pytest.raises(ShapeError, match=r"shape \(3,\)"):
        insight.integrated_gradients(model, ROWS, baseline=np.zeros(3))
    with pytest.raises(ArgumentError, match="`steps`"):
        insight.integrated_gradients(model, ROWS, steps=0)


def test_both_classes_of_one_sigmoid_unit() -> None:
    model = linear(1, "sigmoid")
    kernel = model.get_weights()[0][:, 0]
    yes = insight.gradient_x_input(model, ROWS, target=1)
    no = insight.gradient_x_input(model, ROWS, target=0)
    np.testing.assert_allclose(yes.values, ROWS * kernel, atol=1e-6)
    np.testing.assert_allclose(no.values, -yes.values, atol=1e-6)
    outputs = insight.saliency(model, ROWS, target=0, of="outputs")
    np.testing.assert_allclose(outputs.scores, 1 / (1 + np.exp(ROWS @ kernel)), atol=1e-6)
    predicted = insight.saliency(model, ROWS).target
    assert predicted == tuple((ROWS @ kernel > 0).astype(int).tolist())


def test_labels_and_targets_of_each_row() -> None:
    model = linear(3, "softmax")
    model.classes = ["cat", "dog", "owl"]
    kernel = model.get_weights()[0]
    names = ["owl", "cat", "dog", "dog", "cat", "owl"]
    found = insight.gradient_x_input(model, ROWS, names)
    assert found.target == tuple(names)
    columns = [model.classes.index(name) for name in names]
    np.testing.assert_allclose(found.values, ROWS * kernel.T[columns], atol=1e-6)
    with pytest.raises(UnknownNameError, match="'doge' is no class"):
        insight.saliency(model, ROWS, "doge")
    with pytest.raises(ArgumentError, match="from 0 to 2"):
        insight.saliency(model, ROWS, 3)
    with pytest.raises(ArgumentError, match="one for each of the 6 rows"):
        insight.saliency(model, ROWS, [0, 1])


def test_one_number_of_a_series_of_answers() -> None:
    model = Sequential([layers.Dense(3)])
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    found = insight.saliency(model, x, target=(1, 2))
    wanted = np.zeros((2, 5, 4))
    wanted[:, 1] = np.abs(model.get_weights()[0][:, 2])
    np.testing.assert_allclose(found.values, wanted, rtol=1e-6)
    with pytest.raises(ArgumentError, match=r"shape \(5, 3\)"):
        insight.saliency(model, x)


def test_grad_cam_by_hand() -> None:
    model = Sequential(
        [
            layers.Conv2D(3, 2, strides=2, activation="relu", name="maps"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    x = np.random.default_rng(1).normal(size=(4, 6, 6, 2)).astype("float32")
    maps = model.activations(x, "maps").astype(np.float64)
    kernel = np.asarray(model.get_weights()[2], np.float64).reshape(3, 3, 3, 2)
    weights = kernel[..., 1].mean((0, 1))
    wanted = np.maximum(np.einsum("rhwk,k->rhw", maps, weights), 0)
    found = insight.grad_cam(model, x, target=1)
    np.testing.assert_allclose(found.details["coarse"], wanted, atol=1e-5)
    assert found.details["path"] == "maps"
    assert found.values.shape == (4, 6, 6)
    by_path = insight.grad_cam(model, x, target=1, path="maps")
    np.testing.assert_array_equal(by_path.values, found.values)


def test_occlusion_by_hand() -> None:
    model = Sequential([layers.Flatten(), layers.Dense(1)])
    x = np.random.default_rng(1).normal(size=(2, 5, 4, 1)).astype("float32")
    model.predict(x)
    kernel = model.get_weights()[0][:, 0].reshape(5, 4)
    parts = x[..., 0] * kernel
    found = insight.occlusion(model, x, patch=(2, 4), stride=(2, 4))
    bands = [(0, 2), (2, 4), (3, 5)]
    wanted, covered = np.zeros((2, 5, 4)), np.zeros((5, 4))
    for first, end in bands:
        wanted[:, first:end] += parts[:, first:end].sum((1, 2))[:, None, None]
        covered[first:end] += 1
    np.testing.assert_allclose(found.values, wanted / covered, atol=1e-5)
    assert found.details["patches"] == 3
    with pytest.raises(ArgumentError, match="`patch` must be an integer"):
        insight.occlusion(model, x, patch=9)


def test_what_cannot_be_asked_is_taught() -> None:
    with pytest.raises(UsageError, match=r"no convolution, .* dense \(Dense\)"):
        insight.grad_cam(linear(), ROWS, target=0)
    with pytest.raises(ArgumentError, match="'logits' or 'outputs'"):
        insight.saliency(linear(), ROWS, 0, of="logit")
    one, two = Input(shape=(4,)), Input(shape=(4,))
    several = Model([one, two], layers.Dense(1)(layers.Add()([one, two])))
    with pytest.raises(UsageError, match="2 inputs"):
        insight.saliency(several, [ROWS, ROWS])
    forked = Model(one, [layers.Dense(1)(one), layers.Dense(2)(one)])
    with pytest.raises(UsageError, match="several outputs"):
        insight.saliency(forked, ROWS)
    with pytest.raises(ArgumentError, match="can only be None"):
        insight.saliency(linear(1), ROWS, target=2)


def test_importance_is_seeded_and_counts_by_any_function() -> None:
    x, y = planted.table(80, seed=6)
    model = planted.table_model()

    def squared_error(truth: Any, outputs: Any) -> Any:
        return np.mean((truth - outputs[:, 1]) ** 2)

    found, again, other = (
        insight.permutation_importance(model, x, y, metric=squared_error, repeats=2, seed=seed)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(found.drops, again.drops)
    assert not np.array_equal(found.drops, other.drops)
    assert found.ranking()[0] == planted.CAUSE
    assert not found.greater_is_better
    with pytest.raises(UnknownNameError, match="'acuracy' is no number"):
        insight.permutation_importance(model, x, y, metric="acuracy")


def test_pictures_of_whole_numbers_are_numbers() -> None:
    model = Sequential([layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(1)])
    x = np.random.default_rng(0).integers(0, 255, size=(3, 4, 4, 1)).astype("uint8")
    found = insight.saliency(model, x)
    kernel = np.abs(model.get_weights()[0][:, 0]).reshape(4, 4, 1) / 255
    np.testing.assert_allclose(found.values, np.broadcast_to(kernel, x.shape), rtol=1e-5)


def test_other_makes_of_models_and_inputs() -> None:
    """Of nested models, models that keep states, of bfloat16, of texts, of channels first."""
    rng = np.random.default_rng(0)
    pictures = rng.normal(size=(2, 6, 6, 1)).astype("float32")
    encoder = Sequential(
        [layers.Conv2D(3, 3, activation="relu", name="maps"), layers.GlobalAveragePooling2D()],
        name="encoder",
    )
    inputs = Input(shape=(6, 6, 1))
    nested = Model(inputs, layers.Dense(2, activation="softmax")(encoder(inputs)))
    assert insight.grad_cam(nested, pictures).details["path"] == "encoder/maps"

    turned = Sequential(
        [layers.Conv2D(2, 2, data_format="channels_first"), layers.Flatten(), layers.Dense(2)]
    )
    assert insight.grad_cam(turned, pictures.transpose(0, 3, 1, 2)).values.shape == (2, 6, 6)

    keeps = Sequential(
        [Input(batch_shape=(2, 5, 3)), layers.LSTM(4, stateful=True, batch_size=2), layers.Dense(2)]
    )
    series = rng.normal(size=(4, 5, 3)).astype("float32")
    assert insight.integrated_gradients(keeps, series).details["completeness_error"] < 1e-3

    narrow = Sequential([layers.Dense(3, dtype="bfloat16"), layers.Dense(2, dtype="bfloat16")])
    assert insight.integrated_gradients(narrow, ROWS).details["steps"] < 200

    vectors = layers.TextVectorization(output_sequence_length=4)
    texts = np.array([["a b"], ["b c d"]])
    vectors.adapt(texts[:, 0])
    spoken = Input(shape=(1,), dtype="string")
    table = layers.Embedding(8, 2, name="table")(vectors(spoken))
    reader = Model(spoken, layers.Dense(1)(layers.GlobalAveragePooling1D()(table)))
    found = insight.integrated_gradients(reader, texts)
    assert (found.place, found.values.shape) == ("table", (2, 4, 2))

    again = layers.Conv2D(1, 3, padding="same", name="twice")
    shared = Model(inputs, layers.Flatten()(again(again(inputs))))
    with pytest.raises(UsageError, match="more than once"):
        insight.grad_cam(shared, pictures, target=0)


def test_nothing_of_the_model_changes() -> None:
    model = planted.picture_model()
    before = [weight.copy() for weight in model.get_weights()]
    x, _, _ = planted.pictures(6, seed=9)
    insight.integrated_gradients(model, x)
    insight.grad_cam(model, x)
    for ours, theirs in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
