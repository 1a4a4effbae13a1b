"""What ``import tensorflow as tf`` gives a script: the names that programs use beside Keras, and ``tf.keras``.

Nothing is imported before it is named. A name that is not here gets an error that says so.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pellucid.keras.names.refused import REFUSED
from pellucid.keras.notices import say
from pellucid.keras.tensorflow.facade import facade
from pellucid.keras.tensorflow.math import COMPARING, ELEMENTWISE, REDUCING
from pellucid.keras.tensorflow.version import GIT_VERSION as __git_version__, VERSION as __version__

_HERE = "pellucid.keras.tensorflow"
_ALSO_TOP = {
    f"{_HERE}.math.elementwise": f"{ELEMENTWISE} clip_by_value clip_by_norm clip_by_global_norm",
    f"{_HERE}.math.comparing": COMPARING,
    f"{_HERE}.math.reducing": REDUCING,
    f"{_HERE}.math.grouping": "unsorted_segment_sum segment_sum bincount",
    f"{_HERE}.linalg": "matmul einsum tensordot norm",
    f"{_HERE}.strings": "as_string",
}
"""Names of other modules that stand in ``tf`` itself too."""

__all__ = ["__git_version__", "__version__", "newaxis"]

newaxis = None

_find, _dir = facade(
    __name__,
    {
        "pellucid.keras": "keras=.",
        **{f"pellucid.keras.{name}": f"{name}=." for name in ("losses", "metrics", "optimizers")},
        "pellucid.keras.initializers": """initializers=. zeros_initializer=Zeros ones_initializer=Ones
            constant_initializer=Constant random_normal_initializer=RandomNormal
            random_uniform_initializer=RandomUniform""",
        "pellucid.keras.tensor": "Tensor TensorShape DType",
        "pellucid.keras.variable": "Variable",
        "pellucid.keras.tape": "GradientTape",
        "pellucid.keras.function": "function",
        f"{_HERE}.asking": "TensorSpec shape rank size is_tensor get_static_value ensure_shape broadcast_static_shape",
        f"{_HERE}.dtypes": """float16 float32 float64 bfloat16 half double int8 int16 int32 int64 uint8 uint16 uint32
            uint64 complex64 complex128 bool=boolean string as_dtype""",
        f"{_HERE}.making": """constant convert_to_tensor zeros ones fill zeros_like ones_like eye range=count_up
            linspace meshgrid one_hot sequence_mask""",
        f"{_HERE}.arranging": """cast saturate_cast reshape expand_dims squeeze transpose concat stack unstack split
            tile repeat pad reverse roll broadcast_to slice=cut identity stop_gradient""",
        f"{_HERE}.picking": """gather gather_nd boolean_mask where argsort sort unique unique_with_counts
            tensor_scatter_nd_update tensor_scatter_nd_add scatter_nd searchsorted dynamic_partition IndexedSlices""",
        f"{_HERE}.control": """map_fn vectorized_map scan foldl cond case switch_case while_loop custom_gradient
            py_function numpy_function recompute_grad""",
        f"{_HERE}.contexts": """name_scope device control_dependencies init_scope no_op group get_logger
            executing_eagerly""",
        f"{_HERE}.module": "Module",
        f"{_HERE}.tensor_array": "TensorArray",
        f"{_HERE}.printing": "print=write_out",
        f"{_HERE}.debugging": "Assert debugging=. assert_equal assert_rank",
        f"{_HERE}.gradients": "UnconnectedGradients",
        **_ALSO_TOP,
    },
    modules="""autograph compat config data distribute dtypes errors image io linalg math nest nn random saved_model
        strings experimental signal summary sysconfig test train version""",
)


def __getattr__(name: str) -> Any:
    """Return a name of ``tf``, else one that stood there in TensorFlow 1 (``tf.set_random_seed``)."""
    known = name in _dir() or name in REFUSED or name.startswith("__")
    if not known and name in (old := import_module(f"{_HERE}.compat.v1")).own_names():
        say(f"tf.{name}", f"`tf.{name}` is of TensorFlow 1: today it is `tf.compat.v1.{name}`")
        return getattr(old, name)
    return _find(name)


def __dir__() -> list[str]:
    return _dir()
