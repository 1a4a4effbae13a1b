"""Pooling into a fixed number of regions, whose configuration names one number for each axis as Keras's does."""

from __future__ import annotations

from typing import Any

from pellucid.keras.sides.layer import LayerSide


class AdaptiveSide(LayerSide):
    """Mixed into the adaptive poolings."""

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "output_size": tuple(self.output_size)}


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's layers that pool."""
    return AdaptiveSide if plain.__name__.startswith("Adaptive") else LayerSide
