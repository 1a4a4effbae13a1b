"""Calls of `keras.ops`, as text: the same text is computed by Keras and here.

`A`, `B`, `C` are fractions, (3, 4), (4, 3) and (3, 4); `P` is positive, `U` lies in (-1, 1), `I` and `J` are
whole numbers, `T` truth values, `N` has NaN in it, all (3, 4); `S` (4, 4) is positive definite; `X` (2, 6, 6, 3) is a
batch of images, `F` the same with the channels first, `X8` one of bytes, `V` (2, 8, 3) one of series, `V3`
(1, 4, 4, 4, 2) one of volumes, `R` (2, 16) one of signals.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_draws = np.random.default_rng(7)


def _normal(*shape: int) -> np.ndarray:
    return _draws.normal(size=shape).astype("float32")


_half = _normal(4, 4)
_with_nan = _normal(3, 4)
_with_nan[0, 1] = _with_nan[2, 3] = np.nan

ARRAYS: dict[str, Any] = {
    "A": _normal(3, 4),
    "B": _normal(4, 3),
    "C": _normal(3, 4),
    "P": np.abs(_normal(3, 4)) + 0.1,
    "U": _draws.uniform(-0.9, 0.9, (3, 4)).astype("float32"),
    "I": _draws.integers(-5, 6, (3, 4)).astype("int32"),
    "J": _draws.integers(1, 4, (3, 4)).astype("int32"),
    "T": _draws.integers(0, 2, (3, 4)).astype("bool"),
    "N": _with_nan,
    "S": _half @ _half.T + 4 * np.eye(4, dtype="float32"),
    "X": _draws.uniform(size=(2, 6, 6, 3)).astype("float32"),
    "X8": _draws.integers(0, 256, (2, 6, 6, 3)).astype("uint8"),
    "V": _normal(2, 8, 3),
    "V3": _normal(1, 4, 4, 4, 2),
    "R": _normal(2, 16),
    "CORNERS": np.array([[[0, 0], [5, 0], [0, 5], [5, 5]]] * 2, "float32"),
    "SEEN": np.array([[[1, 0], [4, 1], [0, 5], [5, 4]]] * 2, "float32"),
    "np": np,
    "ones": lambda *shape: np.ones(shape, "float32"),
    "f32": lambda values: np.array(values, "float32"),
}
ARRAYS["F"] = np.moveaxis(ARRAYS["X"], -1, 1)

UNARY = (
    "abs absolute fabs negative sign floor ceil trunc round square exp exp2 expm1 sin cos tan sinh cosh tanh "
    "arcsinh arctan sinc deg2rad rad2deg i0 isfinite isinf isnan isneginf isposinf isreal logical_not conj "
    "conjugate real imag cbrt reciprocal ravel fliplr flipud copy size ndim zeros_like ones_like signbit angle "
    "sum mean std var all any max min amax amin prod median ptp argmax argmin cumsum cumprod count_nonzero "
    "average sort argsort transpose nanmax nansum nan_to_num logsumexp rsqrt erf erfc sigmoid relu relu6 softplus "
    "softsign silu swish elu selu celu gelu hard_sigmoid hard_silu hard_swish hard_tanh log_sigmoid leaky_relu "
    "soft_shrink hard_shrink tanh_shrink squareplus sparse_plus sparse_sigmoid softmax log_softmax glu normalize "
    "rms_normalization layer_normalization "
)

BINARY = (
    "add subtract multiply divide true_divide floor_divide mod fmod maximum minimum fmax fmin arctan2 hypot "
    "heaviside logaddexp logaddexp2 equal not_equal greater greater_equal less less_equal logical_and logical_or "
    "logical_xor divide_no_nan isclose allclose outer inner vdot kron append "
)

WITHOUT_WHOLE = "rsqrt erf erfc sigmoid silu swish i0 angle glu isreal normalize layer_normalization rms_normalization"
"""Functions that Keras does not take whole numbers in, or that mean nothing there."""

NUMPY = """
ops.sqrt(P) | ops.log(P) | ops.log2(P) | ops.log10(P) | ops.log1p(P) | ops.arcsin(U) | ops.arccos(U)
ops.arctanh(U) | ops.arccosh(P + 1) | ops.erfinv(U) | ops.power(P, A) | ops.power(I, 2) | ops.clip(A, -0.5, 0.5)
ops.clip(I, 0, 2) | ops.sqrt(I * I) | ops.log(J) | ops.round(A, 1) | ops.round(I) | ops.sum(T) | ops.mean(T)
ops.mean(I) | ops.prod(J, axis=1) | ops.sum(A, axis=1) | ops.sum(A, axis=(0, 1), keepdims=True)
ops.mean(A, axis=-1, keepdims=True) | ops.std(A, axis=0) | ops.var(I, axis=1) | ops.max(A, axis=1, initial=0.5)
ops.min(A, axis=0, keepdims=True) | ops.any(T, axis=1) | ops.all(T, axis=0, keepdims=True) | ops.argmax(A, axis=1)
ops.argmax(A, axis=-1, keepdims=True) | ops.argmin(A, axis=0) | ops.median(A, axis=1) | ops.quantile(A, 0.3, axis=1)
ops.quantile(A, [0.2, 0.7], keepdims=True) | ops.percentile(A, 30, axis=1) | ops.nanmean(N, axis=1) | ops.nanstd(N)
ops.nanvar(N, axis=0) | ops.nanmin(N, axis=1) | ops.nanmax(N, axis=0) | ops.nansum(N, axis=1) | ops.nanprod(N)
ops.nanmedian(N, axis=1) | ops.nanargmax(N, axis=1) | ops.nanargmin(N, axis=0) | ops.nancumsum(N, axis=1)
ops.nancumprod(N, axis=0) | ops.nanquantile(N, 0.5) | ops.nanpercentile(N, 25, axis=1) | ops.nan_to_num(N, nan=3.0)
ops.cumsum(A, axis=1) | ops.cumprod(A, axis=0) | ops.cumsum(T, axis=1) | ops.average(A, axis=1, weights=P)
ops.trapezoid(A, axis=1) | ops.trapezoid(A, dx=0.5, axis=0) | ops.count_nonzero(I, axis=1) | ops.ptp(A, axis=1)
ops.diff(A) | ops.diff(A, n=2, axis=1) | ops.corrcoef(A) | ops.correlate(A[0], A[1], "same")
ops.correlate(A[0], A[1][:2]) | ops.trace(S) | ops.trace(A, offset=1) | ops.dot(A, B) | ops.matmul(A, B)
ops.matmul(X, np.moveaxis(X, 2, 3)) | ops.tensordot(A, B, axes=1) | ops.tensordot(A, C, axes=[[0], [0]])
ops.einsum("ij,jk->ik", A, B) | ops.einsum("bij,bij->b", V, V) | ops.cross(A[:, :3], C[:, :3]) | ops.slogdet(S)
ops.reshape(A, (2, 6)) | ops.reshape(A, (-1, 2)) | ops.reshape(A, [4, 3]) | ops.transpose(X, axes=(0, 3, 1, 2))
ops.expand_dims(A, 1) | ops.expand_dims(A, (0, -1)) | ops.squeeze(A[None]) | ops.squeeze(A[None, ..., None], axis=0)
ops.moveaxis(X, 3, 1) | ops.moveaxis(X, (0, 1), (1, 0)) | ops.swapaxes(A, 0, 1) | ops.flip(A) | ops.flip(A, axis=1)
ops.roll(A, 1) | ops.roll(A, 2, axis=1) | ops.rot90(A) | ops.rot90(X, k=2, axes=(1, 2)) | ops.tile(A, 2)
ops.tile(A, (2, 1)) | ops.repeat(A, 2) | ops.repeat(A, 2, axis=1) | ops.repeat(A, np.array([1, 2, 1]), axis=0)
ops.broadcast_to(A, (2, 3, 4)) | ops.concatenate([A, C], axis=1) | ops.concatenate([A, I])
ops.stack([A, C], axis=-1) | ops.hstack([A, C]) | ops.vstack([A, C]) | ops.dstack([A, C]) | ops.append(A, C, axis=0)
ops.split(A, 2, axis=1) | ops.split(A, [1, 3], axis=1) | ops.array_split(A, 2, axis=0) | ops.hsplit(A, 2)
ops.vsplit(A, 3) | ops.dsplit(X[0], 3) | ops.pad(A, ((1, 0), (0, 2))) | ops.pad(A, 1, constant_values=3)
ops.pad(A, ((1, 1), (1, 1)), mode="reflect") | ops.pad(A, ((1, 1), (0, 0)), mode="symmetric") | ops.zeros((2, 3))
ops.ones((2,), dtype="int32") | ops.full((2, 2), 3.0) | ops.full((2,), 7) | ops.full_like(A, 2) | ops.eye(3)
ops.eye(2, 3, k=1) | ops.identity(2) | ops.tri(3) | ops.tril(A) | ops.triu(A, k=1) | ops.diag(A[0]) | ops.diag(S)
ops.diagflat(A[:2]) | ops.diagonal(S, offset=1) | ops.vander(A[0]) | ops.arange(5) | ops.arange(1, 7, 2)
ops.arange(0.0, 1.0, 0.25) | ops.arange(3, dtype="float32") | ops.linspace(0, 1, 5)
ops.linspace(0.0, 2.0, num=4, endpoint=False) | ops.linspace(0, 1, 5, retstep=True) | ops.logspace(0, 2, 5)
ops.geomspace(1.0, 8.0, 4) | ops.meshgrid(A[0], C[0]) | ops.meshgrid(A[0], C[0], indexing="ij") | ops.bartlett(5)
ops.blackman(5) | ops.hamming(5) | ops.hanning(5) | ops.kaiser(5, 3.0) | ops.where(T, A, C) | ops.where(T, A, 0.0)
ops.where(T) | ops.select([A > 0, A < -1], [A, C], 9.0) | ops.take(A, [0, 2], axis=0)
ops.take(A, [[0, -1]], axis=1) | ops.take(A, 3) | ops.take_along_axis(A, ops.argsort(A, axis=1), axis=1)
ops.sort(A, axis=0) | ops.argsort(A, axis=0) | ops.searchsorted(ops.sort(A[0]), C[0])
ops.searchsorted([1, 2, 3], [2], side="right") | ops.digitize(A, [-1.0, 0.0, 1.0]) | ops.bincount(J[0])
ops.bincount(J[0], weights=A[0], minlength=6) | ops.bincount(J) | ops.unique(I) | ops.nonzero(I)
ops.histogram(A[0], bins=4) | ops.histogram(A[0], bins=3, range=(-1, 1)) | ops.isin(I, [1, 2])
ops.isin(I, [1, 2], invert=True) | ops.unravel_index([3, 7], (3, 4)) | ops.gcd(I, J) | ops.lcm(I, J)
ops.ldexp(A, J) | ops.bitwise_and(I, J) | ops.bitwise_or(I, J) | ops.bitwise_xor(I, J) | ops.bitwise_not(I)
ops.bitwise_invert(I) | ops.left_shift(J, J) | ops.right_shift(I, J) | ops.bitwise_left_shift(J, 1)
ops.bitwise_right_shift(I, 1) | ops.nextafter(A, C) | ops.view(A, "int32") | ops.array([1.0, 2.0])
ops.array([1, 2]) | ops.array([True]) | ops.add(I, 1.5) | ops.multiply(A, 2) | ops.divide(I, J) | ops.floor(I)
ops.ceil(I) | ops.exp(I) | ops.get_item(A, (slice(None), 1)) | ops.argpartition(A, 2).shape | ops.ndim(A)
ops.size(A) | ops.mean(V, axis=[1, 2]) | ops.sum([1, 2]) | ops.maximum(A, 0) | ops.logical_and(T, I)
ops.vectorize(lambda x, y: x + y)(A, C)
"""

CORE = """
ops.shape(A) | ops.dtype(A) | ops.cast(A, "int32") | ops.cast(I, "float16") | ops.cast(T, "float32")
ops.saturate_cast(A * 200, "uint8") | ops.convert_to_tensor([1.0, 2.0]) | ops.convert_to_tensor(I, dtype="float32")
ops.convert_to_numpy(A) | ops.is_tensor(ops.array(A)) | ops.slice(A, (1, 1), (2, 2))
ops.slice_update(A, (0, 2), C[:2, :2]) | ops.scatter(np.array([[0, 1], [2, 0]]), f32([1.0, 2.0]), (3, 4))
ops.scatter(np.array([[1], [1]]), f32([1.0, 2.0]), (3,)) | ops.scatter_update(A, [[0, 1], [2, 0]], [1.0, 2.0])
ops.scatter_update(A, [[0, 1], [2, 0]], [1.0, 2.0], reduction="add") | ops.unstack(A) | ops.unstack(A, axis=1)
ops.stop_gradient(A) | ops.map(lambda x: x * 2, A) | ops.vectorized_map(ops.sum, A)
ops.scan(lambda c, x: (c + x, c * x), ops.array(A[0]), ops.array(A))
ops.fori_loop(0, 5, lambda i, x: x + i, ops.array(2)) | ops.scan(lambda c, x: (c + 1, c), ops.array(0), length=3)
ops.scan(lambda c, x: (c + x, c), ops.array(A[0]), ops.array(A), reverse=True)
ops.associative_scan(lambda x, y: x + y, ops.array(A))
ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (0, ops.array(A)))
ops.while_loop(lambda x: x < 50.0, lambda x: x * 2, ops.array(3.0))
ops.cond(ops.array(True), lambda: ops.array(1), lambda: ops.array(2))
ops.while_loop(lambda x: x < 50.0, lambda x: x * 2, ops.array(3.0), maximum_iterations=2)
ops.switch(1, [lambda x: x + 1, lambda x: x * 3], ops.array(A))
ops.rearrange(X, "b (h p) w c -> b p h (w c)", p=2) | ops.rearrange(A, "a b -> b a")
"""

NN = """
ops.gelu(A, approximate=False) | ops.leaky_relu(A, 0.3) | ops.elu(A, 0.5) | ops.celu(A, 0.5)
ops.threshold(A, 0.2, -1.0) | ops.softmax(A, axis=0) | ops.softmax(X, axis=(1, 2)) | ops.relu(I) | ops.one_hot(J, 5)
ops.one_hot(J, 5, axis=0, dtype="int32") | ops.multi_hot(J, 5) | ops.multi_hot(J[0], 5)
ops.binary_crossentropy(ops.cast(T, "float32"), ops.sigmoid(A))
ops.binary_crossentropy(ops.cast(T, "float32"), A, from_logits=True)
ops.categorical_crossentropy(ops.one_hot(J[:, 0], 4), P)
ops.categorical_crossentropy(ops.one_hot(J[:, 0], 4), A, from_logits=True)
ops.sparse_categorical_crossentropy(J[:, 0], P) | ops.sparse_categorical_crossentropy(J[:, 0], A, from_logits=True)
ops.moments(A, 0) | ops.moments(X, (1, 2), keepdims=True)
ops.batch_normalization(A, A[0], P[0], axis=1, offset=C[0], scale=C[1]) | ops.batch_normalization(A, A[0], P[0], 1)
ops.layer_normalization(A, gamma=C[0], beta=C[1]) | ops.layer_normalization(X, axis=(1, 2, 3), epsilon=1e-3)
ops.rms_normalization(A, scale=C[0]) | ops.normalize(A, axis=0) | ops.normalize(A, order=1)
ops.psnr(X, X * 0.9, 1.0) | ops.max_pool(X, 2, 2) | ops.max_pool(X, (2, 3), strides=1, padding="same")
ops.max_pool(V, 2, 2) | ops.average_pool(X, 2, 2) | ops.average_pool(X, 3, strides=2, padding="same")
ops.average_pool(V, 3, strides=1) | ops.max_pool(X, 2, 2, data_format="channels_first")
ops.adaptive_average_pool(X, 2) | ops.adaptive_max_pool(X, (3, 2)) | ops.conv(X, X[:1, :2, :2].reshape(2, 2, 3, 1))
ops.conv(X, ones(3, 3, 3, 2), strides=2, padding="same") | ops.conv(V, ones(3, 3, 2), dilation_rate=2)
ops.conv(X, ones(2, 2, 6, 4), data_format="channels_first") | ops.conv(X, ones(2, 2, 1, 3), padding="SAME")
ops.conv(V3, ones(2, 2, 2, 2, 1)) | ops.depthwise_conv(X, ones(2, 2, 3, 2))
ops.depthwise_conv(V, ones(3, 3, 1), strides=2, padding="same")
ops.separable_conv(X, ones(2, 2, 3, 1), ones(1, 1, 3, 2), padding="same")
ops.conv_transpose(X, ones(2, 2, 4, 3), strides=2) | ops.conv_transpose(X, ones(3, 3, 4, 3), 2, "same")
ops.conv_transpose(V, ones(3, 2, 3), strides=2, padding="same", output_padding=0)
ops.dot_product_attention(X, X, X) | ops.dot_product_attention(X, X, X, is_causal=True, scale=0.5)
ops.dot_product_attention(X, X, X, mask=X[:, :1, :, 0][:, None] > 0.3)
ops.dot_product_attention(X, X[:, :, :2], X[:, :, :2])
ops.ctc_loss(J, np.tile(A[:, None], (1, 5, 1)), np.array([2, 3, 4]), np.array([5, 5, 4]))
ops.ctc_loss(J % 3, np.tile(A[:, None], (1, 7, 1)), np.array([2, 3, 1]), np.array([5, 7, 4]), mask_index=3)
ops.ctc_decode(V, np.array([8, 5])) | ops.ctc_decode(V, np.array([8, 5]), merge_repeated=False, mask_index=1)
ops.ctc_decode(V, np.array([8, 8]), strategy="beam_search", beam_width=50, top_paths=2) | ops.unfold(F, 3)
ops.unfold(F, (2, 3), padding=1, stride=2, dilation=1) | ops.fold(ops.unfold(F, 2, stride=2), (6, 6), 2, stride=2)
ops.view_as_real(ops.polar(P, A)) | ops.fold(ops.unfold(F, 3, padding=1), (6, 6), 3, padding=1)
ops.depth_to_space(np.tile(X, (1, 1, 1, 4)), 2) | ops.space_to_depth(X, 2)
ops.space_to_depth(X, 3, data_format="channels_last")
ops.depth_to_space(np.tile(F, (1, 4, 1, 1)), 2, data_format="channels_first")
ops.space_to_depth(F, 2, data_format="channels_first")
"""

MATH = """
ops.segment_sum(A, np.array([0, 2, 0]), 3) | ops.segment_max(A, np.array([0, 1, 1]), num_segments=2)
ops.segment_min(A, np.array([0, 1, 1]), 2) | ops.segment_prod(A, np.array([1, 1, 0]), 2)
ops.segment_sum(A, np.array([0, 0, 1]), num_segments=3, sorted=True) | ops.top_k(A, 2) | ops.in_top_k(J[:, 0], A, 2)
ops.logsumexp(A, axis=1, keepdims=True) | ops.cdist(A, C) | ops.extract_sequences(R, 4, 2) | ops.fft((A, C))
ops.fft2((A, C)) | ops.ifft2((A, C)) | ops.rfft(R) | ops.rfft(R, fft_length=8) | ops.irfft(ops.rfft(R))
ops.irfft(ops.rfft(R), fft_length=16) | ops.stft(R, 6, 2, 8) | ops.stft(R, 8, 4, 8, window="hamming", center=False)
ops.stft(R, 8, 4, 8, window=None) | ops.istft(ops.stft(R, 8, 2, 8), 8, 2, 8)
ops.istft(ops.stft(R, 8, 2, 8), 8, 2, 8, length=12) | ops.logdet(S)
ops.view_as_complex(ops.view_as_real(ops.view_as_complex(A[:, :2]))) | ops.cholesky(S) | ops.cholesky(S, upper=True)
ops.cholesky_inverse(ops.cholesky(S)) | ops.det(S) | ops.eigh(S)[0] | ops.abs(ops.eig(S)[0]).sum() | ops.inv(S)
ops.lu_factor(S) | ops.norm(A) | ops.norm(A, axis=1) | ops.norm(A, ord=1, axis=0, keepdims=True)
ops.norm(S, ord="fro") | ops.norm(S, ord="nuc") | ops.norm(A, ord=np.inf, axis=1) | ops.abs(ops.qr(A)[1])
ops.abs(ops.qr(A, mode="complete")[0]) | ops.solve(S, B) | ops.solve(S, B[:, 0])
ops.solve_triangular(np.tril(S), B, lower=True) | ops.solve_triangular(np.triu(S), B) | ops.svd(A)[1]
ops.svd(A, compute_uv=False) | ops.svd(A, full_matrices=False)[1] | ops.lstsq(B, S) | ops.lstsq(B, S[:, 0])
ops.matrix_rank(S) | ops.matrix_rank(ones(3, 3)) | ops.pinv(A) | ops.linalg.jvp(lambda x: ops.sin(x), (A,), (C,))
ops.nn.relu(A) | ops.numpy.mean(A) | ops.linalg.det(S)
"""

IMAGE = """
ops.image.resize(X, (3, 3)) | ops.image.resize(X, (9, 4)) | ops.image.resize(X, (9, 4), interpolation="nearest")
ops.image.resize(X[0], (4, 4), "bicubic") | ops.image.resize(X, (3, 3), antialias=True)
ops.image.resize(X, (3, 6), crop_to_aspect_ratio=True)
ops.image.resize(X, (4, 8), pad_to_aspect_ratio=True, fill_value=1.0) | ops.image.resize(X, (3, 4), "lanczos3")
ops.image.resize(X8, (4, 4), "nearest") | ops.image.resize(F, (3, 5), data_format="channels_first")
ops.image.rgb_to_grayscale(X) | ops.image.rgb_to_grayscale(F, data_format="channels_first")
ops.image.rgb_to_hsv(X) | ops.image.hsv_to_rgb(X)
ops.image.affine_transform(X, f32([[1.0, 0.2, -1.0, 0.1, 0.9, 0.5, 0.0, 0.0]] * 2))
ops.image.affine_transform(X, f32([[1.0, 0.0, 2.0, 0.0, 1.0, -1.0, 0.0, 0.0]] * 2), "nearest", "wrap")
ops.image.affine_transform(X, f32([[1.0, 0.3, -1.0, 0.0, 1.0, 0.5, 0.0, 0.0]] * 2), fill_mode="reflect")
ops.image.affine_transform(X[0], f32([0.8, 0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0]), fill_mode="nearest")
ops.image.affine_transform(X, f32([[1, 0.3, -1.5, 0, 1, 0.5, 0, 0]] * 2), fill_mode="constant", fill_value=0.5)
ops.image.extract_patches(X, 2) | ops.image.extract_patches(X, (3, 2), strides=1, padding="same")
ops.image.extract_patches(X, 2, strides=2, dilation_rate=1) | ops.image.extract_patches(X[0], 3)
ops.image.extract_patches_3d(V3, 2) | ops.image.map_coordinates(A, f32([[0.5, 1.2, 5.0], [0.0, 2.7, 1.0]]), 1)
ops.image.map_coordinates(A, f32([[0.4, 1.2], [0.0, 2.7]]), 0, "nearest")
ops.image.map_coordinates(A, f32([[-1.4, 4.2], [0.0, 2.7]]), 1, "mirror")
ops.image.pad_images(X, top_padding=1, left_padding=2, target_height=9, target_width=10)
ops.image.pad_images(X, 1, 2, 3, 4) | ops.image.crop_images(X, 1, 2, 0, 1)
ops.image.crop_images(X, top_cropping=1, left_cropping=1, target_height=3, target_width=4)
ops.image.perspective_transform(X, CORNERS, SEEN) | ops.image.gaussian_blur(X, data_format="channels_last")
ops.image.gaussian_blur(X, (5, 3), (2.0, 0.7), data_format="channels_last") | ops.image.sobel_edges(X)
ops.image.ssim(X, X * 0.9, filter_size=5) | ops.image.ssim(X[0], X[1], filter_size=3)
ops.image.scale_and_translate(X, (2, 4, 4, 3), f32([0.7, 0.7]), f32([0.1, 0.2]), (1, 2), "linear")
"""


def _listed(text: str) -> list[str]:
    return [call.strip() for line in text.strip().splitlines() for call in line.split(" | ")]


EXPRESSIONS = [
    *(f"ops.{name}(A)" for name in UNARY.split()),
    *(f"ops.{name}(I)" for name in UNARY.split() if name not in WITHOUT_WHOLE.split()),
    *(f"ops.{name}(A, C)" for name in BINARY.split()),
    *(call for text in (NUMPY, CORE, NN, MATH, IMAGE) for call in _listed(text)),
]


def compute(expression: str, ops: Any) -> list[np.ndarray]:
    """Return the arrays that an expression gives with one of the two `ops`, in order."""
    return flat(eval(expression, {**ARRAYS, "ops": ops}))


def flat(found: Any) -> list[np.ndarray]:
    """Return the leaves of lists, tuples and dicts as arrays of NumPy."""
    if isinstance(found, dict):
        found = [found[key] for key in sorted(found)]
    if isinstance(found, (list, tuple)):
        return [array for each in found for array in flat(each)]
    return [np.asarray(found)]
