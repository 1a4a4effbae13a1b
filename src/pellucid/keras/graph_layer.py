"""What an operation on symbolic tensors becomes: a layer of the graph."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.tensor import unwrapped


class FunctionLayer(LayerSide):
    """Applies an operation: ``ops.mean(x, axis=1)`` on a symbolic tensor.

    Args:
        operation: The operation.
    """

    divisible: ClassVar[Literal["in turn", "at once", "no"]] = "no"

    def __init__(self, operation: Any, **kwargs: Any):
        super().__init__(**kwargs)
        self.operation = operation

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The given name, else the operation's."""
        return self._given_name or self._auto_name or self._arguments["operation"].__name__

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the function makes of the arrays."""
        return unwrapped(self.operation.function(*args, **kwargs))
