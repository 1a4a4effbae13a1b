"""``keras.applications.densenet``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

DenseNet121 = application("DenseNet121")
DenseNet169 = application("DenseNet169")
DenseNet201 = application("DenseNet201")
preprocess_input = preprocessing("torch")
