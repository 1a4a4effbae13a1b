"""Names of layers that a script did not name, counted as Keras counts them: over the whole program, not a model.

In ``tf.keras`` and Keras 3 the first ``Conv2D`` of a program is ``conv2d``, the second ``conv2d_1``, whichever models
they are in; in Keras 1 and 2 they are ``conv2d_1`` and ``conv2d_2``. Scripts write such names down.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import pellucid
from pellucid.core.registry import snake_case
from pellucid.keras.former_rates import of_keras_2
from pellucid.keras.naming import get_uid

_counted: WeakKeyDictionary[Any, tuple[str, int]] = WeakKeyDictionary()


def count_layer(layer: Any) -> None:
    """Give a layer without a name of its own the next number of its kind."""
    if layer._given_name is None:
        kind = snake_case(type(layer).__name__)
        _counted[layer] = kind, get_uid(kind)


def counted_name(layer: Any) -> str | None:
    """Return the name that Keras would have given a layer, or None for one that has a name or was made elsewhere."""
    if layer not in _counted or layer._given_name is not None:
        return None
    kind, number = _counted[layer]
    if of_keras_2():
        return f"{kind}_{number}"
    return f"{kind}_{number - 1}" if number > 1 else kind


def former_name(layer: Any) -> str | None:
    """Return the name that Keras 1 and 2 gave a layer, in a script of theirs, once a model has taken the layer."""
    if layer._auto_name is None or layer not in _counted or not of_keras_2():
        return None
    return counted_name(layer)


class CountedLayers(pellucid.models.Model):
    """What models have of their layers: they are found by the names that Keras would have given."""

    def get_layer(self, name: str | None = None, index: int | None = None) -> pellucid.Layer:
        """Return a layer by the name that it was given, by the one that Keras would have given, or by its index."""
        given = index is not None or any(layer._given_name == name for layer in self.layers)
        counted = (layer for layer in self.layers if not given and counted_name(layer) == name)
        return next(counted, None) or super().get_layer(name, index)
