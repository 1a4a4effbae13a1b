"""What ``call`` and ``build`` of a layer take, read off their signatures: names, not positions, say what is meant."""

from __future__ import annotations

from functools import lru_cache
from inspect import Parameter, signature
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentTypeError
from pellucid.modules.notes import line_of

_OPEN = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


@lru_cache(maxsize=4096)
def parameters_of(method: Any) -> tuple[str, ...]:
    """Return the names of a method's parameters in order, without ``self``, ``*args`` and ``**kwargs``."""
    found = list(signature(method).parameters.values())[1:]
    return tuple(p.name for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD))


def named_arguments(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call by name."""
    names = parameters_of(cls.call)  # pyright: ignore[reportAttributeAccessIssue]
    return {**dict(zip(names, args, strict=False)), **kwargs}


def build_shapes(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Return what ``build`` is called with: the shapes of the first argument of ``call``, or of several by name.

    A ``build`` of several parameters names the arguments whose shapes it wants: ``build(self, query_shape,
    value_shape)`` belongs to ``call(self, query, value)``; arguments that are not given have the shape None.
    """
    wanted = parameters_of(cls.build)  # pyright: ignore[reportAttributeAccessIssue]
    if len(wanted) < 2:
        return (shapes_of(args[0]) if args else None,)
    given = named_arguments(cls, args, kwargs)
    return tuple(shapes_of(given.get(name.removesuffix("_shape"))) for name in wanted)


def shapes_of(value: Any) -> Any:
    """Return the shapes of an array or a tree of arrays, the batch size as None."""
    return jax.tree.map(lambda array: (None, *jnp.shape(array)[1:]), value)


@lru_cache(maxsize=4096)
def check_signatures(cls: type, who: str) -> None:
    """Refuse a ``call`` without inputs, and a ``build`` that asks for what no layer is told.

    Args:
        cls: The class of a layer.
        who: The layer, for messages.

    Raises:
        ArgumentTypeError: At the line of the method.
    """
    call: Any = cls.call  # pyright: ignore[reportAttributeAccessIssue]
    build: Any = cls.build  # pyright: ignore[reportAttributeAccessIssue]
    if not parameters_of(call) and not _is_open(call):
        raise ArgumentTypeError(
            who,
            "its `call` takes no inputs.",
            "def call(self, inputs):",
            where=line_of(call, False),
        )
    if _is_open(build):
        return
    where = line_of(build, False)
    names = parameters_of(build)
    if not names:
        raise ArgumentTypeError(
            who,
            "its `build` does not take the shape of the inputs.",
            "def build(self, input_shape):",
            where=where,
        )
    known = {f"{name}_shape" for name in parameters_of(call)}
    for name in names[1:]:
        needed = signature(build).parameters[name].default is Parameter.empty
        if needed and name not in known:
            raise ArgumentTypeError(
                who,
                f"its `build` asks for `{name}`, which is no shape of an argument of `call`.",
                f"keep it in __init__ (self.{name} = {name}) and write: def build(self, input_shape)",
                where=where,
            )


def _is_open(method: Any) -> bool:
    return any(p.kind in _OPEN for p in signature(method).parameters.values())


def all_defaults(function: Any, arguments: dict[str, Any]) -> bool:
    """Tell whether all arguments are the function's own defaults: only then its name says its range."""
    defaults = {name: p.default for name, p in signature(function).parameters.items()}
    return all(
        isinstance(value, (int, float, type(None))) and value == defaults.get(name)
        for name, value in arguments.items()
    )
