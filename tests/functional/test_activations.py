"""Activations: names, arguments, and what each promises beyond its formula."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid.core.errors import ArgumentTypeError, ShapeError, UnknownNameError
from pellucid.functional import activations


def test_names_and_functions_are_found() -> None:
    assert activations.get("swish") is activations.silu
    assert activations.get("identity") is activations.get(None) is activations.linear

    def own(x):
        return x

    assert activations.get(own) is own


def test_a_misspelt_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="write 'relu' instead of 'rellu'"):
        activations.get("rellu")
    with pytest.raises(ArgumentTypeError, match="activation must be a name"):
        activations.get(3)


@pytest.mark.parametrize(("name", "low"), [("step", 0.0), ("sign", -1.0)])
def test_step_and_sign_decide_at_zero_and_say_that_their_gradient_is_zero(name, low) -> None:
    f = activations.get(name)
    assert f(jnp.array([-1e-30, 0.0, 1e-30])).tolist() == [low, 1.0, 1.0]
    assert jax.grad(lambda x: jnp.sum(f(x)))(jnp.array([-1.0, 0.0, 1.0])).tolist() == [0.0] * 3
    assert "gradient is zero everywhere" in str(f.__doc__)


def test_half_tanh_is_the_documents_formula_and_does_not_overflow() -> None:
    u = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(
        activations.half_tanh(u), (np.exp(u) - 1) / (np.exp(u) + 1), rtol=1e-5, atol=1e-7
    )
    assert float(activations.half_tanh(500.0)) == 1.0


def test_relu_with_all_arguments() -> None:
    x = jnp.array([-2.0, 0.5, 1.0, 3.0, 9.0])
    found = activations.relu(x, negative_slope=0.1, max_value=5.0, threshold=1.0)
    np.testing.assert_allclose(found, [-0.3, -0.05, 0.0, 3.0, 5.0], rtol=1e-6, atol=1e-7)


def test_a_slope_may_be_an_array_of_a_compiled_program() -> None:
    f = jax.jit(lambda slope: activations.relu(jnp.array([-2.0, 2.0]), negative_slope=slope))
    assert f(0.25).tolist() == [-0.5, 2.0]


def test_softmax_over_several_axes_and_of_large_numbers() -> None:
    x = jnp.array([[1000.0, 1000.0], [1000.0, 1000.0]])
    np.testing.assert_allclose(activations.softmax(x, axis=(0, 1)), np.full((2, 2), 0.25))


def test_glu_refuses_an_odd_axis() -> None:
    with pytest.raises(ShapeError, match="even size"):
        activations.glu(jnp.zeros((2, 3)))
