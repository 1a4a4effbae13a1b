"""Starting values of weights: classes, names and :func:`get`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.registry import resolve
from pellucid.initializers.constant import Constant, Identity, Ones, Zeros
from pellucid.initializers.fourier import STFT
from pellucid.initializers.glorot import GlorotNormal, GlorotUniform
from pellucid.initializers.he import HeNormal, HeUniform
from pellucid.initializers.initializer import Initializer, InitializerFunction, RandomInitializer
from pellucid.initializers.lecun import LecunNormal, LecunUniform
from pellucid.initializers.orthogonal import Orthogonal
from pellucid.initializers.random import RandomNormal, RandomUniform, TruncatedNormal
from pellucid.initializers.scaling import VarianceScaling, compute_fans

TABLE: dict[str, type[Initializer]] = {
    "zeros": Zeros,
    "zero": Zeros,
    "ones": Ones,
    "one": Ones,
    "constant": Constant,
    "identity": Identity,
    "eye": Identity,
    "random_normal": RandomNormal,
    "normal": RandomNormal,
    "truncated_normal": TruncatedNormal,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "variance_scaling": VarianceScaling,
    "glorot_uniform": GlorotUniform,
    "xavier_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "xavier_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "kaiming_uniform": HeUniform,
    "he_normal": HeNormal,
    "kaiming_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
    "orthogonal": Orthogonal,
    "stft": STFT,
}
"""Names, Keras's and PyTorch's, to classes."""


def get(identifier: Any) -> Initializer | None:
    """Return the initializer that `identifier` names.

    Args:
        identifier: A name (`"he_normal"`), a class, an object, a configuration, a function
            `f(shape, dtype)`, an array of the weight's shape, or None.

    Raises:
        UnknownNameError: No initializer has that name.

    Example:
        >>> get("xavier_uniform"), get(np.ones(2)), get(None)
        (GlorotUniform(), Constant(value=array([1., 1.])), None)
    """
    if identifier is None or isinstance(identifier, Initializer):
        return identifier
    if hasattr(identifier, "__array__"):
        return Constant(np.asarray(identifier))
    found = resolve("initializer", TABLE, identifier)
    return found if isinstance(found, Initializer) else InitializerFunction(found)


__all__ = [
    "STFT",
    "TABLE",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "InitializerFunction",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "compute_fans",
    "get",
]
