"""`keras.ops` against NumPy: one call of each kind, on tensors, NumPy's arrays, lists and variables."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError
from pellucid.keras import Input, Variable, ops
from pellucid.keras.tensor import Tensor

A = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.5]], "float32")
B = np.array([[2.0, 1.0], [0.0, -1.0], [4.0, 3.0]], "float32")

TABLE = [
    ("exp", (A,), np.exp(A)),
    ("square", (A,), A**2),
    ("add", (A, 2), A + 2),
    ("power", (A, 2), A**2),
    ("maximum", (A, 0), np.maximum(A, 0)),
    ("sum", (A, 1), A.sum(1)),
    ("mean", (A, 0), A.mean(0)),
    ("std", (A,), A.std()),
    ("argmax", (A, 1), A.argmax(1)),
    ("cumsum", (A, 1), A.cumsum(1)),
    ("matmul", (A, B), A @ B),
    ("einsum", ("ij,jk->k", A, B), (A @ B).sum(0)),
    ("transpose", (A,), A.T),
    ("reshape", (A, (3, 2)), A.reshape(3, 2)),
    ("reshape", (A, (None, 2)), A.reshape(3, 2)),
    ("concatenate", ([A, A], 1), np.concatenate([A, A], 1)),
    ("stack", ([A, A],), np.stack([A, A])),
    ("where", (A > 0, A, 0.0), np.where(A > 0, A, 0)),
    ("take", (A, [1, 0], 0), A[[1, 0]]),
    ("sort", (A,), np.sort(A)),
    ("pad", (A, ((0, 0), (1, 1))), np.pad(A, ((0, 0), (1, 1)))),
    ("tile", (A, (1, 2)), np.tile(A, (1, 2))),
    ("clip", (A, -1, 1), A.clip(-1, 1)),
    ("relu", (A,), A.clip(0)),
    ("sigmoid", (A,), 1 / (1 + np.exp(-A))),
    ("one_hot", ([1, 0], 3), np.eye(3)[[1, 0]]),
    ("segment_sum", (A, [0, 0]), A.sum(0, keepdims=True)),
    ("top_k", (A, 1), (A.max(1, keepdims=True), A.argmax(1)[:, None])),
    ("logsumexp", (A, 1), np.log(np.exp(A).sum(1))),
    ("norm", (A,), np.linalg.norm(A)),
    ("slice", (A, (0, 1), (2, 2)), A[:, 1:]),
    ("scatter", ([[0], [2]], [5.0, 7.0], (3,)), np.array([5.0, 0.0, 7.0])),
    ("divide_no_nan", (A, [[0.0, 1.0, 2.0]]), np.array([[0, -2, 1.5], [0, 0, -0.75]])),
    ("rearrange", (A, "a b -> (b a)"), A.T.ravel()),
    ("fft", ((A, 0 * A),), (np.fft.fft(A).real, np.fft.fft(A).imag)),
    ("extract_sequences", (A[0], 2, 1), np.array([[1, -2], [-2, 3]])),
    ("unstack", (A,), list(A)),
    ("nonzero", (A,), np.nonzero(A)),
    ("meshgrid", (A[0], B[:, 0]), list(np.meshgrid(A[0], B[:, 0]))),
]


@pytest.mark.parametrize(("name", "args", "wanted"), TABLE, ids=[row[0] for row in TABLE])
def test_number_is_numpys(name, args, wanted):
    found = getattr(ops, name)(*args)
    several = isinstance(wanted, (tuple, list))
    for one, right in zip(
        found if several else [found], wanted if several else [wanted], strict=True
    ):
        assert isinstance(one, Tensor)
        np.testing.assert_allclose(one.numpy(), right, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "given", [Tensor(A), Variable(A), A, A.tolist()], ids=lambda x: type(x).__name__
)
def test_arguments_of_any_kind(given):
    assert ops.mean(given).numpy() == pytest.approx(A.mean())
    assert ops.add(given, given).shape == (2, 3)
    assert ops.convert_to_tensor(given).dtype == "float32"
    assert ops.convert_to_numpy(given).tolist() == A.tolist()
    assert ops.shape(given) == (2, 3)


def test_sizes_may_be_tensors():
    size = ops.convert_to_tensor(2)
    assert ops.zeros((size, np.int64(3))).shape == (2, 3)
    assert ops.reshape(np.arange(6), (size, -1)).shape == (2, 3)
    assert ops.broadcast_to(1.0, Tensor([2, 2])).shape == (2, 2)


def test_wide_dtypes_are_narrowed_without_a_warning():
    assert ops.zeros(2, "float64").dtype == "float32"
    assert ops.cast(A, "int64").dtype == "int32"
    assert ops.convert_to_tensor([1, 2], dtype="float64").dtype == "float32"


def test_loops_and_branches():
    assert ops.cond(True, lambda: 1, lambda: 2) == 1
    total, all_sums = ops.scan(lambda c, x: (c + x, c + x), ops.zeros(3), ops.array(A))
    np.testing.assert_allclose(total, A.sum(0))
    np.testing.assert_allclose(all_sums, A.cumsum(0))
    assert ops.while_loop(lambda i: i < 10, lambda i: i * 2, 1).numpy() == 16
    assert ops.fori_loop(0, 3, lambda i, x: x + i, 0).numpy() == 3
    np.testing.assert_allclose(ops.map(ops.sum, ops.array(A)), A.sum(1))


def test_pictures():
    image = np.arange(16.0, dtype="float32").reshape(4, 4, 1)
    np.testing.assert_allclose(ops.image.resize(image, (2, 2))[..., 0], [[2.5, 4.5], [10.5, 12.5]])
    shifted = ops.image.affine_transform(image, [1.0, 0, 1, 0, 1, 0, 0, 0], fill_value=-1.0)
    np.testing.assert_allclose(shifted[0, :, 0], [1, 2, 3, -1])
    assert ops.image.crop_images(
        image, target_height=2, target_width=2, top_cropping=1, left_cropping=0
    ).shape == (2, 2, 1)
    with pytest.raises(ArgumentError, match="interpolation"):
        ops.image.resize(image, (2, 2), interpolation="cubic")
    bent = ops.image.elastic_transform(image, alpha=0.5, sigma=0.5, seed=0)
    assert bent.shape == image.shape
    assert not np.allclose(bent, image)


def test_errors_teach():
    with pytest.raises(ArgumentError, match="open size"):
        ops.zeros(ops.shape(Input(shape=(3,))))
    with pytest.raises(ArgumentError, match="reduction"):
        ops.scatter_update(A, [[0, 0]], [1.0], reduction="sum")
    with pytest.raises(ArgumentError, match="pair"):
        ops.fft(A)
