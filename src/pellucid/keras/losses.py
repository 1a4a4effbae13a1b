"""``keras.losses``: classes and functions that take and give tensors."""

from __future__ import annotations

import sys
from typing import Any

import pellucid
from pellucid.core.registry import snake_case
from pellucid.keras.family import late_classes, make_class
from pellucid.keras.former import first_name
from pellucid.keras.late import late
from pellucid.keras.sides.loss import LossSide
from pellucid.keras.sides.measures import MeasureFunction


class Loss(LossSide):
    """The base of a script's own losses: ``call(y_true, y_pred)``."""

    plain = pellucid.losses.Loss

    def __init__(
        self, name: str | None = None, reduction: Any = "sum_over_batch_size", dtype: Any = None
    ):
        super().__init__(name or snake_case(type(self).__name__), _reduction(reduction), dtype)


class Reduction:
    """The names of reductions, as TensorFlow 2 had them."""

    AUTO = SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    NONE = "none"
    SUM = "sum"


def _reduction(reduction: Any) -> Any:
    return "sum_over_batch_size" if reduction in ("auto", "AUTO") else reduction


OF_TENSORFLOW_1 = (
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
)
"""Names that only `tf.losses` had, which is this module too."""

_find = late_classes(__name__, pellucid.losses, LossSide)


def __dir__() -> list[str]:
    return sorted(
        {*pellucid.losses.__all__, *(name for name in globals() if not name.startswith("_"))}
    )


def __getattr__(name: str) -> Any:
    other = first_name("losses", name)
    if other:
        return getattr(sys.modules[__name__], other)
    if name in OF_TENSORFLOW_1:
        return getattr(late("tensorflow.compat.v1.losses"), name)
    found = _find(name)
    if callable(found) and not isinstance(found, type):
        found = MeasureFunction(found)
        setattr(sys.modules[__name__], name, found)
    return found


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or a function into a loss; a function's name into the function."""
    if isinstance(identifier, str) and identifier in pellucid.losses.TABLE:
        name = first_name("losses", identifier) or identifier
        if hasattr(pellucid.losses, name):
            return getattr(sys.modules[__name__], name)
    if isinstance(identifier, MeasureFunction):
        return identifier
    found: Any = pellucid.losses.get(getattr(identifier, "plain_function", identifier))
    plain = type(found)
    if getattr(pellucid.losses, plain.__name__, None) is plain:
        return getattr(sys.modules[__name__], plain.__name__).from_config(found.get_config())
    return found


def serialize(loss: Any) -> dict[str, Any]:
    """Return a loss as a dict."""
    return {"class_name": type(loss).__name__, "config": loss.get_config()}


deserialize = get
LossFunctionWrapper = make_class(
    "LossFunctionWrapper", LossSide, pellucid.losses.LossFunction, __name__
)
