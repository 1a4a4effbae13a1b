"""``keras.applications.vgg19``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

VGG19 = application("VGG19")
preprocess_input = preprocessing("caffe")
