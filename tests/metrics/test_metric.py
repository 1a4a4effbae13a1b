"""What all metrics share: any batch size gives the same, exact sums, weights, names, plain functions."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as sk

from pellucid import losses, metrics
from pellucid.core.errors import ArgumentError, ShapeError, UnknownNameError, UsageError
from pellucid.metrics.sums import add_to, new_sum, total_of, tree_sum

RANDOM = np.random.default_rng(7)


def test_sums_of_sixty_thousand_numbers_keep_their_digits() -> None:
    values = RANDOM.lognormal(sigma=3, size=60_000).astype(np.float32)
    exact = float(np.sum(values, dtype=np.float64))
    assert float(tree_sum(values)) == pytest.approx(exact, rel=1e-6)

    @jax.jit
    def one_by_one(values):
        return jax.lax.fori_loop(
            0, values.size, lambda i, s: add_to(s, values[i]), jnp.asarray(new_sum())
        )

    assert float(total_of(one_by_one(values))) == pytest.approx(exact, rel=1e-7)
    plain = np.float32(0)
    for value in values:
        plain += value
    assert abs(plain / exact - 1) > 1e-6, "the plain sum must fail, or this test shows nothing"


@pytest.mark.parametrize("batch", [1, 60_000])
def test_means_over_sixty_thousand_rows(batch: int) -> None:
    true = RANDOM.normal(100, 1, 60_000).astype(np.float32)
    pred = (true + RANDOM.normal(0, 0.1, 60_000)).astype(np.float32)
    metric = metrics.MeanSquaredError()
    state = jax.tree.map(jnp.asarray, metric.start(true[:batch], pred[:batch], 60_000))

    @jax.jit
    def whole(state, true, pred):
        return jax.lax.scan(
            lambda s, b: (metric.add(s, b[0], b[1], None), None), state, (true, pred)
        )[0]

    state = whole(state, true.reshape(-1, batch), pred.reshape(-1, batch))
    exact = sk.mean_squared_error(true.astype(np.float64), pred.astype(np.float64))
    assert float(metric.compute(state)) == pytest.approx(exact, rel=1e-6)


def test_weights_and_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="one weight per row"):
        metrics.MeanSquaredError()(np.zeros(3), np.zeros(3), np.ones(2))
    with pytest.raises(ShapeError, match="as many targets as predictions"):
        metrics.MeanSquaredError()(np.zeros(3), np.zeros(4))
    with pytest.raises(ShapeError, match="do not fit"):
        metrics.MeanSquaredError()(np.zeros(3), np.zeros((3, 2)))


def test_objects_start_at_zero_and_forget() -> None:
    metric = metrics.MeanAbsoluteError()
    assert float(metric.result()) == 0
    metric.update_state([1.0], [2.0])
    metric.reset_state()
    assert float(metric([0.0], [3.0])) == 3.0
    assert float(metric([0.0], [1.0], sample_weight=[0.0])) == 3.0


@pytest.mark.parametrize(
    ("true", "pred", "loss", "kind", "threshold"),
    [
        ((8,), (8, 1), None, "BinaryAccuracy", 0.5),
        ((8,), (8,), None, "BinaryAccuracy", 0.5),
        ((8, 1), (8, 1), losses.BinaryCrossentropy(from_logits=True), "BinaryAccuracy", 0.0),
        ((8, 1), (8, 1), losses.Hinge(), "BinaryAccuracy", 0.0),
        ((8, 3), (8, 3), losses.BinaryCrossentropy(), "BinaryAccuracy", 0.5),
        ((8,), (8, 3), None, "SparseCategoricalAccuracy", None),
        ((8, 1), (8, 3), None, "SparseCategoricalAccuracy", None),
        ((8, 5), (8, 5, 3), None, "SparseCategoricalAccuracy", None),
        ((8, 3), (8, 3), losses.CategoricalCrossentropy(), "CategoricalAccuracy", None),
    ],
)
def test_accuracy_means_what_fits(true, pred, loss, kind, threshold) -> None:
    for name in ("accuracy", "acc"):
        metric = metrics.get(name, loss, np.zeros(true), np.zeros(pred))
        assert (type(metric).__name__, metric.name) == (kind, name)
        assert getattr(metric, "threshold", None) == threshold
    other = metrics.get("crossentropy", loss, np.zeros(true), np.zeros(pred))
    assert type(other).__name__ == kind.replace("Accuracy", "Crossentropy")


def test_accuracy_with_logits_and_with_signs() -> None:
    scores = np.array([[2.0], [0.2], [-0.2], [-3.0]])
    for loss, true in (
        (losses.BinaryCrossentropy(from_logits=True), [1, 1, 0, 0]),
        (losses.Hinge(), [1, 1, -1, -1]),
    ):
        metric = metrics.get("accuracy", loss, np.asarray(true), scores)
        assert metric is not None
        assert float(metric(true, scores)) == 1.0


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    for find in (metrics.get, metrics.check_name):
        with pytest.raises(UnknownNameError, match="write 'accuracy' instead of 'acuracy'"):
            find("acuracy")
    metrics.check_name("MeanSquaredError")
    assert metrics.get("MSE").name == "MSE"


def test_a_function_of_rows_is_an_exact_mean() -> None:
    metric = metrics.MetricFunction(lambda t, y: jnp.abs(t - y), name="mine")
    metric.update_state([1.0, 2.0, 3.0], [[1.5], [2.0], [3.0]])
    assert float(metric([0.0], [[1.5]], [3.0])) == pytest.approx((0.5 + 4.5) / 6)
    assert isinstance(metrics.get(losses.mean_squared_error), metrics.MeanSquaredError)


def test_a_function_of_batches_is_weighted_by_their_size() -> None:
    def batch_error(t, y):
        return jnp.mean(jnp.abs(t - y))

    metric = metrics.MetricFunction(batch_error)
    assert metric.direction == "min"
    metric.update_state(np.zeros(3), np.full(3, 2.0))
    assert float(metric(np.zeros(1), np.full(1, 6.0))) == 3.0


@pytest.mark.parametrize("sizes", [(50,), (7,) * 7 + (1,), (1,) * 50])
def test_any_function_of_scikit_learn_on_the_whole_set(sizes: tuple[int, ...]) -> None:
    true, pred = RANDOM.normal(size=50), RANDOM.normal(size=50).astype(np.float32)
    weight = RANDOM.uniform(size=50).astype(np.float32)
    metric = metrics.MetricFunction(sk.median_absolute_error, whole=True)
    assert metric.on_host
    for part in np.split(np.arange(50), np.cumsum(sizes)[:-1]):
        metric.update_state(true[part], pred[part], weight[part])
    expected = sk.median_absolute_error(true.astype(np.float32), pred, sample_weight=weight)
    assert metric.result() == pytest.approx(expected, rel=1e-6)


def test_a_whole_function_in_a_program() -> None:
    metric = metrics.MetricFunction(sk.max_error, whole=True)
    true, pred = np.arange(5.0, dtype=np.float32), np.zeros((5,), np.float32)
    state = metric.start(true[:3], pred[:3], 5)
    add = jax.jit(metric.add)
    for part in (slice(0, 3), slice(3, 5)):
        state = add(state, true[part], pred[part], None)
    assert metric.compute_on_host(state) == 4.0
    with pytest.raises(UsageError, match="compute_on_host"):
        metric.compute(state)


def test_weights_that_a_whole_function_cannot_take_are_refused() -> None:
    metric = metrics.MetricFunction(lambda t, y: 0.0, name="blind", whole=True)
    metric.update_state([1.0, 2.0], [1.0, 2.0], [1.0, 2.0])
    with pytest.raises(UsageError, match="no argument `sample_weight`"):
        metric.result()


def test_mean_and_sum_take_numbers() -> None:
    assert float(metrics.Mean()([[1.0, 3.0], [5.0, 7.0]], [1.0, 3.0])) == 5.0
    assert float(metrics.Sum()([[1.0, 3.0], [5.0, 7.0]], [1.0, 3.0])) == 40.0
    with pytest.raises(UsageError, match="numbers that you give it"):
        metrics.Mean().start(np.zeros(2), np.zeros(2), 2)


def test_bad_arguments_are_refused() -> None:
    for make in (
        lambda: metrics.Precision(thresholds=1.5),
        lambda: metrics.Recall(average="mean"),
        lambda: metrics.F1Score(threshold=0.0),
        lambda: metrics.AUC(num_thresholds=1),
        lambda: metrics.TopKCategoricalAccuracy(k=0),
        lambda: metrics.SensitivityAtSpecificity(1.2),
    ):
        with pytest.raises(ArgumentError):
            make()


def test_equal_scores_are_no_free_guesses() -> None:
    same = np.full((3, 4), 0.25)
    for k, expected in ((1, 1 / 3), (2, 2 / 3), (3, 1.0)):
        found = metrics.SparseTopKCategoricalAccuracy(k=k)([0, 1, 2], same)
        assert float(found) == pytest.approx(expected)
    assert float(metrics.SparseTopKCategoricalAccuracy(k=2)([9], same[:1])) == 0.0


def test_sorted_class_numbers_instead_of_scores() -> None:
    metric = metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)
    assert float(metric([1, 0, 3], [[1, 0, 3], [1, 2, 0], [0, 3, 1]])) == pytest.approx(2 / 3)


def test_class_numbers_and_wrong_forms() -> None:
    with pytest.raises(ShapeError, match="categorical_accuracy"):
        metrics.SparseCategoricalAccuracy()(np.eye(3), np.eye(3))
    with pytest.raises(ShapeError, match="class_id"):
        metrics.Precision(class_id=3)(np.eye(3), np.eye(3))
    with pytest.raises(ShapeError, match="at least 4 classes"):
        metrics.Precision(top_k=4)(np.eye(3), np.eye(3))
    with pytest.raises(ShapeError, match="class numbers of shape"):
        metrics.ConfusionMatrix()(np.zeros((3, 2)), np.zeros((3, 4)))


def test_r2_of_large_numbers_keeps_its_digits() -> None:
    true = (2000 + RANDOM.normal(0, 2, 3000)).astype(np.float32)
    pred = (true + RANDOM.normal(0, 1, 3000)).astype(np.float32)
    metric = metrics.R2Score()
    for part in np.array_split(np.arange(3000), 40):
        metric.update_state(true[part], pred[part])
    expected = sk.r2_score(true.astype(np.float64), pred.astype(np.float64))
    assert float(metric.result()) == pytest.approx(expected, abs=1e-6)


def test_adjusted_r2_and_constant_targets() -> None:
    true, pred = RANDOM.normal(size=(20, 1)), RANDOM.normal(size=(20, 1))
    plain = sk.r2_score(true, pred)
    found = float(metrics.R2Score(num_regressors=3)(true, pred))
    assert found == pytest.approx(1 - (1 - plain) * 19 / 16, rel=1e-5)
    assert float(metrics.R2Score()(np.ones(4), np.ones(4))) == 1.0
    assert float(metrics.R2Score()(np.ones(4), np.zeros(4))) == 0.0


@pytest.mark.parametrize("curve", ["ROC", "PR"])
@pytest.mark.parametrize("weighted", [False, True])
def test_areas_of_sixty_thousand_scores(curve: str, weighted: bool) -> None:
    true = RANDOM.integers(0, 2, 60_000)
    scores = np.round(RANDOM.normal(true, 2.0), 2).astype(np.float32)  # with many equal scores
    weight = RANDOM.uniform(0.1, 2.0, 60_000).astype(np.float32) if weighted else None
    theirs = {"ROC": sk.roc_auc_score, "PR": sk.average_precision_score}[curve]
    found = float(metrics.AUC(curve=curve)(true, scores, weight))
    assert found == pytest.approx(theirs(true, scores, sample_weight=weight), rel=1e-6)


def test_areas_by_label() -> None:
    true = RANDOM.integers(0, 2, (40, 3))
    scores = RANDOM.uniform(size=(40, 3)).astype(np.float32)
    each = [sk.roc_auc_score(true[:, i], scores[:, i]) for i in range(3)]
    assert float(metrics.AUC(multi_label=True)(true, scores)) == pytest.approx(
        np.mean(each), rel=1e-6
    )
    found = float(metrics.AUC(multi_label=True, label_weights=[1.0, 2.0, 3.0])(true, scores))
    assert found == pytest.approx(np.average(each, weights=[1, 2, 3]), rel=1e-6)
    labels = RANDOM.integers(0, 3, 40)
    p = scores / scores.sum(1, keepdims=True)
    expected = sk.roc_auc_score(labels, p, multi_class="ovr")
    assert float(metrics.AUC(multi_label=True)(labels, p)) == pytest.approx(expected, rel=1e-6)


def test_an_area_without_one_of_the_answers_is_zero() -> None:
    assert float(metrics.AUC()([1, 1], [0.2, 0.3])) == 0.0


def test_normalised_confusion_matrix() -> None:
    true, pred = RANDOM.integers(0, 3, 30), RANDOM.integers(0, 3, 30)
    for how in ("true", "pred", "all"):
        found = metrics.ConfusionMatrix(num_classes=3, normalize=how)(true, pred)
        np.testing.assert_allclose(found, sk.confusion_matrix(true, pred, normalize=how), rtol=1e-6)
    assert not metrics.ConfusionMatrix().scalar


def test_vectors_are_left_out_of_histories() -> None:
    assert not metrics.F1Score(average=None).scalar
    assert not metrics.Precision(thresholds=[0.2, 0.8]).scalar
    assert metrics.Precision(thresholds=[0.2]).scalar
    assert metrics.Precision(thresholds=[0.2, 0.8])([1, 0], [0.9, 0.5]).tolist() == [0.5, 1.0]


def test_classes_that_occur_nowhere_are_left_out_of_the_macro_mean() -> None:
    true, p = (
        np.array([0, 1, 3, 3]),
        np.eye(5)[[0, 3, 3, 1]],
    )  # 2 and 4 neither occur nor are predicted
    for name, theirs in (("F1Score", sk.f1_score), ("Precision", sk.precision_score)):
        expected = theirs(true, p.argmax(1), average="macro", zero_division=0)
        found = float(getattr(metrics, name)(average="macro")(true, p))
        assert found == pytest.approx(expected, rel=1e-6)
    many = np.array([[1, 0, 0], [1, 1, 0]])
    expected = sk.f1_score(many, many, average="macro", zero_division=0)
    assert float(metrics.F1Score(threshold=0.5)(many, many * 0.9)) == pytest.approx(expected)


def test_weights_per_position_and_per_row() -> None:
    y_true = np.array([[[1.0], [2.0]], [[3.0], [4.0]]])  # (batch, positions, features)
    y_pred = np.array([[[2.0], [2.0]], [[0.0], [5.0]]])
    error, weights = np.abs(y_true - y_pred)[..., 0], np.array([[1.0, 3.0], [2.0, 0.0]])
    metric = metrics.MeanAbsoluteError()
    metric.update_state(y_true, y_pred, sample_weight=weights)
    np.testing.assert_allclose(metric.result(), np.average(error, weights=weights), rtol=1e-6)
    metric.reset_state()
    metric.update_state(y_true, y_pred, sample_weight=[1.0, 3.0])
    np.testing.assert_allclose(
        metric.result(), np.average(error.mean(1), weights=[1, 3]), rtol=1e-6
    )
