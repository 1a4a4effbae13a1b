"""How objects of the shim are made: old arguments are translated before the constructor sees them."""

from __future__ import annotations

from typing import Any

from pellucid.keras.tolerance import translate


class Made(type):
    """The class of the shim's classes."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an object from new or old arguments."""
        rows = (kwargs.get("batch_input_shape") or (None,))[0]
        if cls.__module__.startswith("pellucid."):
            args, kwargs = translate(cls.__name__, args, kwargs)
        made = super().__call__(*args, **kwargs)
        if rows is not None:
            object.__setattr__(made, "_batch_size", rows)
        return made

    def __instancecheck__(cls, value: Any) -> bool:
        """Take Pellucid's own objects for objects of the class that stands for theirs."""
        plain = cls.__dict__.get("plain")
        return super().__instancecheck__(value) or (plain is not None and isinstance(value, plain))
