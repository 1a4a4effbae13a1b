"""The witness of the benchmarks, checked against finite differences and one step by hand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import reference
from benchmarks.workloads import WORKLOADS


def small(name, **changes):
    sizes = (3, 4, 1) if name == "simple_mlp" else (3, 4, 2)
    return replace(WORKLOADS[name], sizes=sizes, batch_size=4, **changes)


def data(workload):
    random = np.random.default_rng(3)
    x = random.standard_normal((6, 3))
    if workload.task == "regression":
        return x, random.standard_normal((6, 1))
    return x, random.integers(0, 2, 6)


@pytest.mark.parametrize("name", ["simple_mlp", "digits"])
def test_gradients_equal_finite_differences(name):
    workload = small(name)
    x, y = data(workload)
    weights = [array.astype(np.float64) for array in reference.initial_weights(workload)]
    found = reference.gradients(workload, weights, x, y)
    for array, gradient in zip(weights, found, strict=True):
        for place in np.ndindex(array.shape):
            here, width = array[place], 1e-6
            array[place] = here + width
            above = reference.loss(workload, weights, x, y)
            array[place] = here - width
            below = reference.loss(workload, weights, x, y)
            array[place] = here
            assert gradient[place] == pytest.approx((above - below) / (2 * width), abs=1e-7)


def test_momentum_adds_the_decayed_last_update():
    workload = small("mnist_small", check_epochs=1)
    x, y = data(workload)
    start = reference.initial_weights(workload)
    first = [array.astype(np.float64) for array in start]
    update = reference.gradients(workload, first, x[:4], y[:4])
    second = [w - 0.01 * u for w, u in zip(first, update, strict=True)]
    again = reference.gradients(workload, second, x[4:], y[4:])
    by_hand = [w - 0.01 * (0.9 * u + g) for w, u, g in zip(second, update, again, strict=True)]
    for mine, theirs in zip(reference.train(workload, start, x, y), by_hand, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_the_first_step_of_adam_has_the_size_of_the_learning_rate():
    workload = small("digits", check_epochs=1)
    x, y = data(workload)
    start = reference.initial_weights(workload)
    moved = np.abs(reference.train(workload, start, x[:4], y[:4])[0] - start[0])
    assert moved.max() == pytest.approx(1e-3, rel=1e-3)


def test_accuracy_counts_the_largest_logit():
    weights = [np.eye(2), np.zeros(2)]
    x = np.array([[2.0, 1.0], [0.0, 1.0], [3.0, 0.0]])
    assert reference.accuracy(weights, x, np.array([0, 1, 1])) == pytest.approx(2 / 3)
