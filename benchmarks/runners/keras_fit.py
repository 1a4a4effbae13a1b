"""Keras's `fit`; the parent chooses the backend with KERAS_BACKEND.

`SETTINGS` holds, for each backend and workload, the arguments of `compile` that made it fastest;
`python -m benchmarks tune` measures them again.
"""

import json
import os

import keras
from numpy.typing import NDArray

from benchmarks import child, reference
from benchmarks.workload import Workload

# Keras's own defaults ("auto", 1) stand where nothing is named.
SETTINGS: dict[tuple[str, str], dict] = {}


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
        chosen = SETTINGS.get((keras.config.backend(), workload.name), {})
        self.model.compile(
            optimizer=self.make_optimizer(),
            loss="mean_squared_error" if regression else "sparse_categorical_crossentropy",
            **json.loads(os.environ.get("BENCHMARK_KERAS_SETTING", "null")) or chosen,
        )

    def make_optimizer(self) -> keras.optimizers.Optimizer:
        rate = self.workload.learning_rate
        if self.workload.optimizer == "sgd":
            return keras.optimizers.SGD(rate, momentum=self.workload.momentum)
        return keras.optimizers.Adam(
            rate, reference.BETA_1, reference.BETA_2, reference.EPSILON
        )

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
