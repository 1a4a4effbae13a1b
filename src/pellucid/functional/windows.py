"""Windows: the factors by which the steps of a part of a signal are multiplied, so that its ends fade out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

COSINES: dict[str, tuple[float, ...]] = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}
"""Windows that are sums of cosines, ``w_n = sum_k (-1)^k a_k cos(2 pi k n / (N - 1))``, by their ``a``."""

TUKEY = 0.5
"""The part of Tukey's window that is not flat."""


def _bartlett(n: np.ndarray, length: int) -> np.ndarray:
    return 1 - np.abs(2 * n / (length - 1) - 1)


def _triangle(n: np.ndarray, length: int) -> np.ndarray:
    return 1 - np.abs(2 * n - (length - 1)) / (length + length % 2)


def _cosine(n: np.ndarray, length: int) -> np.ndarray:
    return np.sin(np.pi * (n + 0.5) / length)


def _tukey(n: np.ndarray, length: int) -> np.ndarray:
    from_end = np.minimum(n, length - 1 - n) / (length - 1)
    return 0.5 - 0.5 * np.cos(np.pi * np.minimum(2 * from_end / TUKEY, 1))


OTHERS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "bartlett": _bartlett,
    "triang": _triangle,
    "cosine": _cosine,
    "tukey": _tukey,
}
NAMES = (*COSINES, *OTHERS)


def window_points(window: Any, length: int, periodic: bool = True) -> Any:
    """Return the factors by which the steps of a part are multiplied; those of a name in double precision.

    Args:
        window: One of :data:`NAMES`, which are SciPy's; an array of ``length`` factors; or None for ones.
        length: Steps of a part.
        periodic: Whether the point behind the last one would be the first of the next. Default True.

    >>> window_points("hann", 4).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    if window is None or (isinstance(window, str) and length == 1):
        return np.ones(length)
    if not isinstance(window, str):
        return window
    whole = length + periodic
    n = np.arange(whole, dtype=np.float64)
    if window in COSINES:
        angle = 2 * np.pi * n / (whole - 1)
        waves = [(-1) ** k * a * np.cos(k * angle) for k, a in enumerate(COSINES[window])]
        return np.sum(waves, axis=0)[:length]
    return OTHERS[window](n, whole)[:length]
