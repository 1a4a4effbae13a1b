"""Takes what older Keras took: old argument names, words and orders become today's, and each says so once.

Constructors go through :func:`translate`, methods of models and layers through :func:`translate_method`. The tables
are in ``names/arguments.py``; what a table cannot say is in ``former_arguments.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from pellucid.keras.former_arguments import (
    SPECIAL,
    Arguments,
    with_batch,
    with_decay,
    with_format,
    with_functions,
    with_shape,
    with_weights,
)
from pellucid.keras.former_rates import with_old_rate
from pellucid.keras.generators import count_steps
from pellucid.keras.mixed_precision import weights_dtype
from pellucid.keras.names.arguments import (
    ADD_WEIGHT,
    GENERATOR_METHODS,
    IGNORED,
    IGNORED_BY_LAYERS,
    METHODS,
    METHODS_IGNORE,
    OPTIMIZERS,
    RENAMED,
    VALUES,
)
from pellucid.keras.names.differences import (
    CONSTRUCTORS as CONSTRUCTOR_DIFFERENCES,
    METHODS as METHOD_DIFFERENCES,
    Difference,
)
from pellucid.keras.notices import differs, say

LINES = 2
"""The highest `verbose` there is: a line for each epoch."""


def translate(cls_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments of a constructor as its class takes them today.

    Args:
        cls_name: The class, by its modern name or by an old one (``"Convolution2D"``). Of other classes, a user's own
            among them, only NumPy's numbers are made Python's.
        args: Its positional arguments.
        kwargs: Its keyword arguments; not changed.

    >>> translate("Adam", (), {"lr": 0.1})
    ((), {'learning_rate': 0.1})
    >>> translate("Convolution2D", (32, 3, 3), {"border_mode": "same"})
    ((32, (3, 3)), {'border_mode': 'same'})
    """
    args = tuple(_plain_number(value) for value in args)
    kwargs = {name: _plain_number(value) for name, value in kwargs.items()}
    kwargs = _renamed(kwargs, RENAMED.get(cls_name, {}))
    layer = cls_name in _layer_names()
    kwargs = _without(kwargs, {**IGNORED.get(cls_name, {}), **(IGNORED_BY_LAYERS if layer else {})})
    kwargs = _modern_words(kwargs)
    if "dtype" in kwargs:
        kwargs["dtype"] = weights_dtype(kwargs["dtype"])
    if layer or cls_name == "Input":
        args, kwargs = with_shape(cls_name, args, with_batch(kwargs))
        kwargs = with_functions(with_weights(cls_name, kwargs))
    if cls_name in OPTIMIZERS:
        kwargs = with_old_rate(cls_name, args, kwargs)
        args, kwargs = with_decay(cls_name, args, kwargs)
    if cls_name in SPECIAL:
        args, kwargs = SPECIAL[cls_name](args, kwargs)
    if layer:
        kwargs = with_format(cls_name, args, kwargs)
    _tell(CONSTRUCTOR_DIFFERENCES.get(cls_name, ()), _given(cls_name, args, kwargs))
    return args, kwargs


def translate_method(method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return the arguments of a method of a model or a layer as it takes them today.

    Args:
        method: The method, ``"fit"``. For ``"fit_generator"``, ``"evaluate_generator"`` and ``"predict_generator"``
            the answer is for ``fit``, ``evaluate`` and ``predict``.
        args: Its positional arguments, without ``self``.
        kwargs: Its keyword arguments; not changed.

    >>> translate_method("compile", ("adam", "mse"), {"metrics": "accuracy"})
    (('adam', 'mse'), {'metrics': ['accuracy']})
    """
    if method in GENERATOR_METHODS:
        method, args, kwargs = _as_plain_method(method, args, kwargs)
    kwargs = {name: _plain_number(value) for name, value in kwargs.items()}
    if method == "add_weight" and args and isinstance(args[0], str):
        kwargs = {**dict(zip(ADD_WEIGHT, args, strict=False)), **kwargs}
        args = ()
        say("add_weight", "`add_weight(name, shape)` is now `add_weight(shape=..., name=...)`.")
    if method in ("fit", "evaluate", "predict"):
        args, kwargs = count_steps(args, kwargs)
    kwargs = _renamed(kwargs, METHODS.get(method, {}))
    kwargs = _modern_words(_without(kwargs, METHODS_IGNORE.get(method, {})))
    for name in ("metrics", "weighted_metrics", "callbacks"):
        if name in kwargs and method in ("compile", "fit", "evaluate", "predict"):
            kwargs[name] = _as_list(kwargs[name])
    _tell(METHOD_DIFFERENCES.get(method, ()), kwargs)
    return args, kwargs


def _plain_number(value: Any) -> Any:
    """Return Python's number for NumPy's, in tuples and lists too."""
    if isinstance(value, np.generic) and not isinstance(value, (np.str_, np.bytes_)):
        return value.item()
    if type(value) in (tuple, list) and any(isinstance(each, np.integer) for each in value):
        return type(value)(_plain_number(each) for each in value)
    return value


def _renamed(kwargs: dict[str, Any], table: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments by their modern names; an old name beside its modern one gives way."""
    old = [name for name in kwargs if name in table]
    for name in old:
        say(f"argument {name} {table[name]}", f"`{name}=` is now `{table[name]}=`.")
    modern = {table[name]: kwargs[name] for name in old}
    return {**modern, **{name: value for name, value in kwargs.items() if name not in table}}


def _without(kwargs: dict[str, Any], table: Mapping[str, str]) -> dict[str, Any]:
    for name in kwargs.keys() & table.keys():
        say(f"ignored {name}", f"`{name}=` is no longer needed; {table[name]}.")
    return {name: value for name, value in kwargs.items() if name not in table}


def _modern_words(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with words of today: ``"channels_last"`` for ``"tf"``; any number as `verbose`."""
    changed = dict(kwargs)
    for name, table in VALUES.items():
        word = kwargs.get(name)
        if isinstance(word, str) and word in table:
            changed[name] = table[word]
            say(f"word {word}", f"`{name}='{word}'` is now `{name}={table[word]!r}`.")
    if isinstance(kwargs.get("padding"), str):
        changed["padding"] = kwargs["padding"].lower()
    if isinstance(kwargs.get("verbose"), (int, float)):
        changed["verbose"] = min(max(int(kwargs["verbose"]), 0), LINES)
    return changed


@cache
def _layer_names() -> frozenset[str]:
    return frozenset(import_module("pellucid.layers").__all__) - {"Input"}


def _given(cls_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by name as far as a difference may ask: an optimizer's first one is its rate."""
    return {"learning_rate": args[0], **kwargs} if args and cls_name in OPTIMIZERS else kwargs


def _tell(differences: tuple[Difference, ...], given: Mapping[str, Any]) -> None:
    for difference in differences:
        if difference.applies(given):
            differs(difference.key, difference.text)


def _as_list(value: Any) -> Any:
    single = isinstance(value, str) or not isinstance(value, (list, tuple, dict, type(None)))
    return [value] if single else value


def _as_plain_method(
    method: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """Return the method of today with all arguments by name."""
    modern, order = GENERATOR_METHODS[method]
    say(f"method {method}", f"`{method}` is now `{modern}`.")
    named = {**dict(zip(order, args, strict=False)), **kwargs}
    if "generator" in named:
        named["x"] = named.pop("generator")
    return modern, (), named
