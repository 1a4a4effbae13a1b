"""``tf.random.experimental``: the former place of the generators."""

from pellucid.keras.tensorflow.random.generator import (
    Generator,
    get_global_generator,
    set_global_generator,
)

__all__ = ["Generator", "get_global_generator", "set_global_generator"]
