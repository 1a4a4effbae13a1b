"""``keras.applications.mobilenet``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

MobileNet = application("MobileNet")
preprocess_input = preprocessing("tf")
