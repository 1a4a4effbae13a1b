"""Files inside TensorFlow that scripts import from although they were never public, and where their names are here."""

from __future__ import annotations

PRIVATE_FILES: dict[str, str] = {
    "examples.tutorials.mnist.input_data": "examples",
    "python.client.device_lib": "config.device_lib",
    "python.data.experimental": "data.experimental",
    "python.eager.backprop": "",
    "python.eager.def_function": "",
    "python.framework.config": "config",
    "python.framework.constant_op": "",
    "python.framework.dtypes": "dtypes",
    "python.framework.errors_impl": "errors",
    "python.framework.ops": "compat.v1",
    "python.framework.random_seed": "compat.v1",
    "python.framework.tensor_shape": "",
    "python.framework.tensor_spec": "",
    "python.lib.io.file_io": "io.gfile",
    "python.ops.array_ops": "",
    "python.ops.clip_ops": "",
    "python.ops.control_flow_ops": "",
    "python.ops.gen_math_ops": "",
    "python.ops.image_ops": "image",
    "python.ops.init_ops": "",
    "python.ops.linalg_ops": "linalg",
    "python.ops.math_ops": "",
    "python.ops.nn": "nn",
    "python.ops.nn_impl": "nn",
    "python.ops.nn_ops": "nn",
    "python.ops.numpy_ops.np_config": "experimental.numpy",
    "python.ops.random_ops": "compat.v1",
    "python.ops.variables": "",
    "python.platform.gfile": "io.gfile",
    "python.platform.tf_logging": "compat.v1.logging",
    "python.util.deprecation": "compat.v1.logging",
}
"""A file's path inside ``tensorflow`` to the module of :mod:`pellucid.keras.tensorflow` that has its names."""

PRIVATE_PACKAGES = frozenset(
    path.rsplit(".", depth)[0] for path in PRIVATE_FILES for depth in range(1, path.count(".") + 1)
)
"""The packages that these files are in."""
