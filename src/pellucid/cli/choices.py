"""What can be chosen on the command line, and what is taken where nothing was. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pellucid.core.errors import ArgumentError

DATA_SETS = ("digits", "mnist", "fashion_mnist")

Activation = StrEnum(
    "Activation",
    [
        "relu",
        "leaky_relu",
        "elu",
        "selu",
        "gelu",
        "silu",
        "mish",
        "tanh",
        "sigmoid",
        "softplus",
        "softsign",
    ],
)
"""The activations of hidden layers."""

OptimizerName = StrEnum(
    "OptimizerName",
    ["adam", "adamw", "nadam", "adamax", "sgd", "rmsprop", "adagrad", "adadelta", "lion"],
)

Task = StrEnum("Task", ["classification", "regression"])


@dataclass(frozen=True)
class Settings:
    """The chosen numbers of one training.

    Attributes:
        hidden: Units of each hidden layer, from the input on.
        activation: Their activation.
        dropout: Fraction of each hidden layer's outputs that is dropped while training, in [0, 1).
        optimizer: The optimizer's name.
        learning_rate: Its first learning rate, or None for the optimizer's own default.
        epochs: Most passes over the training data.
        batch_size: Rows per update.
        seed: Decides splits, starting weights, order and dropout.
        validation: Fraction of the training rows that is held out to decide when to stop.
        patience: Epochs without a better validation loss after which training ends.
    """

    hidden: tuple[int, ...]
    activation: str
    dropout: float
    optimizer: str
    learning_rate: float | None
    epochs: int
    batch_size: int
    seed: int
    validation: float
    patience: int


DEFAULTS: dict[str, Settings] = {
    "digits": Settings((128, 64), "relu", 0.2, "adam", None, 100, 32, 0, 0.1, 15),
    "mnist": Settings((512, 512), "relu", 0.3, "adam", None, 25, 128, 0, 0.1, 5),
    "fashion_mnist": Settings((512, 512), "relu", 0.3, "adam", None, 25, 128, 0, 0.1, 5),
    "table": Settings((64, 32), "relu", 0.1, "adam", None, 200, 32, 0, 0.15, 20),
}
"""What is taken where nothing is said, by kind of data."""


def parse_hidden(text: str) -> tuple[int, ...]:
    """Read the units of the hidden layers.

    Raises:
        ArgumentError: It is no list of whole numbers from 1 to 65,536, or has more than 64 entries.

    >>> parse_hidden("128,64"), parse_hidden("none")
    ((128, 64), ())
    """
    if text.strip().lower() in ("none", "0", ""):
        return ()
    parts = [part.strip() for part in text.replace("x", ",").split(",")]
    good = all(part.isascii() and part.isdigit() and 1 <= int(part) <= 65_536 for part in parts)
    if not good or len(parts) > 64:
        raise ArgumentError(
            "--hidden",
            f"it must be whole numbers from 1 to 65536 divided by commas, one for each layer, but it is '{text}'.",
            "--hidden 128,64, or --hidden none for no hidden layer",
        )
    return tuple(map(int, parts))
