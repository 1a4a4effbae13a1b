"""``keras.applications.imagenet_utils``: images and classes; and how the modules of the architectures are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from pellucid import Model, zoo
from pellucid.keras.sides.files import adopted

__all__ = ["decode_predictions", "preprocess_input"]

decode_predictions = zoo.decode_predictions
preprocess_input = zoo.preprocess_input


def application(name: str) -> Callable[..., Model]:
    """Return an architecture of the zoo whose models and layers are those of :mod:`pellucid.keras`."""
    plain = getattr(zoo, name)

    @wraps(plain)
    def make(*args: Any, **kwargs: Any) -> Model:
        return adopted(plain(*args, **kwargs))

    return make


def preprocessing(mode: str) -> Callable[..., Any]:
    """Return ``preprocess_input`` for architectures that were trained on images scaled in one way."""

    def preprocess_input(x: Any, data_format: str | None = None) -> Any:
        return zoo.preprocess_input(x, data_format=data_format, mode=mode)

    preprocess_input.__doc__ = (
        f"Scale images in the mode {mode!r}: see :func:`pellucid.zoo.preprocess_input`."
    )
    return preprocess_input
