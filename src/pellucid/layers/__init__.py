"""The layers that models are made of; each is an object with weights around a function of ``pellucid.functional``."""

from __future__ import annotations

from typing import Any

from pellucid.core.registry import resolve, snake_case
from pellucid.layers.activations import ELU, Activation, Identity, LeakyReLU, PReLU, ReLU, Softmax
from pellucid.layers.batch_normalization import BatchNormalization
from pellucid.layers.dense import Dense
from pellucid.layers.inputs import Input, InputLayer
from pellucid.layers.layer_normalization import LayerNormalization
from pellucid.layers.noise import Dropout, GaussianNoise
from pellucid.layers.regularization import ActivityRegularization
from pellucid.layers.rescaling import Normalization, Rescaling
from pellucid.layers.reshaping import Flatten, Reshape
from pellucid.modules import Layer

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "Identity",
    "Input",
    "InputLayer",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Normalization",
    "PReLU",
    "ReLU",
    "Rescaling",
    "Reshape",
    "Softmax",
]

TABLE: dict[str, type[Layer]] = {
    snake_case(each.__name__): each
    for each in (
        Activation,
        ActivityRegularization,
        BatchNormalization,
        Dense,
        Dropout,
        ELU,
        Flatten,
        GaussianNoise,
        Identity,
        InputLayer,
        LayerNormalization,
        LeakyReLU,
        Normalization,
        PReLU,
        ReLU,
        Rescaling,
        Reshape,
        Softmax,
    )
}


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or an object into a layer.

    >>> get({"class_name": "Dense", "config": {"units": 3}})
    Dense(units=3)
    """
    return resolve("layer", TABLE, identifier)
