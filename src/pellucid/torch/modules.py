"""Reading modules of PyTorch by what they look like, so that PyTorch need not be imported."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.data.arrays import to_numpy

STACKS = ("Sequential",)
"""Modules that do nothing but apply what they hold, one after the other."""


def kind_of(module: Any, known: Collection[str]) -> str | None:
    """Return the name in ``known`` of the class of PyTorch that computes a module's outputs, or None.

    That is the module's own class, or one that it derives from and whose ``forward`` it leaves as it is.

    >>> kind_of(3, {"Linear"}) is None
    True
    """
    for cls in type(module).__mro__:
        ours = cls.__module__.startswith("torch.nn") and cls.__name__ in known
        if ours and getattr(type(module), "forward", None) is getattr(cls, "forward", None):
            return cls.__name__
    return None


def leaves_of(module: Any, known: Collection[str], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the modules of a stack in order, each with its path; stacks inside it are opened."""
    if kind_of(module, (*known, *STACKS)) in STACKS:
        for name, child in module._modules.items():
            yield from leaves_of(child, known, f"{path}.{name}" if path else str(name))
    else:
        yield path, module


def numbers(parameter: Any) -> np.ndarray:
    """Return a parameter as a NumPy array of float32.

    >>> numbers(np.array([1, 2])).dtype
    dtype('float32')
    """
    return to_numpy(parameter).astype(np.float32)


def has_parameters(module: Any) -> bool:
    """Tell whether a module has parameters."""
    return hasattr(module, "parameters") and any(True for _ in module.parameters())


def is_frozen(module: Any) -> bool:
    """Tell whether a module has parameters and none of them is trained."""
    return has_parameters(module) and not any(each.requires_grad for each in module.parameters())


def several(value: Any, count: int) -> tuple[int, ...]:
    """Return a number, or one for each of ``count`` axes, as a tuple.

    >>> several(3, 2), several((1, 2), 2)
    ((3, 3), (1, 2))
    """
    return (int(value),) * count if isinstance(value, int) else tuple(int(each) for each in value)


def refuse(path: str, module: Any, why: str, repair: str | None = None) -> ArgumentError:
    """Build the error for a module without a counterpart.

    Args:
        path: Its path in the network, "" for the network itself.
        module: The module.
        why: What has no counterpart.
        repair: What to do instead.
    """
    place = f"module '{path}', a {type(module).__name__}" if path else f"a {type(module).__name__}"
    return ArgumentError("from_torch", f"{place}: {why}", repair)
