"""``tf.compat.v1``: the names of ``tf``, and those of TensorFlow 1 that Keras scripts use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow"

_find, _dir = facade(
    __name__,
    {
        f"{_HERE}.compat.v1.modes": """disable_v2_behavior disable_eager_execution enable_eager_execution
            enable_v2_behavior disable_v2_tensorshape enable_resource_variables reset_default_graph
            global_variables_initializer Session InteractiveSession ConfigProto GPUOptions placeholder""",
        f"{_HERE}.random.keys": "set_random_seed=set_seed",
        f"{_HERE}.random.drawing": "random_normal=normal random_uniform=uniform truncated_normal",
        f"{_HERE}.math.elementwise": "log div=divide",
        f"{_HERE}.compat.v1.casting": "to_float to_int32 to_int64",
    },
    modules="data logging",
)


def own_names() -> list[str]:
    """Return the names that only TensorFlow 1 has."""
    return _dir()


def __getattr__(name: str) -> Any:
    """Return a name of TensorFlow 1, else that of ``tf``."""
    return (
        _find(name)
        if name in _dir() or name.startswith("__")
        else getattr(import_module(_HERE), name)
    )


def __dir__() -> list[str]:
    return sorted({*_dir(), *dir(import_module(_HERE))})
