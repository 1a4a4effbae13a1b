"""What single initializers promise beyond the table: fans, orthogonality, given values, messages."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pellucid import initializers
from pellucid.core.errors import (
    ArgumentError,
    ArgumentTypeError,
    PellucidError,
    ShapeError,
    UnknownNameError,
)
from pellucid.initializers import Constant, Identity, Orthogonal, VarianceScaling, compute_fans


def counted_fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count how many inputs one output sees, and the reverse, by walking through the kernel."""
    into, out_of = np.zeros(shape[-1], int), np.zeros(shape[-2], int)
    for place in np.ndindex(shape):
        into[place[-1]] += 1
        out_of[place[-2]] += 1
    return int(into[0]), int(out_of[0])


@pytest.mark.parametrize("shape", [(4, 7), (3, 2, 5), (3, 3, 2, 4), (2, 2, 2, 3, 1)])
def test_fans_are_what_counting_finds(shape: tuple[int, ...]) -> None:
    assert compute_fans(shape) == counted_fans(shape)


def test_fans_of_small_shapes_and_chosen_axes() -> None:
    assert compute_fans(()) == (1, 1)
    assert compute_fans((5,)) == (5, 5)
    # an attention kernel (features, heads, size): all heads together are the output
    assert compute_fans((8, 2, 4), input_axes=[0], output_axes=[1, 2]) == (8, 8)


def test_variance_follows_the_chosen_axes_and_mode() -> None:
    shape = (100, 20, 30)
    chosen = VarianceScaling(1.0, "fan_out", "uniform", input_axes=[0], output_axes=[1, 2])
    assert np.abs(chosen(shape)).max() == pytest.approx(math.sqrt(3 / 600), rel=1e-3)
    mean = VarianceScaling(1.0, "fan_avg", "untruncated_normal")((300, 500), "float64")
    assert mean.var() == pytest.approx(1 / 400, rel=0.02)
    assert np.abs(mean).max() > 3.5 * mean.std()
    same = [VarianceScaling(distribution=kind)((9, 9)) for kind in ("normal", "truncated_normal")]
    assert np.array_equal(*same)


@pytest.mark.parametrize("shape", [(6, 6), (8, 3), (3, 8), (3, 3, 2, 5), (2, 2, 40)])
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_orthogonal(shape: tuple[int, ...], gain: float) -> None:
    matrix = Orthogonal(gain)(shape, "float64").reshape(-1, shape[-1])
    small = min(matrix.shape)
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(product, gain**2 * np.eye(small), atol=1e-12)


def test_orthogonal_matrices_are_equally_likely() -> None:
    """Without the signs of R's diagonal, the trace of Q would be negative on average."""
    drawn = [Orthogonal(seed=seed)((3, 3)) for seed in range(2000)]
    traces = np.array([np.trace(matrix) for matrix in drawn])
    assert abs(traces.mean()) < 4 / math.sqrt(2000)
    assert abs((traces**2).mean() - 1) < 0.15
    assert 0.45 < np.mean([np.linalg.det(matrix) > 0 for matrix in drawn]) < 0.55


def test_identity_of_any_matrix() -> None:
    np.testing.assert_array_equal(Identity(3.0)((3, 2)), [[3, 0], [0, 3], [0, 0]])


def test_given_values() -> None:
    values = np.arange(6.0).reshape(2, 3)
    for given in (initializers.get(values), Constant(values.tolist())):
        assert given is not None
        found = given((2, 3))
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, values)
    with pytest.raises(ShapeError, match=r"\(2, 3\).*\(3, 2\)"):
        Constant(values)((3, 2))


def test_the_filled_array_is_a_copy() -> None:
    values = np.ones((2, 2), "float32")
    Constant(values)((2, 2))[:] = 7
    assert values.max() == 1


def test_a_function_as_initializer() -> None:
    found = initializers.get(lambda shape, dtype: np.full(shape, 2, dtype))
    assert found is not None
    np.testing.assert_array_equal(found((2,)), [2, 2])
    wrong = initializers.get(lambda shape, dtype: np.zeros(3, dtype))
    assert wrong is not None
    with pytest.raises(ShapeError, match=r"lambda.*must return shape"):
        wrong((2,))


@pytest.mark.parametrize(
    ("initializer", "shape", "what"),
    [
        (Orthogonal(), (3,), "two or more axes"),
        (Identity(), (3, 3, 3), "only a matrix"),
    ],
)
def test_wrong_shapes_are_refused(
    initializer: initializers.Initializer, shape: tuple[int, ...], what: str
) -> None:
    with pytest.raises(ShapeError, match=what):
        initializer(shape)


def test_random_whole_numbers_are_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="int32"):
        initializers.RandomNormal()((2,), "int32")
    assert initializers.Ones()((2,), "int32").dtype == np.int32


def test_bounds_must_not_cross() -> None:
    with pytest.raises(ArgumentError, match="minval"):
        initializers.RandomUniform(1.0, 0.5)((2,))


def test_get() -> None:
    assert initializers.get(None) is None
    made = Constant(3)
    assert initializers.get(made) is made
    assert isinstance(initializers.get(Orthogonal), Orthogonal)
    with pytest.raises(UnknownNameError, match="write 'glorot_uniform'"):
        initializers.get("glorot_unifrom")
    with pytest.raises(PellucidError):
        initializers.get(3)


def test_float32_draws_do_not_depend_on_the_wish_for_half() -> None:
    narrow = initializers.GlorotUniform(seed=1)((5, 5), "float16")
    np.testing.assert_array_equal(
        narrow, initializers.GlorotUniform(seed=1)((5, 5)).astype("float16")
    )


def test_a_function_needs_no_dtype():
    quarter = initializers.get(lambda shape: np.full(shape, 0.25))
    assert quarter is not None
    found = quarter((3, 2), "float32")
    assert np.array_equal(found, np.full((3, 2), 0.25, "float32"))
