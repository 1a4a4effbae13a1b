"""Sound as a picture of its frequencies, by a convolution with waves that can be trained."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.dtypes import is_float
from pellucid.core.errors import ArgumentError, ArgumentTypeError, ShapeError
from pellucid.core.limits import Boolean, Choice, Integer, Limit
from pellucid.functional.convolution import convolution
from pellucid.initializers import STFT
from pellucid.initializers.fourier import SCALINGS, WINDOW, require_window
from pellucid.layers.checks import as_float, who
from pellucid.modules import Layer

MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
FORMATS = ("channels_last", "channels_first")
SMALLEST = 1e-7
"""What is below counts as this where a root or a logarithm follows (Keras's)."""


class STFTSpectrogram(Layer):
    """Shows which frequencies a signal is made of over time, by waves that training may change.

    Equation: ``R[t, f] = sum_i x[t frame_step + i] r[i, f]`` and ``I`` likewise, with the waves ``r`` and ``i`` of
    :class:`~pellucid.initializers.STFT`; the magnitude ``M = sqrt(max(R^2 + I^2, 1e-7))``. By mode: ``"log"`` ``ln M``,
    ``"magnitude"`` ``M``, ``"psd"`` ``R^2 + I^2``, twice but for the first and the last frequency, ``"real"`` ``R``,
    ``"imag"`` ``I``, ``"angle"`` ``atan2(I, R)``, ``"stft"`` ``R`` and ``I`` one after the other.

    Args:
        mode: One of these. Default ``"log"``.
        frame_length: Steps of a part, at least 1. Default 256.
        frame_step: Steps from one part to the next, at most ``frame_length``. Default None, half of ``frame_length``.
        fft_length: Twice the number of frequencies, less 2; at least ``frame_length``. Default None, the next power of
            2.
        window: A name such as ``"hamming"``, as many factors as the window has steps, or None. Default ``"hann"``.
        periodic: Whether the point behind the last one would be the first of the next. Default False.
        scaling: ``"density"``, ``"spectrum"`` or None: see the initializer. Default ``"density"``.
        padding: ``"valid"``, or ``"same"``: zeros at both ends. Default ``"valid"``.
        expand_dims: Whether the frequencies get an axis of their own, as pictures have. Default False.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs: (batch, steps, channels); outputs: (batch, parts, channels * frequencies), with ``expand_dims`` (batch,
        parts, frequencies, channels). With channels first: (batch, channels, steps) to (batch, channels * frequencies,
        parts) or (batch, channels, parts, frequencies). The kernels: (frame_length, 1, frequencies)

    Raises:
        ArgumentError: ``frame_step`` above or ``fft_length`` below ``frame_length``; there is no such window.
        ArgumentTypeError: The signal is of whole numbers.
        ShapeError: The inputs do not have three axes; a part does not fit into them.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import STFTSpectrogram
        >>> tone = jnp.sin(2 * jnp.pi * jnp.arange(256) / 8).reshape(1, 256, 1)
        >>> picture = STFTSpectrogram("magnitude", frame_length=64)(tone)
        >>> picture.shape, int(picture[0, 0].argmax())
        ((1, 7, 33), 8)

    Differs from Keras: no difference known. Differs from PyTorch: torchaudio's ``Spectrogram`` has no weights.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "mode": Choice(options=MODES),
        "frame_length": Integer(1),
        "frame_step": Integer(1, optional=True),
        "fft_length": Integer(1, optional=True),
        "window": WINDOW,
        "periodic": Boolean(),
        "scaling": Choice(options=SCALINGS, optional=True),
        "padding": Choice(options=("valid", "same")),
        "expand_dims": Boolean(),
        "data_format": Choice(options=FORMATS, optional=True),
    }
    real_kernel: jax.Array
    imag_kernel: jax.Array

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        name = type(self).__name__
        self.mode = mode
        self.frame_length = int(frame_length)
        self.frame_step = int(frame_step or max(frame_length // 2, 1))
        self.fft_length = int(fft_length or 2 ** math.ceil(math.log2(frame_length)))
        if self.frame_step > self.frame_length or self.fft_length < self.frame_length:
            raise ArgumentError(
                name,
                f"`frame_step` ({self.frame_step}) must be at most, and `fft_length` ({self.fft_length}) at least "
                f"`frame_length` ({self.frame_length}).",
                f"frame_step={max(frame_length // 2, 1)}, fft_length={2 * frame_length}",
            )
        self.window = require_window(name, window)
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = data_format

    def build(self, input_shape: Any) -> None:
        """Declare the waves that the mode needs."""
        require_signals(self, input_shape)
        for side in ("real", "imag"):
            if self.mode not in {"real", "imag"} - {side}:
                waves = STFT(side, self.window, self.scaling, self.periodic)
                shape = (self.frame_length, 1, self.fft_length // 2 + 1)
                setattr(self, f"{side}_kernel", self.add_weight(shape, waves))

    def call(self, inputs: jax.Array) -> jax.Array:
        """Return the pictures of the signals."""
        if not is_float(inputs.dtype):
            raise ArgumentTypeError(
                who(self),
                f"a signal is of floats, but it got {inputs.dtype}.",
                'x.astype("float32") / 32768 brings 16-bit sound to the range from -1 to 1',
            )
        require_signals(self, inputs.shape)
        signals = as_float(inputs, self)
        if self.data_format != "channels_first":
            signals = jnp.moveaxis(signals, -1, 1)
        found = self._by_mode(signals)
        batch, channels, parts, frequencies = found.shape
        if self.data_format == "channels_first":
            joined = jnp.swapaxes(found, 2, 3).reshape(batch, channels * frequencies, parts)
            return found if self.expand_dims else joined
        if self.expand_dims:
            return jnp.moveaxis(found, 1, -1)
        return jnp.moveaxis(found, 1, 2).reshape(batch, parts, channels * frequencies)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Drop the mask: an output mixes several steps."""

    def _by_mode(self, signals: jax.Array) -> jax.Array:
        if self.mode == "real":
            return self._waves(signals, self.real_kernel)
        imaginary = self._waves(signals, self.imag_kernel)
        if self.mode == "imag":
            return imaginary
        real = self._waves(signals, self.real_kernel)
        if self.mode == "angle":
            return jnp.arctan2(imaginary, real)
        if self.mode == "stft":
            return jnp.concatenate([real, imaginary], -1)
        power = jnp.square(real) + jnp.square(imaginary)
        if self.mode == "psd":
            # A frequency and its negative; the first and the last are their own negatives.
            return power.at[..., 1:-1].multiply(2)
        magnitude = jnp.sqrt(jnp.maximum(power, SMALLEST))
        return magnitude if self.mode == "magnitude" else jnp.log(magnitude)

    def _waves(self, signals: jax.Array, kernel: jax.Array) -> jax.Array:
        """Return how much of each wave is in each part: (batch, channels, parts, frequencies)."""
        batch, channels, steps = signals.shape
        if self.padding == "valid" and steps < self.frame_length:
            raise ShapeError(
                who(self),
                f"a part of {self.frame_length} steps does not fit into signals of {steps}.",
                f'padding="same", or frame_length={max(steps, 1)}',
            )
        flat = signals.reshape(batch * channels, steps, 1)
        found = convolution(flat, kernel, strides=self.frame_step, padding=self.padding)
        return found.reshape(batch, channels, *found.shape[1:])


def require_signals(layer: Layer, shape: Any) -> None:
    """Refuse what is no batch of signals.

    Raises:
        ShapeError: Another number of axes than three.
    """
    if len(shape) != 3:
        raise ShapeError(
            who(layer),
            f"it needs signals, (batch, steps, channels), but it got {tuple(shape)}.",
            "x[..., None] gives a signal a channel axis",
        )
