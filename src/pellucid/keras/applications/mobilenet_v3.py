"""``keras.applications.mobilenet_v3``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "decode_predictions", "preprocess_input"]

MobileNetV3Large = application("MobileNetV3Large")
MobileNetV3Small = application("MobileNetV3Small")
preprocess_input = preprocessing("none")
