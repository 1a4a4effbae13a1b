"""Strings, classes, objects and plain functions, all accepted wherever one of a family is expected.

Keras's convention: ``activation="relu"``, ``loss=MeanSquaredError()``, ``optimizer=Adam`` and a function of one's
own mean what they say. Each family keeps one table from names to things; :func:`resolve` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pellucid.core.errors import ArgumentTypeError, unknown_name

# Where a word begins: after a small letter, and after an abbreviation (RNN, LSTM, 2D); ReLU and RMSprop are one word.
WORDS = r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{3})|(?<=[A-Z0-9][A-Z])(?=[A-Z][a-z])(?!Sprop)"


def snake_case(name: str) -> str:
    """Turn a class name into the field's lower-case name.

    >>> [snake_case(name) for name in ("BatchNormalization", "SimpleRNNCell", "Conv2DTranspose")]
    ['batch_normalization', 'simple_rnn_cell', 'conv2d_transpose']
    >>> [snake_case(name) for name in ("LeakyReLU", "RMSprop", "L1L2")]
    ['leaky_relu', 'rmsprop', 'l1l2']
    """
    return re.sub(WORDS, "_", name).lower()


def resolve(kind: str, table: Mapping[str, Any], identifier: Any) -> Any:
    """Turn ``identifier`` into an object of the family ``kind``.

    Args:
        kind: The family's name for messages, e.g. ``"loss"``.
        table: Lower-case names to classes or functions.
        identifier: A name, a class of the table, a ``{"class_name": ..., "config": ...}`` dict, an object or a
            function.

    Returns:
        An instance where the table holds a class, else the thing itself.

    Raises:
        UnknownNameError: A string that is not in the table.
        ArgumentTypeError: Neither a name, a class, an object nor a function.
    """
    if isinstance(identifier, Mapping) and "class_name" in identifier:
        found = _look_up(kind, table, identifier["class_name"])
        return found(**identifier.get("config", {})) if isinstance(found, type) else found
    if isinstance(identifier, str):
        identifier = _look_up(kind, table, identifier)
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier) or hasattr(identifier, "get_config"):
        return identifier
    raise ArgumentTypeError(
        "", f"{kind} must be a name, an object or a function, but it is {identifier!r}."
    )


def _look_up(kind: str, table: Mapping[str, Any], name: str) -> Any:
    for candidate in (name, name.lower(), snake_case(name)):
        if candidate in table:
            return table[candidate]
    raise unknown_name(kind, name, table)
