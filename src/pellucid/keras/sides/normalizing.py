"""``Normalization`` and ``Rescaling`` as Keras code reads them: numbers have an axis for each axis of the inputs."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from pellucid.keras.late import late
from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.tensor import Tensor, as_array
from pellucid.layers.checks import as_float


class ArraysSide(LayerSide):
    """Mixed into layers whose arguments may be arrays."""

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments; arrays as lists."""
        config = super().get_config()
        return {n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in config.items()}


class RescalingSide(ArraysSide):
    """Mixed into ``Rescaling``."""

    def call(self, inputs: Any) -> Any:
        """Return ``x scale + offset``; of images with channels first, lists hold a number for each channel."""
        x = as_float(inputs, self)
        return x * self._spread(self.scale, x) + self._spread(self.offset, x)

    def _spread(self, given: Any, x: Any) -> Any:
        array = jnp.asarray(given, x.dtype)
        first = late("config").image_data_format() == "channels_first"
        missing = max(0, 3 - array.ndim) if first and array.ndim else 0
        return array.reshape(array.shape + (1,) * missing)


class NormalizationSide(ArraysSide):
    """Mixed into ``Normalization``."""

    def __getattr__(self, name: str) -> Any:
        """Return mean and variance in a form that broadcasts with the inputs, ``(1, features)``."""
        found = super().__getattr__(name)
        rank = vars(self).get("_rank")
        if name not in ("mean", "variance") or rank is None or self._scope is not None:
            return found
        array = as_array(found)
        kept = self._kept(rank)
        sizes = array.shape[array.ndim - len(kept) :]
        shape = [1] * rank
        for axis, size in zip(kept, sizes, strict=True):
            shape[axis] = size
        return Tensor(array.reshape(shape))


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's layers that rescale."""
    return NormalizationSide if plain.__name__ == "Normalization" else RescalingSide
