"""``tf.data``: pipelines of elements, computed when they are iterated, as often as wanted."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2

__getattr__, __dir__ = facade(
    __name__,
    {
        "pellucid.keras.tensorflow.data.dataset": "Dataset",
        "pellucid.keras.tensorflow.data.options": "Options",
        "pellucid.keras.tensorflow.data.lines": "TextLineDataset",
    },
    modules="experimental",
)
