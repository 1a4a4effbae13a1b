"""``keras.applications.efficientnet``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]

EfficientNetB0 = application("EfficientNetB0")
EfficientNetB1 = application("EfficientNetB1")
EfficientNetB2 = application("EfficientNetB2")
EfficientNetB3 = application("EfficientNetB3")
EfficientNetB4 = application("EfficientNetB4")
EfficientNetB5 = application("EfficientNetB5")
EfficientNetB6 = application("EfficientNetB6")
EfficientNetB7 = application("EfficientNetB7")
preprocess_input = preprocessing("none")
