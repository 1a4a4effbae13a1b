"""The table of optimizers and the small problem on which all of them are compared with Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

STEPS = 50
SHOWN = (1, 10, 50)
"""After how many steps the weights are written down."""

START = {
    "kernel": np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]]),
    "bias": np.array([0.3, -0.6]),
}
TARGET = {
    "kernel": np.array([[-0.5, 0.4], [0.7, -1.25], [0.9, 0.1]]),
    "bias": np.array([-1.0, 0.8]),
}
STEEPNESS = {
    "kernel": np.array([[2.0, 0.3], [0.8, 1.1], [0.2, 1.6]]),
    "bias": np.array([1.4, 0.6]),
}


def gradient(weights: dict[str, Any], step: Any, sin: Any) -> dict[str, Any]:
    """Return the gradient of a bowl that is shaken a little; `sin` is the library's own sine."""
    return {
        path: 2 * STEEPNESS[path].astype(w.dtype) * (w - TARGET[path].astype(w.dtype))
        + 0.3 * sin(0.7 * step + TARGET[path].astype(w.dtype))
        for path, w in weights.items()
    }


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {"learning_rate": 0.02}),
    "SGD momentum": ("SGD", {"learning_rate": 0.01, "momentum": 0.9}),
    "SGD Nesterov": ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
    "SGD weight decay": ("SGD", {"learning_rate": 0.02, "weight_decay": 0.1}),
    "SGD clipnorm": ("SGD", {"learning_rate": 0.02, "clipnorm": 1.5}),
    "SGD clipvalue": ("SGD", {"learning_rate": 0.02, "clipvalue": 0.5}),
    "SGD global_clipnorm": ("SGD", {"learning_rate": 0.02, "global_clipnorm": 2.0}),
    "SGD loss scale": ("SGD", {"learning_rate": 0.2, "loss_scale_factor": 8.0, "clipnorm": 1.5}),
    "SGD average": (
        "SGD",
        {
            "learning_rate": 0.02,
            "use_ema": True,
            "ema_momentum": 0.8,
            "ema_overwrite_frequency": 5,
        },
    ),
    "SGD accumulation": (
        "SGD",
        {"learning_rate": 0.02, "momentum": 0.5, "gradient_accumulation_steps": 3},
    ),
    "Adam accumulation": ("Adam", {"learning_rate": 0.02, "gradient_accumulation_steps": 2}),
    "RMSprop": ("RMSprop", {"learning_rate": 0.01}),
    "RMSprop centered": (
        "RMSprop",
        {"learning_rate": 0.003, "centered": True, "momentum": 0.7, "rho": 0.8},
    ),
    "RMSprop large epsilon": ("RMSprop", {"learning_rate": 0.01, "epsilon": 0.1}),
    "Adam": ("Adam", {"learning_rate": 0.01}),
    "Adam AMSGrad": ("Adam", {"learning_rate": 0.02, "amsgrad": True, "beta_2": 0.9}),
    "Adam large epsilon": ("Adam", {"learning_rate": 0.02, "epsilon": 0.05}),
    "AdamW": ("AdamW", {"learning_rate": 0.02, "weight_decay": 0.1}),
    "Adagrad": ("Adagrad", {"learning_rate": 0.05}),
    "Adadelta": ("Adadelta", {"learning_rate": 1.0, "epsilon": 1e-4}),
    "Adamax": ("Adamax", {"learning_rate": 0.02}),
    "Nadam": ("Nadam", {"learning_rate": 0.01}),
    "Lion": ("Lion", {"learning_rate": 0.004}),
    "Ftrl": ("Ftrl", {"learning_rate": 0.1}),
    "Ftrl penalties": (
        "Ftrl",
        {
            "learning_rate": 0.1,
            "learning_rate_power": -0.7,
            "l1_regularization_strength": 0.2,
            "l2_regularization_strength": 0.1,
            "l2_shrinkage_regularization_strength": 0.05,
            "beta": 0.3,
        },
    ),
    "Lamb": ("Lamb", {"learning_rate": 0.02}),
    "Adafactor": ("Adafactor", {"learning_rate": 0.05}),
    "Adafactor limited": ("Adafactor", {"learning_rate": 0.4, "clip_threshold": 0.6}),
    "Muon": ("Muon", {"learning_rate": 0.05}),
    "Muon plain": (
        "Muon",
        {
            "learning_rate": 0.02,
            "nesterov": False,
            "rms_rate": None,
            "ns_steps": 3,
            "momentum": 0.7,
            "weight_decay": 0.1,
            "adam_weight_decay": None,
            "adam_lr_ratio": 0.5,
        },
    ),
    "Muon excluded": (
        "Muon",
        {"learning_rate": 0.02, "exclude_layers": ["ker"], "adam_weight_decay": 0.1},
    ),
    "ScheduleFreeAdamW": ("ScheduleFreeAdamW", {"learning_rate": 0.05}),
    "ScheduleFreeAdamW warm-up": (
        "ScheduleFreeAdamW",
        {
            "learning_rate": 0.1,
            "warmup_steps": 20,
            "beta_1": 0.7,
            "beta_2": 0.9,
            "weight_decay": 0.02,
        },
    ),
}
"""Name of the case, class, arguments. Learning rates are such that 50 steps go a good way to the minimum."""
