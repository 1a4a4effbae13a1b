"""``tf.config``: which devices there are; memory and threads are JAX's matter."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow.config"

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.devices": """PhysicalDevice LogicalDevice LogicalDeviceConfiguration list_physical_devices
            list_logical_devices get_visible_devices set_visible_devices set_logical_device_configuration
            set_soft_device_placement""",
        f"{_HERE}.running": "run_functions_eagerly functions_run_eagerly",
    },
    modules="experimental optimizer threading",
)
