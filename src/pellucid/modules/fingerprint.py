"""What a compiled program depends on, as one hashable value: equal fingerprints share a program."""

from __future__ import annotations

import functools
import hashlib
import types
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import UsageError
from pellucid.core.record import Recorded
from pellucid.modules.notes import line_of
from pellucid.modules.tree import SKIPPED, is_layer, traced_hyperparameters


def fingerprint(root: Any) -> Any:
    """Return a hashable value, equal for models whose traces are equal whatever their weights hold.

    It covers classes, attributes, weight declarations and which layers are frozen, and for functions and methods of the
    user's own their code and what it refers to, since notebooks redefine them. Left out are starting values, and
    numeric hyper-parameters that enter a program as arrays: models that differ in a dropout rate share one program.

    Args:
        root: A model, loss, metric, optimizer or function.

    Example:
        >>> from pellucid.layers import Dropout
        >>> one, two, off = (fingerprint(Dropout(rate)) for rate in (0.1, 0.2, 0.0))
        >>> one == two, one == off
        (True, False)
    """
    return _print(root, {})


class KeptArrayError(UsageError):
    """An array of one trace was kept where another trace finds it."""


LEAK = (
    "it reads a list or a global that holds an array kept from inside `call`, which is gone by now."
)
LEAK_REPAIR = "return it, or watch it: self.add_metric(array, name='size')"


class _Itself:
    """Stands for an object that cannot be hashed: equal to itself only, and kept, so that its id stays its own."""

    def __init__(self, value: Any):
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.value is self.value


# The objects seen so far by id: their number, and the object itself, since a freed one's id may come again.
_Memo = dict[int, tuple[int, Any]]


def _print(value: Any, memo: _Memo) -> Any:
    if value is None or isinstance(value, (bool, int, str, bytes)):
        return (type(value).__name__, value)
    if isinstance(value, (float, complex)):
        return (type(value).__name__, repr(value))
    if isinstance(value, Tracer):
        raise KeptArrayError("a model", LEAK, LEAK_REPAIR)
    if isinstance(value, (np.ndarray, jax.Array)):
        array = np.ascontiguousarray(value)
        digest = hashlib.blake2b(array.tobytes(), digest_size=16).digest()
        return ("array", array.shape, str(array.dtype), digest)
    if id(value) in memo:
        return ("again", memo[id(value)][0])
    memo[id(value)] = (len(memo), value)
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *(_print(item, memo) for item in value))
    if isinstance(value, dict):
        return ("dict", *((_print(k, memo), _print(v, memo)) for k, v in value.items()))
    if isinstance(value, Recorded):
        return _print_recorded(value, memo)
    return _print_callable(value, memo)


def _print_callable(value: Any, memo: _Memo) -> Any:
    if isinstance(value, types.FunctionType):
        return _print_function(value, memo)
    if isinstance(value, types.MethodType):
        return ("method", _print(value.__self__, memo), _print(value.__func__, memo))
    if isinstance(value, functools.partial):
        return ("partial", *(_print(p, memo) for p in (value.func, value.args, value.keywords)))
    return ("object", value if value.__hash__ else _Itself(value))


def _print_function(function: types.FunctionType, memo: _Memo) -> Any:
    if _is_ours(function.__module__):
        return ("function", function.__code__, _print(_closure(function), memo))
    try:
        return _print_own_function(function, memo)
    except KeptArrayError as error:
        if error.who != "a model":
            raise
        who = function.__qualname__.rpartition("<locals>.")[2]
        raise KeptArrayError(who, LEAK, LEAK_REPAIR, where=line_of(function)) from None


def _print_own_function(function: types.FunctionType, memo: _Memo) -> Any:
    return (
        "function",
        function.__code__,
        _print(_closure(function), memo),
        _print(function.__defaults__, memo),
        _print(function.__kwdefaults__, memo),
        tuple((name, _print_global(v, function, memo)) for name, v in _globals(function)),
    )


def _print_global(value: Any, user: types.FunctionType, memo: _Memo) -> Any:
    """Look into functions of the same module; those of other modules do not change under way."""
    if isinstance(value, types.FunctionType) and value.__globals__ is not user.__globals__:
        return ("object", value)
    return _print(value, memo)


def _closure(function: types.FunctionType) -> list[Any]:
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # a name that is not assigned yet
            found.append(None)
    return found


def _globals(function: types.FunctionType) -> list[tuple[str, Any]]:
    """Return the global names that a function's code, and functions defined inside it, may read."""
    codes, names = [function.__code__], set()
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes += [each for each in code.co_consts if isinstance(each, types.CodeType)]
    scope = function.__globals__
    return [(name, scope[name]) for name in sorted(names) if name in scope]


def _print_recorded(value: Recorded, memo: _Memo) -> Any:
    free = set(traced_hyperparameters(value))
    # `_kept` names what a call put there for its caller to read.
    beside = type(value).beside | vars(value).get("_kept", frozenset())
    parts = [
        (name, "traced" if name in free else _print(item, memo))
        for name, item in vars(value).items()
        if name not in SKIPPED
        and name not in beside
        and name != "_weights"
        and not name.endswith("_initializer")
    ]
    slots = value._weights if is_layer(value) else {}  # pyright: ignore[reportAttributeAccessIssue]
    declared = tuple(
        (attribute, slot.spec(), _print(slot.regularizer, memo), _print(slot.constraint, memo))
        for attribute, slot in slots.items()
    )
    return (type(value), _print_methods(type(value), memo), tuple(parts), declared)


def _print_methods(cls: type, memo: _Memo) -> Any:
    """Print the methods of the user's own classes."""
    return tuple(
        (name, _print(member, memo))
        for base in cls.__mro__
        if base is not object and not _is_ours(base.__module__)
        for name, member in vars(base).items()
        if isinstance(member, types.FunctionType)
    )


def _is_ours(module: str | None) -> bool:
    return (module or "").partition(".")[0] == "pellucid"
