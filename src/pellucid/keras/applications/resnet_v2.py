"""``keras.applications.resnet_v2``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]

ResNet50V2 = application("ResNet50V2")
ResNet101V2 = application("ResNet101V2")
ResNet152V2 = application("ResNet152V2")
preprocess_input = preprocessing("tf")
