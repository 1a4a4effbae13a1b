"""``keras.layers.Lambda``: a script's function as a layer; it sees tensors, and may draw random numbers."""

from __future__ import annotations

from typing import Any

import pellucid
from pellucid.keras.random_keys import running_layer
from pellucid.keras.sides.functions import translated
from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.sides.own_code import BoundVariables
from pellucid.keras.variable import in_call


class Lambda(LayerSide, pellucid.layers.Lambda):
    """Makes a layer of a function; as :class:`pellucid.layers.Lambda`."""

    plain = pellucid.layers.Lambda

    def __init__(
        self,
        function: Any,
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ):
        super().__init__(translated(function), None, mask, arguments, **kwargs)

    def call(self, inputs: Any, mask: Any = None, training: Any = False) -> Any:
        """Return what the function makes of the inputs."""
        token = running_layer.set(self)
        try:
            with in_call(BoundVariables(self._scope)):
                return super().call(inputs, mask, training)
        finally:
            running_layer.reset(token)
