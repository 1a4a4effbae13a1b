"""PyTorch's names in Keras's words: kinds of modules, their arguments and weights, losses, optimizers, functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

RANKS = (1, 2, 3)

KINDS: dict[str, str] = {
    "Linear": "Dense",
    "LazyLinear": "Dense",
    "Embedding": "Embedding",
    "EmbeddingBag": "Embedding",
    "Flatten": "Flatten",
    "Unflatten": "Reshape",
    "Identity": "Identity",
    "RNN": "SimpleRNN",
    "LSTM": "LSTM",
    "GRU": "GRU",
    "MultiheadAttention": "MultiHeadAttention",
    "LayerNorm": "LayerNormalization",
    "GroupNorm": "GroupNormalization",
    "RMSNorm": "RMSNormalization",
    "Dropout": "Dropout",
    "AlphaDropout": "AlphaDropout",
    **{f"Dropout{rank}d": f"SpatialDropout{rank}D" for rank in RANKS},
    **{f"{lazy}Conv{rank}d": f"Conv{rank}D" for rank in RANKS for lazy in ("", "Lazy")},
    **{f"ConvTranspose{rank}d": f"Conv{rank}DTranspose" for rank in RANKS},
    **{f"BatchNorm{rank}d": "BatchNormalization" for rank in RANKS},
    **{f"InstanceNorm{rank}d": "GroupNormalization" for rank in RANKS},
    **{f"MaxPool{rank}d": f"MaxPooling{rank}D" for rank in RANKS},
    **{f"AvgPool{rank}d": f"AveragePooling{rank}D" for rank in RANKS},
    **{f"AdaptiveMaxPool{rank}d": f"GlobalMaxPooling{rank}D" for rank in RANKS},
    **{f"AdaptiveAvgPool{rank}d": f"GlobalAveragePooling{rank}D" for rank in RANKS},
}
"""Classes of ``torch.nn``, by the class of Keras that does the same."""

ACTIVATIONS: dict[str, tuple[str, str]] = {
    "ReLU": ("ReLU", "relu"),
    "ReLU6": ("ReLU", "relu6"),
    "LeakyReLU": ("LeakyReLU", "leaky_relu"),
    "PReLU": ("PReLU", "leaky_relu"),
    "ELU": ("ELU", "elu"),
    "Softmax": ("Softmax", "softmax"),
    **{
        name: ("Activation", function)
        for name, function in {
            "SELU": "selu",
            "CELU": "celu",
            "GELU": "gelu",
            "SiLU": "silu",
            "Mish": "mish",
            "Sigmoid": "sigmoid",
            "LogSigmoid": "log_sigmoid",
            "Hardsigmoid": "hard_sigmoid",
            "Hardswish": "hard_silu",
            "Tanh": "tanh",
            "Hardtanh": "hard_tanh",
            "Softplus": "softplus",
            "Softsign": "softsign",
            "LogSoftmax": "log_softmax",
        }.items()
    },
}
"""Classes that are an activation: the class of Keras, and the function's name."""

NODES = {
    "Relu": "relu",
    "LeakyRelu": "leaky_relu",
    "Elu": "elu",
    "Gelu": "gelu",
    "Silu": "silu",
    "Mish": "mish",
    "Sigmoid": "sigmoid",
    "LogSigmoid": "log_sigmoid",
    "Hardsigmoid": "hard_sigmoid",
    "Hardswish": "hard_silu",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Exp": "exponential",
}
"""Functions in the graph that autograd keeps, and the activation that each is."""

WEIGHTS = {
    "weight": "kernel",
    "weight_ih_l0": "cell/kernel",
    "weight_hh_l0": "cell/recurrent_kernel",
    "bias_ih_l0": "cell/bias",
}
SCALES = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}

LOSSES = {
    "crossentropyloss": "crossentropy",
    "crossentropy": "crossentropy",
    "nllloss": "negative_log_likelihood",
    "bceloss": "binary_crossentropy",
    "binarycrossentropy": "binary_crossentropy",
    "bcewithlogitsloss": "binary_crossentropy_with_logits",
    "binarycrossentropywithlogits": "binary_crossentropy_with_logits",
    "mseloss": "mean_squared_error",
    "l1loss": "mean_absolute_error",
    "smoothl1loss": "huber",
    "huberloss": "huber",
    "kldivloss": "kl_divergence",
    "kldiv": "kl_divergence",
    "poissonnllloss": "poisson",
}
"""Losses, by the letters of their names: classes and functions alike."""

OPTIMIZER_WORDS = {
    "momentum": "momentum",
    "nesterov": "nesterov",
    "weight_decay": "weight_decay",
    "eps": "epsilon",
    "alpha": "rho",
    "rho": "rho",
    "amsgrad": "amsgrad",
}


def config_of(module: Any, kind: str, activation: str) -> dict[str, Any]:
    """Return a module's arguments as Keras's ``get_config`` would give them, as far as checks ask for them."""
    found: dict[str, Any] = {"activation": activation}
    several = {
        "units": ("out_features", "hidden_size"),
        "filters": ("out_channels",),
        "kernel_size": ("kernel_size",),
        "strides": ("stride",),
        "dilation_rate": ("dilation",),
        "groups": ("groups",),
        "rate": ("p",),
        "epsilon": ("eps",),
        "input_dim": ("num_embeddings",),
        "output_dim": ("embedding_dim",),
        "num_heads": ("num_heads",),
    }
    for word, names in several.items():
        value = next((getattr(module, name) for name in names if hasattr(module, name)), None)
        if isinstance(value, (int, float, tuple)):
            found[word] = value
    if "Pooling" in kind and "kernel_size" in found:
        found["pool_size"] = found.pop("kernel_size")
    if kind in ("Dense", "Embedding") or kind.startswith("Conv"):
        found["use_bias"] = getattr(module, "bias", None) is not None
    if kind == "BatchNormalization" and module.momentum is not None:
        found["momentum"] = (
            1 - module.momentum
        )  # here the share of the old average, there of the new batch
    return found


def weight_name(name: str, kind: str) -> str:
    """Return the name of a module's array as Keras has it.

    >>> weight_name("weight", "Dense"), weight_name("weight", "BatchNormalization")
    ('kernel', 'gamma')
    """
    if kind.endswith("Normalization"):
        return SCALES.get(name, name)
    if kind == "Embedding":
        return {"weight": "embeddings"}.get(name, name)
    return WEIGHTS.get(name, name)


def loss_word(given: Any) -> str | None:
    """Return what a loss is called here, from its name, its class, or its function; None where it is not known.

    >>> loss_word("cross_entropy"), loss_word("CrossEntropyLoss"), loss_word("mine")
    ('crossentropy', 'crossentropy', None)
    """
    if given is None:
        return None
    name = given if isinstance(given, str) else getattr(given, "__name__", type(given).__name__)
    return LOSSES.get(re.sub(r"[^a-z0-9]", "", name.lower()))


def optimizer_numbers(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return the other numbers of a group of weights in an optimizer, by Keras's names."""
    found = {ours: group[theirs] for theirs, ours in OPTIMIZER_WORDS.items() if theirs in group}
    if "betas" in group:
        found["beta_1"], found["beta_2"] = (float(beta) for beta in group["betas"])
    return found


def node_word(node: Any) -> str:
    """Return what a function of autograd's graph is called, without the way and the version.

    >>> class Node:
    ...     def name(self):
    ...         return "ReluBackward0"
    >>> node_word(Node())
    'Relu'
    """
    return re.sub(r"Backward\d*$", "", node.name())
