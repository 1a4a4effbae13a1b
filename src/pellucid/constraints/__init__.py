"""Rules that weights must keep, applied after every step: classes, names and :func:`get`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pellucid.constraints.constraint import Constraint
from pellucid.constraints.norms import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from pellucid.core.registry import resolve

TABLE: dict[str, type[Constraint]] = {
    "non_neg": NonNeg,
    "max_norm": MaxNorm,
    "unit_norm": UnitNorm,
    "min_max_norm": MinMaxNorm,
}
"""Names to classes."""


def get(identifier: Any) -> Constraint | Callable[[Any], Any] | None:
    """Return the constraint that `identifier` names.

    Args:
        identifier: A name (`"max_norm"`), a class, an object, a configuration, a function of the
            weights, or None.

    Raises:
        UnknownNameError: No constraint has that name.

    Example:
        >>> get("max_norm"), get(None)
        (MaxNorm(), None)
    """
    return None if identifier is None else resolve("constraint", TABLE, identifier)


__all__ = ["TABLE", "Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "get"]
