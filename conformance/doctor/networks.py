"""Short words for layers, and the networks that are no stack of layers."""

from __future__ import annotations

from typing import Any

import pellucid
from conformance.doctor.recipe import Part, Recipe, made
from pellucid import layers


def dense(units: int, activation: str | None = None, **more: Any) -> Part:
    """Return a dense layer."""
    return "Dense", {"units": units, "activation": activation, **more}


def conv(filters: int, activation: str | None = "relu", size: int = 3, **more: Any) -> Part:
    """Return a convolution over pictures."""
    return "Conv2D", {"filters": filters, "kernel_size": size, "activation": activation, **more}


def conv1(filters: int, activation: str | None = "relu", size: int = 3, **more: Any) -> Part:
    """Return a convolution over series."""
    return "Conv1D", {"filters": filters, "kernel_size": size, "activation": activation, **more}


def dropout(rate: float) -> Part:
    """Return a dropout."""
    return "Dropout", {"rate": rate}


def lstm(units: int, **more: Any) -> Part:
    """Return an LSTM."""
    return "LSTM", {"units": units, **more}


def gru(units: int, **more: Any) -> Part:
    """Return a GRU."""
    return "GRU", {"units": units, **more}


def embedding(words: int, numbers: int, **more: Any) -> Part:
    """Return an embedding."""
    return "Embedding", {"input_dim": words, "output_dim": numbers, **more}


def both_ways(units: int) -> Any:
    """Return an LSTM that reads a series from both ends."""
    return layers.Bidirectional(layers.LSTM(units))


FLATTEN: Part = ("Flatten", {})
POOL: Part = ("MaxPooling2D", {})
POOL1: Part = ("MaxPooling1D", {})
AVERAGE: Part = ("GlobalAveragePooling2D", {})
AVERAGE1: Part = ("GlobalAveragePooling1D", {})
NORM: Part = ("BatchNormalization", {})


def _attended(x: Any, heads: int, width: int) -> Any:
    """Return a block of attention and two dense layers, normalised first, with two short cuts."""
    inside = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(heads, width // heads)(inside, inside)])
    inside = layers.Dense(2 * width, "relu")(layers.LayerNormalization()(x))
    return layers.Add()([x, layers.Dense(width)(inside)])


def text_transformer(recipe: Recipe, shape: tuple[int, ...], seed: int) -> Any:
    """Return embedded words with places, a block of attention, the mean, and the recipe's parts as the head."""
    words = pellucid.Input(shape=shape)
    x = layers.Embedding(1000, 16)(words)
    x = layers.PositionEmbedding(sequence_length=shape[0])(x)
    x = layers.GlobalAveragePooling1D()(_attended(x, 2, 16))
    return pellucid.Model(words, _headed(recipe, x), seed=seed)


def series_transformer(recipe: Recipe, shape: tuple[int, ...], seed: int) -> Any:
    """Return steps projected to 16 numbers, a block of attention, and the recipe's parts on the last step."""
    steps = pellucid.Input(shape=shape)
    x = layers.PositionEmbedding(sequence_length=shape[0])(layers.Dense(16)(steps))
    x = layers.GlobalAveragePooling1D()(_attended(x, 2, 16))
    return pellucid.Model(steps, _headed(recipe, x), seed=seed)


def shortcut_network(recipe: Recipe, shape: tuple[int, ...], seed: int) -> Any:
    """Return a dense network with two short cuts, and the recipe's parts behind it."""
    inputs = pellucid.Input(shape=shape)
    x = layers.Flatten()(inputs) if len(shape) > 1 else inputs
    x = layers.Dense(32, "relu")(x)
    for _ in range(2):
        x = layers.Add()([x, layers.Dense(32, "relu")(layers.Dense(32, "relu")(x))])
    return pellucid.Model(inputs, _headed(recipe, x), seed=seed)


def _headed(recipe: Recipe, x: Any) -> Any:
    for part in recipe.parts:
        x = made(part)(x)
    return x


class _Written(pellucid.Model):
    """A class of a user's own: its layers one after another."""

    def __init__(self, layers_: list[Any], seed: int):
        super().__init__(seed=seed)
        self.inner = layers_

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return the last layer's output."""
        x = inputs
        for layer in self.inner:
            x = layer(x)
        return x


def subclassed(recipe: Recipe, shape: tuple[int, ...], seed: int) -> Any:
    """Return the recipe's parts inside a class of a user's own."""
    model = _Written([made(part) for part in recipe.parts], seed)
    model.build((None, *shape))
    return model
