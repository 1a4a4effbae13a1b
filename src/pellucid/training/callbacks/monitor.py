"""Watching one column of the history: its name checked early, its direction found from the name."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import UnknownNameError, nearest

HIGHER_IS_BETTER = (
    "acc", "auc", "precision", "recall", "f1", "fbeta", "r2", "iou", "sensitivity", "specificity", "similarity",
)  # fmt: skip


def maximises(monitor: str, mode: str, metrics: tuple[Any, ...] = ()) -> bool:
    """Tell whether larger is better: by ``mode``, else by the metric itself, else by its name.

    >>> maximises("val_accuracy", "auto"), maximises("val_loss", "auto"), maximises("loss", "max")
    (True, False, True)
    """
    if mode != "auto":
        return mode == "max"
    name = monitor.removeprefix("val_")
    for metric in metrics:
        if metric.name == name and getattr(metric, "direction", None) in ("max", "min"):
            return metric.direction == "max"
    return any(word in name.lower() for word in HIGHER_IS_BETTER)


def check_monitor(who: str, monitor: str, columns: list[str]) -> None:
    """Refuse a monitor that the history will not have.

    Raises:
        UnknownNameError: With the nearest column, or with how to get validation data.
    """
    if monitor in columns:
        return
    if monitor.startswith("val_") and monitor.removeprefix("val_") in columns:
        raise UnknownNameError(
            who,
            f"it watches '{monitor}', but there is no validation data.",
            "model.fit(..., validation_split=0.2), or monitor='loss'",
        )
    close = nearest(monitor, columns)
    raise UnknownNameError(
        who,
        f"it watches '{monitor}', which this training does not measure; it measures: {', '.join(columns)}.",
        f"monitor='{close}'" if close else "add the metric: model.compile(metrics=[...])",
    )
