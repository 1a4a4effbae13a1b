"""``keras.applications.resnet50``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]

ResNet50 = application("ResNet50")
preprocess_input = preprocessing("caffe")
