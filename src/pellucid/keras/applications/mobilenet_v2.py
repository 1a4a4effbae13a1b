"""``keras.applications.mobilenet_v2``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

MobileNetV2 = application("MobileNetV2")
preprocess_input = preprocessing("tf")
