"""``GradientTape`` against derivatives written out and against ``jax.grad``, first and second order."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import UsageError
from pellucid.keras import layers, tape as tapes
from pellucid.keras.tape import GradientTape
from pellucid.keras.tensor import Tensor
from pellucid.keras.variable import Variable

RNG = np.random.default_rng(0)


def test_square():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x + 2 * x
    assert float(tape.gradient(y, x)) == pytest.approx(8.0)


def test_structure_of_sources_is_kept():
    a, b = Variable(2.0), Variable(5.0)
    with GradientTape(persistent=True) as tape:
        y = a * b
    assert {k: float(v) for k, v in tape.gradient(y, {"a": a, "b": b}).items()} == {
        "a": 5.0,
        "b": 2.0,
    }
    assert [float(g) for g in tape.gradient(y, [b, a])] == [2.0, 5.0]


def test_unconnected_source_is_none_or_zero():
    a, b = Variable(2.0), Variable([1.0, 1.0])
    with GradientTape(persistent=True) as tape:
        y = a * a
    assert tape.gradient(y, [a, b])[1] is None
    zeros = tape.gradient(y, b, unconnected_gradients="zero")
    assert zeros.numpy().tolist() == [0.0, 0.0]


def test_second_call_needs_a_persistent_tape():
    x = Variable(1.0)
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(UsageError, match="persistent=True"):
        tape.gradient(y, x)


def test_gradient_of_the_value_before_an_assignment():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
        x.assign(100.0)
    assert float(tape.gradient(y, x)) == pytest.approx(6.0)


def test_stop_recording():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            z = y * 10
        w = y + z
    assert float(tape.gradient(w, x)) == pytest.approx(6.0)


def test_output_gradients_weigh_the_targets():
    x = Variable([1.0, 2.0])
    with GradientTape() as tape:
        y = x * x
    assert tape.gradient(y, x, output_gradients=Tensor([1.0, 10.0])).numpy().tolist() == [2.0, 40.0]


def test_jacobians():
    x = Variable([1.0, 2.0])
    with GradientTape(persistent=True) as tape:
        y = x * x
    assert tape.jacobian(y, x).numpy().tolist() == [[2.0, 0.0], [0.0, 4.0]]
    rows = Tensor([[1.0, 2.0], [3.0, 4.0]])
    with GradientTape() as tape:
        tape.watch(rows)
        z = rows * rows
    assert tape.batch_jacobian(z, rows).numpy().tolist() == [
        [[2.0, 0.0], [0.0, 4.0]],
        [[6.0, 0.0], [0.0, 8.0]],
    ]


def test_gradients_of_a_network_equal_those_of_plain_jax():
    model = keras.Sequential(
        [
            layers.Dense(5, activation="tanh", input_shape=(3,)),
            layers.Dense(1, kernel_regularizer="l2"),
        ]
    )
    x, y = RNG.normal(size=(7, 3)).astype("float32"), RNG.normal(size=(7, 1)).astype("float32")
    with GradientTape() as tape:
        loss = keras.losses.MeanSquaredError()(y, model(x, training=True)) + sum(model.losses)
    found = tape.gradient(loss, model.trainable_variables)

    def plain(w):
        out = jnp.tanh(x @ w[0] + w[1]) @ w[2] + w[3]
        return jnp.mean((y - out) ** 2) + 0.01 * jnp.sum(w[2] ** 2)

    weights = [variable.value for variable in model.trainable_variables]
    assert float(loss) == pytest.approx(float(plain(weights)), rel=1e-6)
    for mine, theirs in zip(found, jax.grad(plain)(weights), strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs, rtol=1e-5, atol=1e-7)


def test_gradient_penalty_is_a_gradient_of_a_gradient():
    critic = keras.Sequential(
        [layers.Dense(8, activation="tanh", input_shape=(3,)), layers.Dense(1)]
    )
    z = Tensor(RNG.normal(size=(5, 3)).astype("float32"))
    with GradientTape() as outer:
        with GradientTape() as inner:
            inner.watch(z)
            score = critic(z, training=True)
        slope = inner.gradient(score, [z])[0]
        penalty = (((slope * slope).sum(axis=1) ** 0.5 - 1.0) ** 2).mean()
    found = outer.gradient(penalty, critic.trainable_variables)

    def plain(w):
        slopes = jax.grad(lambda z: (jnp.tanh(z @ w[0] + w[1]) @ w[2] + w[3]).sum())(z.value)
        return jnp.mean((jnp.sqrt((slopes * slopes).sum(1)) - 1) ** 2)

    weights = [variable.value for variable in critic.trainable_variables]
    for mine, theirs in zip(found[:3], jax.grad(plain)(weights)[:3], strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs, rtol=1e-4, atol=1e-6)


def test_a_loop_compiles_its_gradient_once():
    x = Variable([1.0, 2.0, 3.0])
    tapes._gradients.cache_clear()
    for _ in range(5):
        with GradientTape() as tape:
            loss = keras.losses.MeanSquaredError()(np.zeros((3, 1)), x.reshape((3, 1)) * 2)
        x.assign_sub(0.1 * tape.gradient(loss, x))
    assert tapes._gradients.cache_info().misses == 1
    np.testing.assert_allclose(
        x.numpy(), np.array([1.0, 2.0, 3.0]) * (1 - 0.1 * 8 / 3) ** 5, rtol=1e-5
    )
