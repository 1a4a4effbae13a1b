"""Images, all 60,000 of both sets: a small convolutional network reads MNIST and tells garments apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pellucid import Sequential, datasets, layers, optimizers

BATCH_SIZE = 128


def build(*augmentation: Any) -> Sequential:
    """Return three convolutions of 32, 64 and 128 filters, each normalised and pooled, and a softmax."""
    blocks = []
    for filters in (32, 64, 128):
        blocks += [
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
        ]
    return Sequential(
        [
            layers.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Reshape((28, 28, 1)),
            *augmentation,
            *blocks,
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(10, activation="softmax"),
        ]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "epochs", "wanted"),
    [
        ("mnist", 1, 0.96),
        pytest.param("mnist", 5, 0.992, marks=pytest.mark.release),
        pytest.param("fashion_mnist", 8, 0.92, marks=pytest.mark.release),
    ],
)
def test_a_convolutional_network_reads_images(
    name: str,
    epochs: int,
    wanted: float,
    local_data: Path,
    record_property: Callable[[str, object], None],
) -> None:
    (x_train, y_train), (x_test, y_test) = getattr(datasets, name).load_data()
    assert x_train.shape == (60_000, 28, 28)
    model = build(layers.RandomFlip("horizontal")) if name == "fashion_mnist" else build()
    steps = epochs * -(-len(x_train) // BATCH_SIZE)
    rate = optimizers.schedules.OneCycle(4e-3, total_steps=steps)
    model.compile(optimizers.Adam(rate), "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=epochs, verbose=0)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    for key, value in {"accuracy": accuracy, "loss": loss}.items():
        record_property(key, value)
    print(f"{name}: test accuracy {accuracy:.4f} after {epochs} epochs")
    assert accuracy >= wanted
