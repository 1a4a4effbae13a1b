"""Metrics of scripts: variables before the first batch, state aside, forms of arguments; Keras as witness."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import jax
import numpy as np
import pytest

import pellucid.keras as keras

TRUE = np.array([0, 1, 1, 0, 1, 1], "float32")
SCORES = np.array([0.1, 0.8, 0.3, 0.6, 0.9, 0.55], "float32")
WEIGHTS = np.array([1, 2, 1, 0.5, 1, 3], "float32")

KNOWN: list[tuple[str, dict[str, Any]]] = [
    ("MeanSquaredError", {}),
    ("BinaryAccuracy", {}),
    ("RootMeanSquaredError", {}),
    ("Hinge", {}),
    ("TruePositives", {"thresholds": [0.4, 0.9]}),
    ("FalseNegatives", {}),
    ("Precision", {"thresholds": [0.4, 0.9]}),
    ("Recall", {}),
    ("SensitivityAtSpecificity", {"specificity": 0.5, "num_thresholds": 7}),
    ("AUC", {"num_thresholds": 5}),
    ("MeanIoU", {"num_classes": 2, "dtype": "float32"}),
    ("BinaryIoU", {"dtype": "float32"}),
]


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning", "ignore:Explicitly requested")
@pytest.mark.parametrize(("name", "arguments"), KNOWN)
def test_variables_are_keras_s_before_and_after_a_batch(
    name: str, arguments: dict[str, Any]
) -> None:
    theirs = pytest.importorskip("keras", reason="oracle extra")
    one, other = (getattr(n.metrics, name)(name="m", **arguments) for n in (keras, theirs))
    true, scores = (TRUE, SCORES) if name != "MeanIoU" else (TRUE, np.round(SCORES))
    for batch in range(3):
        assert len(one.variables) == len(other.variables)
        for ours, wanted in zip(one.variables, other.variables, strict=True):
            if name not in ("TruePositives", "FalseNegatives"):
                assert ours.path == wanted.path
            wanted = np.asarray(theirs.ops.convert_to_numpy(wanted))
            assert tuple(ours.shape) == wanted.shape
            np.testing.assert_allclose(ours.numpy(), wanted, rtol=1e-5, atol=1e-6)
        if batch == 2:
            break
        sets = (true, scores, WEIGHTS)
        given = [a[:, None] for a in sets[:2]] if name != "MeanIoU" else list(sets[:2])
        for metric in (one, other):
            metric.update_state(*given, sample_weight=WEIGHTS)
    wanted = theirs.ops.convert_to_numpy(other.result())
    np.testing.assert_allclose(one.result().numpy(), wanted, rtol=1e-5)
    one.reset_state()
    assert all(not np.any(variable.numpy()) for variable in one.variables)


@pytest.mark.parametrize(("name", "arguments"), KNOWN)
def test_state_goes_in_and_out(name: str, arguments: dict[str, Any]) -> None:
    metric = getattr(keras.metrics, name)(**arguments)
    scores = np.round(SCORES) if name == "MeanIoU" else SCORES
    values = metric.stateless_reset_state()
    update = jax.jit(metric.stateless_update_state) if name != "MeanIoU" else metric.stateless_update_state  # fmt: skip
    for _ in range(2):
        values = update([np.asarray(v) for v in values], TRUE, scores)
    assert all(not np.any(variable.numpy()) for variable in metric.variables)
    found = np.asarray(metric.stateless_result(values))
    for _ in range(2):
        metric.update_state(TRUE, scores)
    np.testing.assert_allclose(found, metric.result().numpy(), rtol=1e-6)
    for variable, value in zip(metric.variables, values, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-6)
    with pytest.raises(ValueError, match="metric_variables"):
        metric.stateless_result(values[1:] if len(values) > 1 else [])


def test_variables_can_be_assigned() -> None:
    metric = keras.metrics.Precision()
    metric.true_positives.assign([3.0])
    metric.false_positives.assign([1.0])
    assert float(metric.result()) == 0.75
    copied = copy.deepcopy(metric)
    copied.false_positives.assign([0.0])
    assert (float(copied.result()), float(metric.result())) == (1.0, 0.75)
    assert type(pickle.loads(pickle.dumps(keras.metrics.Recall()))) is keras.metrics.Recall
    several = keras.metrics.AUC(num_thresholds=5, multi_label=True)
    several.update_state(np.eye(3, dtype="float32"), np.eye(3, dtype="float32"))
    assert tuple(several.true_positives.shape) == (5, 3)


def test_a_top_k_without_rows_is_one_row() -> None:
    recall = keras.metrics.Recall(top_k=3)
    recall.update_state([0, 1, 1, 0, 0], [0.2, 0.1, 0.4, 0.5, 0.3])
    assert float(recall.result()) == 0.5
    recall.update_state([1, 0, 0, 0, 1], [0.2, 0.1, 0.4, 0.5, 0.3], [2.0, 1.0, 1.0, 1.0, 3.0])
    # found: 1, and the last one of weight 3; missed: 1, and the first of weight 2
    assert float(recall.result()) == pytest.approx(4 / 7)


def test_thresholds_of_auc_have_their_ends() -> None:
    metric = keras.metrics.AUC(num_thresholds=2, thresholds=[0.5])
    assert metric.num_thresholds == 3
    np.testing.assert_allclose(metric.thresholds, [0, 0.5, 1], atol=1e-6)
    assert keras.metrics.AUC().thresholds is None
    assert keras.metrics.AUC.from_config(metric.get_config()).num_thresholds == 3


def test_an_f_score_is_one_of_each_class_and_a_mean_in_fit() -> None:
    metric = keras.metrics.F1Score()
    one_hot = np.eye(3, dtype="float32")[[0, 0, 1]]
    metric.update_state(one_hot, one_hot[[0, 2, 2]])
    np.testing.assert_allclose(metric.result().numpy(), [2 / 3, 2 / 3, 0], rtol=1e-6)
    macro = keras.metrics.F1Score(average="macro")
    macro.update_state(one_hot, one_hot[[0, 2, 2]])
    assert float(macro.result()) == pytest.approx(4 / 9)  # the class that never occurs counts 0
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    history = model.fit(np.ones((6, 2)), np.eye(3)[[0, 1, 2] * 2], verbose=0)
    assert 0 <= history.history["f1_score"][0] <= 1


def test_the_dtype_is_told_and_stays() -> None:
    assert keras.metrics.Mean().dtype == "float32"
    metric = keras.metrics.Mean(dtype="float16")
    assert metric.dtype == metric.get_config()["dtype"] == "float16"
    with pytest.raises(AttributeError, match="chosen"):
        metric.dtype = "float32"
    assert keras.metrics.get(None) is None


def test_weights_of_an_iou_keep_their_fractions_and_say_so() -> None:
    metric = keras.metrics.MeanIoU(num_classes=2)
    with pytest.warns(UserWarning, match="fractions"):
        metric.update_state([0, 1, 1], [0, 1, 0], sample_weight=[0.5, 0.5, 0.25])
    assert float(metric.result()) == pytest.approx((0.5 / 0.75 + 0.5 / 0.75) / 2)


class Own(keras.metrics.Metric):
    """The mean error, with a metric of Keras's inside."""

    def __init__(self, name: str = "own", dtype: Any = None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", name="total")
        self.inner = {"parts": [keras.metrics.Mean(name="part")], 1: None}
        self.more = [keras.Variable(0.0)]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        error = keras.ops.mean(keras.ops.abs(y_true - y_pred))
        self.total.assign_add(error)
        self.more[0].assign_add(1.0)
        self.inner["parts"][0].update_state(error)

    def result(self) -> Any:
        return self.total / self.more[0] + self.inner["parts"][0].result()


def test_a_script_s_metric_holds_variables_and_metrics() -> None:
    metric = Own()
    assert [v.path for v in metric.variables] == ["own/total", "variable", "part/total", "part/count"]  # fmt: skip
    values = metric.stateless_update_state(metric.variables, np.zeros(4), np.ones(4))
    assert not np.any(metric.variables[0].numpy())
    assert float(np.asarray(metric.stateless_result(values))) == 2.0
    metric.update_state(np.zeros(4), np.ones(4))
    assert float(metric.result()) == 2.0
    metric.reset_state()
    assert all(not np.any(variable.numpy()) for variable in metric.variables)
    again = Own.from_config(metric.get_config())
    assert again.get_config() == metric.get_config()


def test_a_metric_inside_a_metric_is_carried_through_fit() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.0), "mse", metrics=[Own()])
    history = model.fit(np.ones((8, 1)), np.full((8, 1), 3.0), batch_size=2, epochs=2, verbose=0)
    assert history.history["own"] == pytest.approx([6.0, 6.0])
