"""Numbers of PyTorch's tensors, in the units and by the equations of the probes.

Nothing here draws a random number, changes a tensor, or takes part in autograd.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from math import inf, nan, sqrt
from typing import Any

import numpy as np

from pellucid.training.probes.quantities.arithmetic import SAMPLE
from pellucid.training.probes.quantities.dead_share import RECTIFIERS
from pellucid.training.probes.quantities.saturated_share import RANGES

MARGIN = 0.01
"""The part of an activation's range at each end that counts as saturated; the probe's default."""

Numbers = dict[str, Any]


def applied(name: str, tensor: Any) -> Any:
    """Return a function of a layer's outputs, where dead and saturated units are asked for, else the outputs."""
    known = {
        "relu": lambda z: z.clamp(min=0),
        "relu6": lambda z: z.clamp(0, 6),
        "sigmoid": lambda z: z.sigmoid(),
        "tanh": lambda z: z.tanh(),
        "softmax": lambda z: z.softmax(-1),
    }
    return known[name](tensor) if name in known else tensor


def of_layer(z: Any, a: Any, activation: str | None, axis: int) -> Numbers:
    """Return what is measured of one layer's outputs.

    Args:
        z: What its activation was applied to; None where that is not seen.
        a: What it gave.
        activation: The activation's name.
        axis: The axis of the units.
    """
    found: Numbers = {
        "activation_mean": float(a.mean()),
        "activation_spread": float(a.std(correction=0)) if a.numel() > 1 else 0.0,
    }
    if activation in RECTIFIERS and a.ndim > 1:
        others = [each for each in range(a.ndim) if each != axis % a.ndim]
        found["dead_share"] = float((a.abs().amax(dim=others) == 0).float().mean())
    if activation == "softmax":
        found["saturated_share"] = float((a.amax(dim=axis) > 1 - MARGIN).float().mean())
    elif activation in RANGES:
        low, high = RANGES[activation]
        margin = MARGIN * (high - low)
        found["saturated_share"] = float(((a < low + margin) | (a > high - margin)).float().mean())
    if z is not None:
        found["preactivation_range"] = spread(z)
    return found


def spread(z: Any) -> np.ndarray:
    """Return smallest, 5 %, 50 %, 95 % and largest, ``(5,)``; the quantiles of 4,096 evenly spaced numbers."""
    flat = z.reshape(-1)
    few = np.sort(flat[:: max(1, flat.numel() // SAMPLE)][:SAMPLE].float().cpu().numpy())
    inner = [few[round(part * (few.size - 1))] for part in (0.05, 0.5, 0.95)]
    return np.array([float(flat.min()), *inner, float(flat.max())])


def length(tensors: Sequence[Any]) -> float:
    """Return the Euclidean norm of all numbers of some tensors together; a sparse gradient counts by its values."""
    return sqrt_of(sum(float(dense(each).float().square().sum()) for each in tensors))


def sqrt_of(square: float) -> float:
    """Return a square root; what is not finite stays so.

    >>> sqrt_of(4.0), sqrt_of(float("inf"))
    (2.0, inf)
    """
    return sqrt(square) if 0 <= square < inf else square


def dense(tensor: Any) -> Any:
    """Return the numbers of a tensor that may be sparse."""
    tensor = tensor.detach()
    return tensor.coalesce().values() if tensor.is_sparse else tensor


def zero_share(gradients: Sequence[Any]) -> float:
    """Return the share of weights whose gradient is exactly zero; what a sparse gradient leaves out is zero."""
    total = sum(each.numel() for each in gradients)
    nonzero = sum(int((dense(each) != 0).sum()) for each in gradients)
    return 1 - nonzero / total if total else nan


def variance_of(prediction: Any) -> float:
    """Return the variance of outputs over the rows, averaged over units."""
    return float(prediction.detach().float().var(dim=0, correction=0).mean())


def noise_of(criterion: Any, prediction: Any, target: Any) -> float | None:
    """Return the standard error of a batch's loss; None where the loss does not say what each row adds.

    Args:
        criterion: A loss of ``torch.nn`` with its ``reduction``; a copy of it is asked.
        prediction: What the model gave.
        target: What was asked for.
    """
    if (
        getattr(criterion, "reduction", None) != "mean"
        or getattr(criterion, "weight", None) is not None
    ):
        return None
    single = copy.copy(criterion)
    single.reduction = "none"
    rows = type(criterion).forward(single, prediction.detach(), target.detach())
    if rows.ndim == 0 or len(rows) != len(prediction):
        return None
    if len(rows) < 2:
        return nan
    means = rows.reshape(len(rows), -1).mean(dim=1).float()
    return float(means.std()) / sqrt(len(rows))


def as_numpy(tensor: Any, most: int | None = None) -> np.ndarray:
    """Return the first rows of a tensor as an array; half precision as single."""
    part = tensor.detach() if most is None else tensor.detach()[:most]
    part = part.float() if str(part.dtype) in ("torch.bfloat16", "torch.float16") else part
    return np.array(part.cpu().numpy())
