"""What scripts give to ``compile``, as Pellucid takes it."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.keras.notices import differs
from pellucid.keras.sides.accuracy import ShapeAccuracy, crossentropy
from pellucid.keras.sides.functions import translate_function, translated_measure
from pellucid.modules.notes import is_our_function


def loss_of_script(choice: Any) -> Any:
    """Return a choice of loss as :func:`of_script` does; ``"crossentropy"`` is the one that fits the shapes.

    Where no output has a loss, there is none: what ``add_loss`` adds is minimised alone.
    """
    each = choice.values() if isinstance(choice, dict) else choice
    if isinstance(choice, (list, tuple, dict)) and choice and all(one is None for one in each):
        return None
    if isinstance(choice, (list, tuple)):
        return [loss_of_script(each) for each in choice]
    if isinstance(choice, dict):
        return {name: loss_of_script(each) for name, each in choice.items()}
    named = isinstance(choice, str) and choice.lower() in ("crossentropy", "ce")
    return crossentropy if named else of_script(choice)


GONE = {
    "cosine_proximity": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}
"""Words for losses and metrics that are words no more; others keep theirs, for a history's columns are named so."""


def of_script(choice: Any) -> Any:
    """Return a choice of loss or metric with the script's own functions translated, in lists and dicts too."""
    if isinstance(choice, (list, tuple)):
        return [of_script(each) for each in choice]
    if isinstance(choice, dict):
        return {name: of_script(each) for name, each in choice.items()}
    if isinstance(choice, str):
        if choice in ("accuracy", "acc"):
            return ShapeAccuracy(choice)
        return GONE.get(choice, choice)
    if getattr(choice, "is_whole", False):
        return translate_function(choice.__call__)
    if isinstance(choice, pellucid.metrics.FBetaScore) and choice.average is None:
        differs(
            "average",
            "Histories hold numbers: of an F score for each class they show the mean, average='macro'.",
        )
        return choice.clone(average="macro")
    plain = getattr(choice, "plain_function", None)
    if plain is not None:
        return plain
    if callable(choice) and not isinstance(choice, type) and hasattr(choice, "__name__"):
        return choice if is_our_function(choice) else translated_measure(choice)
    return choice() if isinstance(choice, type) else choice
