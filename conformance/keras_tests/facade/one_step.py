"""One step of training of a model that is one layer."""

from __future__ import annotations

from typing import Any

import keras


class Around(keras.Model):
    """A model of one layer.

    Args:
        layer: The layer.
    """

    def __init__(self, layer: Any):
        super().__init__()
        self.layer = layer

    def call(self, x: Any, training: bool = False) -> Any:
        return self.layer(x, training=training)


class Sum(keras.losses.Loss):
    """The sum of the outputs; nothing is done to it, so that sparse outputs pass."""

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        return keras.ops.sum(y_pred)


def train_one_step(layer: Any, inputs: Any, outputs: Any) -> None:
    """Fit the sum of the outputs on one batch."""

    def batches() -> Any:
        while True:
            yield inputs, outputs

    model = Around(layer)
    model.compile(optimizer="sgd", loss=Sum())
    model.fit(batches(), steps_per_epoch=1, verbose=0)
