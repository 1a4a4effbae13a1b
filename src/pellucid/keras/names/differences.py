"""Where a script's result may differ from Keras's, by the call that shows it; reasons: ``docs/differences.md``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """One line of the closing note.

    Attributes:
        key: What it is about.
        applies: Whether a call with these keyword arguments shows it.
        text: The sentence.
    """

    key: str
    applies: Callable[[Mapping[str, Any]], bool]
    text: str


CONSTRUCTORS: dict[str, tuple[Difference, ...]] = {
    "Adadelta": (
        Difference(
            "Adadelta",
            lambda given: "learning_rate" not in given,
            "`Adadelta()` learns with the rate 0.001, as in Keras 3; in Keras 2 it was 1.0, which scripts written "
            "for it need: Adadelta(learning_rate=1.0).",
        ),
    ),
    "AUC": (
        Difference(
            "AUC",
            lambda given: True,
            "`AUC` is exact over the whole set; Keras has thresholds between which it draws lines.",
        ),
    ),
}
"""By class."""

METHODS: dict[str, tuple[Difference, ...]] = {
    "fit": (
        Difference(
            "validation_freq",
            lambda given: given.get("validation_freq", 1) != 1,
            "with `validation_freq` the history has a value per epoch, NaN where nothing was measured; Keras leaves "
            "them out.",
        ),
    ),
    "compile": (
        Difference(
            "run_eagerly",
            lambda given: bool(given.get("run_eagerly")),
            "`run_eagerly=True` has no effect: the training is always compiled.",
        ),
    ),
}
"""By method of a model."""
