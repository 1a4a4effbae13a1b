"""Limits as data: what a constructor argument may be, said once.

A class declares ``limits = {"rate": Real(0, 1, closed="left")}``; :class:`~pellucid.core.record.Recorded`
checks the arguments when an object is made, the command line builds its help from the same table, and a test
derives a bad value from every entry. The idea is scikit-learn's parameter validation.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pellucid.core.errors import ArgumentError, ArgumentTypeError


@dataclass(frozen=True)
class Limit:
    """The base of all limits.

    Args:
        optional: Whether None is allowed as well.
    """

    optional: bool = field(default=False, kw_only=True)

    def describe(self) -> str:
        """Say in words what is allowed, to stand after "must be"."""
        raise NotImplementedError

    def allows(self, value: Any) -> bool:
        """Tell whether ``value`` is allowed (None is handled by the caller)."""
        raise NotImplementedError

    def bad_value(self) -> Any:
        """Return a value that is not allowed; the tests try it on every class."""
        raise NotImplementedError


@dataclass(frozen=True)
class Real(Limit):
    """A finite real number in an interval; ``closed`` is one of both, left, right, neither."""

    low: float = -math.inf
    high: float = math.inf
    closed: str = "both"

    def describe(self) -> str:
        left = "[" if self.closed in ("both", "left") and self.low > -math.inf else "("
        right = "]" if self.closed in ("both", "right") and self.high < math.inf else ")"
        return f"a number in {left}{self.low:g}, {self.high:g}{right}"

    def allows(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            return _is_scalar_array(value)
        number = float(value)
        above = number >= self.low if self.closed in ("both", "left") else number > self.low
        below = number <= self.high if self.closed in ("both", "right") else number < self.high
        return math.isfinite(number) and above and below

    def bad_value(self) -> Any:
        return math.nan


@dataclass(frozen=True)
class Integer(Limit):
    """A whole number from ``low`` to ``high``, both allowed."""

    low: int | None = None
    high: int | None = None

    def describe(self) -> str:
        if self.low is not None and self.high is not None:
            return f"an integer from {self.low} to {self.high}"
        if self.low is not None:
            return f"an integer of at least {self.low}"
        return "an integer"

    def allows(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            return False
        number = int(value)
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )

    def bad_value(self) -> Any:
        return 0.5


@dataclass(frozen=True)
class Choice(Limit):
    """One of a few values."""

    options: tuple[Any, ...] = ()

    def describe(self) -> str:
        return "one of " + ", ".join(repr(option) for option in self.options)

    def allows(self, value: Any) -> bool:
        return any(value is option or value == option for option in self.options)

    def bad_value(self) -> Any:
        return "no such option"


@dataclass(frozen=True)
class Boolean(Limit):
    """True or False."""

    def describe(self) -> str:
        return "True or False"

    def allows(self, value: Any) -> bool:
        return isinstance(value, bool)

    def bad_value(self) -> Any:
        return "yes"


@dataclass(frozen=True)
class Instance(Limit):
    """An object of given types, or (where told) a list or tuple of integers."""

    types: tuple[type, ...] = ()
    words: str = "an object of another type"

    def describe(self) -> str:
        return self.words

    def allows(self, value: Any) -> bool:
        return isinstance(value, self.types)

    def bad_value(self) -> Any:
        return object()


def _is_scalar_array(value: Any) -> bool:
    """A traced or 0-d array stands for a number: populations pass hyper-parameters so."""
    return getattr(value, "ndim", None) == 0 and hasattr(value, "dtype")


def check(who: str, arguments: Mapping[str, Any], limits: Mapping[str, Limit]) -> None:
    """Refuse the first argument that its limit does not allow.

    Raises:
        ArgumentTypeError: None or a value of the wrong kind was given.
        ArgumentError: The value is outside its limits.

    >>> check("Dropout", {"rate": 0.5}, {"rate": Real(0, 1, closed="left")})
    """
    for name, value in arguments.items():
        limit = limits.get(name)
        if limit is None or (value is None and limit.optional):
            continue
        if value is None or not limit.allows(value):
            also = " or None" if limit.optional else ""
            number = isinstance(value, numbers.Real) and not isinstance(value, bool)
            kind = ArgumentError if number or isinstance(value, str) else ArgumentTypeError
            raise kind(who, f"`{name}` must be {limit.describe()}{also}, but it is {_show(value)}.")


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
