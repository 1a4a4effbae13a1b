"""What all losses share: reductions, weights, shapes that are refused, plain functions."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import losses
from pellucid.core.errors import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    UnknownNameError,
    UsageError,
)

TRUE = jnp.array([[0.0], [0.0], [0.0]])
PRED = jnp.array([[1.0], [2.0], [3.0]])  # squared errors 1, 4, 9
WEIGHT = jnp.array([1.0, 0.0, 3.0])


@pytest.mark.parametrize(
    ("reduction", "plain", "weighted"),
    [
        ("sum_over_batch_size", 14 / 3, 28 / 3),
        ("mean", 14 / 3, 28 / 3),
        ("sum", 14.0, 28.0),
        ("mean_with_sample_weight", 14 / 3, 7.0),
        ("none", [1.0, 4.0, 9.0], [1.0, 0.0, 27.0]),
        (None, [1.0, 4.0, 9.0], [1.0, 0.0, 27.0]),
    ],
)
def test_reductions(reduction, plain, weighted) -> None:
    loss = losses.MeanSquaredError(reduction=reduction)
    np.testing.assert_allclose(loss(TRUE, PRED), plain, rtol=1e-6)
    np.testing.assert_allclose(loss(TRUE, PRED, WEIGHT), weighted, rtol=1e-6)
    np.testing.assert_allclose(loss(TRUE, PRED, WEIGHT[:, None]), weighted, rtol=1e-6)


def test_weights_of_zero_give_zero_and_a_finite_gradient() -> None:
    loss = losses.MeanSquaredError(reduction="mean_with_sample_weight")
    value, gradient = jax.value_and_grad(lambda y: loss(TRUE, y, jnp.zeros(3)))(PRED)
    assert float(value) == 0
    assert np.all(np.isfinite(gradient))


def test_one_weight_per_row_is_repeated_along_positions_even_when_both_have_one_size() -> None:
    true, pred = jnp.zeros((2, 2, 1)), jnp.array([[[1.0], [2.0]], [[3.0], [4.0]]])
    loss = losses.MeanSquaredError(reduction="sum")
    assert float(loss(true, pred, [1.0, 10.0])) == 1 + 4 + 10 * (9 + 16)
    assert float(loss(true, pred, [[1.0, 0.0], [0.0, 1.0]])) == 1 + 16


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="sample weights of shape"):
        losses.MeanSquaredError()(TRUE, PRED, jnp.ones(2))
    with pytest.raises(ShapeError, match="one value per row"):
        losses.Dice()(TRUE, PRED, WEIGHT)


SAME_SHAPE = [
    name
    for name in losses.__all__
    if callable(getattr(losses, name))
    and getattr(losses, name) in losses.FUNCTIONS
    and name not in ("ctc", "circle")
    and "sparse" not in name
    and "generalized" not in name
]


@pytest.mark.parametrize("name", SAME_SHAPE)
def test_nothing_is_broadcast(name: str) -> None:
    function = getattr(losses, name)
    for true, pred in (((8,), (8, 2)), ((8, 1), (1, 8)), ((8, 1), (8, 2)), ((4, 2), (8, 2))):
        with pytest.raises(ShapeError, match=r"do not fit|always has"):
            function(jnp.zeros(true), jnp.zeros(pred) + 0.5)


@pytest.mark.parametrize(
    "name", [n for n in SAME_SHAPE if "categorical_cross" not in n and "categorical_focal" not in n]
)
def test_a_trailing_axis_of_one_is_matched(name: str) -> None:
    function = getattr(losses, name)
    options = {"axis": -1} if name in ("dice", "tversky") else {}
    true, pred = jnp.array([0.0, 1.0, 1.0]), jnp.array([[0.2], [0.4], [0.9]])
    found = function(true, pred, **options)
    assert found.shape == (3,)
    np.testing.assert_allclose(found, function(true[:, None], pred, **options))


def test_arrays_of_one_axis_are_rows_for_a_loss_object() -> None:
    loss = losses.MeanSquaredError(reduction="none")
    assert loss(jnp.zeros(3), jnp.array([1.0, 2.0, 3.0])).tolist() == [1.0, 4.0, 9.0]


def test_class_numbers_out_of_range_show_up_as_nan() -> None:
    values = losses.sparse_categorical_crossentropy([0, 2, -1], jnp.full((3, 2), 0.5))
    assert np.isnan(values).tolist() == [False, True, True]


def test_class_numbers_are_not_confused_with_one_hot_targets() -> None:
    with pytest.raises(ShapeError, match="categorical_crossentropy"):
        losses.SparseCategoricalCrossentropy()(np.eye(3), np.full((3, 3), 1 / 3))
    with pytest.raises(ShapeError, match="do not fit"):
        losses.CategoricalCrossentropy()(np.array([0, 1, 2]), np.full((3, 3), 1 / 3))
    with pytest.raises(ShapeError, match=r"Dense\(1, activation='sigmoid'\)"):
        losses.CategoricalCrossentropy()(np.ones((3, 1)), np.ones((3, 1)))


def test_ignored_targets_count_in_neither_sum_nor_number() -> None:
    p = jnp.array([[[0.5, 0.5], [0.9, 0.1]], [[0.25, 0.75], [0.1, 0.9]]])
    true = jnp.array([[0, -1], [1, -1]])
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    assert float(loss(true, p)) == pytest.approx(-(np.log(0.5) + np.log(0.75)) / 2, rel=1e-6)
    weighted = float(loss(true, p, jnp.array([1.0, 3.0])))
    assert weighted == pytest.approx(-(np.log(0.5) + 3 * np.log(0.75)) / 2, rel=1e-6)
    average = losses.SparseCategoricalCrossentropy(
        ignore_class=-1, reduction="mean_with_sample_weight"
    )
    found = float(average(true, p, jnp.array([1.0, 3.0])))
    assert found == pytest.approx(-(np.log(0.5) + 3 * np.log(0.75)) / 4, rel=1e-6)
    grad = jax.grad(lambda q: loss(true, q))(p)
    assert float(jnp.abs(grad[:, 1]).sum()) == 0


def test_classes_on_another_axis() -> None:
    p = np.full((2, 3, 4), 1 / 3, np.float32)
    labels = np.zeros((2, 4), int)
    assert losses.SparseCategoricalCrossentropy(axis=1).call(labels, p).shape == (2, 4)
    one_hot = np.moveaxis(np.eye(3)[labels], -1, 1)
    np.testing.assert_allclose(
        losses.CategoricalCrossentropy(axis=1).call(one_hot, p), np.log(3), rtol=1e-6
    )
    assert losses.CategoricalCrossentropy(axis=1).fused is None


def test_label_smoothing() -> None:
    loss = losses.BinaryCrossentropy(label_smoothing=0.2)
    expected = -(0.9 * np.log(0.8) + 0.1 * np.log(0.2))
    assert float(loss([[1.0]], [[0.8]])) == pytest.approx(expected, rel=1e-6)
    loss = losses.CategoricalCrossentropy(label_smoothing=0.3)
    expected = -(0.1 * np.log(0.2) + 0.1 * np.log(0.3) + 0.8 * np.log(0.5))
    assert float(loss([[0, 0, 1]], [[0.2, 0.3, 0.5]])) == pytest.approx(expected, rel=1e-6)


def test_focal_weights_per_class_and_focus_zero() -> None:
    true, p = np.eye(2), np.array([[0.6, 0.4], [0.3, 0.7]])
    values = losses.categorical_focal_crossentropy(true, p, alpha=[1.0, 3.0], gamma=0.0)
    np.testing.assert_allclose(values, [-np.log(0.6), -3 * np.log(0.7)], rtol=1e-6)


def test_perfect_answers_have_finite_gradients() -> None:
    for loss in (
        losses.BinaryFocalCrossentropy(gamma=0.5),
        losses.CategoricalGeneralizedCrossEntropy(),
        losses.CosineSimilarity(),
        losses.LogCosh(),
    ):
        sparse = loss.target == "class_index"
        true = np.array([0, 1]) if sparse else np.array([[0.0, 1.0], [1.0, 0.0]])
        for pred in (np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros((2, 2))):
            grad = jax.grad(lambda y, loss=loss, true=true: loss(true, y))(jnp.asarray(pred))
            assert np.all(np.isfinite(grad)), loss


def test_a_row_without_partners_has_no_circle_loss_and_no_nan() -> None:
    y = jnp.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    assert losses.Circle().call([0, 0, 1], y)[2] == 0
    for labels in ([0, 0, 1], [0, 1, 2]):
        gradient = jax.grad(lambda y, labels=labels: losses.Circle()(labels, y))(y)
        assert np.all(np.isfinite(gradient))


def test_log_cosh_keeps_the_digits_of_small_errors() -> None:
    found = float(losses.log_cosh([[0.0]], [[1e-3]])[0])
    assert found == pytest.approx(0.5e-6, rel=1e-5)


def test_zero_counts_as_the_negative_sign_in_every_batch() -> None:
    assert losses.hinge([[0.0], [-1.0], [1.0]], [[2.0], [2.0], [2.0]]).tolist() == [3.0, 3.0, 0.0]


def test_a_users_function_gets_matching_ranks() -> None:
    loss = losses.LossFunction(lambda t, y: jnp.mean((t - y) ** 2, axis=-1), name="mine")
    assert float(loss(jnp.zeros(3), PRED)) == pytest.approx(14 / 3)
    assert loss.name == "mine"
    whole = losses.LossFunction(lambda t, y: jnp.sum((t - y) ** 2))
    assert float(whole(TRUE, PRED)) == 14.0


def test_bad_arguments_and_names_are_refused_with_a_repair() -> None:
    with pytest.raises(ArgumentError, match="label_smoothing"):
        losses.BinaryCrossentropy(label_smoothing=1.5)
    with pytest.raises(ArgumentTypeError, match="from_logits"):
        losses.CategoricalCrossentropy(from_logit=True)
    with pytest.raises(UnknownNameError, match="mean_squared_error"):
        losses.get("mean_square_error")
    with pytest.raises(UsageError, match="no joint form"):
        losses.MeanSquaredError().call_on_logits(TRUE, PRED)
    with pytest.raises(ShapeError, match="batch, frames, classes"):
        losses.ctc(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(ShapeError, match="class number per embedding"):
        losses.circle(np.zeros(3), np.zeros((2, 4)))


def test_dtype_of_the_computation() -> None:
    assert losses.MeanSquaredError(dtype="bfloat16")(TRUE, PRED).dtype == jnp.bfloat16
    assert losses.MeanSquaredError()([[0]], [[2]]).dtype == jnp.float32


@pytest.mark.parametrize("name", losses.TABLE)
def test_what_the_target_check_reads(name: str) -> None:
    loss = losses.TABLE[name]()
    assert loss.target in (
        "class_index",
        "one_hot",
        "binary",
        "sign",
        "real",
        "count",
        "distribution",
        "any",
    )
    assert loss.head in ("softmax", "sigmoid", "linear", "any")
    assert loss.fused in (None, loss.head)
