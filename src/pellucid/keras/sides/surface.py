"""What a layer of Keras also answers: its dtype policy, the metrics it holds, its weights for stores, output specs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy as np

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.keras.late import late
from pellucid.keras.mixed_precision import Policy
from pellucid.modules.tree import places


class LayerSurface(pellucid.Layer):
    """Mixed into :class:`~pellucid.keras.sides.layer.LayerSide`."""

    @property
    def dtype_policy(self) -> Policy:
        """The policy: weights and numbers have one dtype."""
        return Policy(self.dtype)

    # Metrics.

    @property
    def metrics(self) -> list[Any]:
        """The metrics that are attributes of the layer and of layers inside."""
        found = [each for _, layer in places(self) for each in _metrics_in(layer)]
        return list({id(each): each for each in found}.values())

    @property
    def metrics_variables(self) -> list[Any]:
        """What these metrics count in."""
        return [variable for metric in self.metrics for variable in metric.variables]

    # Stores.

    def _own_variables(self) -> list[Any]:
        own = {id(slot) for slot in self._weights.values()}
        return [v for v in self.weights if id(v._slot) in own]  # pyright: ignore[reportAttributeAccessIssue]

    def save_own_variables(self, store: Any) -> None:
        """Put the arrays of the layer itself into a dict or another store, by number."""
        for number, variable in enumerate(self._own_variables()):
            store[str(number)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the arrays that :meth:`save_own_variables` put there.

        Raises:
            ArgumentError: The store has another number of arrays.
        """
        variables = self._own_variables()
        if len(store) != len(variables):
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}'",
                f"it has {len(variables)} variables of its own, but the store has {len(store)} arrays.",
                "build the layer as it was when its variables were saved",
            )
        for number, variable in enumerate(variables):
            variable.assign(np.asarray(store[str(number)]))

    # Shapes.

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic tensors that look like the outputs."""
        shapes = jax.tree.map(lambda tensor: tuple(tensor.shape), (args, kwargs))
        found = self.compute_output_shape(*shapes[0], **shapes[1])  # pyright: ignore[reportAttributeAccessIssue]
        make = late("symbols").KerasTensor
        return jax.tree.map(lambda shape: make(shape, self.dtype), found, is_leaf=is_shape)

    def rematerialized_call(self, layer_call: Any, *args: Any, **kwargs: Any) -> Any:
        """Return a call as it is; :class:`pellucid.layers.Remat` computes layers again."""
        return layer_call


def is_shape(value: Any) -> bool:
    """Tell a shape from a list or tuple of shapes."""
    return isinstance(value, (tuple, list)) and all(
        size is None or isinstance(size, int) for size in value
    )


def _metrics_in(layer: pellucid.Layer) -> Iterator[Any]:
    """Yield the metrics among a layer's attributes, in lists and dicts too."""
    for name, value in vars(layer).items():
        if name != "_arguments":
            leaves = jax.tree.leaves(value) if isinstance(value, (list, tuple, dict)) else [value]
            yield from (leaf for leaf in leaves if isinstance(leaf, pellucid.metrics.Metric))
