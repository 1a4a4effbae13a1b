"""Every activation against a NumPy reference, finite differences, and PyTorch and Keras where they are installed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.functional import activations

POINTS = np.array([[-4.3, -2.1, -0.7, -0.2], [0.3, 0.9, 2.2, 7.1]])


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        reference: The function in NumPy, written differently.
        options: Keyword arguments of both.
        torch: Its name in ``torch.nn.functional``, or None.
        torch_options: Its arguments there, where they differ.
        keras: Its name in ``keras.activations``, or None.
    """

    reference: Any
    options: dict[str, Any] | None = None
    torch: str | None = None
    torch_options: dict[str, Any] | None = None
    keras: str | None = None


def bisected_sparsemax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """The threshold found by halving an interval instead of sorting."""

    def one(row: np.ndarray) -> np.ndarray:
        low, high = row.min() - 1.0, row.max()
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if np.maximum(row - middle, 0).sum() > 1 else (low, middle)
        return np.maximum(row - low, 0)

    return np.apply_along_axis(one, axis, x)


def logistic(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(x / 2))


def shares(x: np.ndarray, axis: int = -1) -> np.ndarray:
    return 1 / np.stack(
        [np.exp(x - np.take(x, [i], axis)).sum(axis) for i in range(x.shape[axis])], axis
    )


erf = np.vectorize(math.erf)
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

ROWS: dict[str, Row] = {
    "linear": Row(lambda x: x, keras="linear"),
    "step": Row(lambda x: np.heaviside(x, 1.0)),
    "sign": Row(lambda x: 2 * np.heaviside(x, 1.0) - 1),
    "exponential": Row(lambda x: np.expm1(x) + 1, keras="exponential"),
    "sigmoid": Row(logistic, torch="sigmoid", keras="sigmoid"),
    "log_sigmoid": Row(lambda x: -np.logaddexp(0, -x), torch="logsigmoid", keras="log_sigmoid"),
    "hard_sigmoid": Row(
        lambda x: np.clip(x / 6 + 0.5, 0, 1), torch="hardsigmoid", keras="hard_sigmoid"
    ),
    "sparse_sigmoid": Row(lambda x: np.clip(0.5 * x + 0.5, 0, 1), keras="sparse_sigmoid"),
    "tanh": Row(lambda x: 1 - 2 / (np.exp(2 * x) + 1), torch="tanh", keras="tanh"),
    "half_tanh": Row(lambda x: (np.exp(x) - 1) / (np.exp(x) + 1)),
    "hard_tanh": Row(lambda x: np.clip(x, -1, 1), torch="hardtanh", keras="hard_tanh"),
    "softsign": Row(lambda x: x / (1 + np.abs(x)), torch="softsign", keras="softsign"),
    "relu": Row(lambda x: (x + np.abs(x)) / 2, torch="relu", keras="relu"),
    "leaky_relu": Row(
        lambda x, negative_slope: np.maximum(x, negative_slope * x),
        {"negative_slope": 0.2},
        "leaky_relu",
        keras="leaky_relu",
    ),
    "relu6": Row(lambda x: np.clip(x, 0, 6), torch="relu6", keras="relu6"),
    "elu": Row(
        lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x)), {"alpha": 1.5}, "elu", keras="elu"
    ),
    "celu": Row(
        lambda x, alpha: np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(x / alpha)),
        {"alpha": 2.0},
        "celu",
        keras="celu",
    ),
    "selu": Row(
        lambda x: SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * (np.exp(x) - 1)),
        torch="selu",
        keras="selu",
    ),
    "softplus": Row(lambda x: np.logaddexp(0, x), torch="softplus", keras="softplus"),
    "squareplus": Row(
        lambda x, b: 0.5 * (x + np.hypot(x, np.sqrt(b))), {"b": 3.0}, keras="squareplus"
    ),
    "sparse_plus": Row(
        lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)), keras="sparse_plus"
    ),
    "silu": Row(lambda x: x * logistic(x), torch="silu", keras="silu"),
    "hard_silu": Row(
        lambda x: x * np.clip(x / 6 + 0.5, 0, 1), torch="hardswish", keras="hard_silu"
    ),
    "gelu": Row(lambda x: x * (1 + erf(x / np.sqrt(2))) / 2, torch="gelu", keras="gelu"),
    "mish": Row(
        lambda x: x * ((1 + np.exp(x)) ** 2 - 1) / ((1 + np.exp(x)) ** 2 + 1),
        torch="mish",
        keras="mish",
    ),
    "glu": Row(lambda x: x[:, :2] * logistic(x[:, 2:]), torch="glu", keras="glu"),
    "soft_shrink": Row(
        lambda x, threshold: np.sign(x) * np.maximum(np.abs(x) - threshold, 0),
        {"threshold": 0.5},
        "softshrink",
        {"lambd": 0.5},
        "soft_shrink",
    ),
    "hard_shrink": Row(
        lambda x, threshold: x * (np.abs(x) > threshold),
        {"threshold": 0.5},
        "hardshrink",
        {"lambd": 0.5},
        "hard_shrink",
    ),
    "tanh_shrink": Row(lambda x: x - np.tanh(x), torch="tanhshrink", keras="tanh_shrink"),
    "threshold": Row(
        lambda x, threshold, default_value: np.where(x > threshold, x, default_value),
        {"threshold": 0.5, "default_value": -1.0},
        "threshold",
        {"threshold": 0.5, "value": -1.0},
        "threshold",
    ),
    "softmax": Row(shares, {"axis": -1}, "softmax", {"dim": -1}, "softmax"),
    "log_softmax": Row(
        lambda x, axis: np.log(shares(x, axis)),
        {"axis": -1},
        "log_softmax",
        {"dim": -1},
        "log_softmax",
    ),
    # no oracle: Keras 3.15 gives rows that sum to 1.2 on these points
    "sparsemax": Row(bisected_sparsemax, {"axis": -1}),
}

FLAT = ("step", "sign")


def call(name: str, x: Any) -> Any:
    return getattr(activations, name)(x, **(ROWS[name].options or {}))


def test_the_table_is_complete() -> None:
    functions = {f.__name__ for f in activations.TABLE.values()}
    assert functions == set(ROWS)
    assert set(activations.__all__) == {*ROWS, "TABLE", "get"}


@pytest.mark.parametrize("name", ROWS)
def test_values(name: str) -> None:
    with jax.enable_x64(True):
        found = np.asarray(call(name, jnp.asarray(POINTS)))
    expected = ROWS[name].reference(POINTS, **(ROWS[name].options or {}))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ROWS)
def test_gradients(name: str) -> None:
    direction = np.cos(np.arange(8.0)).reshape(2, 4)
    with jax.enable_x64(True):
        weights = jnp.asarray(np.sin(1 + np.arange(call(name, POINTS).size))).reshape(
            call(name, POINTS).shape
        )

        def f(x: Any) -> Any:
            return jnp.sum(weights * call(name, x))

        slope = float(jnp.sum(jax.grad(f)(jnp.asarray(POINTS)) * direction))
        h = 1e-6
        numeric = float((f(POINTS + h * direction) - f(POINTS - h * direction)) / (2 * h))
    assert slope == pytest.approx(numeric, rel=1e-6, abs=1e-7)
    assert (slope == 0) == (name in FLAT)


@pytest.mark.parametrize("name", ROWS)
def test_a_program_with_a_batch_of_rows_gives_the_same(name: str) -> None:
    x = jnp.asarray(POINTS, jnp.float32)
    found = jax.jit(jax.vmap(lambda row: call(name, row[None])[0]))(x)
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(found, call(name, x), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("name", ROWS)
def test_integers_become_real_numbers(name: str) -> None:
    if name == "linear":
        pytest.skip("the identity leaves integers alone: token numbers pass through it")
    assert call(name, np.array([[-1, 0, 1, 2]])).dtype == jnp.float32


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("extreme", [-1e4, 1e4])
def test_extreme_inputs_give_no_nan(name: str, extreme: float) -> None:
    if name in ("exponential",) and extreme > 0:
        pytest.skip("e^10000 is infinite, as documented")
    x = jnp.asarray([[extreme, 0.0, 1.0, -1.0]], jnp.float32)
    value, gradient = jax.value_and_grad(lambda x: jnp.sum(call(name, x)))(x)
    if name != "log_softmax":
        assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))


@pytest.mark.oracle
@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.torch])
def test_agrees_with_torch(name: str) -> None:
    torch = pytest.importorskip("torch", reason="oracle extra")
    row = ROWS[name]
    assert row.torch is not None
    options = row.options if row.torch_options is None else row.torch_options
    expected = getattr(torch.nn.functional, row.torch)(torch.tensor(POINTS), **(options or {}))
    with jax.enable_x64(True):
        np.testing.assert_allclose(call(name, POINTS), expected.numpy(), rtol=1e-7, atol=1e-9)


@pytest.mark.oracle
@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.keras])
def test_agrees_with_keras(name: str) -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    row = ROWS[name]
    x = POINTS.astype(np.float32)
    expected = np.asarray(getattr(keras.activations, str(row.keras))(x, **(row.options or {})))
    np.testing.assert_allclose(call(name, x), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.oracle
def test_all_of_keras_is_here() -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    theirs = {n for n in dir(keras.activations) if not n.startswith("_")}
    assert theirs - {"get", "serialize", "deserialize"} <= set(activations.TABLE)
