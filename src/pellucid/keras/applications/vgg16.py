"""``keras.applications.vgg16``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

VGG16 = application("VGG16")
preprocess_input = preprocessing("caffe")
