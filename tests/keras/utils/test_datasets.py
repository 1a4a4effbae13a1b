"""keras.datasets: Pellucid's data sets with Keras's arguments."""

from __future__ import annotations

import importlib
import inspect

import pytest

from pellucid.keras import datasets

NAMES = [
    "boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters",
]  # fmt: skip


def test_all_are_there() -> None:
    assert dir(datasets) == NAMES
    for name in NAMES:
        assert getattr(datasets, name) is importlib.import_module(f"pellucid.keras.datasets.{name}")
    with pytest.raises(AttributeError, match="mnist"):
        _ = datasets.mnits


def test_the_name_of_the_file_comes_first(local_data) -> None:
    del local_data
    (x_train, _), (_, y_test) = datasets.mnist.load_data("mnist.npz")
    assert (x_train.shape, y_test.shape) == ((60_000, 28, 28), (10_000,))
    (x_train, _), (x_test, _) = datasets.boston_housing.load_data(
        path="boston_housing.npz", test_split=0.5
    )
    assert len(x_train) == len(x_test) == 253


def test_arguments_are_handed_on(monkeypatch) -> None:
    for name in ("imdb", "reuters"):
        module = getattr(datasets, name)
        got = []
        monkeypatch.setattr(
            getattr(module, name), "load_data", lambda *a, got=got, **k: got.append((a, k))
        )
        module.load_data(f"{name}.npz", 500, 3, maxlen=7)
        module.load_data(nb_words=20)
        assert got == [((500, 3), {"maxlen": 7}), ((20,), {})]


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_arguments_beside_keras(name: str) -> None:
    keras = pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    wanted = inspect.signature(getattr(keras.datasets, name).load_data).parameters
    found = inspect.signature(getattr(datasets, name).load_data).parameters
    if name in ("imdb", "reuters"):
        own = inspect.signature(
            importlib.import_module(f"pellucid.datasets.{name}").load_data
        ).parameters
        assert ["path", *own] == [each for each in wanted if each != "kwargs"]
        return
    assert {key: value.default for key, value in found.items()} == {
        key: value.default for key, value in wanted.items()
    }
