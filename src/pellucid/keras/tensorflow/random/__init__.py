"""``tf.random``: numbers drawn under the seed of the process, or of the running program."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow.random"

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.keys": "set_seed set_random_seed=set_seed",
        f"{_HERE}.drawing": """normal uniform truncated_normal categorical shuffle gamma poisson
            stateless_normal stateless_uniform stateless_truncated_normal stateless_categorical""",
        f"{_HERE}.generator": "Generator get_global_generator set_global_generator",
    },
    modules="experimental",
)
