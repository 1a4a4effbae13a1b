"""Learning rates that Keras 2 took where none was given, for scripts that were written for it.

The same line, ``optimizer="adadelta"``, meant a rate of 1 in Keras 2 and means 0.001 in Keras 3 and in ``tf.keras``:
the well-known first programs of 2015 to 2019 learn next to nothing with the rate of today.
"""

from __future__ import annotations

import sys
from typing import Any

from pellucid.keras.late import late
from pellucid.keras.notices import collected, differs

OLD_RATES: dict[str, float] = {"Adadelta": 1.0, "Adagrad": 0.01, "Adamax": 0.002, "Nadam": 0.002}
"""By optimizer: its first learning rate in Keras 2, where Keras 3 has another."""

_SIGNS = ("keras.backend",)
"""Modules of ``keras`` that scripts of Keras 3 do not import."""


def of_keras_2() -> bool:
    """Tell whether the running script was written for Keras 1 or 2: it imports ``keras`` and has a form of those."""
    stand_in = late("finder").StandIn
    if not isinstance(sys.modules.get("keras"), stand_in):
        return False
    signs = any(isinstance(sys.modules.get(name), stand_in) for name in _SIGNS)
    return signs or any(notice.kind == "form" for notice in collected())


def with_old_rate(cls_name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return an optimizer's arguments with Keras 2's rate, where the script is of its time and gives none."""
    if cls_name not in OLD_RATES or args or "learning_rate" in kwargs or not of_keras_2():
        return kwargs
    rate = OLD_RATES[cls_name]
    differs(
        f"rate {cls_name}",
        f"`{cls_name}()` learns with the rate {rate}, as in Keras 2, for which this script was written; Keras 3 takes "
        f"0.001: {cls_name}(learning_rate=0.001).",
    )
    return {**kwargs, "learning_rate": rate}
