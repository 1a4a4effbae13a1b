"""What penalties and constraints do to weights that are trained with them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import constraints, regularizers
from pellucid.core.errors import ArgumentError, ArgumentTypeError


def descended(penalty: regularizers.Regularizer, start: list[float], steps: int) -> np.ndarray:
    """Go down the penalty alone with rate 0.1."""
    weights = jnp.array(start)
    for _ in range(steps):
        weights = weights - 0.1 * jax.grad(penalty)(weights)
    return np.asarray(weights)


def test_l2_shrinks_by_a_factor_and_l1_by_an_amount() -> None:
    np.testing.assert_allclose(
        descended(regularizers.L2(0.5), [4.0, -2.0], 3), [4 * 0.9**3, -2 * 0.9**3], rtol=1e-6
    )
    np.testing.assert_allclose(
        descended(regularizers.L1(0.5), [4.0, -2.0], 3), [3.85, -1.85], rtol=1e-6
    )


def test_l1_leaves_zeros_alone() -> None:
    assert jax.grad(regularizers.L1(1.0))(jnp.zeros(2)).tolist() == [0, 0]


def test_a_population_gives_each_member_its_own_factor() -> None:
    def member(l1: jax.Array, l2: jax.Array) -> jax.Array:
        return regularizers.L1L2(l1, l2)(jnp.array([1.0, -3.0]))

    found = jax.vmap(member)(jnp.array([0.0, 1.0]), jnp.array([1.0, 0.5]))
    assert found.tolist() == [10.0, 9.0]


def test_the_penalty_of_narrow_weights_is_a_scalar_of_their_kind() -> None:
    for penalty in (regularizers.L1(), regularizers.L2(), regularizers.L1L2(0.1, 0.1)):
        value = penalty(jnp.ones((2, 2), jnp.bfloat16))
        assert value.shape == ()
        assert jnp.issubdtype(value.dtype, jnp.floating)


@pytest.mark.parametrize("factor", [-0.1, float("inf"), float("nan")])
def test_negative_and_endless_factors_are_refused(factor: float) -> None:
    for penalty in (regularizers.L1, regularizers.L2, regularizers.L1L2):
        with pytest.raises(ArgumentError, match="must be a number"):
            penalty(factor)


def test_none_is_no_factor() -> None:
    with pytest.raises(ArgumentTypeError, match="l2"):
        regularizers.L2(None)


def test_short_forms() -> None:
    assert repr(regularizers.l1()) == "L1()"
    assert repr(regularizers.l2(0.5)) == "L2(l2=0.5)"
    assert repr(regularizers.l1_l2()) == "L1L2(l1=0.01, l2=0.01)"


def test_constraints_leave_allowed_weights_and_zeros_as_they_are() -> None:
    short = jnp.array([[0.3, 0.0], [0.4, 0.0]])
    np.testing.assert_allclose(constraints.MaxNorm(1.0)(short), short, rtol=1e-6)
    assert not np.any(constraints.UnitNorm()(jnp.zeros((2, 2))))
    assert not np.any(constraints.MinMaxNorm(0.5, 1.0)(jnp.zeros((2, 2))))
    np.testing.assert_array_equal(constraints.NonNeg()(short), short)


def test_constraints_hold_after_they_were_applied_twice() -> None:
    weights = jnp.asarray(np.random.default_rng(0).standard_normal((4, 5)), jnp.float32)
    for constraint in (constraints.MaxNorm(0.7), constraints.UnitNorm(), constraints.NonNeg()):
        once = constraint(weights)
        np.testing.assert_allclose(constraint(once), once, rtol=1e-5)
