"""Each quantity against a slow twin: a whole training by hand in NumPy, written out layer by layer in float64."""

import numpy as np
import pytest

from pellucid import Input, Sequential, layers, optimizers, regularizers
from pellucid.training.probes import Probes, Schedule
from pellucid.training.probes.quantities import __all__ as quantities

RNG = np.random.default_rng(1)
X = RNG.normal(size=(14, 5)).astype("float32")
Y = RNG.integers(0, 2, 14)
RATE, BATCH, STRENGTH = 0.3, 4, 0.01
NAMES = ["dense", "dense_1", "dense_2"]


def network():
    model = Sequential(
        [
            Input(shape=(5,)),
            layers.Dense(4, activation="relu", kernel_regularizer=regularizers.L2(STRENGTH)),
            layers.Dense(3, activation="tanh"),
            layers.Dense(2, activation="softmax"),
        ]
    )
    weights = [RNG.normal(size=w.shape) for w in model.get_weights()]
    weights[0][:, 1], weights[1][1] = 0.0, -1.0  # a dead unit
    weights[2] *= 3.0  # saturated ones
    model.set_weights([w.astype("float32") for w in weights])
    return model


def forward(weights, x):
    """Return what the activations are applied to, and what they give, layer by layer."""
    befores, outputs = [], [x]
    for turn, function in enumerate(("relu", "tanh", "softmax")):
        z = np.array(
            [
                [
                    row @ w + b
                    for w, b in zip(weights[2 * turn].T, weights[2 * turn + 1], strict=True)
                ]
                for row in outputs[-1]
            ]
        )
        befores.append(z)
        if function == "relu":
            outputs.append(np.where(z > 0, z, 0))
        elif function == "tanh":
            outputs.append((np.exp(2 * z) - 1) / (np.exp(2 * z) + 1))
        else:
            outputs.append(np.array([np.exp(row) / sum(np.exp(row)) for row in z]))
    return befores, outputs


def loss_of(weights, x, y):
    chosen = [row[label] for row, label in zip(forward(weights, x)[1][-1], y, strict=True)]
    return -np.mean(np.log(chosen)) + STRENGTH * (weights[0] ** 2).sum()


def slopes(weights, x, y, wide=1e-6):
    """Central differences, weight by weight; exactly zero where the loss does not move at all."""
    found = []
    for array in weights:
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            sides = []
            for side in (wide, -wide):
                array[place] = kept + side
                sides.append(loss_of(weights, x, y))
            array[place] = kept
            gradient[place] = (sides[0] - sides[1]) / (2 * wide)
        found.append(gradient)
    return found


def length(arrays):
    return sum(float(number) ** 2 for array in arrays for number in array.ravel()) ** 0.5


def shares(numbers):
    ends = [numbers.min(), numbers.max()]
    return [*ends, *np.histogram(numbers, 16)[0] / numbers.size]


def twin(weights, start, x, y):
    """Return all quantities of a step by hand, and the weights after it."""
    befores, outputs = forward(weights, x)
    gradients = slopes(weights, x, y)
    after = [w - RATE * g for w, g in zip(weights, gradients, strict=True)]
    rows = [loss_of(weights, x[i : i + 1], y[i : i + 1]) for i in range(len(x))]
    given = dict(zip(NAMES, outputs[1:], strict=True))
    layer = {name: slice(2 * turn, 2 * turn + 2) for turn, name in enumerate(NAMES)}
    found = {
        "loss": {"whole model": loss_of(weights, x, y)},
        "loss_noise": {"whole model": (np.var(rows) * len(x) / (len(x) - 1) / len(x)) ** 0.5},
        "activation_mean": {n: a.sum() / a.size for n, a in given.items()},
        "activation_spread": {n: ((a**2).mean() - a.mean() ** 2) ** 0.5 for n, a in given.items()},
        "dead_share": {"dense": sum(not outputs[1][:, unit].any() for unit in range(4)) / 4},
        "saturated_share": {
            "dense_1": (abs(outputs[2]) > 0.98).mean(),
            "dense_2": np.mean([max(row) > 0.99 for row in outputs[3]]),
        },
        "preactivation_range": {
            name: [z.min(), *np.quantile(z, [0.05, 0.5, 0.95], method="nearest"), z.max()]
            for name, z in zip(NAMES, befores, strict=True)
        },
        "gradient_norm": {n: length(gradients[layer[n]]) for n in NAMES}
        | {"whole model": length(gradients)},
        "gradient_zero_share": {
            n: np.mean(np.concatenate([g.ravel() for g in gradients[layer[n]]]) == 0) for n in NAMES
        },
        "update_ratio": {
            n: length([a - b for a, b in zip(after[layer[n]], weights[layer[n]], strict=True)])
            / length(weights[layer[n]])
            for n in NAMES
        },
        "parameter_change": {
            n: length([a - b for a, b in zip(weights[layer[n]], start[layer[n]], strict=True)])
            / length(start[layer[n]])
            for n in NAMES
        },
        "prediction_variance": {"whole model": np.mean([np.var(c) for c in outputs[3].T])},
        "mode_difference": {"whole model": 0.0},
        "activation_histogram": {n: shares(a) for n, a in given.items()},
        "preactivation_histogram": {n: shares(z) for n, z in zip(NAMES, befores, strict=True)},
        "gradient_histogram": {
            n: shares(np.concatenate([g.ravel() for g in gradients[layer[n]][::-1]])) for n in NAMES
        },
    }
    return found, after


@pytest.fixture(scope="module")
def both():
    """Return the record of a training, and the same training by hand: step to quantities."""
    model = network()
    weights = [w.astype(float) for w in model.get_weights()]
    model.compile(optimizers.SGD(RATE), "sparse_categorical_crossentropy")
    chosen = Probes(list(quantities), Schedule(1, points=None))
    history = model.fit(X, Y, batch_size=BATCH, epochs=3, shuffle=False, verbose=0, probes=chosen)
    start, by_hand, step = [w.copy() for w in weights], {}, 0
    for _ in range(3):
        for first in range(0, len(X), BATCH):
            batch = slice(first, first + BATCH)
            by_hand[step], weights = twin(weights, start, X[batch].astype(float), Y[batch])
            step += 1
    for found, wanted in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)
    return history.record, by_hand


def test_all_full_batches_are_measured(both):
    record, by_hand = both
    # Steps 3, 7 and 11 have the two rows that are left; what is due there is measured at the next step.
    assert record.steps == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert sorted(record.layers) == [*NAMES, "whole model"]
    assert sorted(record.quantities) == sorted(by_hand[0])


@pytest.mark.parametrize("name", [
    "loss", "loss_noise", "activation_mean", "activation_spread", "dead_share", "saturated_share",
    "preactivation_range", "gradient_norm", "gradient_zero_share", "update_ratio", "parameter_change",
    "prediction_variance", "mode_difference", "activation_histogram", "preactivation_histogram",
    "gradient_histogram",
])  # fmt: skip
def test_each_quantity_is_what_its_twin_says(both, name):
    record, by_hand = both
    assert set(record[name]) == set(by_hand[0][name])
    for turn, step in enumerate(record.steps):
        for place, wanted in by_hand[step][name].items():
            found = record[name][place][turn]
            np.testing.assert_allclose(
                found, wanted, rtol=2e-3, atol=2e-5, err_msg=f"{step} {place}"
            )


def test_the_twins_say_something(both):
    """No quantity is zero, or the same at all steps, because nothing happens in this training."""
    _, by_hand = both
    for name, places in by_hand[0].items():
        if name not in ("mode_difference", "dead_share"):
            numbers = [
                np.ravel(by_hand[step][name][place]) for step in (0, 5, 9) for place in places
            ]
            assert np.ptp(np.concatenate(numbers)) > 0, name
    assert by_hand[0]["dead_share"]["dense"] > 0
    assert by_hand[0]["gradient_zero_share"]["dense"] > 0
    assert by_hand[0]["saturated_share"]["dense_1"] > 0
