"""Confusion, calibration and the worst predictions against scikit-learn and NumPy, for every form of classifier."""

import re

import numpy as np
import pytest
import sklearn.metrics
from sklearn.calibration import calibration_curve

import pellucid
from pellucid import insight, layers
from pellucid.insight.pictures.confusion import Confusion

RNG = np.random.default_rng(1)
X = RNG.standard_normal((60, 4)).astype("float32")
THREE = np.digitize(X[:, 0] + 0.8 * RNG.standard_normal(60), [-0.5, 0.5])
TWO = (THREE > 0).astype(int)
NAMES = np.array(["ant", "bee", "cat"])


def fitted(units, activation, loss, y):
    model = pellucid.Sequential([layers.Dense(units, activation)])
    model.compile(pellucid.optimizers.Adam(0.1), loss)
    model.fit(X, y, epochs=3, verbose=0)
    return model


def sparse(logits=False):
    return pellucid.losses.SparseCategoricalCrossentropy(from_logits=logits)


FORMS = {
    "sigmoid": (1, "sigmoid", "binary_crossentropy", TWO),
    "sigmoid and text": (1, "sigmoid", "binary_crossentropy", NAMES[TWO]),
    "sigmoid and booleans": (1, "sigmoid", "binary_crossentropy", TWO > 0),
    "logit": (1, None, pellucid.losses.BinaryCrossentropy(from_logits=True), TWO),
    "two softmax units": (2, "softmax", sparse(), TWO),
    "two one-hot columns": (2, "softmax", "categorical_crossentropy", np.eye(2)[TWO]),
    "softmax": (3, "softmax", sparse(), THREE),
    "softmax and text": (3, "softmax", sparse(), NAMES[THREE]),
    "one-hot rows": (3, "softmax", "categorical_crossentropy", np.eye(3)[THREE]),
    "logits": (3, None, sparse(logits=True), THREE),
    "other integers": (3, "softmax", sparse(), THREE * 10 - 5),
}


@pytest.fixture(scope="module", params=FORMS)
def case(request):
    """Return a trained model, its targets as given, their class numbers, and the probabilities, found in NumPy."""
    units, activation, loss, y = FORMS[request.param]
    model = fitted(units, activation, loss, y)
    kernel, bias = (np.asarray(w, float) for w in model.get_weights())
    scores = X @ kernel + bias
    if units == 1:
        scores = np.concatenate([np.zeros_like(scores), scores], axis=1)
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return model, y, (TWO if units < 3 else THREE), powers / powers.sum(1, keepdims=True)


def test_counts_are_those_of_scikit_learn(case):
    model, y, classes, probability = case
    found = insight.confusion_matrix(model, X, y)
    wanted = sklearn.metrics.confusion_matrix(classes, probability.argmax(1))
    assert (found.counts == wanted).all()
    assert found.accuracy == pytest.approx(np.mean(classes == probability.argmax(1)))
    report = sklearn.metrics.precision_recall_fscore_support(
        classes, probability.argmax(1), zero_division=np.nan
    )
    np.testing.assert_allclose(found.precision, report[0])
    np.testing.assert_allclose(found.recall, report[1])
    np.testing.assert_allclose(found.shares.sum(1), 1)
    names = np.unique(y) if np.ndim(y) == 1 else np.arange(probability.shape[1])
    assert found.labels == tuple(str(name) for name in names)


def test_our_own_metric_counts_alike(case):
    model, y, classes, probability = case
    found = insight.confusion_matrix(model, X, y)
    metric = pellucid.metrics.ConfusionMatrix(probability.shape[1])
    assert (np.asarray(metric(classes, probability)) == found.counts).all()


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_calibration_is_that_of_scikit_learn(case, strategy):
    model, y, classes, probability = case
    found = insight.calibration(model, X, y, bins=5, strategy=strategy)
    if probability.shape[1] == 2:
        said, came_true = probability[:, 1], classes == 1
        brier = sklearn.metrics.brier_score_loss(classes, probability[:, 1])
        assert found.kind == "binary"
    else:
        said, came_true = probability.max(1), probability.argmax(1) == classes
        brier = np.mean(((probability - np.eye(3)[classes]) ** 2).sum(1))
        assert found.kind == "top label" and found.label is None
    frequency, confidence = calibration_curve(came_true, said, n_bins=5, strategy=strategy)
    filled = found.count > 0
    np.testing.assert_allclose(found.confidence[filled], confidence, rtol=1e-5)
    np.testing.assert_allclose(found.frequency[filled], frequency, rtol=1e-5)
    assert found.brier == pytest.approx(brier, rel=1e-5)
    assert found.count.sum() == 60
    gaps = np.abs(frequency - confidence)
    ece = np.sum(gaps * found.count[filled]) / 60
    assert found.expected_calibration_error == pytest.approx(ece, rel=1e-5)
    assert found.maximum_calibration_error == pytest.approx(gaps.max(), rel=1e-5)


def test_the_worst_rows_are_those_of_the_largest_loss(case):
    model, y, classes, probability = case
    found = insight.worst_predictions(model, X, y, count=7)
    loss = -np.log(probability[np.arange(60), classes])
    order = np.argsort(-loss)[:7]
    np.testing.assert_array_equal(found.index, order)
    np.testing.assert_allclose(found.loss, loss[order], rtol=1e-4)
    np.testing.assert_allclose(found.true_probability, np.exp(-loss[order]), rtol=1e-4)
    np.testing.assert_allclose(found.probability, probability[order].max(1), rtol=1e-4)
    assert found.mean_loss == pytest.approx(loss.mean(), rel=1e-5)
    names = [str(n) for n in (np.unique(y) if np.ndim(y) == 1 else range(probability.shape[1]))]
    assert found.true == tuple(names[k] for k in classes[order])
    assert found.predicted == tuple(names[k] for k in probability[order].argmax(1))
    np.testing.assert_array_equal(found.rows, X[order])


def test_numbers_have_worst_predictions_too():
    model = pellucid.Sequential([layers.Dense(1, kernel_regularizer="l2")])
    model.compile("sgd", "mse")
    y = np.linspace(-1, 1, 60)
    found = insight.worst_predictions(model, X, y, count=3)
    errors = (model.predict(X)[:, 0] - y) ** 2  # without the penalty
    np.testing.assert_array_equal(found.index, np.argsort(-errors)[:3])
    np.testing.assert_allclose(found.loss, np.sort(errors)[::-1][:3], rtol=1e-5)
    assert found.probability is None and "p(true)" not in str(found)
    assert str(found).splitlines()[1].split()[0] == str(found.index[0])


def test_texts_are_shown_as_they_were_given():
    texts = np.array(["good film", "bad film", "very good", "a very bad one " * 9])
    words = layers.TextVectorization(output_sequence_length=3)
    words.adapt(texts)
    model = pellucid.Sequential(
        [
            words,
            layers.Embedding(20, 4),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    found = insight.worst_predictions(model, texts, [1, 0, 1, 0], count=4)
    assert sorted(found.rows) == sorted(texts)
    assert found.table[0][-1] == "text" and "very good" in {line[-1] for line in found.table}
    assert max(len(line[-1]) for line in found.table) <= 50
    assert insight.confusion_matrix(model, texts, [1, 0, 1, 0]).counts.sum() == 4


def test_a_score_counts_by_its_sign_and_has_no_probability():
    y = np.where(TWO, 1, -1)
    model = fitted(1, None, "hinge", y)
    kernel, bias = model.get_weights()
    wanted = sklearn.metrics.confusion_matrix(TWO, (X @ kernel + bias)[:, 0] > 0)
    assert (insight.confusion_matrix(model, X, y).counts == wanted).all()
    with pytest.raises(ValueError, match="the model gives scores"):
        insight.calibration(model, X, y)


def test_wilsons_interval():
    model = fitted(1, "sigmoid", "binary_crossentropy", TWO)
    found = insight.calibration(model, X, TWO, bins=3)
    low, high = found.interval
    for k in np.flatnonzero(found.count):
        n, p = found.count[k], found.frequency[k]
        for end in (low[k], high[k]):  # both ends solve (p - e)^2 = z^2 e (1 - e) / n
            assert (p - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / n, abs=1e-9)


@pytest.mark.parametrize("classes", [2, 8, 9, 20, 30])
def test_numbers_in_the_table_can_be_read(classes, tmp_path):
    counts = RNG.integers(1, 2000, (classes, classes))
    figure = Confusion(counts, tuple(f"class number {k}" for k in range(classes))).draw(
        tmp_path / "c.png"
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    if classes > 25:
        assert texts == []
        return
    assert len(texts) == classes**2
    shares = counts[0, 1] / counts[0].sum()
    said = f"{counts[0, 1]:,}" + (f"\n{shares:.1%}" if classes <= 8 else "")
    assert texts[1] == said
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])


def test_images_are_drawn_as_images_and_rows_as_a_table(tmp_path):
    images = RNG.uniform(0, 255, (60, 6, 5)).astype("float32")
    model = pellucid.Sequential([layers.Flatten(), layers.Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    found = insight.worst_predictions(model, images, THREE, count=8)
    figure = found.draw(tmp_path / "images.png")
    drawn = [axis for axis in figure.axes if axis.images]
    assert len(drawn) == 8 and drawn[0].images[0].get_array().shape == (6, 5)
    assert f"row {found.index[0]}\ntrue {found.true[0]}" in drawn[0].get_title(loc="left")
    flat = insight.worst_predictions(fitted(3, "softmax", sparse(), THREE), X, THREE, count=5)
    table = flat.draw().axes[0].tables[0]
    assert table[(1, 0)].get_text().get_text() == str(flat.index[0])
    assert len(flat.draw(image_shape=(2, 2)).axes[0].tables) == 1  # too small for an image
    with pytest.raises(ValueError, match="are no images of shape"):
        flat.draw(image_shape=(3, 3))


def test_the_diagram_shows_every_filled_bin(case, tmp_path):
    model, y, _, _ = case
    found = insight.calibration(model, X, y, bins=5)
    figure = found.draw(tmp_path / "calibration.png")
    upper, lower = figure.axes
    assert [bar.get_height() for bar in lower.patches] == found.count.tolist()
    assert f"{found.expected_calibration_error:.1%}" in upper.get_title()


@pytest.mark.parametrize("ask", [insight.confusion_matrix, insight.calibration])
def test_what_is_refused(ask):
    model = fitted(3, "softmax", sparse(), NAMES[THREE])
    with pytest.raises(ValueError, match=re.escape("'dog' in row 0")):
        ask(model, X[:2], ["dog", "ant"])
    with pytest.raises(ValueError, match="gives one number per row"):
        ask(fitted(1, None, "mse", X[:, 0]), X, TWO)


def test_what_else_is_refused():
    model = fitted(1, "sigmoid", "binary_crossentropy", TWO)
    with pytest.raises(ValueError, match="`bins` must be an integer of at least 1"):
        insight.calibration(model, X, TWO, bins=0)
    with pytest.raises(ValueError, match="write 'uniform' instead"):
        insight.calibration(model, X, TWO, strategy="unifrom")
    with pytest.raises(ValueError, match="`count` must be an integer of at least 1"):
        insight.worst_predictions(model, X, TWO, count=0)
    with pytest.raises(ValueError, match="60"):
        insight.confusion_matrix(model, X, TWO[:5])
    with pytest.raises(ValueError, match=r"model\.compile"):
        insight.worst_predictions(pellucid.Sequential([layers.Dense(1)]), X, TWO)
