"""``keras.applications.inception_v3``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

InceptionV3 = application("InceptionV3")
preprocess_input = preprocessing("tf")
