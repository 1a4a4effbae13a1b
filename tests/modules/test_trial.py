"""The trial of the design: seven things that break module systems, done with bound copies (see modules/README.md)."""

from __future__ import annotations

import traceback
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Layer, Sequential, apply, infer, init, layers
from pellucid.core.errors import UsageError
from pellucid.modules.binding import Restart, Scope

ROWS = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")


class Residual(Layer):
    """Two normalised dense layers and a way around them."""

    def __init__(self, units: int):
        super().__init__()
        self.first = layers.Dense(units)
        self.norm = layers.BatchNormalization(momentum=0.5)
        self.second = layers.Dense(units)

    def call(self, inputs):
        hidden = jax.nn.relu(self.norm(self.first(inputs)))
        return inputs + self.second(hidden)


def test_residual_block_with_batch_normalisation_trains_in_one_scan():
    model = Sequential([Residual(4), Residual(4), layers.Dense(1)])
    params, state = init(model, 0, ROWS)
    assert set(state) == {
        f"residual{i}/norm/moving_{kind}" for i in ("", "_1") for kind in ("mean", "variance")
    }
    target = ROWS[:, :1] * ROWS[:, 1:2]

    def loss(params, state):
        outputs, state = apply(model, params, state, ROWS, training=True)
        return jnp.mean((outputs - target) ** 2), state

    def step(carry, _):
        params, state = carry
        (value, state), gradients = jax.value_and_grad(loss, has_aux=True)(params, state)
        return (jax.tree.map(lambda p, g: p - 0.05 * g, params, gradients), state), value

    (params, trained), values = jax.jit(lambda c: jax.lax.scan(step, c, length=60))((params, state))
    assert values[-1] < 0.3 * values[0]
    for path in state:
        assert not np.allclose(trained[path], state[path]), path
    _, unchanged = apply(model, params, trained, ROWS)
    assert all(unchanged[path] is trained[path] for path in trained)


class Recurrent(Layer):
    """A recurrent cell under `lax.scan`; its layers are first called, and so built, inside the scan's body."""

    def __init__(self, units: int):
        super().__init__()
        self.units = units
        self.cell = Sequential([layers.Dense(units, activation="tanh")])

    def call(self, inputs):
        start = jnp.zeros((inputs.shape[0], self.units))

        def step(hidden, x):
            hidden = self.cell(jnp.concatenate([x, hidden], axis=-1))
            return hidden, None

        return jax.lax.scan(step, start, jnp.swapaxes(inputs, 0, 1))[0]


def test_recurrent_cell_is_built_inside_a_scan():
    series = np.random.default_rng(1).normal(size=(2, 5, 3)).astype("float32")
    model = Recurrent(4)
    params, state = init(model, 0, series)
    assert {path: w.shape for path, w in params.items()} == {
        "cell/dense/kernel": (7, 4),
        "cell/dense/bias": (4,),
    }
    hidden = np.zeros((2, 4))
    for t in range(5):
        joined = np.hstack([series[:, t], hidden])
        hidden = np.tanh(joined @ params["cell/dense/kernel"] + params["cell/dense/bias"])
    outputs, _ = jax.jit(partial(apply, model))(params, state, series)
    np.testing.assert_allclose(outputs, hidden, atol=1e-6)


def test_recurrence_inside_a_stack_is_built_too():
    model = Sequential([Recurrent(4), layers.Dense(2)])
    assert infer(model, jnp.zeros((2, 5, 3))).outputs.shape == (2, 2)


class ReadsOut(Recurrent):
    """Uses the cell once more after the scan."""

    def call(self, inputs):
        hidden = super().call(inputs)
        return self.cell(jnp.concatenate([inputs[:, -1], hidden], axis=-1))


def test_a_cell_first_met_inside_a_scan_is_used_outside_too():
    series = np.random.default_rng(1).normal(size=(2, 5, 3)).astype("float32")
    model = ReadsOut(4)

    def trace(x):
        return Scope({}, building=True).bind(model)(x)

    def attempt():
        return jax.eval_shape(trace, series)

    with pytest.raises(Restart):  # the weights must not be made inside the scan's body
        attempt()
    assert attempt().shape == (2, 4)
    params, state = init(model, 0, series)
    assert list(params) == ["cell/dense/kernel", "cell/dense/bias"]
    assert apply(model, params, state, series)[0].shape == (2, 4)


class Tied(Layer):
    """An autoencoder whose decoder is the encoder's transpose."""

    def __init__(self):
        super().__init__()
        self.encode = layers.Dense(2, use_bias=False)

    def call(self, inputs):
        return self.encode(inputs) @ self.encode.kernel.T


def test_tied_weights_are_one_array_under_one_path():
    model = Tied()
    params, state = init(model, 0, ROWS)
    assert list(params) == ["encode/kernel"]
    kernel = params["encode/kernel"]
    found = jax.grad(lambda p: apply(model, p, state, ROWS)[0].sum())(params)["encode/kernel"]
    both = jax.grad(lambda a, b: (ROWS @ a @ b.T).sum(), argnums=(0, 1))(kernel, kernel)
    np.testing.assert_allclose(found, both[0] + both[1], rtol=1e-5)


def test_a_layer_used_twice_is_one_layer():
    shared = layers.Dense(4)
    model = Sequential([shared, layers.Activation("tanh"), shared, layers.Dense(4)])
    params, state = init(model, 0, ROWS)
    assert sorted(params) == ["dense/bias", "dense/kernel", "dense_1/bias", "dense_1/kernel"]
    once = np.tanh(ROWS @ params["dense/kernel"]) @ params["dense/kernel"]
    outputs, _ = apply(model, params, state, ROWS)
    np.testing.assert_allclose(outputs, once @ params["dense_1/kernel"], atol=1e-5)


def test_two_models_are_trained_against_each_other():
    maker = Sequential([layers.Dense(8, activation="relu"), layers.Dense(2)])
    judge = Sequential(
        [layers.Dense(8, activation="relu"), layers.BatchNormalization(), layers.Dense(1)]
    )
    noise, real = ROWS[:, :3], ROWS[:, 2:] + 2.0
    made, _ = init(maker, 1, noise)
    judged, state = init(judge, 2, real)

    def judge_loss(judged, made, state):
        fake, _ = apply(maker, made, {}, noise)
        on_real, state = apply(judge, judged, state, real, training=True)
        on_fake, state = apply(judge, judged, state, fake, training=True)
        return jnp.mean(jax.nn.softplus(-on_real) + jax.nn.softplus(on_fake)), state

    def maker_loss(made, judged, state):
        fake, _ = apply(maker, made, {}, noise)
        return jnp.mean(jax.nn.softplus(-apply(judge, judged, state, fake)[0]))

    @jax.jit
    def step(made, judged, state):
        (loss, state), gradients = jax.value_and_grad(judge_loss, has_aux=True)(judged, made, state)
        judged = jax.tree.map(lambda p, g: p - 0.1 * g, judged, gradients)
        gradients = jax.grad(maker_loss)(made, judged, state)
        return jax.tree.map(lambda p, g: p - 0.1 * g, made, gradients), judged, state, loss

    old = maker_loss(made, judged, state)
    first = step(made, judged, state)
    second = step(*first[:3])
    assert second[3] < first[3]
    assert maker_loss(first[0], first[1], first[2]) != old
    for before, after in ((made, first[0]), (judged, first[1]), (state, first[2])):
        assert all(
            not np.array_equal(before[path], after[path]) for path in before if "bias" not in path
        )


def test_gradient_of_a_gradient():
    model = Sequential([layers.Dense(1, activation="tanh", kernel_initializer="ones")])
    params, state = init(model, 0, jnp.ones((1, 1)))

    def slope(x):
        return jax.grad(lambda x: apply(model, params, state, x[None, None])[0][0, 0])(x)

    curvature = jax.grad(slope)(0.5)
    exact = -2 * np.tanh(0.5) * (1 - np.tanh(0.5) ** 2)
    np.testing.assert_allclose(curvature, exact, rtol=1e-5)

    def penalised(params):
        inner = jax.grad(lambda x: apply(model, params, state, x)[0].sum())(jnp.full((1, 1), 0.5))
        return jnp.sum(inner**2)

    gradient = jax.grad(penalised)(params)["dense/kernel"]
    a = np.tanh(0.5)
    by_hand = 2 * (1 - a**2) * ((1 - a**2) - 2 * a * (1 - a**2) * 0.5)
    np.testing.assert_allclose(gradient[0, 0], by_hand, rtol=1e-5)


class Wrong(Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(3)

    def call(self, inputs):
        hidden = self.inner(inputs)
        return hidden + jnp.ones((7, 7))  # the user's mistake


@pytest.mark.parametrize("how", ["eager", "infer", "jit"])
def test_an_error_inside_call_shows_the_users_line_and_the_layer(how):
    model = Sequential([layers.Dense(4), Wrong()])
    calls = {
        "eager": lambda: model(ROWS),
        "infer": lambda: infer(model, ROWS),
        "jit": lambda: jax.jit(model)(ROWS),
    }
    with pytest.raises(TypeError) as caught:
        calls[how]()
    lines = [frame.line for frame in traceback.extract_tb(caught.tb) if frame.filename == __file__]
    assert lines[-1] == "return hidden + jnp.ones((7, 7))  # the user's mistake"
    assert caught.value.__notes__[0] == (
        "In layer 'wrong' (Wrong), called on inputs of shape (None, 4)."
    )


class Checkpointed(Layer):
    """A stateful block inside `jax.checkpoint`, within `call`."""

    def __init__(self):
        super().__init__()
        self.block = Residual(4)

    def call(self, inputs):
        return jax.checkpoint(self.block)(inputs)


def test_checkpoint_inside_call_refuses_state_in_words():
    model = Checkpointed()
    params, state = init(model, 0, ROWS)
    outputs, _ = apply(model, params, state, ROWS)  # nothing is assigned outside training
    np.testing.assert_allclose(
        outputs, apply(model.block, *unprefixed(params, state), ROWS)[0], atol=1e-6
    )
    with pytest.raises(UsageError, match=r"'block/norm'.*inside a JAX transform") as caught:
        apply(model, params, state, ROWS, training=True)
    assert "after the transform" in str(caught.value)


def unprefixed(*groups):
    return tuple({path.removeprefix("block/"): w for path, w in each.items()} for each in groups)


def test_checkpoint_around_apply_works():
    block = Residual(4)
    params, state = init(block, 0, ROWS)

    def loss(run, params):
        outputs, new_state = run(params, state, ROWS)
        return jnp.sum(outputs**2), new_state

    plain = partial(apply, block, training=True)
    wanted, new = jax.value_and_grad(partial(loss, plain), has_aux=True)(params)[::-1]
    got, again = jax.value_and_grad(partial(loss, jax.checkpoint(plain)), has_aux=True)(params)[
        ::-1
    ]
    for path in wanted:
        np.testing.assert_allclose(got[path], wanted[path], rtol=1e-5, atol=1e-5)
    assert set(new[1]) == set(again[1])


def test_a_population_is_vmap_over_stacked_starts():
    model = Sequential(
        [layers.Dense(3, activation="tanh"), layers.BatchNormalization(), layers.Dense(1)]
    )
    starts = [init(model, seed, ROWS) for seed in range(4)]
    params, state = jax.tree.map(lambda *each: jnp.stack(each), *starts)
    run = jax.vmap(partial(apply, model, training=True), in_axes=(0, 0, None))
    outputs, states = jax.jit(run)(params, state, ROWS)
    assert outputs.shape == (4, 8, 1)
    for member, (own_params, own_state) in enumerate(starts):
        alone, own = apply(model, own_params, own_state, ROWS, training=True)
        np.testing.assert_allclose(outputs[member], alone, atol=1e-5)
        for path in own:
            np.testing.assert_allclose(states[path][member], own[path], atol=1e-5)
    assert len({float(each) for each in outputs[:, 0, 0]}) == 4


def test_a_hyper_parameter_differs_for_each_member():
    model = Sequential([layers.Dropout(0.5)])
    run = jax.vmap(
        lambda rate, key: (
            pellucid.run(
                model,
                {},
                {},
                jnp.ones((200, 5)),
                training=True,
                key=key,
                hyper={"dropout/rate": rate},
            ).outputs
        )
    )
    outputs = jax.jit(run)(jnp.array([0.1, 0.9]), jax.random.split(jax.random.key(0), 2))
    dropped = np.mean(np.asarray(outputs) == 0, axis=(1, 2))
    np.testing.assert_allclose(dropped, [0.1, 0.9], atol=0.05)
