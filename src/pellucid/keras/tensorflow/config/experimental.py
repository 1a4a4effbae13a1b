"""``tf.config.experimental``: memory growth and older names."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.keras.tensorflow.config.devices import (
    LogicalDeviceConfiguration as VirtualDeviceConfiguration,
    get_visible_devices,
    list_logical_devices,
    list_physical_devices,
    set_logical_device_configuration as set_virtual_device_configuration,
    set_visible_devices,
)

__all__ = [
    "VirtualDeviceConfiguration", "enable_op_determinism", "enable_tensor_float_32_execution", "get_device_details",
    "get_memory_growth", "get_visible_devices", "list_logical_devices", "list_physical_devices", "set_memory_growth",
    "set_virtual_device_configuration", "set_visible_devices",
]  # fmt: skip


def set_memory_growth(device: Any, enable: bool) -> None:
    """Accept how memory is taken, without effect: XLA_PYTHON_CLIENT_PREALLOCATE=false is JAX's way."""


def get_memory_growth(device: Any) -> bool:
    """Return True: nothing is known against it."""
    return True


def enable_op_determinism() -> None:
    """Accept it: the same seed gives the same numbers always."""


def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Accept how exactly GPUs multiply, without effect."""


def get_device_details(device: Any) -> dict[str, str]:
    """Return the name of a device."""
    return {"device_name": jax.devices()[0].device_kind}
