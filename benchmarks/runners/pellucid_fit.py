"""Pellucid's `fit`: the Keras program with its import changed."""

from numpy.typing import NDArray

from benchmarks import child, reference
from benchmarks.workload import Workload
from pellucid import Sequential, layers, optimizers


class Pellucid:
    """A `Sequential` model trained by `fit`."""

    def __init__(self, workload: Workload, x: NDArray, y: NDArray, shuffle: bool) -> None:
        self.workload = workload
        self.x, self.y, self.shuffle = x, y, shuffle
        regression = workload.task == "regression"
        hidden = [layers.Dense(units, activation="relu") for units in workload.sizes[1:-1]]
        last = layers.Dense(workload.sizes[-1], activation=None if regression else "softmax")
        self.model = Sequential([layers.Input((workload.sizes[0],)), *hidden, last])
        self.model.compile(
            optimizer=self.make_optimizer(),
            loss="mean_squared_error" if regression else "sparse_categorical_crossentropy",
        )

    def make_optimizer(self) -> optimizers.Optimizer:
        rate = self.workload.learning_rate
        if self.workload.optimizer == "sgd":
            return optimizers.SGD(learning_rate=rate, momentum=self.workload.momentum)
        return optimizers.Adam(
            learning_rate=rate,
            beta_1=reference.BETA_1,
            beta_2=reference.BETA_2,
            epsilon=reference.EPSILON,
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
    child.main(Pellucid)
