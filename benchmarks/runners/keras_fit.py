"""Keras's `fit`; the parent chooses the backend with KERAS_BACKEND.

`STEPS_PER_EXECUTION` holds, for each backend and workload, the value that made it fastest, found
with `python -m benchmarks tune`. `jit_compile` stays at Keras's "auto": tried by hand on the digits,
False took 28 s instead of 0.4 s on JAX and 4.5 s instead of 2.6 s on TensorFlow; True gained nothing
there and took 23 s instead of 3 s on PyTorch.
"""

import os

import keras
from numpy.typing import NDArray

from benchmarks import child, reference
from benchmarks.workload import Workload

# Keras's default, 1, stands where nothing is named; the PyTorch backend allows nothing else.
STEPS_PER_EXECUTION = {
    ("jax", "simple_mlp"): 4,
    ("jax", "mnist_small"): 25,
    ("jax", "mnist_wide"): 67,
    ("jax", "digits"): 45,
    ("tensorflow", "mnist_small"): 25,
    ("tensorflow", "mnist_wide"): 67,
    ("tensorflow", "digits"): 15,
}


class Keras:
    """A `Sequential` model trained by `fit`."""

    def __init__(self, workload: Workload, x: NDArray, y: NDArray, shuffle: bool) -> None:
        keras.utils.set_random_seed(0)
        self.workload = workload
        self.x, self.y, self.shuffle = x, y, shuffle
        regression = workload.task == "regression"
        hidden = [keras.layers.Dense(units, activation="relu") for units in workload.sizes[1:-1]]
        last = keras.layers.Dense(workload.sizes[-1], None if regression else "softmax")
        self.model = keras.Sequential([keras.Input((workload.sizes[0],)), *hidden, last])
        best = STEPS_PER_EXECUTION.get((keras.config.backend(), workload.name), 1)
        self.model.compile(
            optimizer=self.make_optimizer(),
            loss="mean_squared_error" if regression else "sparse_categorical_crossentropy",
            steps_per_execution=int(os.environ.get("BENCHMARK_STEPS_PER_EXECUTION", best)),
        )

    def make_optimizer(self) -> keras.optimizers.Optimizer:
        rate = self.workload.learning_rate
        if self.workload.optimizer == "sgd":
            return keras.optimizers.SGD(rate, momentum=self.workload.momentum)
        return keras.optimizers.Adam(rate, reference.BETA_1, reference.BETA_2, reference.EPSILON)

    def fit(self, epochs: int) -> None:
        self.model.fit(
            self.x,
            self.y,
            batch_size=self.workload.batch_size,
            epochs=epochs,
            shuffle=self.shuffle,
            verbose=0,
        )

    def set_weights(self, weights: list[NDArray]) -> None:
        self.model.set_weights(weights)

    def weights(self) -> list[NDArray]:
        return self.model.get_weights()


if __name__ == "__main__":
    child.main(Keras)
