"""``keras.initializations`` of Keras 1: functions of a shape, where there are classes today.

>>> from pellucid.keras import initializations
>>> initializations.identity((2, 2), scale=3.0).numpy()
array([[3., 0.],
       [0., 3.]], dtype=float32)
"""

from __future__ import annotations

from typing import Any

from pellucid.keras.late import late


def _values(class_name: str, shape: Any, **options: Any) -> Any:
    return getattr(late("initializers"), class_name)(**options)(tuple(shape))


def uniform(shape: Any, scale: float = 0.05, name: Any = None, **places: Any) -> Any:
    """Return numbers spread evenly over [-scale, scale]."""
    return _values("RandomUniform", shape, minval=-scale, maxval=scale)


def normal(shape: Any, scale: float = 0.05, name: Any = None, **places: Any) -> Any:
    """Return normally distributed numbers of mean 0 and standard deviation ``scale``."""
    return _values("RandomNormal", shape, stddev=scale)


def orthogonal(shape: Any, scale: float = 1.1, name: Any = None, **places: Any) -> Any:
    """Return a matrix with orthogonal rows or columns, times ``scale``."""
    return _values("Orthogonal", shape, gain=scale)


def identity(shape: Any, scale: float = 1.0, name: Any = None, **places: Any) -> Any:
    """Return the unit matrix times ``scale``."""
    return _values("Identity", shape, gain=scale)


def zero(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return zeros."""
    return _values("Zeros", shape)


def one(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return ones."""
    return _values("Ones", shape)


def lecun_uniform(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return even numbers of variance 1 / inputs."""
    return _values("LecunUniform", shape)


def glorot_uniform(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return even numbers of variance 2 / (inputs + outputs)."""
    return _values("GlorotUniform", shape)


def glorot_normal(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return normal numbers of variance 2 / (inputs + outputs)."""
    return _values("GlorotNormal", shape)


def he_uniform(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return even numbers of variance 2 / inputs."""
    return _values("HeUniform", shape)


def he_normal(shape: Any, name: Any = None, **places: Any) -> Any:
    """Return normal numbers of variance 2 / inputs."""
    return _values("HeNormal", shape)


def get(identifier: Any, **options: Any) -> Any:
    """Turn a name or a function into an initializer."""
    return late("initializers").get(identifier)
