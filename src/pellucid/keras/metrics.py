"""``keras.metrics``: classes whose state lies in variables, and functions of tensors."""

from __future__ import annotations

import sys
from typing import Any

import pellucid
from pellucid.keras import losses
from pellucid.keras.family import late_classes
from pellucid.keras.former import first_name
from pellucid.keras.sides.functions import translated_measure
from pellucid.keras.sides.measures import MeasureFunction
from pellucid.keras.sides.metric import Metric, MetricSide
from pellucid.keras.sides.metric_kinds import side_of

__all__ = ["Metric", "get"]

_find = late_classes(__name__, pellucid.metrics, side_of)
Metric.__module__ = __name__


def __dir__() -> list[str]:
    return sorted(
        {*pellucid.metrics.__all__, *(name for name in globals() if not name.startswith("_"))}
    )


def __getattr__(name: str) -> Any:
    if name == "MeanMetricWrapper":
        return _find("MetricFunction")
    other = first_name("metrics", name)
    if other or not hasattr(pellucid.metrics, name):
        return getattr(losses, other or name)
    found = _find(name)
    if callable(found) and not isinstance(found, type):
        found = MeasureFunction(found)
        setattr(sys.modules[__name__], name, found)
    return found


def get(identifier: Any) -> Any:
    """Turn a name, a class, a configuration or a function into a metric; None stays None."""
    if identifier is None or isinstance(identifier, MetricSide):
        return identifier
    plain = getattr(identifier, "plain_function", identifier)
    if callable(plain) and not isinstance(plain, type) and plain is identifier:
        plain = translated_measure(plain)
    found = pellucid.metrics.get(plain)
    mine = getattr(sys.modules[__name__], type(found).__name__)
    object.__setattr__(found, "__class__", mine)
    return found


deserialize = get
