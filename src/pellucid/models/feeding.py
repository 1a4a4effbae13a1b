"""Which of the given arrays is for which input of a graph: by order in lists, by key or name in dicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, nearest
from pellucid.modules.graph import Ref
from pellucid.modules.host import host_array


def feed(who: str, wanted: Any, names: dict[Ref, str], given: Any) -> dict[Ref, Any]:
    """Return the arrays by the inputs they are for.

    Args:
        who: The model, for messages.
        wanted: The tree of the graph's inputs.
        names: Their names.
        given: An array or a plain list of rows, or a list, tuple or dict of these.

    Raises:
        ArgumentError: Too few, too many, or a key that is missing or unknown.

    >>> first, second = Ref(0, 0), Ref(1, 0)
    >>> feed("Model", [first, second], {first: "a", second: "b"}, {"b": 2, "a": 1}) == {
    ...     first: 1,
    ...     second: 2,
    ... }
    True
    """
    if isinstance(wanted, Ref):
        return {wanted: _one(who, names[wanted], given)}
    if isinstance(given, dict):
        parts = wanted if isinstance(wanted, dict) else _by_name(wanted, names)
        _check_keys(who, list(parts), list(given))
        pairs = [(part, given[key]) for key, part in parts.items()]
    elif isinstance(wanted, dict):
        _refuse(who, f"takes a dict with the keys {_quoted(wanted)}", given, _as_dict(wanted))
    elif isinstance(given, (list, tuple)) and len(given) == len(wanted):
        pairs = list(zip(wanted, given, strict=True))
    else:
        _refuse(
            who,
            f"takes {len(wanted)} inputs ({', '.join(_by_name(wanted, names))})",
            given,
            f"model([{', '.join(_by_name(wanted, names))}])",
        )
    return {
        ref: array for part, each in pairs for ref, array in feed(who, part, names, each).items()
    }


def _one(who: str, name: str, given: Any) -> Any:
    """Return the array for a single input, alone or in a list or dict of one."""
    if isinstance(given, dict):
        _check_keys(who, [name], list(given))
        return given[name]
    if isinstance(given, (list, tuple)):
        if _are_rows(given):
            return host_array(given)
        if len(given) != 1:
            _refuse(who, f"takes one input ('{name}')", given, "model(x)")
        return given[0]
    return given


def _are_rows(given: list[Any] | tuple[Any, ...]) -> bool:
    """Tell a plain list of rows, such as texts, from a list of arrays, one for each input."""
    plain = (str, bytes, bool, int, float, list, tuple, np.generic)
    return bool(given) and all(isinstance(part, plain) for part in given)


def _by_name(wanted: Any, names: dict[Ref, str]) -> dict[str, Ref]:
    return {names[ref]: ref for ref in jax.tree.leaves(wanted)}


def _check_keys(who: str, wanted: list[str], given: list[Any]) -> None:
    missing = [key for key in wanted if key not in given]
    surplus = [key for key in given if key not in wanted]
    if not missing and not surplus:
        return
    told = [f"lacks {_quoted(missing)}"] if missing else []
    told += [f"has {_quoted(surplus)}, which no input is called"] if surplus else []
    close = nearest(str(surplus[0]), missing) if missing and surplus else None
    repair = f"write '{close}' instead of '{surplus[0]}'" if close else _as_dict(wanted)
    raise ArgumentError(who, f"the dict of inputs {' and '.join(told)}.", repair)


def _refuse(who: str, takes: str, given: Any, repair: str) -> NoReturn:
    if isinstance(given, (list, tuple, dict)):
        came = f"a {type(given).__name__} of {len(given)}"
    else:
        came = f"one array of shape {tuple(getattr(given, 'shape', ()))}"
    raise ArgumentError(who, f"it {takes}, but {came} came.", repair)


def _as_dict(keys: Iterable[str]) -> str:
    return "model({" + ", ".join(f"'{key}': ..." for key in keys) + "})"


def _quoted(keys: Iterable[Any]) -> str:
    return ", ".join(f"'{key}'" for key in keys)
