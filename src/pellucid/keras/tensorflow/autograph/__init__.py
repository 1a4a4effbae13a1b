"""``tf.autograph``: Python's own ``if`` and ``while`` run as they stand, so there is nothing to convert."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

__getattr__, __dir__ = facade(
    __name__,
    {"pellucid.keras.tensorflow.contexts": "set_verbosity do_not_convert"},
    modules="experimental",
)
