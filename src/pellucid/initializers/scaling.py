r"""Initializers that fit a kernel's spread to the layer's width, so that signals keep their size.

Why: a unit forms $z = \sum_{i=1}^{n} w_i x_i$. If the $w_i$ are independent with mean 0, then
$\operatorname{Var} z = n \operatorname{Var} w \cdot \operatorname E[x^2]$. For
$\operatorname{Var} w = 1/n$ the signal neither grows nor fades from layer to layer. Backwards the
same sum runs over the layer's outputs. Glorot takes the average of both numbers; He doubles the
variance, because ReLU sets half of the signal to zero.

Terms: *fan-in* is how many inputs one output number is summed from, *fan-out* how many output
numbers one input number goes to. A dense kernel `(inputs, units)` has fans `inputs` and `units`; a
convolution kernel `(..., channels_in, filters)` has `channels_in` and `filters`, each times the
number of places in the window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from pellucid.core.limits import Choice, Instance, Limit, Real
from pellucid.initializers.initializer import RandomInitializer
from pellucid.initializers.random import CUT_STDDEV, normal, truncated_normal, uniform

AXES = Instance((list, tuple), "a list of axes", optional=True)


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Return fan-in and fan-out of a weight.

    Args:
        shape: The weight's shape; the last two axes are inputs and outputs, those before them the
            window.
        input_axes: The axes to count as inputs instead; used only together with `output_axes`.
        output_axes: The axes to count as outputs instead.

    Example:
        >>> compute_fans((784, 128)), compute_fans((3, 3, 16, 32))
        ((784, 128), (144, 288))
    """
    shape = tuple(shape)
    if input_axes is not None and output_axes is not None:
        inputs = math.prod(shape[axis] for axis in input_axes)
        return inputs, math.prod(shape[axis] for axis in output_axes)
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


class VarianceScaling(RandomInitializer):
    r"""Start with numbers of variance $s / n$.

    $s$ is `scale`, and $n$ is fan-in, fan-out or the average of both.

    Args:
        scale: The factor $s$, above 0.
        mode: `"fan_in"`, `"fan_out"` or `"fan_avg"`.
        distribution: `"truncated_normal"` (or `"normal"`, the same), `"untruncated_normal"`, or
            `"uniform"` between $\pm\sqrt{3 s / n}$. All have exactly the variance $s / n$.
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.
        input_axes: The axes to count as inputs; used only together with `output_axes`.
        output_axes: The axes to count as outputs.

    Example:
        >>> values = VarianceScaling(scale=2.0, mode="fan_in")((500, 1000))
        >>> print(f"{values.var() * 500:.2f}")
        2.00

    Reference: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
        networks" (2010).
    Keras: the same. PyTorch: `xavier_normal_` and `kaiming_normal_` draw from the normal
        distribution without a cut.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "scale": Real(0, closed="neither"),
        "mode": Choice(("fan_in", "fan_out", "fan_avg")),
        "distribution": Choice(("truncated_normal", "normal", "untruncated_normal", "uniform")),
        "input_axes": AXES,
        "output_axes": AXES,
    }

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.seed = seed
        self.input_axes = input_axes
        self.output_axes = output_axes

    def draw(self, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
        """Draw the numbers."""
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        count = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, count)
        if self.distribution == "uniform":
            bound = math.sqrt(3 * variance)
            return uniform(shape, -bound, bound, dtype, rng)
        if self.distribution == "untruncated_normal":
            return normal(shape, math.sqrt(variance), dtype, rng)
        return truncated_normal(shape, math.sqrt(variance) / CUT_STDDEV, dtype, rng)
