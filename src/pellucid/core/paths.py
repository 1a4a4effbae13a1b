"""Paths name weights: ``"encoder/dense_1/kernel"``; dicts by path are all that crosses into a program."""

from __future__ import annotations

from collections.abc import Iterable

SEPARATOR = "/"


def join(*parts: str) -> str:
    """Join the non-empty parts to a path.

    >>> join("", "encoder", "dense")
    'encoder/dense'
    """
    return SEPARATOR.join(part for part in parts if part)


def unique(name: str, taken: Iterable[str]) -> str:
    """Return ``name``, or ``name_1``, ``name_2``, ... if it is taken.

    >>> unique("dense", {"dense", "dense_1"})
    'dense_2'
    """
    taken = set(taken)
    if name not in taken:
        return name
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
