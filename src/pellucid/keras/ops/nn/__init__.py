"""``keras.ops.nn``: what layers and losses compute, each file imported when one of its functions is first named."""

from __future__ import annotations

from pellucid.keras.ops.naming import late_names

_FILES: dict[str, tuple[str, ...]] = {
    "activations": (
        "celu",
        "elu",
        "gelu",
        "glu",
        "hard_shrink",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "leaky_relu",
        "log_sigmoid",
        "log_softmax",
        "relu",
        "relu6",
        "selu",
        "sigmoid",
        "silu",
        "soft_shrink",
        "softmax",
        "softplus",
        "softsign",
        "sparse_plus",
        "sparse_sigmoid",
        "sparsemax",
        "squareplus",
        "swish",
        "tanh_shrink",
        "threshold",
    ),
    "blocks": (
        "depth_to_space",
        "fold",
        "polar",
        "space_to_depth",
        "unfold",
    ),
    "convolution": (
        "adaptive_average_pool",
        "adaptive_max_pool",
        "average_pool",
        "conv",
        "conv_transpose",
        "depthwise_conv",
        "max_pool",
        "separable_conv",
    ),
    "decoding": ("ctc_decode",),
    "losses": (
        "binary_crossentropy",
        "categorical_crossentropy",
        "ctc_loss",
        "multi_hot",
        "one_hot",
        "psnr",
        "sparse_categorical_crossentropy",
    ),
    "normalization": (
        "batch_normalization",
        "dot_product_attention",
        "layer_normalization",
        "moments",
        "normalize",
        "rms_normalization",
    ),
}

__getattr__, NAMES = late_names(__name__, _FILES, "keras.ops.nn")
__all__ = NAMES  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]


def __dir__() -> list[str]:
    return sorted(__all__)
