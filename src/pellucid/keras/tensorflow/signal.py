"""``tf.signal``: Fourier transforms on complex tensors, overlapping parts of signals, windows, the mel scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.functional import fourier
from pellucid.keras.operation import Operation, operation
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.facade import facade
from pellucid.keras.tensorflow.static import integer

_OWN = """fft fft2d fft3d ifft ifft2d ifft3d rfft rfft2d irfft irfft2d fftshift ifftshift frame stft inverse_stft
    hann_window hamming_window linear_to_mel_weight_matrix mfccs_from_log_mel_spectrograms dct"""

__getattr__, __dir__ = facade(__name__, {__name__: _OWN})


def _transform(name: str, function: Callable[..., Any], meaning: str) -> Operation:
    def compute(input: Any, name: str | None = None) -> jax.Array:
        return function(jnp.asarray(input))

    compute.__name__, compute.__qualname__, compute.__doc__ = name, name, meaning
    return operation(compute)


def _volume(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: function(x, axes=(-3, -2, -1))


fft = _transform("fft", jnp.fft.fft, "Return the Fourier transform along the last axis.")
fft2d = _transform("fft2d", jnp.fft.fft2, "Return that along the last two axes.")
fft3d = _transform("fft3d", _volume(jnp.fft.fftn), "Return that along the last three axes.")
ifft = _transform("ifft", jnp.fft.ifft, "Return the inverse transform along the last axis.")
ifft2d = _transform("ifft2d", jnp.fft.ifft2, "Return that along the last two axes.")
ifft3d = _transform("ifft3d", _volume(jnp.fft.ifftn), "Return that along the last three axes.")


@operation
def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> jax.Array:
    """Return the first half of the transform of real numbers, along the last axis."""
    return jnp.fft.rfft(jnp.asarray(input_tensor), _points(fft_length))


@operation
def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> jax.Array:
    """Return the real numbers of a half transform."""
    return jnp.fft.irfft(jnp.asarray(input_tensor), _points(fft_length))


@operation
def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> jax.Array:
    """Return half the transform of real numbers, along the last two axes."""
    return jnp.fft.rfft2(jnp.asarray(input_tensor), fft_length)


@operation
def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> jax.Array:
    """Return the real numbers of a half transform along two axes."""
    return jnp.fft.irfft2(jnp.asarray(input_tensor), fft_length)


@operation
def fftshift(x: Any, axes: Any = None, name: str | None = None) -> jax.Array:
    """Return a transform with frequency 0 in the middle."""
    return jnp.fft.fftshift(jnp.asarray(x), axes)


@operation
def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> jax.Array:
    """Undo :func:`fftshift`."""
    return jnp.fft.ifftshift(jnp.asarray(x), axes)


def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: float = 0,
    axis: int = -1,
    name: str | None = None,
) -> Any:
    """Return overlapping parts of the last axis: (..., steps) to (..., parts, frame_length)."""
    return _frame(signal, integer(frame_length), integer(frame_step), pad_end, pad_value)


@operation
def _frame(x: Any, length: int, step: int, pad_end: bool, value: float) -> jax.Array:
    return fourier.frames(_padded(jnp.asarray(x), length, step, pad_end, value), length, step)


def _padded(x: jax.Array, length: int, step: int, pad_end: bool, value: float) -> jax.Array:
    """Return signals with as many steps more that each ``step``-th one begins a whole part."""
    if not pad_end:
        return x
    lacking = max(0, -(-x.shape[-1] // step) * step - step + length - x.shape[-1])
    return jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, lacking)], constant_values=value)


def hann_window(
    window_length: Any, periodic: bool = True, dtype: Any = "float32", name: str | None = None
) -> Tensor:
    """Return the factors of a Hann window."""
    points = fourier.window_points("hann", integer(window_length), periodic)
    return Tensor(jnp.asarray(points, "float32"))


def hamming_window(
    window_length: Any, periodic: bool = True, dtype: Any = "float32", name: str | None = None
) -> Tensor:
    """Return the factors of a Hamming window."""
    points = fourier.window_points("hamming", integer(window_length), periodic)
    return Tensor(jnp.asarray(points, "float32"))


def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Any:
    """Return the transforms of overlapping parts, complex: (..., parts, fft_length // 2 + 1).

    Args:
        signals: Shape (..., steps).
        frame_length: Steps of a part.
        frame_step: Steps from one part to the next.
        fft_length: Points of a transform; the next power of two when omitted.
        window_fn: Gives the factors of a part; None for ones.
        pad_end: Whether parts that hang over the end are filled up with zeros.
        name: Accepted.
    """
    length, points = integer(frame_length), _points(fft_length)
    window = None if window_fn is None else window_fn(length, dtype="float32")
    whole = points or 1 << (length - 1).bit_length()
    return _stft(signals, window, length, integer(frame_step), whole, pad_end)


@operation
def _stft(x: Any, window: Any, length: int, step: int, points: int, pad_end: bool) -> jax.Array:
    parts = fourier.frames(_padded(jnp.asarray(x), length, step, pad_end, 0), length, step)
    return jnp.fft.rfft(parts if window is None else parts * window, points)


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Any = hann_window,
    name: str | None = None,
) -> Any:
    """Return the signals whose parts have these transforms, added where parts overlap."""
    length, points = integer(frame_length), _points(fft_length)
    window = None if window_fn is None else window_fn(length, dtype="float32")
    return _inverse(
        stfts, window, length, integer(frame_step), points or 1 << (length - 1).bit_length()
    )


@operation
def _inverse(x: Any, window: Any, length: int, step: int, points: int) -> jax.Array:
    parts = jnp.fft.irfft(jnp.asarray(x), points)[..., :length]
    parts = parts if window is None else parts * window
    count = parts.shape[-2]
    places = jnp.arange(count)[:, None] * step + jnp.arange(length)
    nothing = jnp.zeros((*parts.shape[:-2], (count - 1) * step + length), parts.dtype)
    return nothing.at[..., places].add(parts)


def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: float = 125.0,
    upper_edge_hertz: float = 3800.0,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """Return the matrix (frequencies, bins) that turns spectrograms into mel spectrograms."""
    found = fourier.mel_filters(
        integer(num_mel_bins),
        integer(num_spectrogram_bins),
        float(np.asarray(sample_rate)),
        lower_edge_hertz,
        upper_edge_hertz,
    )
    return Tensor(jnp.asarray(found, "float32"))


@operation
def dct(
    input: Any,
    type: int = 2,
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> jax.Array:
    """Return the cosine transform along the last axis."""
    return jax.scipy.fft.dct(jnp.asarray(input), type, n, axis, norm)


@operation
def mfccs_from_log_mel_spectrograms(
    log_mel_spectrograms: Any, name: str | None = None
) -> jax.Array:
    """Return the cepstral coefficients of the logarithms of mel spectrograms."""
    x = jnp.asarray(log_mel_spectrograms)
    return jax.scipy.fft.dct(x, 2) / jnp.sqrt(2.0 * x.shape[-1])


def _points(given: Any) -> int | None:
    """Return ``fft_length``, which comes as a number or a list of one."""
    if given is None:
        return None
    return integer(given[0] if isinstance(given, (list, tuple)) or np.ndim(given) else given)
