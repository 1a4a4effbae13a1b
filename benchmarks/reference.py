"""The same training in float64 NumPy, with the gradients written out: the outside witness.

Every peer trains a few unshuffled epochs from the weights made here; its loss must equal this
module's. The module also scores the weights of the timed runs, so that no peer's own evaluation
(and its compilation) enters the figures.

Notation: layer l computes Z = A W + b with A of shape (batch, inputs) and W of shape
(inputs, units); D is the gradient of the mean loss with respect to Z.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import Workload

Array = NDArray[np.float64]
# Adam's constants, Keras's defaults; every runner passes them on.
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


def initial_weights(workload: Workload, seed: int = 0) -> list[NDArray[np.float32]]:
    """Return [kernel, bias, kernel, ...]: Glorot's uniform kernels and zero biases."""
    random = np.random.default_rng(seed)
    weights = []
    for inputs, units in pairwise(workload.sizes):
        limit = np.sqrt(6.0 / (inputs + units))
        kernel = random.uniform(-limit, limit, (inputs, units))
        weights += [kernel.astype(np.float32), np.zeros(units, np.float32)]
    return weights


def outputs(weights: list[Array], x: Array) -> list[Array]:
    """Return the input and every layer's output; the last is linear (predictions or logits)."""
    values = [x]
    for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
        linear = values[-1] @ kernel + bias
        last = len(values) == len(weights) // 2
        values.append(linear if last else np.maximum(linear, 0.0))
    return values


def probabilities(logits: Array) -> Array:
    """Return the softmax of each row."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def loss(workload: Workload, weights: list[Array], x: Array, y: Array) -> float:
    """Return the mean loss over all rows."""
    last = outputs(weights, x)[-1]
    if workload.task == "regression":
        return float(np.mean((last - y) ** 2))
    chosen = probabilities(last)[np.arange(len(y)), y.astype(int)]
    return float(-np.mean(np.log(np.maximum(chosen, 1e-300))))


def accuracy(weights: list[Array], x: Array, y: Array) -> float:
    """Return the share of rows whose largest logit is the label's."""
    return float(np.mean(outputs(weights, x)[-1].argmax(axis=1) == y))


def gradients(workload: Workload, weights: list[Array], x: Array, y: Array) -> list[Array]:
    """Return the gradient of `loss` for each weight, by backpropagation."""
    values = outputs(weights, x)
    if workload.task == "regression":
        delta = 2.0 * (values[-1] - y) / y.size
    else:
        delta = probabilities(values[-1])
        delta[np.arange(len(y)), y.astype(int)] -= 1.0
        delta /= len(y)
    found: list[Array] = []
    for layer in reversed(range(len(weights) // 2)):
        found = [values[layer].T @ delta, delta.sum(axis=0), *found]
        if layer:
            delta = (delta @ weights[2 * layer].T) * (values[layer] > 0.0)
    return found


def train(workload: Workload, start: list[NDArray[np.float32]], x: Array, y: Array) -> list[Array]:
    """Return the weights after `check_epochs` epochs over the rows in their order."""
    weights = [array.astype(np.float64) for array in start]
    first = [np.zeros_like(array) for array in weights]
    second = [np.zeros_like(array) for array in weights]
    step = 0
    for _ in range(workload.check_epochs):
        for begin in range(0, len(x), workload.batch_size):
            rows = slice(begin, begin + workload.batch_size)
            step += 1
            for index, gradient in enumerate(gradients(workload, weights, x[rows], y[rows])):
                if workload.optimizer == "sgd":
                    first[index] = workload.momentum * first[index] + gradient
                    update = first[index]
                else:
                    first[index] += (1 - BETA_1) * (gradient - first[index])
                    second[index] += (1 - BETA_2) * (gradient**2 - second[index])
                    mean = first[index] / (1 - BETA_1**step)
                    update = mean / (np.sqrt(second[index] / (1 - BETA_2**step)) + EPSILON)
                weights[index] = weights[index] - workload.learning_rate * update
    return weights
