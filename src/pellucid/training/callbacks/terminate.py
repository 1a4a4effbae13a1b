"""Stopping at NaN: Keras's callback, for what every training here does anyway."""

from __future__ import annotations

from pellucid.training.callbacks.callback import Callback


class TerminateOnNaN(Callback):
    """Stop when the loss is NaN or infinite.

    Every ``fit`` of Pellucid does so, gives the model back its last finite weights and says at which step it
    happened; the callback exists so that scripts written for Keras run unchanged.

    Example:
        >>> from pellucid.callbacks import TerminateOnNaN
        >>> TerminateOnNaN().pauses
        'train'
    """
