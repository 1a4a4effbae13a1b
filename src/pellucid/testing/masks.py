"""Checks of masks: padding is as if it were not there."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from pellucid.testing.case import Case, expand
from pellucid.testing.compare import require_equal
from pellucid.testing.masking import LARGE, valid_places
from pellucid.testing.program import Program, in_words
from pellucid.testing.report import Broken, NotApplicable

UNPADDED = 1e-6
"""How far a padded series may be from the same one without padding."""


def check_mask(case: Case, program: Program) -> None:
    """Garbage at masked places reaches neither a valid place of the outputs nor the gradient."""
    masking = program.masking
    masking.require()
    told = program["masked"]
    outputs = jax.tree.leaves(told["outputs"])
    masks = told["masks"]
    for output, mask in zip(outputs, masks, strict=True):
        if mask is not None and output.shape[: mask.ndim] != mask.shape:
            raise Broken(
                f"the outputs have the shape {output.shape[1:]}, the mask that goes with them {mask.shape[1:]}"
            )
    valid = valid_places([leaf[0] for leaf in outputs], [pick(mask, 0) for mask in masks])
    for index, garbage in ((1, f"{LARGE:g}"), (2, "NaN")):
        for output, mask in zip(outputs, valid, strict=True):
            here = f"where the padding holds {garbage}"
            require_equal(
                only(output[index], mask),
                only(output[0], mask),
                here,
                "where it holds other numbers",
            )
        if case.differentiable:
            _check_gradient(program, told["gradient"], index, garbage)


def _check_gradient(program: Program, gradient: Any, index: int, garbage: str) -> None:
    """Compare gradients; a layer that knows no mask multiplies NaN, which then is in its weights' gradient."""
    case, masking = program.case, program.masking
    params, floats = gradient
    there = "where it holds other numbers"
    if garbage != "NaN" or masking.takes:
        for path, leaf in params.items():
            here = f"in the gradient of '{path}' where the padding holds {garbage}"
            require_equal(leaf[index], leaf[0], here, there)
    for place, leaf in zip(case.moving, floats, strict=True):
        mask = masking.masks[place] if garbage == "NaN" else None
        here = f"in the inputs' gradient where the padding holds {garbage}"
        require_equal(only(leaf[index], mask), only(leaf[0], mask), here, there)


def check_padding(case: Case, program: Program) -> None:
    """A series that was padded gives what it gives without its padding."""
    masking = program.masking
    masking.require()
    padded = program.padded
    if "unpadded" in program.errors:
        raise NotApplicable(
            f"it takes series of one length only: {in_words(program.errors['unpadded'])}"
        )
    outputs, alone = jax.tree.leaves(padded["outputs"]), jax.tree.leaves(program["unpadded"])
    valid = valid_places(outputs, padded["masks"])
    for output, mask, short in zip(outputs, valid, alone, strict=True):
        row = output[0] if mask is None else output[0][mask[0]]
        require_equal(row, short[0], "with padding", "without it", UNPADDED)


def only(array: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """Return an array with zeros at masked places."""
    return array if mask is None else np.where(expand(mask, array.ndim), array, 0)


def pick(mask: np.ndarray | None, index: int) -> np.ndarray | None:
    """Return one entry of stacked masks, None of none."""
    return None if mask is None else mask[index]
