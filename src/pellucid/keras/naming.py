"""Names: their numbers, and the scopes that stand before those of free variables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_counts: Counter[str] = Counter()
_scopes: ContextVar[tuple[str, ...]] = ContextVar("scopes", default=())


def get_uid(prefix: str = "") -> int:
    """Return the next number of a name, from 1."""
    _counts[prefix] += 1
    return _counts[prefix]


def reset_uids() -> None:
    """Count names from the beginning."""
    _counts.clear()


def numbered(cls_name: str) -> str:
    """Return a class's name in small letters, with a number from the second time on.

    >>> reset_uids()
    >>> numbered("AdamW"), numbered("AdamW"), numbered("RMSprop")
    ('adam_w', 'adam_w_1', 'rm_sprop')
    """
    name = re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", cls_name).lower()
    count = get_uid(name) - 1
    return f"{name}_{count}" if count else name


@contextmanager
def name_scope(name: str, *args: Any, **kwargs: Any) -> Iterator[str]:
    """Put a name before the paths of the variables that are made inside."""
    token = _scopes.set((*_scopes.get(), name))
    try:
        yield name
    finally:
        _scopes.reset(token)


def scoped(name: str) -> str:
    """Return a name behind those of the scopes around it."""
    return "/".join((*(scope for scope in _scopes.get() if scope), name))
