"""What happens while a model is bound: masks, flags, random keys, penalties, activations."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Layer, Sequential, apply, infer, init, layers, run
from pellucid.core.errors import UsageError

ROWS = np.ones((2, 3), "float32")
KEY = jax.random.key(0)


class MakesMask(Layer):
    def call(self, inputs):
        self._scope.set_mask(outputs := inputs * 1.0, inputs[..., 0] > 0)
        return outputs


class TakesMask(Layer):
    def call(self, inputs, mask=None):
        return jnp.where(mask[..., None], inputs, -1.0) if mask is not None else inputs


def masked(*between):
    return Sequential([MakesMask(), *between, TakesMask()])


SERIES = np.array([[[1.0, 2.0], [0.0, 3.0]]], "float32")


@pytest.mark.parametrize(
    "between", [(), (layers.Dropout(0.5),), (Sequential([layers.Activation("relu")]),)]
)
def test_a_mask_travels_to_the_one_who_takes_it(between):
    outputs, _ = apply(masked(*between), {}, {}, SERIES)
    np.testing.assert_array_equal(outputs, [[[1, 2], [-1, -1]]])


def test_a_mask_ends_where_positions_end():
    outputs, _ = apply(masked(layers.Reshape((4, 1))), {}, {}, SERIES)
    np.testing.assert_array_equal(outputs.ravel(), SERIES.ravel())
    nested = masked(Sequential([layers.Reshape((4, 1))]))
    np.testing.assert_array_equal(apply(nested, {}, {}, SERIES)[0].ravel(), SERIES.ravel())


def test_a_mask_given_by_hand():
    mask = np.array([[False, True]])
    np.testing.assert_array_equal(TakesMask()(SERIES, mask=mask), [[[-1, -1], [0, 3]]])
    model = Sequential([layers.Identity(), TakesMask()])
    np.testing.assert_array_equal(model(SERIES, mask=mask), [[[-1, -1], [0, 3]]])


class Flag(Layer):
    def call(self, inputs, training=None):
        return inputs * (10.0 if training else 1.0)


class Frozen(Layer):
    """Runs the layers inside as in inference, whatever goes on around (transfer learning)."""

    def __init__(self):
        super().__init__()
        self.inner = Sequential([Flag(), Flag()])
        self.outer = Flag()

    def call(self, inputs):
        return self.outer(self.inner(inputs, training=False))


def test_the_training_flag_reaches_those_who_take_it():
    assert apply(Sequential([Flag(), Flag()]), {}, {}, ROWS, training=True)[0][0, 0] == 100
    assert apply(Sequential([Flag(), Flag()]), {}, {}, ROWS)[0][0, 0] == 1


def test_a_training_flag_given_inside_holds_for_all_below_and_ends_there():
    assert apply(Frozen(), {}, {}, ROWS, training=True)[0][0, 0] == 10


def test_random_draws_need_a_key_and_say_so():
    with pytest.raises(UsageError, match=r"(?s)Layer 'dropout'.*key=jax.random.key"):
        apply(Sequential([layers.Dropout(0.5)]), {}, {}, ROWS, training=True)


def test_draws_follow_from_key_path_and_count():
    class Two(Layer):
        def call(self, inputs):
            return jnp.stack([jax.random.normal(self.random_key(), ()) for _ in range(2)])

    class Pair(Layer):
        def __init__(self):
            super().__init__()
            self.a, self.b = Two(), Two()

        def call(self, inputs):
            return jnp.concatenate([self.a(inputs), self.b(inputs)])

    first = np.asarray(apply(Pair(), {}, {}, ROWS, key=KEY)[0])
    assert len(set(first.tolist())) == 4
    np.testing.assert_array_equal(first, apply(Pair(), {}, {}, ROWS, key=KEY)[0])
    assert not np.array_equal(first, apply(Pair(), {}, {}, ROWS, key=jax.random.key(1))[0])


def test_a_new_layer_does_not_change_the_noise_of_another():
    short = Sequential([layers.GaussianNoise(1.0, name="n")])
    long = Sequential(
        [layers.GaussianNoise(1e-9, name="before"), layers.GaussianNoise(1.0, name="n")]
    )
    outputs = [apply(m, {}, {}, ROWS, training=True, key=KEY)[0] for m in (short, long)]
    np.testing.assert_allclose(*outputs, atol=1e-6)


def test_penalties_are_told():
    class Penal(Layer):
        def call(self, inputs):
            self.add_loss(jnp.sum(inputs))
            return inputs

    model = Sequential(
        [Penal(), layers.Dense(2, activity_regularizer="l2", kernel_initializer="ones")]
    )
    params, state = init(model, 0, ROWS)
    losses = run(model, params, state, ROWS).losses
    np.testing.assert_allclose(losses, [6.0, 0.01 * 2 * 2 * 9 / 2], rtol=1e-6)


@pytest.mark.parametrize(
    ("last", "name"),
    [
        ([layers.Dense(2, "softmax")], "softmax"),
        ([layers.Dense(2)], "linear"),
        ([layers.Dense(2), layers.Softmax()], "softmax"),
        ([layers.Dense(2), layers.Activation("sigmoid")], "sigmoid"),
        ([layers.Dense(2, "softmax"), layers.Activation("linear")], "softmax"),
        ([layers.Dense(2, "softmax"), layers.Dropout(0.5)], "softmax"),
        ([layers.Dense(2, "softmax"), layers.Rescaling(2.0)], None),
        ([layers.Dense(2, lambda x: x + 1)], None),
        ([Sequential([layers.Dense(2, "sigmoid")])], "sigmoid"),
    ],
)
def test_the_last_activation_is_known_with_what_it_was_applied_to(last, name):
    model = Sequential(last)
    params, state = init(model, 0, ROWS)
    assert infer(model, ROWS).activation == name
    applied = run(model, params, state, ROWS)
    assert applied.activation == name
    if name in ("softmax", "sigmoid"):
        function = {"softmax": jax.nn.softmax, "sigmoid": jax.nn.sigmoid}[name]
        np.testing.assert_allclose(function(applied.logits), applied.outputs, rtol=1e-6)


def test_every_output_on_request():
    model = Sequential([layers.Dense(2), Sequential([layers.Dense(1)], name="head")])
    params, state = init(model, 0, ROWS)
    captured = run(model, params, state, ROWS, capture=True).captured
    assert {path: a.shape for path, a in captured.items()} == {
        "dense": (2, 2), "head/dense": (2, 1), "head": (2, 1), "": (2, 1)
    }  # fmt: skip


def test_numeric_hyper_parameters_enter_as_arrays():
    model = Sequential([layers.GaussianNoise(1.0), layers.ActivityRegularization(l2=0.5)])
    penalty = "activity_regularization/activity_regularizer/l2"
    hyper = {"gaussian_noise/stddev": jnp.array(0.0), penalty: jnp.array(2.0)}
    applied = run(model, {}, {}, ROWS, training=True, key=KEY, hyper=hyper)
    np.testing.assert_array_equal(applied.outputs, ROWS)
    np.testing.assert_allclose(applied.losses, [2.0 * 6 / 2], rtol=1e-6)
    assert model.layers[0].stddev == 1.0


def test_a_missing_array_is_named():
    model = Sequential([layers.Dense(2)])
    params, state = init(model, 0, ROWS)
    del params["dense/bias"]
    with pytest.raises(UsageError, match=r"'dense/bias': no array was given.*"):
        apply(model, params, state, ROWS)


class Steps(Layer):
    """Applies a layer to each row inside a scan."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, inputs):
        return jax.lax.scan(lambda c, row: (c, self.inner(row[None])[0]), 0, inputs)[1]


def test_what_is_computed_inside_a_scan_is_not_captured():
    model = Sequential([Steps(layers.Dense(2))])
    params, state = init(model, 0, ROWS)
    run_it = jax.jit(lambda p: run(model, p, state, ROWS, capture=True).captured)
    assert set(run_it(params)) == {"", "steps"}


def test_penalties_inside_a_scan_are_refused():
    with pytest.raises(
        UsageError, match="a penalty on its output was added inside a JAX transform"
    ):
        infer(Steps(layers.ActivityRegularization(l2=1.0)), ROWS)


def test_add_loss_inside_a_scan_is_refused():
    class Summing(Layer):
        def call(self, inputs):
            def step(carry, row):
                self.add_loss(row.sum())
                return carry, row

            return jax.lax.scan(step, 0.0, inputs)[1]

    with pytest.raises(UsageError, match="a loss was added inside a JAX transform"):
        infer(Summing(), ROWS)
