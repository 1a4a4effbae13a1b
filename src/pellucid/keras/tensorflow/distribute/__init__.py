"""``tf.distribute``: accepted; the devices of a machine share every batch without being told."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

__getattr__, __dir__ = facade(
    __name__,
    {
        "pellucid.keras.tensorflow.distribute.strategy": """Strategy MirroredStrategy OneDeviceStrategy
            MultiWorkerMirroredStrategy TPUStrategy get_strategy has_strategy get_replica_context ReduceOp
            in_cross_replica_context""",
    },
    modules="experimental",
)
