"""The devices of this machine, with TensorFlow's names."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax


class PhysicalDevice(NamedTuple):
    """A device: ``name`` and ``device_type``, ``"CPU"``, ``"GPU"`` or ``"TPU"``."""

    name: str
    device_type: str


LogicalDevice = PhysicalDevice


class LogicalDeviceConfiguration:
    """Accepted, without effect."""

    def __init__(self, memory_limit: int | None = None, **options: Any):
        self.memory_limit = memory_limit


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Return the devices, ``tf.config.list_physical_devices("GPU")``; a CPU is always among all of them.

    >>> list_physical_devices("CPU")
    [PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]
    """
    return _listed("physical_device", device_type)


def list_logical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """Return the devices, ``tf.config.list_logical_devices("GPU")``."""
    return _listed("device", device_type)


get_visible_devices = list_physical_devices


def _listed(word: str, wanted: str | None) -> list[PhysicalDevice]:
    kinds = ["CPU"]
    if jax.default_backend() != "cpu":
        kinds += [jax.default_backend().upper()] * jax.device_count()
    names = [(kind, kinds[:place].count(kind)) for place, kind in enumerate(kinds)]
    return [
        PhysicalDevice(f"/{word}:{kind}:{number}", kind)
        for kind, number in names
        if wanted in (None, kind)
    ]


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Accept a choice of devices; JAX_PLATFORMS=cpu in the environment keeps programs on the CPU."""


def set_logical_device_configuration(device: Any, logical_devices: Any) -> None:
    """Accept a division of devices, without effect."""


def set_soft_device_placement(enabled: bool) -> None:
    """Accept where operations may run, without effect."""
