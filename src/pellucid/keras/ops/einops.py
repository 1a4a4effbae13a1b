"""``rearrange``: axes named, ordered, split and joined by one line of text."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ShapeError
from pellucid.keras.operation import operation

Group = list[str]


def _groups(side: str) -> list[Group]:
    """Return the axes of one side of a pattern, each as the names that it consists of.

    >>> _groups("b (h w) c 1")
    [['b'], ['h', 'w'], ['c'], []]
    """
    found: list[Group] = []
    inside: Group | None = None
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            inside = []
        elif word == ")":
            found.append(inside or [])
            inside = None
        elif inside is None:
            found.append([] if word == "1" else [word])
        elif word != "1":
            inside.append(word)
    return found


def _with_rest(groups: list[Group], rest: list[str]) -> list[Group]:
    """Return groups with the names of ``rest`` in the place of ``...``."""
    found: list[Group] = []
    for group in groups:
        if group == ["..."]:
            found += [[name] for name in rest]
        else:
            found.append([name for word in group for name in (rest if word == "..." else [word])])
    return found


@operation
def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> jax.Array:
    """Return a tensor with its axes in another order, split and joined.

    Args:
        tensor: The tensor.
        pattern: The axes by name before and behind ``->``; brackets join, ``...`` means all others:
            ``"b (h p) c -> b p h c"``.
        **axes_lengths: Sizes of parts of a split axis, all but one.
    """
    x = jnp.asarray(tensor)
    before, after = map(_groups, pattern.split("->"))
    rest = [f"...{i}" for i in range(x.ndim - len(before) + 1)] if ["..."] in before else []
    before, after = _with_rest(before, rest), _with_rest(after, rest)
    length = _lengths(x.shape, before, axes_lengths, pattern)
    names = [name for group in before for name in group]
    if sorted(names) != sorted(name for group in after for name in group):
        raise ShapeError(
            "rearrange",
            f"both sides of {pattern!r} must name the same axes.",
            '"b h w c -> b c h w"',
        )
    x = x.reshape([length[name] for name in names])
    x = x.transpose([names.index(name) for group in after for name in group])
    return x.reshape([math.prod(length[name] for name in group) for group in after])


def _lengths(
    shape: tuple[int, ...], groups: list[Group], known: dict[str, int], pattern: str
) -> dict[str, int]:
    """Return the size of every named axis."""
    if len(shape) != len(groups):
        raise ShapeError(
            "rearrange",
            f"{pattern!r} names {len(groups)} axes, but the tensor's shape is {shape}.",
            '"b ... -> ... b" leaves axes unnamed',
        )
    found = dict(known)
    for size, group in zip(shape, groups, strict=True):
        unknown = [name for name in group if name not in found]
        if len(unknown) > 1:
            raise ShapeError(
                "rearrange",
                f"the sizes of {', '.join(unknown)} in {pattern!r} cannot be told apart.",
                f"ops.rearrange(x, {pattern!r}, {unknown[0]}=2)",
            )
        product = math.prod(found[name] for name in group if name in found)
        if unknown:
            found[unknown[0]] = size // product
        if math.prod(found[name] for name in group) != size:
            raise ShapeError(
                "rearrange", f"an axis of size {size} is no product of {group}.", "other sizes"
            )
    return found
