"""``keras.applications.efficientnet_v2``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]

EfficientNetV2B0 = application("EfficientNetV2B0")
EfficientNetV2B1 = application("EfficientNetV2B1")
EfficientNetV2B2 = application("EfficientNetV2B2")
EfficientNetV2B3 = application("EfficientNetV2B3")
EfficientNetV2L = application("EfficientNetV2L")
EfficientNetV2M = application("EfficientNetV2M")
EfficientNetV2S = application("EfficientNetV2S")
preprocess_input = preprocessing("none")
