"""Layers that merge, as Keras has them: sums and means count what is masked too."""

from __future__ import annotations

from typing import Any

from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.tensor import as_array, unwrapped

PLAIN = ("Add", "Average", "Subtract")
"""Classes of which Keras merges what stands at masked places like everything else."""


class MergeSide(LayerSide):
    """Mixed into the layers that merge."""

    def merge(self, arrays: Any, masks: Any) -> Any:
        """Return the arrays as one."""
        plain = vars(type(self)).get("plain", type(self)).__name__ in PLAIN
        return super().merge(arrays, None if plain else masks)  # pyright: ignore[reportAttributeAccessIssue]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the union of the masks, or None if an input has none."""
        if isinstance(mask, (list, tuple)):
            mask = [None if each is None else as_array(each) for each in mask]
        return super().compute_mask(unwrapped(inputs), mask)


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's layers that merge."""
    return MergeSide if hasattr(plain, "merge") else LayerSide
