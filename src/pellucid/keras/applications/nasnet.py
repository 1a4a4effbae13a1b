"""``keras.applications.nasnet``."""

from __future__ import annotations

from pellucid.keras.applications.imagenet_utils import (
    application,
    decode_predictions,
    preprocessing,
)

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

NASNetLarge = application("NASNetLarge")
NASNetMobile = application("NASNetMobile")
preprocess_input = preprocessing("tf")
