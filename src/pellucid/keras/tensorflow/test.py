"""``tf.test``: which devices there are, by older names."""

from __future__ import annotations

from typing import Any

from pellucid.keras.tensorflow.config.devices import list_logical_devices


def is_gpu_available(*options: Any, **more: Any) -> bool:
    """Tell whether there is a GPU, ``tf.test.is_gpu_available``."""
    return bool(list_logical_devices("GPU"))


def is_built_with_cuda() -> bool:
    """Tell whether programs run on a GPU."""
    return is_gpu_available()


def is_built_with_gpu_support() -> bool:
    """Tell whether programs run on a GPU."""
    return is_gpu_available()


def gpu_device_name() -> str:
    """Return the name of the first GPU, or an empty text."""
    found = list_logical_devices("GPU")
    return found[0].name if found else ""
