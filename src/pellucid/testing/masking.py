"""Masks for a case: which places are padding, what garbage stands there, and what must not notice.

A mask is boolean, ``(batch, steps)``, True where a step is valid. The first row ends early, the second has a gap.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import jax
import numpy as np

from pellucid.core.dtypes import is_float
from pellucid.testing.case import Case, expand
from pellucid.testing.report import NotApplicable

LARGE = 1e3
"""The finite garbage."""


class Masking:
    """The masks of a case, and the parts of its program that have to do with them.

    Args:
        case: The case.
        differentiate: Gives the part of a program that scores and differentiates the case at one point.
        training: Tells whether training is another computation than inference; then it is differentiated.
    """

    def __init__(
        self,
        case: Case,
        differentiate: Callable[..., dict[str, Any]],
        training: Callable[[], bool],
    ):
        self.case = case
        self.differentiate = differentiate
        self.training = training
        self.takes = case.takes("mask")
        self.masks = [self._mask(leaf) for leaf in case.leaves]

    def _mask(self, leaf: Any) -> Any:
        explicit = self.case.options.get("mask")
        shape = leaf.shape[:2]
        if getattr(explicit, "shape", None) == shape and leaf is self.case.leaves[0]:
            return np.asarray(explicit, bool)
        # Layers that take masks know what their axes mean; to others an image's rows are no steps.
        lowest = 3 if is_float(leaf.dtype) else 2
        series = leaf.ndim >= lowest if self.takes else leaf.ndim == lowest == 3
        if not series or shape[1] < 2:
            return None
        return padding(*shape)

    @cached_property
    def reason(self) -> str | None:
        """Why masks are no matter here, or None."""
        if all(mask is None for mask in self.masks):
            return "its inputs are no series of several steps, shape (batch, steps, ...)"
        if not self.takes and any(mask is not None for mask in self.masks_out(False)):
            return "it makes masks of its own"
        if not self.takes and all(mask is None for mask in self.masks_out(True)):
            return "it takes no mask and passes none on"
        return None

    def masks_out(self, given: bool) -> list[Any]:
        """Return what the outputs' masks look like, one or None for every output, if the inputs have masks or not."""
        case = self.case

        def look(weights: Any, inputs: Any) -> Any:
            return case.apply(weights, inputs, masks=self.masks if given else None).masks

        return jax.eval_shape(look, case.first, case.inputs)

    def require(self) -> None:
        """Refuse cases without masks.

        Raises:
            NotApplicable: Masks are no matter here.
        """
        if self.reason is not None:
            raise NotApplicable(self.reason)

    # The parts of the program.

    def data(self) -> dict[str, Any]:
        """Return clean inputs and such with garbage at the masked places."""
        if self.reason is not None:
            return {}
        garbage = [self._dirty(value) for value in (LARGE, np.nan)]
        return {
            "masked": jax.tree.map(lambda *each: np.stack(each), self.case.inputs, *garbage),
            "short": self._short(),
        }

    def parts(self) -> dict[str, Callable[[Any], Any]]:
        """Return the parts by name."""
        if self.reason is not None:
            return {}
        # Where training is no other computation than inference, the clean inputs of `masked` are the padded ones.
        padded = {} if not self.training() else {"padded": self.padded}
        return {"masked": self.masked, **padded, "unpadded": self.unpadded}

    def masked(self, data: Any) -> Any:
        """Outputs, masks and gradient for clean inputs, large garbage and NaN."""

        def one(inputs: Any) -> Any:
            return self.differentiate(
                data["first"], inputs, training=self.training(), masks=self.masks
            )

        return jax.lax.map(one, data["masked"])

    def padded(self, data: Any) -> Any:
        """Outputs and masks of the padded inputs."""
        told = self.case.apply(data["first"], data["inputs"], masks=self.masks)
        return {"outputs": told.outputs, "masks": told.masks}

    def unpadded(self, data: Any) -> Any:
        """Outputs of the first row alone, cut to its valid steps."""
        return self.case.apply(data["first"], data["short"]).outputs

    def _dirty(self, value: float) -> Any:
        """Return the inputs with garbage at masked places: ``value`` for floats, other numbers for whole ones."""
        leaves = []
        for leaf, mask in zip(self.case.leaves, self.masks, strict=True):
            if mask is not None:
                other = value if is_float(leaf.dtype) else np.roll(leaf, 1, axis=1)
                leaf = np.where(expand(mask, leaf.ndim), leaf, other).astype(leaf.dtype)
            leaves.append(leaf)
        return self.case.unflatten(leaves)

    def _short(self) -> Any:
        """Return the first row of all inputs, without its padding."""
        leaves = []
        for leaf, mask in zip(self.case.leaves, self.masks, strict=True):
            row = leaf[:1]
            leaves.append(row if mask is None else row[:, : valid_steps(mask[0])])
        return self.case.unflatten(leaves)


def padding(batch: int, steps: int) -> np.ndarray:
    """Return a mask whose first row ends early, whose second has a gap, and whose others are full.

    >>> padding(2, 4).astype(int)
    array([[1, 1, 0, 0],
           [1, 0, 1, 1]])
    """
    mask = np.ones((batch, steps), bool)
    mask[0, (steps + 1) // 2 :] = False
    mask[1:2, 1] = False
    return mask


def valid_steps(row: np.ndarray) -> int:
    """Return how many steps come before the padding at the end.

    Raises:
        NotApplicable: The row has a gap.
    """
    count = int(row.sum())
    if not row[:count].all() or count == 0:
        raise NotApplicable(
            "the mask that the call was given has no row that is only padded at its end"
        )
    return count


def valid_places(outputs: list[Any], masks: list[Any]) -> list[Any]:
    """Return for every output the mask that fits it: where a mask fits not, or there is none, None."""
    return [
        mask if mask is not None and output.shape[: mask.ndim] == mask.shape else None
        for output, mask in zip(outputs, masks, strict=True)
    ]
