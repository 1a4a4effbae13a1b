"""What can be chosen on the command line, and what is taken where nothing was. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pellucid.core.errors import ArgumentError

DONE, DIVERGED, FAILED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""

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

Schedule = StrEnum("Schedule", ["constant", "cosine"])
"""The course of the learning rate: always the same, or falling to zero in half a cosine over all epochs."""

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
        schedule: ``"constant"``, or ``"cosine"``: the rate falls to zero over the epochs.
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
    schedule: str
    epochs: int
    batch_size: int
    seed: int
    validation: float
    patience: int


DEFAULTS: dict[str, Settings] = {
    "digits": Settings((128, 64), "relu", 0.2, "adam", None, "constant", 100, 32, 0, 0.1, 15),
    "mnist": Settings((512, 512), "relu", 0.3, "adam", None, "cosine", 15, 128, 0, 0.1, 5),
    "fashion_mnist": Settings((512, 512), "relu", 0.3, "adam", None, "cosine", 15, 128, 0, 0.1, 5),
    "table": Settings((64, 32), "relu", 0.1, "adam", None, "constant", 200, 32, 0, 0.15, 20),
}
"""What is taken where nothing is said, by kind of data."""


def default_in_words(name: str) -> str:
    """Say an option's default, which depends on the data.

    >>> default_in_words("batch_size")
    '[default: digits 32, mnist 128, a table 32]'
    """
    shown = {what: getattr(DEFAULTS[what], name) for what in ("digits", "mnist", "table")}
    words = {w: ",".join(map(str, v)) if isinstance(v, tuple) else str(v) for w, v in shown.items()}
    if len(set(words.values())) == 1:
        return f"[default: {words['digits']}]"
    return f"[default: digits {words['digits']}, mnist {words['mnist']}, a table {words['table']}]"


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
