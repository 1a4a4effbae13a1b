"""``keras.applications.xception``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

Xception = application("Xception")
preprocess_input = preprocessing("tf")
