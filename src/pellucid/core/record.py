"""Objects that remember how they were made.

``Recorded`` notes the arguments of the constructor before the constructor runs. From that one note follow
``repr``, ``clone``, the configuration in a model file and the check of limits, with nothing to write per class.
The constructor itself only stores what it was given (scikit-learn's contract).

Terms: an object's *arguments* are the constructor's arguments by name; its *hyper-parameters* are those of them
that are plain numbers and may enter a compiled program as arrays instead of constants.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any, ClassVar, Self

from pellucid.core.errors import ArgumentTypeError, nearest
from pellucid.core.limits import Limit, check


@lru_cache(maxsize=4096)
def signature(cls: type) -> inspect.Signature:
    """Return the signature of a class's constructor without ``self``; kept, for it is slow to make.

    ``**kwargs`` of Pellucid's own classes stand for the keyword arguments of the next base; a user's class may do
    with its ``**kwargs`` what it likes, so there they stay open.
    """
    return inspect.Signature(_parameters(cls, list(cls.__mro__)))


def _parameters(cls: type, bases: list[type]) -> list[inspect.Parameter]:
    while bases and "__init__" not in vars(bases[0]):
        bases = bases[1:]
    if not bases or bases[0] is object:
        return []
    found = list(inspect.signature(vars(bases[0])["__init__"]).parameters.values())[1:]
    rest = [p for p in found if p.kind is inspect.Parameter.VAR_KEYWORD]
    if not rest:
        return found
    named = [p for p in found if p.kind is not inspect.Parameter.VAR_KEYWORD]
    taken = {p.name for p in named}
    closed = bases[0].__module__.startswith("pellucid.") and not vars(bases[0]).get("takes_any")
    # What a base needs, a user's constructor may give it by itself.
    inherited = [
        p.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for p in _parameters(cls, bases[1:])
        if p.name not in taken
        and p.kind is not inspect.Parameter.VAR_KEYWORD
        and (closed or p.default is not inspect.Parameter.empty)
    ]
    return named + inherited + ([] if closed else rest)


class Recorded:
    """The base of layers, losses, metrics, optimizers, initializers, regularizers, callbacks and schedules.

    Attributes:
        limits: What each constructor argument may be; checked when an object is made.
        takes_any: Whether ``**kwargs`` of the class's own constructor may be anything at all.
        hyperparameters: Names of the numeric arguments that a program takes as arrays, so that changing them
            compiles nothing and a population may give each member its own value.
        beside: Names of attributes on which no compiled program depends, such as what a training left behind.
    """

    limits: ClassVar[dict[str, Limit]] = {}
    takes_any: ClassVar[bool] = False
    hyperparameters: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[frozenset[str]] = frozenset()
    _arguments: dict[str, Any]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        made = super().__new__(cls)
        object.__setattr__(made, "_arguments", bind_arguments(cls, args, kwargs))
        check(cls.__name__, made._arguments, cls.all_limits())
        return made

    @classmethod
    @lru_cache(maxsize=4096)
    def all_limits(cls) -> dict[str, Limit]:
        """Merge the limits of the class and its bases; the class's own win."""
        merged: dict[str, Limit] = {}
        for base in reversed(cls.__mro__):
            merged.update(vars(base).get("limits", {}))
        return merged

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]:
        """Let ``copy`` and ``pickle`` make the object anew from its arguments."""
        return (), self._arguments

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments by name, as they were given."""
        return dict(self._arguments)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make an object from :meth:`get_config`'s answer."""
        return cls(**config)

    def clone(self, **changes: Any) -> Self:
        """Make a fresh object from the same arguments, with the given ones changed."""
        return type(self).from_config({**self.get_config(), **changes})

    def __repr__(self) -> str:
        defaults = {p.name: p.default for p in signature(type(self)).parameters.values()}
        shown = (
            f"{name}={_show(value)}"
            for name, value in self._arguments.items()
            if not _equal(value, defaults.get(name, inspect.Parameter.empty))
        )
        return f"{type(self).__name__}({', '.join(shown)})"


def bind_arguments(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Name all arguments of a constructor call, defaults included.

    Raises:
        ArgumentTypeError: A keyword is unknown, with the nearest known one, or an argument is missing.
    """
    sign = signature(cls)
    try:
        bound = sign.bind(*args, **kwargs)
    except TypeError as error:
        raise _bad_call(cls, sign, kwargs, str(error)) from None
    bound.apply_defaults()
    named: dict[str, Any] = {}
    for parameter in sign.parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            named.update(bound.arguments[parameter.name])
        elif (
            parameter.kind is inspect.Parameter.VAR_POSITIONAL
            and not bound.arguments[parameter.name]
        ):
            continue
        else:
            named[parameter.name] = bound.arguments[parameter.name]
    return named


def _bad_call(
    cls: type, sign: inspect.Signature, kwargs: dict[str, Any], reason: str
) -> ArgumentTypeError:
    known = [
        p.name for p in sign.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    for name in kwargs:
        if name not in known:
            close = nearest(name, known)
            return ArgumentTypeError(
                cls.__name__,
                f"there is no argument `{name}`; the arguments are: {', '.join(known)}.",
                f"write `{close}=` instead of `{name}=`" if close else None,
            )
    return ArgumentTypeError(cls.__name__, f"{reason}; the arguments are: {', '.join(known)}.")


def _equal(a: Any, b: Any) -> bool:
    try:
        return a is b or bool(a == b)
    except (ValueError, TypeError):
        return False


def _show(value: Any) -> str:
    if callable(value) and hasattr(value, "__name__"):
        return value.__name__
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
