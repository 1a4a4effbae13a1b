"""Every metric against scikit-learn or NumPy, for any batch size, with weights, in a program; Keras where installed."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as sk

from pellucid import losses, metrics

N, CLASSES = 71, 4  # 71 = 10 x 7 + 1 = 2 x 32 + 7: last batches of sizes that occur anyway
RANDOM = np.random.default_rng(3)


def simplex(scores: np.ndarray) -> np.ndarray:
    e = np.exp(scores)
    return (e / e.sum(-1, keepdims=True)).astype(np.float32)


WEIGHT = RANDOM.uniform(0.2, 3.0, N).astype(np.float32)
LABELS = RANDOM.choice([0, 1, 3], N)  # class 2 never occurs
P = simplex(RANDOM.normal(size=(N, CLASSES)))
P[:, 3] *= 0.05  # so class 3 is hardly ever predicted
P /= P.sum(1, keepdims=True)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[LABELS]
YES = RANDOM.integers(0, 2, N)
SCORE = np.clip(RANDOM.normal(0.35 + 0.3 * YES, 0.3), 0.01, 0.99).astype(np.float32)[:, None]
REAL = RANDOM.normal(size=(N, 2)).astype(np.float32)
GUESS = (REAL + RANDOM.normal(0, 0.5, (N, 2))).astype(np.float32)
WIDE = RANDOM.normal(size=(N, 5)).astype(np.float32)
WIDE_GUESS = (WIDE + RANDOM.normal(0, 0.7, (N, 5))).astype(np.float32)
CHOICE = P.argmax(1)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        true: Targets.
        pred: Predictions.
        expected: ``f(t, y, w)`` with all targets, predictions and weights: the value by scikit-learn or NumPy.
        options: Arguments of the constructor.
        keras: Targets for Keras, where it wants another form; None: not compared, ``reason`` says why.
        reason: Why Keras's number is another one.
    """

    true: np.ndarray
    pred: np.ndarray
    expected: Any
    options: dict[str, Any] = field(default_factory=dict)
    keras: Any = "same"
    reason: str = ""


def mean_of(values: Any) -> Any:
    return lambda t, y, w: np.average(np.asarray(values(t, y)), weights=w)


def answers(t: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    return sk.confusion_matrix(t, y[:, 0] > 0.5, sample_weight=w)


def best(kept: str, sought: str, value: float) -> Any:
    """Try all thresholds one after the other."""

    def share(name: str, m: np.ndarray) -> float:
        (tn, fp), (fn, tp) = m
        a, b = {
            "sensitivity": (tp, fn),
            "recall": (tp, fn),
            "specificity": (tn, fp),
            "precision": (tp, fp),
        }[name]
        return a / (a + b) if a + b else 0.0

    def search(t: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
        tables = [
            sk.confusion_matrix(t, y[:, 0] > np.float32(s), sample_weight=w, labels=[0, 1])
            for s in np.linspace(0, 1, 200)
        ]
        return max(share(sought, m) if share(kept, m) >= value else 0.0 for m in tables)

    return search


def top_k(t: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    return sk.top_k_accuracy_score(t, y, k=2, sample_weight=w, labels=range(CLASSES))


def jaccard(t: np.ndarray, y: np.ndarray, w: np.ndarray, which: Any) -> float:
    each = sk.jaccard_score(t, y, labels=which, average=None, sample_weight=w, zero_division=0)
    return float(np.mean(each))


def log_loss(t: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    y = y.astype(np.float64)
    return sk.log_loss(t, y / y.sum(1, keepdims=True), sample_weight=w, labels=range(CLASSES))


def correlation(t: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(t, y, strict=True)])


def concordance(t: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.array(
        [
            2 * np.cov(a, b, bias=True)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
            for a, b in zip(t, y, strict=True)
        ]
    )


def macro(f: Any, **options: Any) -> Any:
    return lambda t, y, w: f(
        t, y.argmax(1), average="macro", sample_weight=w, zero_division=0, **options
    )


FORM = "Keras wants one-hot targets"
ROWS: dict[str, Row] = {
    "Accuracy": Row(LABELS, CHOICE, lambda t, y, w: sk.accuracy_score(t, y, sample_weight=w)),
    "BinaryAccuracy": Row(
        YES, SCORE, lambda t, y, w: sk.accuracy_score(t, y[:, 0] > 0.5, sample_weight=w)
    ),
    "CategoricalAccuracy": Row(
        ONE_HOT,
        P,
        lambda t, y, w: sk.accuracy_score(t.argmax(1), y.argmax(1), sample_weight=w),
    ),
    "SparseCategoricalAccuracy": Row(
        LABELS, P, lambda t, y, w: sk.accuracy_score(t, y.argmax(1), sample_weight=w)
    ),
    "TopKCategoricalAccuracy": Row(ONE_HOT, P, lambda t, y, w: top_k(t.argmax(1), y, w), {"k": 2}),
    "SparseTopKCategoricalAccuracy": Row(LABELS, P, top_k, {"k": 2}),
    "MeanSquaredError": Row(
        REAL, GUESS, lambda t, y, w: sk.mean_squared_error(t, y, sample_weight=w)
    ),
    "RootMeanSquaredError": Row(
        REAL, GUESS, lambda t, y, w: np.sqrt(sk.mean_squared_error(t, y, sample_weight=w))
    ),
    "MeanAbsoluteError": Row(
        REAL, GUESS, lambda t, y, w: sk.mean_absolute_error(t, y, sample_weight=w)
    ),
    "MeanAbsolutePercentageError": Row(
        REAL,
        GUESS,
        lambda t, y, w: 100 * sk.mean_absolute_percentage_error(t, y, sample_weight=w),
    ),
    "MeanSquaredLogarithmicError": Row(
        np.abs(REAL),
        np.abs(GUESS),
        lambda t, y, w: sk.mean_squared_log_error(t, y, sample_weight=w),
    ),
    "LogCoshError": Row(REAL, GUESS, mean_of(lambda t, y: np.log(np.cosh(t - y)).mean(1))),
    "CosineSimilarity": Row(
        REAL, GUESS, mean_of(lambda t, y: np.diag(sk.pairwise.cosine_similarity(t, y)))
    ),
    "R2Score": Row(REAL, GUESS, lambda t, y, w: sk.r2_score(t, y, sample_weight=w)),
    "PearsonCorrelation": Row(WIDE, WIDE_GUESS, mean_of(correlation)),
    "ConcordanceCorrelation": Row(WIDE, WIDE_GUESS, mean_of(concordance)),
    "BinaryCrossentropy": Row(
        YES[:, None],
        SCORE,
        lambda t, y, w: sk.log_loss(t, y[:, 0].astype(np.float64), sample_weight=w),
    ),
    "CategoricalCrossentropy": Row(ONE_HOT, P, lambda t, y, w: log_loss(t.argmax(1), y, w)),
    "SparseCategoricalCrossentropy": Row(LABELS, P, log_loss),
    "KLDivergence": Row(P[::-1], P, mean_of(lambda t, y: (t * (np.log(t) - np.log(y))).sum(1))),
    "Poisson": Row(
        YES[:, None] * 3,
        SCORE,
        lambda t, y, w: (
            sk.mean_poisson_deviance(t, y, sample_weight=w) / 2
            + np.average(
                np.where(t[:, 0], t[:, 0] - t[:, 0] * np.log(np.maximum(t[:, 0], 1)), 0), weights=w
            )
        ),
    ),
    "Hinge": Row(
        2 * YES[:, None] - 1,
        4 * SCORE - 2,
        lambda t, y, w: sk.hinge_loss(t[:, 0], y[:, 0], sample_weight=w),
    ),
    "SquaredHinge": Row(
        2 * YES[:, None] - 1,
        4 * SCORE - 2,
        mean_of(lambda t, y: np.clip(1 - t * y, 0, None)[:, 0] ** 2),
    ),
    "CategoricalHinge": Row(
        ONE_HOT,
        P,
        lambda t, y, w: sk.hinge_loss(t.argmax(1), y, labels=range(CLASSES), sample_weight=w),
    ),
    "Precision": Row(
        LABELS,
        P,
        macro(sk.precision_score),
        {"average": "macro"},
        None,
        "Keras has no averages over classes",
    ),
    "Recall": Row(
        LABELS, P, macro(sk.recall_score), {"average": "macro"}, None, "Keras has no averages"
    ),
    "F1Score": Row(
        LABELS,
        P,
        macro(sk.f1_score),
        {"average": "macro"},
        None,
        "Keras counts classes that occur nowhere",
    ),
    "FBetaScore": Row(
        LABELS,
        P,
        lambda t, y, w: sk.fbeta_score(
            t, y.argmax(1), beta=2.0, average="weighted", sample_weight=w, zero_division=0
        ),
        {"average": "weighted", "beta": 2.0},
        ONE_HOT,
    ),
    "AUC": Row(
        YES,
        SCORE,
        lambda t, y, w: sk.roc_auc_score(t, y[:, 0], sample_weight=w),
        {},
        None,
        "Keras's is an approximation with 200 thresholds",
    ),
    "TruePositives": Row(YES, SCORE, lambda t, y, w: answers(t, y, w)[1, 1]),
    "FalsePositives": Row(YES, SCORE, lambda t, y, w: answers(t, y, w)[0, 1]),
    "TrueNegatives": Row(YES, SCORE, lambda t, y, w: answers(t, y, w)[0, 0]),
    "FalseNegatives": Row(YES, SCORE, lambda t, y, w: answers(t, y, w)[1, 0]),
    "SensitivityAtSpecificity": Row(
        YES, SCORE, best("specificity", "sensitivity", 0.7), {"specificity": 0.7}
    ),
    "SpecificityAtSensitivity": Row(
        YES, SCORE, best("sensitivity", "specificity", 0.7), {"sensitivity": 0.7}
    ),
    "PrecisionAtRecall": Row(YES, SCORE, best("recall", "precision", 0.6), {"recall": 0.6}),
    "RecallAtPrecision": Row(YES, SCORE, best("precision", "recall", 0.7), {"precision": 0.7}),
    "ConfusionMatrix": Row(
        LABELS,
        P,
        lambda t, y, w: sk.confusion_matrix(t, y.argmax(1), labels=range(CLASSES), sample_weight=w),
        {},
        None,
        "Keras has none",
    ),
    "IoU": Row(
        LABELS,
        CHOICE,
        lambda t, y, w: jaccard(t, y, w, [0, 3]),
        {"num_classes": CLASSES, "target_class_ids": [0, 3]},
        None,
        "Keras rounds the weights down to integers",
    ),
    "BinaryIoU": Row(
        YES, SCORE[:, 0], lambda t, y, w: jaccard(t, y >= 0.5, w, [0, 1]), {}, None, "as IoU"
    ),
    "MeanIoU": Row(
        LABELS,
        CHOICE,
        lambda t, y, w: jaccard(t, y, w, np.unique([*t, *y])),
        {"num_classes": CLASSES},
        None,
        "as IoU",
    ),
    "OneHotIoU": Row(
        ONE_HOT,
        P,
        lambda t, y, w: jaccard(t.argmax(1), y.argmax(1), w, [1]),
        {"num_classes": CLASSES, "target_class_ids": [1]},
        None,
        "as IoU",
    ),
    "OneHotMeanIoU": Row(
        ONE_HOT,
        P,
        lambda t, y, w: jaccard(
            t.argmax(1), y.argmax(1), w, np.unique([*t.argmax(1), *y.argmax(1)])
        ),
        {"num_classes": CLASSES},
        None,
        "as IoU",
    ),
}
NUMBERS_ONLY = {"Mean", "Sum"}


def made(row: str, /, **changes: Any) -> Any:
    return getattr(metrics, row)(**{**ROWS[row].options, **changes})


def in_batches(metric: Any, row: Row, size: int, weight: np.ndarray | None) -> np.ndarray:
    for first in range(0, N, size):
        part = slice(first, first + size)
        metric.update_state(
            row.true[part], row.pred[part], None if weight is None else weight[part]
        )
    return np.asarray(metric.result())


def test_the_table_is_complete() -> None:
    classes = {cls.__name__ for cls in metrics.TABLE.values()}
    assert classes == {*ROWS, *NUMBERS_ONLY}
    public = {n for n in metrics.__all__ if inspect.isclass(getattr(metrics, n))}
    assert public - {"Metric", "MetricFunction", "MeanOfRows"} == classes


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ROWS)
def test_any_batch_size_gives_the_value_of_the_whole_set(name: str, weighted: bool) -> None:
    row = ROWS[name]
    weight = WEIGHT if weighted else np.ones(N, np.float32)
    with np.errstate(all="ignore"):
        expected = row.expected(row.true, row.pred, weight)
    for size in (1, 7, 32, N):
        found = in_batches(made(name), row, size, weight if weighted else None)
        np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-6, err_msg=f"batch {size}")


@pytest.mark.parametrize("name", ROWS)
def test_a_program_with_a_loop_gives_the_same(name: str) -> None:
    row, metric, size = ROWS[name], made(name), 32
    full = N - N % size
    spec = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((size, *a.shape[1:]), a.dtype), (row.true, row.pred)
    )
    start = jax.tree.map(jnp.asarray, metric.start(*spec, N))

    @jax.jit
    def whole(state: Any, true: Any, pred: Any, weight: Any) -> Any:
        def add(state: Any, first: Any, rows: int) -> Any:
            t, y, w = (jax.lax.dynamic_slice_in_dim(a, first, rows) for a in (true, pred, weight))
            return metric.add(state, t, y, w)

        state = jax.lax.fori_loop(0, N // size, lambda i, s: add(s, i * size, size), state)
        state = add(state, full, N - full)
        return metric.compute(state)

    found = whole(start, jnp.asarray(row.true), jnp.asarray(row.pred), WEIGHT)
    assert (found.ndim == 0) == metric.scalar
    expected = in_batches(made(name), row, N, WEIGHT)
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("name", ROWS)
def test_names_lead_to_the_class_and_back(name: str) -> None:
    metric = made(name, name="mine")
    assert repr(type(metric).from_config(metric.get_config())) == repr(metric)
    found = metrics.get({"class_name": name, "config": ROWS[name].options})
    assert type(found).__name__ == name
    assert metric.direction in ("max", "min")


@pytest.mark.parametrize("name", [n for n in ROWS if hasattr(losses, n)])
def test_what_a_loss_minimises_is_better_when_smaller(name: str) -> None:
    assert made(name).direction == ("max" if name == "CosineSimilarity" else "min")


@pytest.mark.oracle
@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.keras is not None])
def test_agrees_with_keras(name: str) -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    row = ROWS[name]
    theirs = getattr(keras.metrics, name)(**row.options)
    theirs.update_state(row.true if isinstance(row.keras, str) else row.keras, row.pred, WEIGHT)
    found = in_batches(made(name), row, 7, WEIGHT)
    np.testing.assert_allclose(found, theirs.result(), rtol=2e-5, atol=2e-6)
    assert theirs.name == made(name).name


@pytest.mark.oracle
def test_all_of_keras_is_here_with_its_arguments() -> None:
    keras = pytest.importorskip("keras", reason="oracle extra")
    other = {
        ("AUC", "num_thresholds"),  # exact by default
        ("F1Score", "average"),  # one number by default
        ("FBetaScore", "average"),
        ("Metric", "dtype"),  # the order of name and dtype is that of all subclasses
        ("Metric", "name"),
    }
    for name, theirs in vars(keras.metrics).items():
        if not inspect.isclass(theirs) or name == "MeanMetricWrapper":
            continue
        ours = inspect.signature(getattr(metrics, name).__init__).parameters
        for n, p in inspect.signature(theirs.__init__).parameters.items():
            if p.kind is inspect.Parameter.VAR_KEYWORD:
                continue
            assert n in ours, (name, n)
            if (name, n) not in other and n != "name":
                assert ours[n].default == p.default, (name, n)
