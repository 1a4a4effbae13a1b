"""``keras.backend``, ``K``: the functions of old Keras, most of them those of ``keras.ops``.

What is equal comes from there, what has other argument names from ``renaming``, what differs has a function here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pellucid.keras import ops
from pellucid.keras.ops.naming import late_names
from pellucid.keras.unknown import unknown_name

_SAME = (
    "abs", "all", "any", "cast", "convert_to_numpy", "convert_to_tensor", "cos", "dtype", "elu", "exp", "is_tensor",
    "log", "logsumexp", "max", "mean", "min", "ndim", "prod", "round", "shape", "sigmoid", "sign", "sin", "slice",
    "softmax", "softplus", "softsign", "square", "squeeze", "stack", "std", "sum", "tanh", "transpose", "var",
)  # fmt: skip

_SETTINGS = (
    "epsilon", "floatx", "image_data_format", "set_epsilon", "set_floatx", "set_image_data_format",
    "standardize_dtype",
)  # fmt: skip

_FILES: dict[str, tuple[str, ...]] = {
    "renaming": (
        "arange",
        "clip",
        "dot",
        "dropout",
        "equal",
        "greater",
        "greater_equal",
        "identity",
        "less",
        "less_equal",
        "maximum",
        "minimum",
        "not_equal",
        "one_hot",
        "ones_like",
        "permute_dimensions",
        "pow",
        "random_normal",
        "random_uniform",
        "reshape",
        "reverse",
        "sparse_categorical_crossentropy",
        "stop_gradient",
        "tile",
        "truncated_normal",
        "zeros_like",
    ),
    "arrays": (
        "argmax",
        "argmin",
        "batch_dot",
        "batch_flatten",
        "cast_to_floatx",
        "concatenate",
        "count_params",
        "cumprod",
        "cumsum",
        "expand_dims",
        "eye",
        "flatten",
        "foldl",
        "foldr",
        "gather",
        "hard_sigmoid",
        "in_top_k",
        "int_shape",
        "is_sparse",
        "l2_normalize",
        "map_fn",
        "print_tensor",
        "relu",
        "repeat",
        "repeat_elements",
        "rnn",
        "sqrt",
        "to_dense",
    ),
    "images": (
        "batch_normalization",
        "bias_add",
        "conv1d",
        "conv2d",
        "conv2d_transpose",
        "conv3d",
        "depthwise_conv2d",
        "normalize_batch_in_training",
        "pool2d",
        "pool3d",
        "resize_images",
        "resize_volumes",
        "separable_conv1d",
        "separable_conv2d",
        "spatial_2d_padding",
        "spatial_3d_padding",
        "temporal_padding",
    ),
    "losses": (
        "binary_crossentropy",
        "binary_focal_crossentropy",
        "categorical_crossentropy",
        "categorical_focal_crossentropy",
        "ctc_batch_cost",
        "ctc_decode",
    ),
    "values": (
        "batch_get_value",
        "batch_set_value",
        "constant",
        "eval",
        "get_value",
        "in_test_phase",
        "in_train_phase",
        "is_placeholder",
        "learning_phase",
        "moving_average_update",
        "ones",
        "placeholder",
        "random_bernoulli",
        "random_binomial",
        "random_normal_variable",
        "random_uniform_variable",
        "set_learning_phase",
        "set_value",
        "switch",
        "update",
        "update_add",
        "update_sub",
        "variable",
        "zeros",
    ),
    "slopes": ("gradients",),
    "graphs": (
        "function",
        "_get_available_gpus",
        "get_session",
        "get_uid",
        "image_dim_ordering",
        "set_image_dim_ordering",
        "is_float_dtype",
        "is_int_dtype",
        "manual_variable_initialization",
        "name_scope",
        "reset_uids",
        "result_type",
        "set_session",
    ),
}

_ELSEWHERE = {
    "backend": "config",
    "clear_session": "utils.session",
    "is_keras_tensor": "utils.session",
    **dict.fromkeys(_SETTINGS, "ops.settings"),
}

_find, _own = late_names(__name__, _FILES, "keras.backend")

__all__ = sorted({*_own, *_SAME, *_ELSEWHERE})  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in _SAME:
        return getattr(ops, name)
    if name in _ELSEWHERE:
        return getattr(import_module(f"pellucid.keras.{_ELSEWHERE[name]}"), name)
    if name == "tf":
        return import_module("pellucid.keras.tensorflow")
    if name in _own or name.startswith("__"):
        return _find(name)
    raise unknown_name("keras.backend", name, __all__)


def __dir__() -> list[str]:
    return list(__all__)
