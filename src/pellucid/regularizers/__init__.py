"""Penalties on weights, added to the loss: classes, names and :func:`get`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.core.registry import resolve
from pellucid.regularizers.norms import L1, L1L2, L2
from pellucid.regularizers.orthogonal import OrthogonalRegularizer
from pellucid.regularizers.regularizer import Regularizer

TABLE: dict[str, type[Regularizer]] = {
    "l1": L1,
    "l2": L2,
    "l1_l2": L1L2,
    "l1l2": L1L2,
    "orthogonal_regularizer": OrthogonalRegularizer,
    "orthogonal": OrthogonalRegularizer,
}
"""Names to classes."""


def get(identifier: Any) -> Regularizer | Callable[[Any], Any] | None:
    """Return the regularizer that `identifier` names.

    Args:
        identifier: A name (`"l2"`: factor 0.01; `"l1_l2"`: both 0.01), a class, an object, a
            configuration, a function of the weights, or None.

    Raises:
        UnknownNameError: No regularizer has that name.

    Example:
        >>> get("l2"), get("l1_l2"), get(None)
        (L2(), L1L2(l1=0.01, l2=0.01), None)

    In Keras 3 the name `"l1_l2"` means a penalty of zero, which nobody can want.
    """
    if identifier is None:
        return None
    if isinstance(identifier, str) and TABLE.get(identifier.lower()) is L1L2:
        return L1L2(0.01, 0.01)
    return resolve("regularizer", TABLE, identifier)


def l1(l1: float = 0.01) -> L1:
    """Return `L1(l1)`; Keras's short form.

    >>> l1(0.1)
    L1(l1=0.1)
    """
    return L1(l1)


def l2(l2: float = 0.01) -> L2:
    """Return `L2(l2)`; Keras's short form.

    >>> l2(0.1)
    L2(l2=0.1)
    """
    return L2(l2)


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """Return `L1L2(l1, l2)`; Keras's short form.

    >>> l1_l2(0.1)
    L1L2(l1=0.1, l2=0.01)
    """
    return L1L2(l1, l2)


__all__ = [
    "L1",
    "L1L2",
    "L2",
    "TABLE",
    "OrthogonalRegularizer",
    "Regularizer",
    "get",
    "l1",
    "l1_l2",
    "l2",
]
