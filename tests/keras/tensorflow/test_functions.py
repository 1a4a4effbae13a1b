"""Functions of ``tf`` against NumPy, one row of a table each."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from pellucid.keras import tensorflow as tf

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 4)).astype(np.float32)
B = RNG.normal(size=(3, 4)).astype(np.float32)
POSITIVE = np.abs(A) + 0.1
SMALL = np.tanh(A) * 0.9
WHOLE = np.array([[7, -3, 2], [5, 0, -8]], np.int32)
SQUARE = (np.eye(3) * 3 + RNG.normal(size=(3, 3)) * 0.3).astype(np.float32)
SYMMETRIC = SQUARE + SQUARE.T

ELEMENTWISE = {
    "abs": (np.abs, A),
    "negative": (np.negative, A),
    "square": (np.square, A),
    "sqrt": (np.sqrt, POSITIVE),
    "exp": (np.exp, A),
    "sin": (np.sin, A),
    "cos": (np.cos, A),
    "tan": (np.tan, SMALL),
    "asin": (np.arcsin, SMALL),
    "acos": (np.arccos, SMALL),
    "atan": (np.arctan, A),
    "sinh": (np.sinh, A),
    "cosh": (np.cosh, A),
    "tanh": (np.tanh, A),
    "asinh": (np.arcsinh, A),
    "acosh": (np.arccosh, POSITIVE + 1),
    "atanh": (np.arctanh, SMALL),
    "floor": (np.floor, A * 3),
    "math.ceil": (np.ceil, A * 3),
    "round": (np.round, np.array([0.5, 1.5, -2.5, 2.4], np.float32)),
    "sign": (np.sign, A),
    "math.log": (np.log, POSITIVE),
    "math.log1p": (np.log1p, POSITIVE),
    "math.expm1": (np.expm1, A),
    "math.rsqrt": (lambda x: 1 / np.sqrt(x), POSITIVE),
    "math.reciprocal": (lambda x: 1 / x, POSITIVE),
    "math.erf": (special.erf, A),
    "math.lgamma": (special.gammaln, POSITIVE),
    "math.digamma": (special.digamma, POSITIVE),
    "math.softplus": (lambda x: np.log1p(np.exp(x)), A),
    "sigmoid": (special.expit, A),
    "math.is_nan": (np.isnan, np.array([1.0, np.nan], np.float32)),
    "math.is_finite": (np.isfinite, np.array([1.0, np.inf], np.float32)),
    "logical_not": (np.logical_not, np.array([True, False])),
    "nn.relu": (lambda x: np.maximum(x, 0), A),
    "nn.relu6": (lambda x: np.clip(x, 0, 6), A * 5),
    "nn.leaky_relu": (lambda x: np.where(x > 0, x, 0.2 * x), A),
    "nn.elu": (lambda x: np.where(x > 0, x, np.expm1(x)), A),
    "nn.selu": (
        lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
        A,
    ),
    "nn.gelu": (lambda x: x * 0.5 * (1 + special.erf(x / math.sqrt(2))), A),
    "nn.silu": (lambda x: x * special.expit(x), A),
    "nn.softmax": (lambda x: special.softmax(x, -1), A),
    "nn.log_softmax": (lambda x: special.log_softmax(x, -1), A),
    "nn.l2_loss": (lambda x: (x**2).sum() / 2, A),
    "linalg.inv": (np.linalg.inv, SQUARE),
    "linalg.det": (np.linalg.det, SQUARE),
    "linalg.trace": (np.trace, SQUARE),
    "linalg.cholesky": (np.linalg.cholesky, SYMMETRIC),
    "linalg.diag": (np.diag, A[0]),
    "linalg.diag_part": (np.diag, SQUARE),
    "linalg.pinv": (np.linalg.pinv, A),
    "linalg.eigvalsh": (np.linalg.eigvalsh, SYMMETRIC),
    "linalg.matrix_transpose": (np.transpose, A),
    "norm": (np.linalg.norm, A),
    "math.zero_fraction": (lambda x: (x == 0).mean(), WHOLE),
    "math.invert_permutation": (np.argsort, np.array([2, 0, 1])),
}

PAIRS = {
    "add": (np.add, A, B),
    "subtract": (np.subtract, A, B),
    "multiply": (np.multiply, A, B),
    "divide": (np.divide, A, B),
    "maximum": (np.maximum, A, 0.0),
    "minimum": (np.minimum, A, B),
    "pow": (np.power, POSITIVE, 2.5),
    "math.floordiv": (np.floor_divide, WHOLE, 3),
    "math.floormod": (np.mod, WHOLE, 3),
    "truncatemod": (np.fmod, WHOLE, 3),
    "truncatediv": (lambda x, y: np.trunc(x / y).astype(np.int32), WHOLE, 3),
    "atan2": (np.arctan2, A, B),
    "math.squared_difference": (lambda x, y: (x - y) ** 2, A, B),
    "math.divide_no_nan": (
        lambda x, y: np.array([0.0, 2.0]),
        np.array([1.0, 4.0]),
        np.array([0.0, 2.0]),
    ),
    "math.multiply_no_nan": (
        lambda x, y: np.array([0.0, 8.0]),
        np.array([np.nan, 4.0]),
        np.array([0.0, 2.0]),
    ),
    "math.xlogy": (special.xlogy, POSITIVE, POSITIVE),
    "equal": (np.equal, WHOLE, np.int32(5)),
    "not_equal": (np.not_equal, WHOLE, np.int32(5)),
    "less": (np.less, A, B),
    "greater_equal": (np.greater_equal, A, B),
    "logical_and": (np.logical_and, A > 0, B > 0),
    "logical_xor": (np.logical_xor, A > 0, B > 0),
    "matmul": (np.matmul, A, B.T),
    "linalg.matvec": (lambda m, v: m @ v, A, B[0]),
    "linalg.solve": (np.linalg.solve, SQUARE, A),
    "linalg.lstsq": (lambda m, b: np.linalg.lstsq(m, b, rcond=None)[0], A.T, B.T[:, :2]),
    "linalg.cross": (np.cross, A[:, :3], B[:, :3]),
    "reshape": (np.reshape, A, (4, -1)),
    "expand_dims": (np.expand_dims, A, 1),
    "transpose": (np.transpose, A, [1, 0]),
    "tile": (np.tile, A, [2, 1]),
    "broadcast_to": (np.broadcast_to, A[0], (2, 4)),
    "gather": (lambda x, i: x[i], A, np.array([[2, 0], [1, 1]])),
    "boolean_mask": (lambda x, m: x[m], A, np.array([True, False, True])),
    "searchsorted": (np.searchsorted, np.array([1.0, 3.0, 5.0]), np.array([0.0, 3.0, 9.0])),
    "reverse": (np.flip, A, [1]),
    "nn.bias_add": (np.add, A, B[0]),
    "math.polyval": (np.polyval, [1.0, -2.0, 3.0], A),
}

REDUCTIONS = {
    "reduce_sum": np.sum,
    "reduce_mean": np.mean,
    "reduce_max": np.max,
    "reduce_min": np.min,
    "reduce_prod": np.prod,
    "math.reduce_std": np.std,
    "math.reduce_variance": np.var,
    "reduce_logsumexp": special.logsumexp,
    "math.reduce_euclidean_norm": lambda x, **where: np.sqrt(np.sum(x**2, **where)),
}


def named(path: str):
    found = tf
    for part in path.split("."):
        found = getattr(found, part)
    return found


def same(found, expected, tolerance: float = 2e-5) -> None:
    found = np.asarray(found)
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected, tolerance, tolerance)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_functions_of_one_tensor(name):
    function, x = ELEMENTWISE[name]
    same(named(name)(tf.constant(x)), function(x))
    same(named(name)(x.tolist()), function(x))


@pytest.mark.parametrize("name", PAIRS)
def test_functions_of_two_arguments(name):
    function, x, y = PAIRS[name]
    same(named(name)(tf.constant(x), y), function(x, y))


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axis", [None, -1])
def test_reductions(name, axis):
    same(named(name)(A, axis=axis, keepdims=True), REDUCTIONS[name](A, axis=axis, keepdims=True))


def test_reductions_over_several_axes():
    same(tf.reduce_sum(A, axis=[0, 1]), A.sum((0, 1)))
    same(tf.reduce_mean(tf.constant(A), tf.constant([0])), A.mean(0))


def test_reductions_of_truth_and_whole_numbers():
    flags = np.array([[True, False], [True, True]])
    same(tf.reduce_any(flags, 1), [True, True])
    same(tf.reduce_all(flags, tf.constant(1)), [False, True])
    mean = tf.reduce_mean([1, 2])
    assert (mean.dtype, int(mean)) == (tf.int32, 1)
    same(tf.math.count_nonzero(WHOLE, 0), (WHOLE != 0).sum(0))


def test_places_of_extremes_are_along_the_first_axis_by_default():
    same(tf.argmax(A), A.argmax(0))
    same(tf.argmax(A, axis=-1, output_type=tf.int32), A.argmax(-1))
    same(tf.argmin(A, 1), A.argmin(1))
    same(tf.argsort(A, direction="DESCENDING"), np.argsort(-A, -1))
    same(tf.sort(A, axis=0), np.sort(A, 0))


@pytest.mark.parametrize(
    ("exclusive", "reverse"), [(False, False), (True, False), (False, True), (True, True)]
)
def test_running_sums(exclusive, reverse):
    x = np.array([1.0, 2.0, 3.0, 4.0])
    expected = {
        (False, False): [1, 3, 6, 10],
        (True, False): [0, 1, 3, 6],
        (False, True): [10, 9, 7, 4],
        (True, True): [9, 7, 4, 0],
    }[exclusive, reverse]
    same(tf.cumsum(x, exclusive=exclusive, reverse=reverse), expected)
    same(
        tf.math.cumprod(x, reverse=reverse), np.cumprod(x[::-1])[::-1] if reverse else np.cumprod(x)
    )


def test_groups_and_counts():
    data, groups = np.array([1.0, 2.0, 3.0, 4.0]), [0, 0, 2, 2]
    same(tf.math.segment_sum(data, groups), [3, 0, 7])
    same(tf.math.segment_mean(data, groups), [1.5, 0, 3.5])
    same(tf.math.unsorted_segment_max(data, [1, 0, 1, 0], 2), [4, 3])
    same(tf.math.bincount([1, 1, 3]), [0, 2, 0, 1])
    same(tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]), [[1, 0], [1, 1]])
    same(tf.math.in_top_k([1, 0], [[0.1, 0.9, 0.0], [0.1, 0.9, 0.3]], k=1), [True, False])


def test_joining_and_parting():
    same(tf.concat([A, B], axis=-1), np.concatenate([A, B], -1))
    same(tf.stack([A, B], axis=1), np.stack([A, B], 1))
    for part, row in zip(tf.unstack(A), A, strict=True):
        same(part, row)
    for part, expected in zip(tf.split(A, [1, -1], axis=1), np.split(A, [1], 1), strict=True):
        same(part, expected)
    assert [p.shape for p in tf.split(A, 2, axis=1)] == [(3, 2), (3, 2)]
    with pytest.raises(ValueError, match=r"3 equal parts do not fit the axis 1, which has 4"):
        tf.split(A, 3, axis=1)


def test_padding_rolling_and_repeating():
    same(tf.pad(A, [[1, 0], [0, 2]]), np.pad(A, [(1, 0), (0, 2)]))
    same(tf.pad(A, tf.constant([[1, 1], [1, 1]]), "REFLECT"), np.pad(A, 1, "reflect"))
    same(tf.roll(A, shift=[1], axis=[0]), np.roll(A, 1, 0))
    same(tf.repeat(A, 2, axis=1), np.repeat(A, 2, 1))
    same(tf.repeat([1, 2], [1, 3]), [1, 2, 2, 2])
    same(tf.slice(A, [0, 1], [2, -1]), A[:2, 1:])
    same(tf.squeeze(A[None, :, None], axis=[0]), A[:, None])


def test_picking_by_place():
    same(tf.gather(A, [1, 3], axis=1), A[:, [1, 3]])
    same(tf.gather(A, [[0], [1], [2]], batch_dims=1), A[np.arange(3), np.arange(3)][:, None])
    same(tf.gather_nd(A, [[0, 1], [2, 3]]), A[[0, 2], [1, 3]])
    same(tf.where(A > 0, A, 0.0), np.where(A > 0, A, 0))
    same(tf.where([True, False, True]), [[0], [2]])
    same(tf.tensor_scatter_nd_update(A, [[0, 1]], [9.0])[0, 1], 9.0)
    same(tf.scatter_nd([[1], [3]], [5.0, 6.0], [4]), [0, 5, 0, 6])
    found = tf.math.top_k([1.0, 5.0, 3.0], k=2)
    same(found.values, [5, 3])
    same(found.indices, [1, 2])
    values, places = tf.unique([3, 1, 3, 2])
    same(values, [3, 1, 2])
    same(places, [0, 1, 0, 2])


def test_making():
    same(tf.range(1, 2, 0.25), np.arange(1, 2, 0.25))
    assert tf.range(5).dtype == tf.int32
    same(tf.linspace(0.0, 1.0, 5), np.linspace(0, 1, 5))
    same(tf.eye(2, batch_shape=[3]), np.broadcast_to(np.eye(2), (3, 2, 2)))
    same(tf.fill([2, 2], 7.0), np.full((2, 2), 7))
    same(tf.one_hot([0, 2, 5], 3), [[1, 0, 0], [0, 0, 1], [0, 0, 0]])
    same(tf.one_hot([1], 3, on_value=5, off_value=-1), [[-1, 5, -1]])
    same(tf.sequence_mask([1, 3]), [[True, False, False], [True, True, True]])
    same(tf.constant(3, shape=(2, 2)), np.full((2, 2), 3))
    same(tf.constant([1, 2, 3, 4], shape=(2, 2)), [[1, 2], [3, 4]])
    same(tf.zeros_like(A), np.zeros_like(A))
    for found, expected in zip(
        tf.meshgrid([1, 2], [3, 4, 5]), np.meshgrid([1, 2], [3, 4, 5]), strict=True
    ):
        same(found, expected)
    assert tf.constant([1.0, 2.0]).dtype == tf.float32
    assert tf.convert_to_tensor(np.zeros(2)).dtype == tf.float32
    same(tf.convert_to_tensor([tf.constant(1.0), 2.0]), [1, 2])


def test_shapes_are_numbers():
    size = tf.shape(A)
    assert size[0] == 3
    assert tf.reshape(B, size).shape == (3, 4)
    assert tuple(tf.concat([size[:1], [2, 2]], axis=0)) == (3, 2, 2)
    assert tuple(size * 2) == (6, 8)
    assert size.numpy().tolist() == [3, 4]
    assert (int(tf.rank(A)), int(tf.size(A))) == (2, 12)


def test_linear_algebra():
    same(tf.matmul(A, B, transpose_b=True), A @ B.T)
    same(tf.einsum("ij,kj->ik", A, B), A @ B.T)
    same(tf.tensordot(A, B, [[1], [1]]), A @ B.T)
    same(tf.linalg.band_part(SQUARE, -1, 0), np.tril(SQUARE))
    same(
        tf.linalg.set_diag(SQUARE, [1.0, 2.0, 3.0]),
        SQUARE - np.diag(np.diag(SQUARE)) + np.diag([1, 2, 3]),
    )
    s, u, v = tf.linalg.svd(A)
    same(u * s @ tf.transpose(v), A)
    values, vectors = tf.linalg.eigh(SYMMETRIC)
    same(vectors * values @ tf.transpose(vectors), SYMMETRIC)
    same(tf.math.l2_normalize(A, axis=1), A / np.linalg.norm(A, axis=1, keepdims=True))
    same(tf.norm(A, ord=1, axis=1), np.abs(A).sum(1))
    unit, length = tf.linalg.normalize(A, axis=-1)
    same(unit * length, A)


def test_clipping():
    same(tf.clip_by_value(A, -0.5, 0.5), np.clip(A, -0.5, 0.5))
    same(tf.norm(tf.clip_by_norm(A, 0.5)), 0.5)
    clipped, norm = tf.clip_by_global_norm([A, B], 1.0)
    same(norm, np.sqrt((A**2).sum() + (B**2).sum()))
    same(tf.linalg.global_norm(clipped), 1.0)
    same(tf.clip_by_global_norm([A], 1e6)[0][0], A)


def test_arrays_filled_place_by_place():
    filled = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for place in tf.range(3):
        filled = filled.write(place, tf.cast(place, tf.float32) * 2.0)
    same(filled.stack(), [0, 2, 4])
    assert filled.size() == 3
    same(filled.unstack(A).read(1), A[1])
