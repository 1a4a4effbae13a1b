"""Initializers that draw from one distribution, whatever the weight's shape."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.core.limits import Limit, Real
from pellucid.initializers.initializer import RandomInitializer

CUT = 2.0
CUT_STDDEV = 0.87962566103423978
"""The standard deviation of standard normal numbers that are redrawn while beyond `CUT`."""


def normal(
    shape: tuple[int, ...], stddev: float, dtype: np.dtype, rng: np.random.Generator
) -> np.ndarray:
    """Draw normal numbers around zero."""
    values = rng.standard_normal(shape, dtype)
    values *= dtype.type(stddev)
    return values


def uniform(
    shape: tuple[int, ...], low: float, high: float, dtype: np.dtype, rng: np.random.Generator
) -> np.ndarray:
    """Draw numbers that are equally likely everywhere between `low` and `high`."""
    values = rng.random(shape, dtype)
    values *= dtype.type(high - low)
    values += dtype.type(low)
    return values


def truncated_normal(
    shape: tuple[int, ...], stddev: float, dtype: np.dtype, rng: np.random.Generator
) -> np.ndarray:
    """Draw normal numbers around zero, and again those that are more than two `stddev` away.

    About 4.6 % are drawn again each time, so the loop ends after a few rounds of ever fewer
    numbers.
    """
    values = rng.standard_normal(shape, dtype)
    flat = values.reshape(-1)
    beyond = np.flatnonzero(np.abs(flat) > CUT)
    while beyond.size:
        flat[beyond] = rng.standard_normal(beyond.size, dtype)
        beyond = beyond[np.abs(flat[beyond]) > CUT]
    values *= dtype.type(stddev)
    return values


class RandomNormal(RandomInitializer):
    r"""Start with normal numbers, $w \sim \mathcal N(\mu, \sigma^2)$.

    Args:
        mean: The mean $\mu$.
        stddev: The standard deviation $\sigma$, at least 0.
        seed: Fixes the numbers for every weight that this object fills; by default they follow from
            the model's seed and the weight's path.

    Example:
        >>> values = RandomNormal(mean=1.0, stddev=0.1)((1000, 1000))
        >>> print(f"{values.mean():.3f} {values.std():.3f}")
        1.000 0.100

    Keras: the same defaults. PyTorch: `torch.nn.init.normal_`, whose default standard deviation is
        1.
    """

    limits: ClassVar[dict[str, Limit]] = {"mean": Real(), "stddev": Real(0)}

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def draw(self, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
        """Draw the numbers."""
        return normal(shape, self.stddev, dtype, rng) + dtype.type(self.mean)


class TruncatedNormal(RandomInitializer):
    r"""Start with normal numbers of which those beyond two standard deviations are drawn again.

    Args:
        mean: The mean $\mu$.
        stddev: The standard deviation $\sigma$ before the cut, at least 0. After it the numbers
            spread by $0.8796\,\sigma$ only.
        seed: Fixes the numbers; see `RandomNormal`.

    Example:
        >>> values = TruncatedNormal(stddev=0.1)((1000, 1000))
        >>> print(f"{abs(values).max():.3f} {values.std():.3f}")
        0.200 0.088

    Keras: the same. PyTorch: `torch.nn.init.trunc_normal_`, which cuts at -2 and 2 whatever the
        standard deviation.
    """

    limits: ClassVar[dict[str, Limit]] = {"mean": Real(), "stddev": Real(0)}

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def draw(self, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
        """Draw the numbers."""
        return truncated_normal(shape, self.stddev, dtype, rng) + dtype.type(self.mean)


class RandomUniform(RandomInitializer):
    """Start with numbers that are equally likely everywhere between two bounds.

    Args:
        minval: The lower bound.
        maxval: The upper bound, not below `minval`.
        seed: Fixes the numbers; see `RandomNormal`.

    Raises:
        ArgumentError: `minval` is above `maxval`.

    Example:
        >>> values = RandomUniform(-0.1, 0.1)((1000, 1000))
        >>> print(f"{values.min():.3f} {values.max():.3f} {values.std():.4f}")
        -0.100 0.100 0.0577

    Keras: the same. PyTorch: `torch.nn.init.uniform_`, whose default bounds are 0 and 1.
    """

    limits: ClassVar[dict[str, Limit]] = {"minval": Real(), "maxval": Real()}

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def draw(self, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
        """Draw the numbers."""
        if self.minval > self.maxval:
            raise ArgumentError(
                "RandomUniform",
                "`minval` must not be above `maxval`, "
                f"but they are {self.minval} and {self.maxval}.",
                f"RandomUniform({self.maxval}, {self.minval})",
            )
        return uniform(shape, self.minval, self.maxval, dtype, rng)
