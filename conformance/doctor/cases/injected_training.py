"""Faults of the catalogue in the layers, the optimizer and the arguments of ``fit`` of healthy trainings on real data."""

from __future__ import annotations

from typing import Any

from conformance.doctor import faults
from conformance.doctor.case import Case
from conformance.doctor.cases.injected import BATCH, EPOCHS, OPTIMIZER, RATE, X, Y, injected
from conformance.doctor.networks import FLATTEN, dense
from conformance.doctor.recipe import Recipe

_SPEED = (RATE, EPOCHS, OPTIMIZER, BATCH)


def _rated(rate: float) -> Any:
    return lambda recipe: recipe.rate(rate)


def _optimized(name: str, **arguments: Any) -> Any:
    return lambda recipe: recipe.but(optimizer=(name, arguments))


def _rates() -> list[Case]:
    """Return rates that are too high or too low, and optimizers that do not fit."""
    high = [
        injected("F08", base, word, _optimized(name, learning_rate=rate, **more), RATE, OPTIMIZER, also=("F14", "F15", "F16", "F21", "F22", "F39"))
        for base, word, name, rate, more in (
            ("digits-mlp", "adam", "Adam", 0.5, {}), ("mpg-mlp", "adam", "Adam", 2.0, {}), ("fashion-cnn", "sgd", "SGD", 5.0, {}),
            ("news-transformer", "adam", "Adam", 0.3, {}), ("seasons-lstm", "adam", "Adam", 1.0, {}),
            ("california-mlp", "sgd", "SGD", 1.0, {}), ("labels-mlp", "rmsprop", "RMSprop", 0.5, {}),
        )
    ]  # fmt: skip
    low = [
        injected("F09", base, word, _optimized(name, learning_rate=rate), *_SPEED)
        for base, word, name, rate in (
            ("mnist-mlp", "adam", "Adam", 1e-6), ("adult-mlp", "sgd", "SGD", 1e-5), ("temperatures-gru", "adam", "Adam", 1e-6),
            ("digits-cnn", "sgd", "SGD", 1e-4), ("oil-transformer", "adam", "Adam", 3e-6), ("penguins-mlp", "rmsprop", "RMSprop", 1e-6),
        )
    ]  # fmt: skip
    swing = injected(
        "F22", "digits-cnn", "momentum", _optimized("SGD", learning_rate=0.3, momentum=0.99), RATE, OPTIMIZER, (None, "momentum"),
        also=("F08", "F14", "F15", "F21", "F39"),
    )  # fmt: skip
    return [*high, *low, swing]


def _lengths() -> list[Case]:
    """Return trainings that are too short for what they have to learn, or whose steps are too few or too noisy."""
    return [
        injected("F10", "california-mlp", "one", lambda recipe: recipe.but(epochs=1), *_SPEED),
        injected("F10", "fashion-cnn", "one", lambda recipe: recipe.but(epochs=1, batch_size=128), *_SPEED),
        injected("F10", "news-conv", "one", lambda recipe: recipe.but(epochs=1), *_SPEED),
        injected("F11", "digits-mlp", "adadelta", _optimized("Adadelta"), *_SPEED),
        injected("F11", "seasons-lstm", "sgd", _optimized("SGD", learning_rate=0.001), *_SPEED),
        injected("F11", "news-transformer", "adagrad", _optimized("Adagrad", learning_rate=0.0005), *_SPEED),
        injected("F12", "mnist-mlp", "whole", lambda recipe: recipe.but(batch_size=1000), *_SPEED),
        injected("F12", "sunspots-lstm", "whole", lambda recipe: recipe.but(batch_size=1000), *_SPEED),
        injected("F38", "digits-mlp", "epsilon", _optimized("Adam", learning_rate=0.001, epsilon=10.0), (None, "epsilon"), *_SPEED, also=("F09", "F10", "F11", "F12")),
    ]  # fmt: skip


def _gradients() -> list[Case]:
    """Return networks whose gradients vanish, explode, or do not arrive."""
    narrow = {"class_name": "RandomNormal", "config": {"stddev": 0.01}}
    wide = {"class_name": "RandomNormal", "config": {"stddev": 2.0}}

    def deep(activation: str, count: int, **more: Any) -> Any:
        hidden = tuple(dense(24, activation, **more) for _ in range(count))
        return lambda recipe: recipe.but(parts=(FLATTEN, *hidden, recipe.parts[-1]))

    def wider(recipe: Recipe) -> Recipe:
        return recipe.with_all(("Dense", "Conv2D"), kernel_initializer=wide)

    def middle(kind: Any, at: int) -> Any:
        return lambda recipe: recipe.inserted(at, kind)

    return [
        injected("F13", "digits-mlp", "sigmoids", deep("sigmoid", 9), *((at, "activation") for at in range(1, 10)), also=("F20", "F39")),
        injected("F13", "mnist-mlp", "small-weights", deep("tanh", 6, kernel_initializer=narrow), *((at, "kernel_initializer") for at in range(1, 7)), also=("F19", "F39", "F20")),
        injected("F14", "digits-mlp", "large-weights", deep("relu", 7, kernel_initializer=wide), *((at, "kernel_initializer") for at in range(1, 8)), also=("F19", "F08", "F21")),
        injected("F15", "mpg-mlp", "biases", lambda recipe: recipe.with_all(("Dense",), bias_initializer={"class_name": "Constant", "config": {"value": -5.0}}), (0, "bias_initializer"), (1, "bias_initializer"), (0, "activation"), (1, "activation"), also=("F19", "F20", "F39")),
        injected("F15", "even-cnn", "biases", lambda recipe: recipe.with_part(3, bias_initializer={"class_name": "Constant", "config": {"value": -20.0}}), (3, "bias_initializer"), (3, "activation"), also=("F19", "F20", "F39")),
        injected("F16", "digits-mlp", "tanh", lambda recipe: recipe.with_all(("Dense",), activation="tanh", kernel_initializer={"class_name": "RandomNormal", "config": {"stddev": 10.0}}), (1, "activation"), (2, "activation"), (1, "kernel_initializer"), (2, "kernel_initializer"), also=("F19", "F13")),
        injected("F16", "adult-mlp", "sigmoid", lambda recipe: recipe.with_all(("Dense",), activation="sigmoid", kernel_initializer={"class_name": "RandomNormal", "config": {"stddev": 30.0}}), (0, "activation"), (1, "activation"), (0, "kernel_initializer"), (1, "kernel_initializer"), also=("F19", "F13")),
        injected("F19", "fashion-cnn", "zeros", lambda recipe: recipe.with_all(("Dense", "Conv2D"), kernel_initializer="zeros"), (0, "kernel_initializer"), (3, "kernel_initializer"), also=("F20", "F39", "F13")),
        injected("F19", "mnist-mlp", "constant", lambda recipe: recipe.with_all(("Dense",), kernel_initializer={"class_name": "Constant", "config": {"value": 0.1}}), (1, "kernel_initializer"), (2, "kernel_initializer")),
        injected("F19", "ink-cnn", "wide", wider, (0, "kernel_initializer"), (3, "kernel_initializer"), also=("F14", "F08", "F15")),
        injected("F20", "california-mlp", "frozen", lambda recipe: recipe.with_part(0, trainable=False).with_part(1, trainable=False).with_part(0, units=3), (0, "trainable"), (1, "trainable"), (0, None), (1, None), also=("F24",)),
        injected("F20", "mnist-mlp", "cut", lambda recipe: recipe.with_part(1, units=8).inserted(2, faults.Cut), (1, None), (2, None), also=("F37", "F24")),
        injected("F20", "digits-cnn", "rounded", middle(faults.Rounded, 4), (0, None), (3, None), (4, None), also=("F37",)),
        injected("F37", "penguins-mlp", "softmax-over-rows", lambda recipe: recipe.with_part(-1, activation="linear").inserted(2, faults.SoftmaxOverRows), (2, None), (None, "loss"), fixed=lambda recipe: recipe.inserted(2, "Activation", activation="linear")),
        injected("F37", "cancer-mlp", "less-the-largest", middle(faults.CentredOverRows, 2), (2, None), also=("F39", "F15")),
        injected("F39", "labels-mlp", "forgotten", middle(faults.Forgotten, 3), (3, None), also=("F20", "F13")),
    ]  # fmt: skip


def _layers() -> list[Case]:
    """Return activations, widths, penalties, dropouts and normalisations that do harm."""
    return [
        injected("F17", "labels-mlp", "linear", lambda recipe: recipe.with_all(("Dense",), activation="linear"), (1, "activation"), (2, "activation"), also=("F24",)),
        injected("F17", "california-mlp", "linear", lambda recipe: recipe.with_all(("Dense",), activation=None), (0, "activation"), (1, "activation"), also=("F24",)),
        injected("F17", "even-cnn", "linear", lambda recipe: recipe.with_all(("Dense", "Conv2D"), activation=None).without(1).with_part(0, strides=2), (0, "activation"), (2, "activation"), also=("F24",)),
        injected("F18", "news-conv", "relu-then-softmax", lambda recipe: recipe.with_part(-1, activation="relu").inserted(5, "Softmax"), (4, "activation"), (5, None), also=("F02", "F15"), only_static="some starts are lucky"),
        injected("F18", "digits-mlp", "softmax-inside", lambda recipe: recipe.with_all(("Dense",), activation="softmax"), (1, "activation"), (2, "activation")),
        injected("F18", "fashion-cnn", "softmax-inside", lambda recipe: recipe.with_part(0, activation="softmax").with_part(3, activation="softmax"), (0, "activation"), (3, "activation")),
        injected("F24", "mnist-mlp", "bottleneck", lambda recipe: recipe.with_part(2, units=1), (2, "units")),
        injected("F24", "news-transformer", "bottleneck", lambda recipe: recipe.with_part(0, units=1), ("dense_2", "units")),
        injected("F24", "fashion-cnn", "narrow", lambda recipe: recipe.with_part(0, filters=1).with_part(3, units=2), (3, "units"), (0, "filters")),
        injected("F25", "mpg-mlp", "l2", lambda recipe: recipe.with_all(("Dense",), kernel_regularizer={"class_name": "L2", "config": {"l2": 1.0}}), (0, "kernel_regularizer"), (1, "kernel_regularizer"), also=("F39",)),
        injected("F25", "digits-cnn", "l1", lambda recipe: recipe.with_all(("Dense", "Conv2D"), kernel_regularizer={"class_name": "L1", "config": {"l1": 0.1}}), (0, "kernel_regularizer"), (3, "kernel_regularizer"), also=("F39",)),
        injected("F25", "adult-mlp", "decay", _optimized("AdamW", learning_rate=0.01, weight_decay=10.0), (None, "weight_decay"), OPTIMIZER, also=("F39",)),
        injected("F26", "digits-mlp", "too-much", lambda recipe: recipe.inserted(3, "Dropout", rate=0.95).inserted(2, "Dropout", rate=0.95), (2, "rate"), (4, "rate")),
        injected("F26", "mpg-mlp", "answers", lambda recipe: recipe.inserted(3, "Dropout", rate=0.5), (3, None), (3, "rate")),
        injected("F26", "news-conv", "too-much", lambda recipe: recipe.with_part(3, rate=0.97), (3, "rate")),
        injected("F27", "digits-mlp", "slow-statistics", lambda recipe: recipe.inserted(2, "BatchNormalization", momentum=0.9999), (2, "momentum"), (2, None)),
        injected("F27", "ink-cnn", "answers", lambda recipe: recipe.inserted(5, "BatchNormalization", center=False, scale=False, momentum=0.999), (5, None), (5, "momentum"), also=("F35",)),
        injected("F27", "cancer-mlp", "batch-of-two", lambda recipe: recipe.inserted(1, "BatchNormalization").inserted(3, "BatchNormalization").but(batch_size=2, epochs=3), (1, None), (3, None), BATCH, also=("F12",)),
        injected("F30", "digits-cnn", "noise", lambda recipe: recipe.inserted(0, "GaussianNoise", stddev=3.0), (0, "stddev"), (0, None)),
        injected("F30", "fashion-cnn", "turned", lambda recipe: recipe.inserted(0, "RandomTranslation", height_factor=0.9, width_factor=0.9), (0, "height_factor"), (0, "width_factor"), (0, None)),
        injected("F35", "fashion-cnn", "pooled-away", lambda recipe: recipe.inserted(0, "AveragePooling2D", pool_size=3), (0, "pool_size"), (0, None), also=("F24",)),
    ]  # fmt: skip


def _several() -> list[Case]:
    """Return trainings with two faults."""
    return [
        injected("F06+F08", "digits-mlp", "both", lambda recipe: recipe.but(scale="", optimizer=("SGD", {"learning_rate": 1.0})), X, RATE, also=("F14", "F15", "F21")),
        injected("F02+F09", "fashion-cnn", "both", lambda recipe: recipe.with_part(-1, activation="relu").rate(1e-5), (4, "activation"), *_SPEED),
        injected("F04+F06", "california-mlp", "both", lambda recipe: recipe.with_part(-1, activation="sigmoid").but(scale=""), (2, "activation"), X),
        injected("F28+F26", "mnist-mlp", "both", lambda recipe: recipe.inserted(2, "Dropout", rate=0.95).but(transforms=(faults.shuffled_labels,)), (2, "rate"), Y),
        injected("F01+F06", "cancer-mlp", "both", lambda recipe: recipe.with_part(-1, activation="softmax").but(scale=""), (2, "activation"), X),
    ]  # fmt: skip


def _validations() -> list[Case]:
    """Return validations that tell something else than how good the network is."""
    given, split = (None, "validation_data"), (None, "validation_split")
    return [
        injected("F33", "adult-mlp", "leak", lambda recipe: recipe.but(transforms=(faults.leaked,)), X, given),
        injected("F33", "mpg-mlp", "leak", lambda recipe: recipe.but(transforms=(faults.leaked,)), X, given),
        injected("F33", "fashion-cnn", "seen-before", lambda recipe: recipe.but(transforms=(faults.seen_before,)), given, X, only_static="the network is the same: what is wrong is what is said of it"),
        injected(
            "F33", "digits-mlp", "by-class", lambda recipe: recipe.but(transforms=(faults.by_class,), fit={"shuffle": False}), split, (None, "shuffle"), Y,
            fixed=lambda recipe: recipe.but(validate=0.2),
        ),
    ]  # fmt: skip


CASES: tuple[Case, ...] = (
    *_rates(), *_lengths(), *_gradients(), *_layers(), *_several(), *_validations(),
)  # fmt: skip
