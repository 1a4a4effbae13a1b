"""Where numbers end: causes of NaN and infinity, each with the place where they arise."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from conformance.doctor import faults
from conformance.doctor.bases import BASES
from conformance.doctor.case import Case, Spot
from conformance.doctor.recipe import Recipe


def _case(
    word: str,
    base: str,
    recipe: Recipe,
    *spots: Spot,
    causes: tuple[str, ...] = (),
    fixed: Recipe | None = None,
    reach: float | None = None,
    **more: Any,
) -> Case:
    chosen = BASES[base]
    return Case(
        f"NaN-{word}",
        "NaN",
        recipe,
        ("F21", *causes),
        spots,
        fixed or chosen.recipe,
        chosen.reach if reach is None else reach,
        **more,
    )


def _pointwise(word: str, base: str, at: int, function: str, **more: Any) -> Case:
    """Return a base with a function behind a layer that some numbers do not have."""
    recipe = BASES[base].recipe.inserted(at, faults.Pointwise, function=function)
    return _case(word, base, recipe, (at, None), (at, "function"), **more)


def _some_empty(x: np.ndarray) -> np.ndarray:
    x = x.copy()
    x[::9] = 0
    return x


def _spoilt(model: Any) -> None:
    """Put a number that is none among the weights, as a damaged file does."""
    layer = model.layers[1]
    kernel, bias = layer.get_weights()
    kernel[0, 0] = np.nan
    layer.set_weights([kernel, bias])


def _unguarded(y_true: Any, y_pred: Any) -> Any:
    """Return cross-entropy without a guard against the logarithm of 0."""
    return -jnp.mean(y_true * jnp.log(y_pred) + (1 - y_true) * jnp.log(1 - y_pred), axis=-1)


def _relative(y_true: Any, y_pred: Any) -> Any:
    """Return the error relative to the target, which may be 0."""
    return jnp.mean(jnp.abs((y_true - y_pred) / y_true), axis=-1)


def _layers() -> list[Case]:
    empty = (faults.inputs(_some_empty),)
    with_empty = BASES["digits-mlp"].recipe.but(transforms=empty)
    smooth = with_empty.with_part(1, activation="tanh")
    root = smooth.inserted(2, faults.Pointwise, function="root")
    norm = with_empty.inserted(1, faults.Pointwise, function="length")
    spread = with_empty.inserted(1, faults.Pointwise, function="spread")
    return [
        _pointwise("log", "cancer-mlp", 1, "log"),
        _pointwise("inverse", "mpg-mlp", 1, "inverse"),
        _pointwise("exp", "california-mlp", 2, "exp"),
        _pointwise("own-softmax", "fashion-cnn", 4, "own softmax", reach=0.6),
        _pointwise("power", "adult-mlp", 0, "power"),
        _case(
            "root",
            "digits-mlp",
            root,
            (2, None),
            (2, "function"),
            fixed=smooth,
            reach=0.75,
            note="the root of a sum of squares has no derivative where all are 0",
        ),
        _case(
            "length", "digits-mlp", norm, (1, None), (1, "function"), fixed=with_empty, reach=0.75
        ),
        _case(
            "spread", "digits-mlp", spread, (1, None), (1, "function"), fixed=with_empty, reach=0.75
        ),
    ]


def _trainings() -> list[Case]:
    cancer, mpg = BASES["cancer-mlp"].recipe, BASES["mpg-mlp"].recipe
    california, digits = BASES["california-mlp"].recipe, BASES["digits-mlp"].recipe
    sunspots = BASES["sunspots-lstm"].recipe
    wide = {"class_name": "RandomNormal", "config": {"stddev": 1.0}}
    unbounded = sunspots.with_part(
        0, kind="SimpleRNN", units=32, activation="relu", recurrent_initializer=wide
    )
    raw = california.but(scale="", scale_y=False, optimizer=("SGD", {"learning_rate": 0.01}))
    return [
        _case(
            "rate",
            "mpg-mlp",
            mpg.but(optimizer=("SGD", {"learning_rate": 10.0})),
            (None, "learning_rate"),
            (None, "optimizer"),
            causes=("F08",),
            also=("F14",),
        ),
        _case(
            "raw",
            "california-mlp",
            raw,
            (None, "x"),
            (None, "y"),
            (None, "learning_rate"),
            causes=("F06", "F07"),
            also=("F08", "F14"),
        ),
        _case(
            "own-loss",
            "cancer-mlp",
            cancer.but(loss=_unguarded, optimizer=("SGD", {"learning_rate": 20.0})),
            (None, "loss"),
            (None, "learning_rate"),
            also=("F08",),
        ),
        _case(
            "relative-loss",
            "labels-mlp",
            BASES["labels-mlp"].recipe.but(loss=_relative),
            (None, "loss"),
            also=("F05",),
        ),
        _case(
            "weights",
            "digits-mlp",
            digits.but(after=_spoilt),
            (1, "kernel"),
            (1, None),
            causes=("F19",),
        ),
        _case(
            "recurrent",
            "sunspots-lstm",
            unbounded,
            (0, "activation"),
            (0, "recurrent_initializer"),
            (0, None),
            causes=("F14",),
            also=("F18", "F19", "F08"),
        ),
    ]


CASES: tuple[Case, ...] = (*_layers(), *_trainings())
