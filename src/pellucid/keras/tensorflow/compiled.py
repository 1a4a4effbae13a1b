"""Operations of many steps as one program each: at the prompt every step would be compiled and started by itself."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import jax

from pellucid.keras.operation import Operation, operation


def compiled(*fixed: str) -> Callable[[Callable[..., Any]], Operation]:
    """Make a function of arrays an operation that is compiled whole; a decorator.

    Args:
        *fixed: Arguments that decide what the program is, for instance sizes; ``name`` is one always.
    """

    def decorate(function: Callable[..., Any]) -> Operation:
        named = {"name", *fixed} & set(signature(function).parameters)
        return operation(jax.jit(function, static_argnames=sorted(named)))

    return decorate
