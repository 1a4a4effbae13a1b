"""``tf.distribute.experimental``: older names of the strategies."""

from pellucid.keras.tensorflow.distribute.strategy import (
    MultiWorkerMirroredStrategy,
    TPUStrategy,
)

__all__ = ["MultiWorkerMirroredStrategy", "TPUStrategy"]
