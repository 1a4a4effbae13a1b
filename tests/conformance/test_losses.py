"""Every loss against a NumPy reference, finite differences, and Keras and PyTorch where they are installed."""

from __future__ import annotations

import inspect
import itertools
import math
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import losses
from pellucid.functional import activations, measures
from pellucid.losses.loss import LossFunction, MeasuredLoss

REAL = (
    np.array([[0.5, -1.0, 2.0], [1.5, 0.7, -0.3]]),
    np.array([[0.2, 1.4, 2.5], [3.9, 0.6, -2.8]]),
)
POSITIVE = (np.abs(REAL[0]), np.abs(REAL[1]))
COUNTS = (np.array([[0.0, 3.0], [1.0, 2.0]]), np.array([[0.4, 2.5], [1.7, 0.9]]))
SIGNS = (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.4, 2.5], [-1.7, -0.9]]))
YES = (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.8, 0.3], [0.1, 0.4]]))
ONE_HOT = (np.eye(3)[[2, 0]], np.array([[0.2, 0.3, 0.5], [0.1, 0.7, 0.2]]))
SCORES = (np.eye(3)[[2, 0]], np.array([[0.2, 1.3, -0.5], [2.1, 0.7, 0.2]]))
SPARSE = (np.array([2, 0]), ONE_HOT[1])
SHARES = (np.array([[0.6, 0.1, 0.3], [0.2, 0.5, 0.3]]), ONE_HOT[1])
LABELS = np.array([0, 1, 0, 1])
CIRCLE = (LABELS, np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6], [0.28, 0.96]]))
SOUND = (
    np.array([[1, 2, 2], [2, 1, 0]]),
    np.sin(np.arange(30.0) ** 1.5).reshape(2, 5, 3),
)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        data: Targets and predictions.
        reference: One row's value in NumPy, ``f(t, y)``; or of the whole batch, where ``whole`` says so.
        options: Arguments of the constructor.
        torch: ``f(F, y_true, y_pred)`` with PyTorch's functions, or None.
        keras: Whether Keras has it.
        whole: Whether the reference takes the whole batch.
    """

    data: tuple[np.ndarray, np.ndarray]
    reference: Any
    options: dict[str, Any] = field(default_factory=dict)
    torch: Any = None
    keras: bool = True
    whole: bool = False


def entropy(t: np.ndarray, p: np.ndarray) -> float:
    return -sum(ti * math.log(pi) for ti, pi in zip(t, p, strict=True) if ti)


def binary_entropy(t: np.ndarray, p: np.ndarray) -> float:
    return float(np.mean([entropy([a, 1 - a], [b, 1 - b]) for a, b in zip(t, p, strict=True)]))


def focal(t: np.ndarray, p: np.ndarray, alpha: float = 0.25, gamma: float = 2.0) -> float:
    terms = []
    for a, b in zip(t, p, strict=True):
        q, w = (b, alpha) if a == 1 else (1 - b, 1 - alpha)
        terms.append(-w * (1 - q) ** gamma * math.log(q))
    return float(np.mean(terms))


def circle(labels: np.ndarray, y: np.ndarray, gamma: float = 80.0, m: float = 0.4) -> np.ndarray:
    """The double sum over pairs of Sun et al., written with similarities instead of distances."""
    similarity = y @ y.T
    values = []
    for i in range(len(y)):
        total = 0.0
        for j, k in itertools.product(range(len(y)), repeat=2):
            if j == i or labels[j] != labels[i] or labels[k] == labels[i]:
                continue
            sp, sn = min(similarity[i, j], 1.0), min(similarity[i, k], 1.0)
            positive = max(1 + m - sp, 0) * (sp - (1 - m))
            negative = max(sn + m, 0) * (sn - m)
            total += math.exp(gamma * (negative - positive))
        values.append(math.log1p(total))
    return np.array(values)


def ctc(labels: np.ndarray, z: np.ndarray) -> np.ndarray:
    """All ways to spread the labels over the frames, one by one."""
    values = []
    for row, logits in zip(labels, z, strict=True):
        p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        wanted = [c for c in row if c]
        total = 0.0
        for path in itertools.product(range(p.shape[1]), repeat=p.shape[0]):
            if [c for c, _ in itertools.groupby(path) if c] == wanted:
                total += math.prod(p[t, c] for t, c in enumerate(path))
        values.append(-math.log(total))
    return np.array(values)


def overlap(t: np.ndarray, y: np.ndarray, a: float = 0.5, b: float = 0.5) -> float:
    both = float(np.dot(t.ravel(), y.ravel()))
    return 1 - both / (both + a * (t.sum() - both) + b * (y.sum() - both) + 1e-7)


def huber(t: np.ndarray, y: np.ndarray, delta: float) -> float:
    e = np.abs(t - y)
    return float(np.mean(np.where(e < delta, e**2 / 2, delta * (e - delta / 2))))


ROWS: dict[str, Row] = {
    "MeanSquaredError": Row(
        REAL,
        lambda t, y: np.var(y - t) + np.mean(y - t) ** 2,
        torch=lambda f, t, y: f.mse_loss(y, t),
    ),
    "HalfSquaredError": Row(REAL, lambda t, y: np.dot(y - t, y - t) / (2 * len(t)), keras=False),
    "MeanAbsoluteError": Row(
        REAL, lambda t, y: np.linalg.norm(y - t, 1) / len(t), torch=lambda f, t, y: f.l1_loss(y, t)
    ),
    "MeanAbsolutePercentageError": Row(REAL, lambda t, y: 100 * np.mean(np.abs(y / t - 1))),
    "MeanSquaredLogarithmicError": Row(
        POSITIVE, lambda t, y: np.mean(np.log((1 + y) / (1 + t)) ** 2)
    ),
    "Huber": Row(
        REAL,
        lambda t, y: huber(t, y, 1.3),
        {"delta": 1.3},
        lambda f, t, y: f.huber_loss(y, t, delta=1.3),
    ),
    "LogCosh": Row(REAL, lambda t, y: np.mean(np.log(np.cosh(y - t)))),
    "CosineSimilarity": Row(
        REAL,
        lambda t, y: -np.dot(t, y) / math.hypot(*t) / math.hypot(*y),
        torch=lambda f, t, y: -f.cosine_similarity(t, y).mean(),
    ),
    "BinaryCrossentropy": Row(
        YES, binary_entropy, torch=lambda f, t, y: f.binary_cross_entropy(y, t)
    ),
    "CategoricalCrossentropy": Row(
        ONE_HOT, entropy, torch=lambda f, t, y: f.cross_entropy(y.log(), t)
    ),
    "SparseCategoricalCrossentropy": Row(
        SPARSE, lambda t, y: -math.log(y[t]), torch=lambda f, t, y: f.nll_loss(y.log(), t)
    ),
    "CategoricalGeneralizedCrossEntropy": Row(
        SPARSE, lambda t, y: (1 - y[t] ** 0.7) / 0.7, {"q": 0.7}
    ),
    "BinaryFocalCrossentropy": Row(YES, focal, {"apply_class_balancing": True}),
    "CategoricalFocalCrossentropy": Row(
        ONE_HOT, lambda t, y: 0.25 * (1 - y[t.argmax()]) ** 2 * -math.log(y[t.argmax()])
    ),
    "KLDivergence": Row(
        SHARES,
        lambda t, y: entropy(t, y) - entropy(t, t),
        torch=lambda f, t, y: f.kl_div(y.log(), t, reduction="batchmean"),
    ),
    "Poisson": Row(
        COUNTS,
        lambda t, y: np.mean([b - a * math.log(b + 1e-7) for a, b in zip(t, y, strict=True)]),
        torch=lambda f, t, y: f.poisson_nll_loss(y, t, log_input=False, eps=1e-7),
    ),
    "Hinge": Row(
        SIGNS,
        lambda t, y: np.mean([max(0, 1 - b if a else 1 + b) for a, b in zip(t, y, strict=True)]),
    ),
    "SquaredHinge": Row(
        SIGNS,
        lambda t, y: np.mean(
            [max(0, 1 - b if a else 1 + b) ** 2 for a, b in zip(t, y, strict=True)]
        ),
    ),
    "CategoricalHinge": Row(
        SCORES, lambda t, y: max(0, 1 + max(0, *np.delete(y, t.argmax())) - y[t.argmax()])
    ),
    "Dice": Row(YES, overlap, {"axis": -1}),
    "Tversky": Row(
        YES, lambda t, y: overlap(t, y, 0.3, 0.9), {"alpha": 0.3, "beta": 0.9, "axis": -1}
    ),
    "Circle": Row(CIRCLE, circle, {"gamma": 4.0}, whole=True),
    "CTC": Row(SOUND, ctc, whole=True),
}
ROWS["Circle"] = Row(CIRCLE, lambda t, y: circle(t, y, 4.0), {"gamma": 4.0}, whole=True)


def made(row: str, /, **changes: Any) -> Any:
    return getattr(losses, row)(**{**ROWS[row].options, **changes})


def test_the_table_is_complete() -> None:
    classes = {cls.__name__ for cls in losses.TABLE.values()}
    assert classes == set(ROWS)
    public = {n for n in losses.__all__ if inspect.isclass(getattr(losses, n))}
    assert public - {"Loss", "LossFunction"} == classes


def test_every_class_has_its_plain_function() -> None:
    assert set(losses.FUNCTIONS.values()) == set(losses.TABLE.values())
    for function in losses.FUNCTIONS:
        assert function.__name__ in losses.__all__
        assert function.__name__ in measures.__all__


@pytest.mark.parametrize("name", ROWS)
def test_values(name: str) -> None:
    row = ROWS[name]
    true, pred = row.data
    pairs = zip(true, pred, strict=True)
    expected = row.reference(true, pred) if row.whole else [row.reference(t, y) for t, y in pairs]
    with jax.enable_x64(True):
        found = np.asarray(made(name).call(true, pred))
    assert found.shape == (len(pred),)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", ROWS)
def test_gradients(name: str) -> None:
    true, pred = ROWS[name].data
    loss = made(name)
    direction = np.cos(1 + np.arange(float(pred.size))).reshape(pred.shape)
    with jax.enable_x64(True):
        f = jax.jit(lambda y: loss(true, y))
        slope = float(jnp.sum(jax.grad(f)(jnp.asarray(pred)) * direction))
        h = 1e-6
        numeric = float((f(pred + h * direction) - f(pred - h * direction)) / (2 * h))
    assert slope == pytest.approx(numeric, rel=1e-6, abs=1e-8)
    assert slope != 0


@pytest.mark.parametrize("name", ROWS)
def test_one_compiled_program_gives_the_same(name: str) -> None:
    true, pred = ROWS[name].data
    found = jax.jit(made(name).call)(true, pred.astype(np.float32))
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(found, made(name).call(true, pred), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [n for n in ROWS if made(n).hyperparameters])
def test_numbers_may_be_arrays_of_a_program(name: str) -> None:
    true, pred = ROWS[name].data
    loss = made(name)
    numbers = {n: getattr(loss, n) for n in loss.hyperparameters}

    @jax.jit
    def value(arrays: dict[str, Any]) -> Any:
        copy = loss.clone()
        copy.__dict__.update(arrays)
        return copy(true, pred)

    found = value({n: jnp.float32(v) for n, v in numbers.items()})
    np.testing.assert_allclose(found, loss(true, pred), rtol=1e-5)


@pytest.mark.parametrize("name", ROWS)
def test_a_configuration_makes_the_same_loss(name: str) -> None:
    loss = made(name, name="mine", reduction="sum")
    again = type(loss).from_config(loss.get_config())
    assert repr(again) == repr(loss)
    true, pred = ROWS[name].data
    assert float(again(true, pred)) == float(loss(true, pred))


@pytest.mark.parametrize("name", ROWS)
def test_names_lead_to_the_class(name: str) -> None:
    assert type(losses.get(name)).__name__ == name
    assert type(losses.get({"class_name": name, "config": ROWS[name].options})).__name__ == name
    if issubclass(type(made(name)), MeasuredLoss):
        assert losses.TABLE[type(made(name)).measure.__name__].__name__ == name


@pytest.mark.parametrize("name", [n for n in ROWS if made(n).fused])
def test_the_joint_form_equals_loss_after_activation(name: str) -> None:
    loss = made(name)
    true, logits = ROWS[name].data[0], 3 * np.sin(np.arange(ROWS[name].data[1].size) + 0.5)
    logits = logits.reshape(ROWS[name].data[1].shape)
    activation = activations.get(loss.fused)
    with jax.enable_x64(True):
        expected = loss.call(true, activation(logits))
        np.testing.assert_allclose(loss.call_on_logits(true, logits), expected, rtol=1e-6)
        other = made(name, from_logits=True)
        np.testing.assert_allclose(other.call(true, logits), expected, rtol=1e-6)
    assert (loss.head, other.head) == (loss.fused, "linear")


@pytest.mark.parametrize("name", [n for n in ROWS if made(n).fused])
def test_the_joint_form_survives_extreme_logits(name: str) -> None:
    true, pred = ROWS[name].data
    wrong = 300.0 * np.where(pred == pred.max(axis=-1, keepdims=True), 1.0, -1.0)
    value, gradient = jax.value_and_grad(lambda z: jnp.sum(made(name).call_on_logits(true, z)))(
        jnp.asarray(wrong, jnp.float32)
    )
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))


@pytest.mark.oracle
@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.keras])
def test_agrees_with_keras(name: str) -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    true, pred = ROWS[name].data
    weight = None if name in ("Circle",) else np.array([0.5, 2.0], np.float32)
    for reduction in ("sum_over_batch_size", "sum", "mean_with_sample_weight"):
        theirs = getattr(keras.losses, name)(**ROWS[name].options, reduction=reduction)
        expected = theirs(true, pred.astype(np.float32), sample_weight=weight)
        found = made(name, reduction=reduction)(true, pred, weight)
        np.testing.assert_allclose(found, expected, rtol=2e-5, err_msg=reduction)


@pytest.mark.oracle
def test_all_of_keras_is_here_with_its_arguments() -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    for name, theirs in vars(keras.losses).items():
        if inspect.isclass(theirs):
            expected = {
                n: p.default
                for n, p in inspect.signature(theirs.__init__).parameters.items()
                if p.kind is not inspect.Parameter.VAR_KEYWORD
            }
            ours = inspect.signature(getattr(losses, name).__init__).parameters
            assert {n: p.default for n, p in ours.items()} == expected, name
        elif callable(theirs) and name not in ("get", "serialize", "deserialize"):
            assert name in losses.__all__


@pytest.mark.oracle
@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.torch])
def test_agrees_with_torch(name: str) -> None:
    torch = pytest.importorskip("torch", reason="oracle extra")
    true, pred = (torch.tensor(a) for a in ROWS[name].data)
    expected = float(ROWS[name].torch(torch.nn.functional, true, pred))
    with jax.enable_x64(True):
        assert float(made(name)(*ROWS[name].data)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.oracle
def test_ctc_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch", reason="oracle extra")
    labels, logits = SOUND
    log_p = torch.log_softmax(torch.tensor(logits), -1).transpose(0, 1)
    expected = torch.nn.functional.ctc_loss(
        log_p, torch.tensor(labels), torch.tensor([5, 5]), torch.tensor([3, 2]), reduction="none"
    )
    with jax.enable_x64(True):
        np.testing.assert_allclose(losses.ctc(labels, logits), expected.numpy(), rtol=1e-6)


def test_a_plain_function_becomes_a_loss() -> None:
    assert isinstance(losses.get(lambda t, y: t - y), LossFunction)
    assert isinstance(losses.get(losses.huber), losses.Huber)
