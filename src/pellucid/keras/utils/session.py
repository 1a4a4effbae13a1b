"""What holds for the whole script: the seed, what is left of earlier models, what is printed; and small questions."""

from __future__ import annotations

import random
from typing import Any

from pellucid.keras.naming import reset_uids
from pellucid.keras.ops.settings import standardize_dtype as standardize_dtype
from pellucid.keras.random_keys import set_seed
from pellucid.keras.utils.chance import GLOBAL
from pellucid.modules.graph import Symbolic

_now = {"interactive": True}


def set_random_seed(seed: int) -> None:
    """Seed Python's ``random``, NumPy and the models and functions of this package."""
    random.seed(seed)
    GLOBAL.seed(seed)
    set_seed(seed)


def clear_session(free_memory: bool = True) -> None:
    """Number the names of optimizers from the beginning; no model is kept here, and layers are named within theirs."""
    reset_uids()


def is_keras_tensor(x: Any) -> bool:
    """Tell whether this is a symbolic tensor, what ``Input`` and layers on it give."""
    return isinstance(x, Symbolic)


def get_source_inputs(tensor: Any) -> list[Any]:
    """Return the inputs that a symbolic tensor is computed from, the first made first."""
    found: dict[int, Any] = {}
    waiting, seen = [tensor], set()
    while waiting:
        each = waiting.pop()
        if id(each.node) in seen:
            continue
        seen.add(id(each.node))
        if not each.node.parents:
            found[each.node.number] = each
        waiting += each.node.parents
    return [found[number] for number in sorted(found)]


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Return a batch as ``fit`` takes it: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``."""
    if y is None:
        return x if not isinstance(x, (tuple, list)) else (x,)
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Return a batch as three: inputs, targets and weights, None for what it does not hold."""
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def enable_interactive_logging() -> None:
    """Let progress be shown."""
    _now["interactive"] = True


def disable_interactive_logging() -> None:
    """Accept that progress should go to a log; what ``fit`` shows is chosen by its ``verbose``."""
    _now["interactive"] = False


def is_interactive_logging_enabled() -> bool:
    """Tell which of the two was called last."""
    return _now["interactive"]
