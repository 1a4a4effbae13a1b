"""Splits are seeded, stratified and honest; weights of classes are weights of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.utils.class_weight import compute_sample_weight

from pellucid.core.errors import ArgumentError
from pellucid.data import class_weights, split_note, train_validation_split

SORTED = np.repeat(np.arange(5), [40, 10, 25, 5, 20])


@given(
    n=st.integers(4, 200),
    fraction=st.floats(0.05, 0.95),
    classes=st.integers(1, 6),
    seed=st.integers(0, 5),
)
def test_both_sides_are_a_partition(n: int, fraction: float, classes: int, seed: int) -> None:
    wanted = n - int(n * (1 - fraction))
    if wanted in (0, n):
        return
    y = np.random.default_rng(seed).integers(0, classes, n)
    train, validation = train_validation_split(n, fraction, y=y, seed=seed)
    assert len(validation) == wanted
    assert sorted([*train, *validation]) == list(range(n))


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.33, 0.5])
def test_sorted_labels_are_balanced_to_one_row(fraction: float) -> None:
    _, validation = train_validation_split(100, fraction, y=SORTED)
    counts = np.bincount(SORTED[validation], minlength=5)
    assert (abs(counts - np.bincount(SORTED) * len(validation) / 100) <= 1).all()


@pytest.mark.parametrize("form", ["integers", "text", "one-hot", "column", "booleans"])
def test_every_form_of_classes_is_stratified(form: str) -> None:
    half = np.repeat([0, 1], [90, 10])
    y = {
        "integers": half,
        "text": np.array(["no", "yes"])[half],
        "one-hot": np.eye(2)[half],
        "column": half[:, None],
        "booleans": half.astype(bool),
    }[form]
    _, validation = train_validation_split(100, 0.2, y=y)
    assert np.bincount(half[validation]).tolist() == [18, 2]


def test_same_seed_same_rows_other_seed_other_rows() -> None:
    first = train_validation_split(100, 0.2, seed=3)[1]
    assert first.tolist() == train_validation_split(100, 0.2, seed=3)[1].tolist()
    assert first.tolist() != train_validation_split(100, 0.2, seed=4)[1].tolist()
    assert first.tolist() != list(range(80, 100))


def test_quantities_are_not_stratified() -> None:
    y = np.linspace(0, 1, 50)
    assert (
        train_validation_split(50, 0.2, y=y)[1].tolist()
        == train_validation_split(50, 0.2)[1].tolist()
    )


def test_without_shuffle_the_last_rows_validate_as_in_keras() -> None:
    train, validation = train_validation_split(10, 0.25, y=SORTED[:10], shuffle=False)
    assert train.tolist() == list(range(7))
    assert validation.tolist() == [7, 8, 9]


def test_small_classes_reach_both_sides() -> None:
    y = np.repeat([0, 1, 2], [96, 2, 2])
    train, validation = train_validation_split(100, 0.1, y=y)
    assert set(y[train]) == {0, 1, 2}
    assert set(y[validation]) == {0, 1, 2}


@pytest.mark.parametrize(
    ("n", "fraction"), [(10, 0.0), (10, 1.0), (10, -0.2), (10, 1.5), (1, 0.5), (3, 0.9)]
)
def test_fractions_that_leave_nothing_are_refused(n: int, fraction: float) -> None:
    with pytest.raises(ArgumentError, match="validation_split"):
        train_validation_split(n, fraction)


def test_note_counts_classes_and_names_the_missing() -> None:
    y = np.array(["a"] * 8 + ["b"])
    train, validation = train_validation_split(9, 0.3, y=y)
    note = split_note(y, train, validation)
    assert "'a': 5 and 3, 'b': 1 and 0" in note
    assert "class 'b' is missing from the validation rows" in note
    assert (
        split_note(np.linspace(0, 1, 9), train, validation) == "training 6 rows, validation 3 rows"
    )
    one_hot = split_note(np.eye(2)[[0, 0, 1, 1]], np.array([0, 2]), np.array([1, 3]))
    assert one_hot.endswith("0: 1 and 1, 1: 1 and 1")


def test_class_weights_by_index_and_by_label() -> None:
    y = np.array([0, 1, 2, 1])
    assert class_weights(y, {0: 2.0, 1: 0.5}).tolist() == [2.0, 0.5, 1.0, 0.5]
    assert class_weights(y, {"b": 3.0}, classes=["a", "b", "c"]).tolist() == [1.0, 3.0, 1.0, 3.0]
    assert class_weights(y, {10: 4.0}, classes=[10, 20, 30]).tolist() == [4.0, 1.0, 1.0, 1.0]
    assert class_weights(y, {0: 4.0}, classes=[10, 20, 30]).tolist() == [4.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "form", [lambda y: y, lambda y: np.eye(3)[y], lambda y: y[:, None].astype("float32")]
)
def test_balanced_weights_are_those_of_scikit_learn(form) -> None:
    y = np.array([0, 0, 0, 1, 1, 2])
    np.testing.assert_allclose(
        class_weights(form(y), "balanced"), compute_sample_weight("balanced", y), rtol=1e-6
    )


@pytest.mark.parametrize("wrong", [{"z": 1.0}, {7: 1.0}, {0: -1.0}, {0: np.nan}, "even"])
def test_wrong_class_weights_are_refused(wrong) -> None:
    with pytest.raises(ArgumentError, match="class_weight"):
        class_weights(np.array([0, 1]), wrong, classes=["a", "b"])
