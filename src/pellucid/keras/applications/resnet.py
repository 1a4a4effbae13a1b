"""``keras.applications.resnet``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

ResNet50 = application("ResNet50")
ResNet101 = application("ResNet101")
ResNet152 = application("ResNet152")
preprocess_input = preprocessing("caffe")
