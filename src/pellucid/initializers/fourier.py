"""The initializer whose values are waves: kernels of a short-time Fourier transform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from pellucid.core.dtypes import FLOAT
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.core.limits import Boolean, Choice, Instance, Limit
from pellucid.functional.windows import NAMES, window_points
from pellucid.initializers.initializer import Initializer

SCALINGS = ("density", "spectrum")
WINDOW = Instance(
    types=(str, list, tuple, np.ndarray),
    words="the name of a window or its factors",
    optional=True,
)


class STFT(Initializer):
    """Start with waves under a window, so that a convolution is a short-time Fourier transform.

    Equation: `w[t, f] = v_t cos(2 pi t f / F) / s` for the real part, `-v_t sin(2 pi t f / F) / s` for the imaginary
    one, with the window `v`, `F = 2 (frequencies - 1)` and the scale `s`: `sqrt(sum v^2)` for `"density"`, `sum |v|`
    for `"spectrum"`.

    Args:
        side: `"real"` or `"imag"`. Default `"real"`.
        window: A name of SciPy's: `"boxcar"`, `"hann"`, `"hamming"`, `"blackman"`, `"nuttall"`, `"blackmanharris"`,
            `"flattop"`, `"bartlett"`, `"triang"`, `"cosine"` or `"tukey"`; as many factors as a part has steps; or None
            for no window and no scale. Default `"hann"`.
        scaling: `"density"`, `"spectrum"`, or None for the scale 1. Default `"density"`.
        periodic: Whether the point behind the last one would be the first of the next. Default False.

    Shapes:
        `(steps, ..., frequencies)`

    Raises:
        ArgumentError: There is no such window.
        ShapeError: The window has another number of factors than the weight has steps.

    Example:
        >>> STFT(window=None)((4, 3)).round(3).tolist()
        [[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [1.0, -1.0, 1.0], [1.0, -0.0, -1.0]]

    Keras: windows of other names are not there; give their factors. PyTorch has no such initializer.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "side": Choice(options=("real", "imag")),
        "window": WINDOW,
        "scaling": Choice(options=SCALINGS, optional=True),
        "periodic": Boolean(),
    }

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        self.side = side
        self.window = require_window(type(self).__name__, window)
        self.scaling = scaling
        self.periodic = periodic

    def __call__(
        self, shape: Sequence[int], dtype: Any = None, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return the waves; see `Initializer.__call__`."""
        steps, frequencies = shape[0], shape[-1]
        points = np.asarray(window_points(self.window, steps, self.periodic), np.float64)
        if points.shape != (steps,):
            raise ShapeError(
                "STFT",
                f"the window has shape {points.shape}, but the weight has {steps} steps.",
                'window="hann" fits any number of steps',
            )
        angle = np.pi * np.outer(np.arange(steps), np.arange(frequencies)) / max(frequencies - 1, 1)
        waves = (np.cos(angle) if self.side == "real" else -np.sin(angle)) * points[:, None]
        if self.window is not None and self.scaling is not None:
            density = self.scaling == "density"
            waves = waves / (np.sqrt(np.sum(points**2)) if density else np.sum(np.abs(points)))
        middle = (1,) * (len(shape) - 2)
        values = np.broadcast_to(waves.reshape(steps, *middle, frequencies), tuple(shape))
        return np.array(values, FLOAT if dtype is None else dtype, order="C")


def require_window(who: str, window: Any) -> Any:
    """Return a window as it is; refuse a name that none has.

    Raises:
        ArgumentError: There is no such window.
    """
    if isinstance(window, str) and window not in NAMES:
        raise ArgumentError(
            who,
            f"`window` may be one of {', '.join(NAMES)}, but it is {window!r}.",
            f"window=scipy.signal.get_window({window!r}, steps) gives the factors of others",
        )
    return window
