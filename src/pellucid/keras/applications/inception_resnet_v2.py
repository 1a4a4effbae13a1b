"""``keras.applications.inception_resnet_v2``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

InceptionResNetV2 = application("InceptionResNetV2")
preprocess_input = preprocessing("tf")
