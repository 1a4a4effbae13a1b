"""The small sets equal scikit-learn's, in every process the same split, and load at once."""

from __future__ import annotations

import importlib
import time
from types import ModuleType

import numpy as np
import pytest
from sklearn import datasets as reference

from pellucid import datasets
from pellucid.core.errors import DataError
from pellucid.datasets import bundled

SETS = {
    "digits": reference.load_digits,
    "iris": reference.load_iris,
    "wine": reference.load_wine,
    "breast_cancer": reference.load_breast_cancer,
    "diabetes": reference.load_diabetes,
}


def load(name: str) -> ModuleType:
    return getattr(datasets, name)


def joined(name: str) -> tuple[np.ndarray, np.ndarray]:
    """All rows of a set, training before test, flat."""
    (x_train, y_train), (x_test, y_test) = load(name).load_data()
    x = np.concatenate([x_train, x_test])
    return x.reshape(len(x), -1), np.concatenate([y_train, y_test])


def in_order(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    rows = np.column_stack([x, y]).astype("float32")
    return rows[np.lexsort(rows.T[::-1])]


@pytest.mark.parametrize("name", SETS)
def test_rows_are_those_of_scikit_learn(name: str) -> None:
    original = SETS[name]()
    x, y = joined(name)
    np.testing.assert_allclose(
        in_order(x, y), in_order(original.data, original.target), rtol=1e-6, atol=1e-7
    )


@pytest.mark.parametrize("name", SETS)
def test_names_are_those_of_scikit_learn(name: str) -> None:
    original, module = SETS[name](), load(name)
    if name != "digits":
        assert list(original.feature_names) == module.FEATURES
    if name != "diabetes":
        assert [str(label) for label in original.target_names] == module.CLASSES


@pytest.mark.parametrize("name", [name for name in SETS if name != "diabetes"])
def test_split_is_stratified(name: str) -> None:
    (_, y_train), (_, y_test) = load(name).load_data(test_split=0.25)
    all_counts = np.bincount(np.concatenate([y_train, y_test]))
    assert (abs(np.bincount(y_test) - all_counts * len(y_test) / all_counts.sum()) <= 1).all()


def test_split_depends_on_the_seed_alone() -> None:
    first, again, other = (datasets.iris.load_data(seed=seed)[1][0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_shapes_and_dtypes() -> None:
    (x, y), (x_test, _) = datasets.digits.load_data()
    assert (x.shape, x.dtype, y.dtype, x_test.shape) == (
        (1437, 8, 8),
        np.uint8,
        np.uint8,
        (360, 8, 8),
    )
    (x, y), _ = datasets.diabetes.load_data()
    assert (x.dtype, y.dtype) == (np.float32, np.float32)


def test_digits_load_in_60_milliseconds() -> None:
    def seconds() -> float:
        start = time.process_time()
        datasets.digits.load_data()
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.06


def test_missing_scikit_learn_is_explained(monkeypatch) -> None:
    monkeypatch.setattr(bundled.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="is not installed") as caught:
        datasets.iris.load_data()
    assert "pip install" in str(caught.value.repair)
    monkeypatch.undo()
    with pytest.raises(DataError, match="does not carry it"):
        bundled.bundled_file("nothing.csv")


DOWNLOADED = [
    "boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters",
]  # fmt: skip


def test_every_set_is_listed_and_an_unknown_one_is_no_attribute() -> None:
    assert set(dir(datasets)) == {*SETS, *DOWNLOADED}
    for name in datasets.__all__:
        assert getattr(datasets, name) is importlib.import_module(f"pellucid.datasets.{name}")
    with pytest.raises(AttributeError, match="the data sets are"):
        _ = datasets.cifar_1000
