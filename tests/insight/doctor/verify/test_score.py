"""The numbers by which trainings are compared: against numbers written down by hand, and scikit-learn."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss, r2_score

from pellucid import losses
from pellucid.insight.doctor.verify.effect import compared, judged, mean_and_error
from pellucid.insight.doctor.verify.score import is_uneven, joined, scores_of
from pellucid.insight.doctor.verify.task import task_of

rng = np.random.default_rng(0)
CCE = losses.SparseCategoricalCrossentropy()


def values(task, outputs, loss, classes=None):
    found = scores_of(task, np.asarray(outputs), loss, classes)
    return {name: score.value for name, score in found.items()}


def logits_of(p):
    return np.log(p / (1 - p))


@pytest.mark.parametrize(
    ("y", "shapes", "kind"),
    [
        (np.array([0, 1, 1, 0]), [(1,)], "classes"),
        (np.array([-1, 1, 1, -1]), [(1,)], "classes"),
        (np.array([0, 1, 2, 0, 1, 2]), [(1,)], "numbers"),
        (np.array([0, 1, 2, 0, 1, 2]), [(1,), (3,)], "classes"),
        (np.array(["a", "b", "c"]), [(1,)], "classes"),
        (np.array([[0], [1], [1]]), [(1,)], "classes"),
        (np.arange(6), [(3,)], "numbers"),
        (np.eye(3)[[0, 1, 2, 1]], [(3,)], "classes"),
        (np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0]]), [(3,)], "yes-no"),
        (np.array([[1, 2, 0], [2, 0, 1]]), [(3, 4)], "classes"),
        (np.array([[1, 2, 0], [2, 0, 1]]), [(3,)], "numbers"),
        (np.array([0.5, 1.5, 2.5]), [(1,)], "numbers"),
        (np.arange(100), [(1,)], "numbers"),
        (rng.integers(0, 2, (4, 5, 5)), [(5, 5, 1)], "yes-no"),
    ],
)
def test_the_question_is_read_from_the_targets(y, shapes, kind):
    assert task_of(y, y, shapes, []).kind == kind


def test_a_loss_of_classes_makes_classes_of_whole_numbers():
    y = np.arange(12) % 3
    assert task_of(y, y, [(1,)], [CCE]).kind == "classes"
    assert task_of(y, y, [(1,)], [CCE, losses.MeanSquaredError()]).kind == "numbers"


def test_classes_as_scikit_learn_counts_them():
    y = rng.choice(3, 60, p=[0.6, 0.3, 0.1])
    p = rng.dirichlet(np.ones(3), 60)
    task = task_of(y, y, [(3,)], [])
    expected = {
        "accuracy": (p.argmax(1) == y).mean(),
        "balanced accuracy": balanced_accuracy_score(y, p.argmax(1)),
        "cross-entropy": log_loss(y, p),
        "balanced cross-entropy": log_loss(y, p, sample_weight=1 / np.bincount(y)[y]),
    }
    assert values(task, p, CCE) == pytest.approx(expected)
    logits = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert values(task, np.log(p) + 3, logits) == pytest.approx(expected)
    one_hot = np.eye(3)[y]
    assert values(task_of(one_hot, one_hot, [(3,)], []), p, CCE) == pytest.approx(expected)


def test_one_unit_says_the_same_by_every_loss():
    y = rng.integers(0, 2, 50)
    p = rng.uniform(0.05, 0.95, 50)
    task = task_of(y, y, [(1,)], [])
    expected = {
        "accuracy": ((p > 0.5) == y).mean(),
        "balanced accuracy": balanced_accuracy_score(y, p > 0.5),
        "cross-entropy": log_loss(y, p),
        "balanced cross-entropy": log_loss(y, p, sample_weight=1 / np.bincount(y)[y]),
    }
    assert values(task, p[:, None], losses.BinaryCrossentropy()) == pytest.approx(expected)
    logits = losses.BinaryCrossentropy(from_logits=True)
    assert values(task, logits_of(p)[:, None], logits) == pytest.approx(expected)
    assert values(task, logits_of(p) / 2, losses.Hinge()) == pytest.approx(expected)
    assert values(task, p, losses.MeanSquaredError()) == pytest.approx(expected)
    signs = task_of(2 * y - 1, 2 * y - 1, [(1,)], [])
    assert values(signs, 2 * p - 1, losses.MeanSquaredError()) == pytest.approx(expected)
    two = np.stack([1 - p, p], axis=1)
    assert values(task, two, CCE) == pytest.approx(expected)


def test_labels_find_their_units():
    y = np.array(["no", "yes", "no"])
    task = task_of(y, y, [(2,)], [])
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    assert values(task, p, CCE, np.array(["no", "yes"]))["accuracy"] == pytest.approx(2 / 3)
    assert values(task, p[:, ::-1], CCE, np.array(["yes", "no"]))["accuracy"] == pytest.approx(
        2 / 3
    )
    gap = np.array([1, 3, 1])
    task = task_of(gap, gap, [(4,)], [])
    assert values(task, np.eye(4)[[1, 3, 2]], CCE)["accuracy"] == pytest.approx(2 / 3)


def test_one_unit_for_three_classes_answers_the_nearest():
    y = np.array([0, 1, 2, 2])
    task = task_of(np.tile(y, 3), y, [(1,), (3,)], [])
    assert values(task, [[0.2], [1.4], [1.6], [0.0]], losses.MeanSquaredError())["accuracy"] == 0.75


def test_several_answers_and_steps():
    y = np.array([[1, 1, 0], [0, 0, 1], [1, 0, 0]])
    task = task_of(y, y, [(3,)], [])
    p = np.abs(y - 0.3)
    found = values(task, p, losses.BinaryCrossentropy())
    assert found == pytest.approx(
        {
            "accuracy": 1,
            "balanced accuracy": 1,
            "cross-entropy": -np.log(0.7),
            "balanced cross-entropy": -np.log(0.7),
        }
    )
    steps = np.array([[0, 1], [2, 1]])
    task = task_of(steps, steps, [(2, 3)], [])
    assert values(task, np.eye(3)[[[0, 1], [2, 0]]], CCE)["accuracy"] == 0.75


def test_a_constant_answer_is_worth_nothing_and_a_perfect_one_everything():
    y = np.array([0] * 90 + [1] * 10)
    task = task_of(y, y, [(1,)], [])
    assert is_uneven(task)
    half = np.full((100, 1), 0.5)
    constant = {"": scores_of(task, half, losses.BinaryCrossentropy(), None)}
    plain = scores_of(task, half - 0.4, losses.BinaryCrossentropy(), None)["cross-entropy"]
    assert plain.skill.mean() == pytest.approx(0, abs=1e-6)
    perfect = {"": scores_of(task, y[:, None].astype(float), losses.BinaryCrossentropy(), None)}
    for stage in (0, 1):
        found = [joined(each, {"": "classes"}, stage).mean() for each in (constant, perfect)]
        assert found == pytest.approx([0, 1], abs=1e-6)


def test_numbers():
    y = rng.normal(size=(30, 2)) * [1, 10] + 5
    outputs = y + rng.normal(size=(30, 2))
    task = task_of(y, y, [(2,)], [])
    expected = r2_score(y, outputs, multioutput="variance_weighted")
    assert values(task, outputs, losses.MeanSquaredError())["R²"] == pytest.approx(expected)
    flat = task_of(y[:, 0], y[:, 0], [(1,)], [])
    expected = r2_score(y[:, 0], outputs[:, 0])
    assert values(flat, outputs[:, :1], losses.MeanSquaredError())["R²"] == pytest.approx(expected)


def test_a_diverged_training_is_bounded_in_judging_only():
    y = rng.normal(size=20)
    task = task_of(y, y, [(1,)], [])
    for wild in (np.nan, np.inf, 1e30):
        found = scores_of(task, np.full((20, 1), wild), losses.MeanSquaredError(), None)["R²"]
        assert not found.value > -1e30 and np.all(found.skill == -1)
    labels = (y > 0).astype(int)
    task = task_of(labels, labels, [(1,)], [])
    nothing = scores_of(task, np.full((20, 1), np.nan), losses.BinaryCrossentropy(), None)
    assert nothing["accuracy"].value == 0 and np.isfinite(nothing["cross-entropy"].value)
    assert np.all(nothing["cross-entropy"].skill == -1)


def variant(*outputs, task, loss=CCE):
    scores = [{"": scores_of(task, np.asarray(each), loss, None)} for each in outputs]
    return SimpleNamespace(scores=scores)


def test_a_gain_is_judged_against_rows_and_seeds():
    y = np.arange(100) % 2
    task, right = task_of(y, y, [(2,)], []), np.eye(2)[y]
    half = np.where((np.arange(100) < 50)[:, None], right, right[:, ::-1])
    good, poor = variant(right, right, task=task), variant(half, half, task=task)
    skill, error = compared(good, poor, {"": task})
    assert skill == pytest.approx((0, 1)) and judged(skill, error)[0] == "helps"
    assert judged(skill[::-1], error)[0] == "worse"
    skill, error = compared(variant(right, half, task=task), poor, {"": task})
    assert judged(skill, error)[0] == "no effect"  # one seed of two
    skill, error = compared(variant(half, task=task), poor, {"": task})
    assert error == 0 and judged(skill, error)[0] == "no effect"


def test_the_second_number_decides_where_the_first_stays():
    y = np.arange(40) % 2
    task, right = task_of(y, y, [(2,)], []), np.eye(2)[y]
    unsure = 0.6 * right + 0.4 * right[:, ::-1]
    skill, error = compared(variant(right, task=task), variant(unsure, task=task), {"": task})
    assert skill == pytest.approx((1 + np.log2(0.6), 1), abs=1e-4)
    assert judged(skill, error)[0] == "helps"


def test_the_error_of_a_mean_is_of_both_sources():
    table = rng.normal(size=(3, 50))
    mean, error = mean_and_error(table)
    rows = table.mean(0).std(ddof=1) / np.sqrt(50)
    seeds = table.mean(1).std(ddof=1) / np.sqrt(3)
    assert (mean, error) == pytest.approx((table.mean(), np.hypot(rows, seeds)))
