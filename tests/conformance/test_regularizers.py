"""Every regularizer and constraint against NumPy and Keras; the tables must be complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import constraints, regularizers
from pellucid.core.errors import PellucidError, ShapeError, UnknownNameError
from pellucid.core.record import signature

WEIGHTS = np.array([[0.5, -3.0, 0.0], [1.5, 0.4, 0.0], [-2.0, 1.0, 0.1]], "float32")


def cosines(weights: np.ndarray) -> float:
    rows = [row / np.linalg.norm(row) for row in weights]
    pairs = [abs(rows[i] @ rows[j]) for i in range(len(rows)) for j in range(i)]
    return float(np.mean(pairs))


def each_column(weights: np.ndarray, length: Callable[[float], float]) -> np.ndarray:
    columns = []
    for column in weights.T:
        norm = float(np.linalg.norm(column))
        columns.append(column * (length(norm) / norm) if norm else column)
    return np.stack(columns, axis=1)


# class -> arguments, the same in NumPy
REGULARIZERS: dict[str, tuple[dict[str, Any], Callable[[np.ndarray], Any]]] = {
    "L1": ({"l1": 0.3}, lambda w: 0.3 * np.linalg.norm(w.ravel(), 1)),
    "L2": ({"l2": 0.3}, lambda w: 0.3 * np.linalg.norm(w) ** 2),
    "L1L2": (
        {"l1": 0.3, "l2": 0.2},
        lambda w: 0.3 * np.linalg.norm(w.ravel(), 1) + 0.2 * np.linalg.norm(w) ** 2,
    ),
    "OrthogonalRegularizer": ({"factor": 0.3}, lambda w: 0.3 * cosines(w)),
}
CONSTRAINTS: dict[str, tuple[dict[str, Any], Callable[[np.ndarray], np.ndarray]]] = {
    "NonNeg": ({}, lambda w: np.where(w < 0, 0, w)),
    "MaxNorm": ({"max_value": 1.2}, lambda w: each_column(w, lambda norm: min(norm, 1.2))),
    "UnitNorm": ({}, lambda w: each_column(w, lambda norm: 1.0)),
    "MinMaxNorm": (
        {"min_value": 0.5, "max_value": 2.0, "rate": 0.8},
        lambda w: each_column(w, lambda norm: 0.8 * min(max(norm, 0.5), 2.0) + 0.2 * norm),
    ),
}
BOTH = [(regularizers, n, row) for n, row in REGULARIZERS.items()]
BOTH += [(constraints, n, row) for n, row in CONSTRAINTS.items()]
IDS = [name for _, name, _ in BOTH]


def test_tables_are_complete() -> None:
    for package, rows in ((regularizers, REGULARIZERS), (constraints, CONSTRAINTS)):
        public = {n for n in package.__all__ if isinstance(getattr(package, n), type)}
        assert public - {"Regularizer", "Constraint"} == set(rows)
        assert {cls.__name__ for cls in package.TABLE.values()} == set(rows)


@pytest.mark.parametrize(("package", "name", "row"), BOTH, ids=IDS)
def test_equals_numpy_in_one_program_traced_once(package: Any, name: str, row: Any) -> None:
    arguments, plain = row
    made = getattr(package, name)(**arguments)
    traced = 0

    @jax.jit
    def program(weights: jax.Array, numbers: dict[str, jax.Array]) -> jax.Array:
        nonlocal traced
        traced += 1
        copied = made.clone(**numbers)
        return copied(weights)

    numbers = {key: jnp.float32(arguments[key]) for key in made.hyperparameters}
    found = program(jnp.asarray(WEIGHTS), numbers)
    np.testing.assert_allclose(found, plain(WEIGHTS.astype("float64")), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(made(WEIGHTS), found, rtol=1e-6)
    assert found.dtype == jnp.float32
    for key in numbers:
        assert np.any(program(jnp.asarray(WEIGHTS), {**numbers, key: numbers[key] / 2}) != found)
    assert traced == 1


@pytest.mark.parametrize("name", REGULARIZERS)
def test_gradient_is_the_slope(name: str) -> None:
    arguments, plain = REGULARIZERS[name]
    penalty = getattr(regularizers, name)(**arguments)
    smooth = WEIGHTS[:, :2]
    slope = np.asarray(jax.grad(penalty)(jnp.asarray(smooth)))
    wide, tiny = smooth.astype("float64"), 1e-6
    for place in np.ndindex(wide.shape):
        moved = np.zeros_like(wide)
        moved[place] = tiny
        wanted = (plain(wide + moved) - plain(wide - moved)) / (2 * tiny)
        assert slope[place] == pytest.approx(wanted, rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_zeros_have_no_nan(name: str) -> None:
    penalty = getattr(regularizers, name)()
    value, slope = jax.value_and_grad(penalty)(jnp.zeros((3, 3)))
    assert value == 0
    assert np.isfinite(slope).all()


@pytest.mark.parametrize(("package", "name", "row"), BOTH, ids=IDS)
def test_limits_and_configuration(package: Any, name: str, row: Any) -> None:
    cls = getattr(package, name)
    assert set(signature(cls).parameters) == set(cls.all_limits())
    for argument, limit in cls.all_limits().items():
        with pytest.raises(PellucidError, match=argument):
            cls(**{argument: limit.bad_value()})
    made = cls(**row[0])
    again = package.get({"class_name": name, "config": made.get_config()})
    assert repr(again) == repr(made)
    assert package.get(cls).get_config() == cls().get_config()
    assert package.get(made) is made


@pytest.mark.parametrize("package", [regularizers, constraints])
def test_get(package: Any) -> None:
    assert package.get(None) is None
    assert package.get(jnp.sum) is jnp.sum
    with pytest.raises(UnknownNameError):
        package.get("l3_norm")


def test_names_of_both_penalties_set_both() -> None:
    for name in ("l1_l2", "l1l2", "L1L2"):
        assert repr(regularizers.get(name)) == "L1L2(l1=0.01, l2=0.01)"
    assert repr(regularizers.get(regularizers.L1L2)) == "L1L2()"
    assert regularizers.L1L2()(WEIGHTS) == 0


def test_orthogonal_columns_and_shapes() -> None:
    columns = regularizers.OrthogonalRegularizer(1.0, mode="columns")
    kept = WEIGHTS[:, :2]
    assert columns(kept) == pytest.approx(cosines(kept.T), rel=1e-5)
    for shape in ((3,), (1, 4), (2, 2, 2)):
        with pytest.raises(ShapeError, match="rows"):
            regularizers.OrthogonalRegularizer()(np.ones(shape))


def test_axes_of_a_convolution_kernel() -> None:
    kernel = np.random.default_rng(0).standard_normal((3, 3, 2, 4)).astype("float32")
    unit = np.asarray(constraints.UnitNorm(axis=[0, 1, 2])(kernel))
    np.testing.assert_allclose(np.linalg.norm(unit.reshape(18, 4), axis=0), 1, rtol=1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize(("package", "name", "row"), BOTH, ids=IDS)
def test_agrees_with_keras(package: Any, name: str, row: Any) -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    family = keras.regularizers if package is regularizers else keras.constraints
    theirs, ours = getattr(family, name)(**row[0]), getattr(package, name)(**row[0])
    weights = np.random.default_rng(1).standard_normal((5, 4)).astype("float32")
    np.testing.assert_allclose(ours(weights), np.asarray(theirs(weights)), rtol=1e-5, atol=1e-6)
