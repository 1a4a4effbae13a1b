"""``tensorflow.python.client.device_lib``: the old way to list devices."""

from __future__ import annotations

from typing import Any, NamedTuple

from pellucid.keras.tensorflow.config.devices import list_logical_devices


class DeviceAttributes(NamedTuple):
    """A device as TensorFlow 1 listed it."""

    name: str
    device_type: str
    memory_limit: int = 0
    physical_device_desc: str = ""


def list_local_devices(session_config: Any = None) -> list[DeviceAttributes]:
    """Return the devices of this machine.

    >>> list_local_devices()[0]
    DeviceAttributes(name='/device:CPU:0', device_type='CPU', memory_limit=0, physical_device_desc='')
    """
    return [DeviceAttributes(*device) for device in list_logical_devices()]
