"""Remat, Repeat and Tied: the same numbers as the plain network, state, noise and penalties included."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Sequential, layers
from pellucid.core.errors import ArgumentTypeError, ShapeError, UsageError
from pellucid.modules import run

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")


def block():
    return Sequential(
        [
            layers.Dense(5, "tanh", kernel_regularizer="l2", activity_regularizer="l1"),
            layers.BatchNormalization(),
            layers.Dropout(0.4),
            layers.Dense(4),
        ],
        name="block",
    )


def told(model, params, state, training=True):
    key = jax.random.key(3)

    def loss(params):
        applied = run(model, params, state, X, training=training, key=key)
        return jnp.sum(applied.outputs**2) + sum(applied.losses), applied

    (value, applied), gradient = jax.value_and_grad(loss, has_aux=True)(params)
    return value, applied, gradient


def renamed(arrays, old, new):
    return {path.replace(old, new, 1): array for path, array in arrays.items()}


def close(one, other):
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6), one, other)


@pytest.mark.parametrize("training", [False, True])
def test_remat_changes_nothing_but_memory(training):
    plain, forgetful = Sequential([block()]), Sequential([layers.Remat(block(), name="remat")])
    params, state = pellucid.init(plain, 0, X)
    forgetful(X)
    paths = sorted(pellucid.init(forgetful, 0)[0])
    assert paths == sorted(renamed(params, "block/", "remat/block/"))
    value, applied, gradient = told(plain, params, state, training)
    # A dropout mask depends on the layer's path, so the plain network is given the same ones.
    named = Sequential([Sequential([block()], name="remat")])
    named(X)
    moved = renamed(params, "block/", "remat/block/"), renamed(state, "block/", "remat/block/")
    value, applied, gradient = told(named, *moved, training)
    close(told(forgetful, *moved, training), (value, applied, gradient))


def test_remat_computes_the_forward_pass_twice():
    model = Sequential(
        [layers.Remat(Sequential([layers.Dense(8, "tanh"), layers.Dense(8, "tanh")]))]
    )
    params, state = pellucid.init(model, 0, X)

    def loss(params):
        return jnp.sum(pellucid.apply(model, params, state, X)[0])

    text = str(jax.make_jaxpr(jax.grad(loss))(params))
    plain = Sequential([layers.Dense(8, "tanh"), layers.Dense(8, "tanh")])
    plain_params, _ = pellucid.init(plain, 0, X)
    other = str(
        jax.make_jaxpr(jax.grad(lambda p: jnp.sum(pellucid.apply(plain, p, {}, X)[0])))(
            plain_params
        )
    )
    assert "remat" in text or "checkpoint" in text
    assert text.count(" tanh ") > other.count(" tanh ")


def test_remat_trains_and_keeps_state():
    model = Sequential([Input(shape=(4,)), layers.Remat(block()), layers.Dense(1)])
    model.compile("adam", "mse")
    before = model.get_weights()
    model.fit(X, X[:, :1], epochs=2, batch_size=4, verbose=0)
    assert all((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))


def by_hand(stacked, times):
    """The same network as a list of blocks, with the weights of the repetitions."""
    model = Sequential([block().clone(name=f"block_{i}") for i in range(times)])
    model(X)
    groups = []
    for arrays in stacked:
        group = {}
        for path, array in arrays.items():
            inner = path.removeprefix("repeat/")
            group |= {f"block_{i}/{inner}": array[i] for i in range(times)}
        groups.append(group)
    return model, groups


def test_repeat_equals_a_list_of_layers():
    model = Sequential([Input(shape=(4,)), layers.Repeat(block(), 3)])
    params, state = pellucid.init(model, 0)
    assert params["repeat/dense/kernel"].shape == (3, 4, 5)
    assert state["repeat/batch_normalization/moving_mean"].shape == (3, 5)
    listed, groups = by_hand((params, state), 3)
    one, other = (
        told(model, params, state, training=False),
        told(listed, *groups, training=False),
    )
    np.testing.assert_allclose(one[0], other[0], rtol=1e-5)
    for path, gradient in one[2].items():
        inner = path.removeprefix("repeat/")
        each = np.stack([other[2][f"block_{i}/{inner}"] for i in range(3)])
        np.testing.assert_allclose(gradient, each, rtol=1e-4, atol=1e-6)


def test_repetitions_start_with_weights_of_their_own_and_draw_their_own_noise():
    layer = layers.Repeat(layers.Dense(4), 2)
    layer(X)
    assert not np.allclose(layer.weights[0][0], layer.weights[0][1])
    noise = layers.Repeat(layers.Dropout(0.5), 2)
    dropped = np.asarray(noise(np.ones((1, 4000), "float32"), training=True))
    assert np.mean(dropped != 0) == pytest.approx(0.25, abs=0.05)


def test_state_inside_repeat_is_updated_in_each_repetition():
    layer = layers.Repeat(layers.BatchNormalization(momentum=0.5), 3)
    layer(X + 3.0, training=True)
    means = np.asarray(layer.weights[2])
    assert means.shape == (3, 4)
    np.testing.assert_allclose(means[0], 0.5 * (X + 3.0).mean(0), rtol=1e-5)
    np.testing.assert_allclose(means[1:], 0.0, atol=1e-6)


def test_penalties_inside_repeat_count_for_each_repetition():
    layer = layers.Repeat(layers.Dense(4, activity_regularizer="l2"), 3)
    model = Sequential([layer])
    params, state = pellucid.init(model, 0, X)
    applied = run(model, params, state, X)
    total, h = 0.0, X
    for kernel, bias in zip(params["repeat/kernel"], params["repeat/bias"], strict=True):
        h = h @ kernel + bias
        total += 0.01 * np.sum(h**2) / len(X)
    np.testing.assert_allclose(sum(applied.losses), total, rtol=1e-5)


def test_depth_costs_no_compilation():
    def size(times):
        model = Sequential([Input(shape=(4,)), layers.Repeat(layers.Dense(4), times)])
        params, state = pellucid.init(model, 0)
        return len(str(jax.make_jaxpr(lambda p: pellucid.apply(model, p, state, X)[0])(params)))

    assert size(50) < size(2) + 40


def test_repeat_trains_is_saved_and_cloned(tmp_path):
    model = Sequential([Input(shape=(4,)), layers.Repeat(block(), 3), layers.Dense(1)])
    model.compile("adam", "mse")
    history = model.fit(X, X[:, :1], epochs=30, batch_size=6, verbose=0).history["loss"]
    assert history[-1] < history[0]
    model.save(tmp_path / "m.safetensors")
    again = pellucid.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert model.clone().count_params() == model.count_params()


def test_what_is_repeated_must_keep_the_shape():
    with pytest.raises(ShapeError, match="must keep the shape"):
        layers.Repeat(layers.Dense(3), 2)(X)


@pytest.mark.parametrize("make", [lambda: layers.Repeat("dense", 2), lambda: layers.Remat(3)])
def test_only_layers_can_be_wrapped(make):
    with pytest.raises(ArgumentTypeError, match="`layer` must be a layer"):
        make()


# Weights shared by two layers.


def autoencoder():
    encoder = layers.Dense(3, "sigmoid", name="encoder")
    return Sequential([Input(shape=(4,)), encoder, layers.Tied(encoder, name="decoder")])


def test_tied_weights_equal_numpy_and_gradients_add_up():
    model = autoencoder()
    params, state = pellucid.init(model, 0)
    assert sorted(params) == ["decoder/bias", "encoder/bias", "encoder/kernel"]
    kernel, bias = np.asarray(params["encoder/kernel"]), np.asarray(params["encoder/bias"])
    code = 1 / (1 + np.exp(-(X @ kernel + bias)))
    np.testing.assert_allclose(
        pellucid.apply(model, params, state, X)[0], code @ kernel.T, rtol=1e-5, atol=1e-6
    )

    def apart(first, second):
        h = jax.nn.sigmoid(X @ first + bias)
        return jnp.sum((h @ second.T) ** 2)

    one, two = jax.grad(apart, argnums=(0, 1))(kernel, kernel)
    together = jax.grad(lambda p: jnp.sum(pellucid.apply(model, p, state, X)[0] ** 2))(params)
    np.testing.assert_allclose(together["encoder/kernel"], one + two, rtol=1e-4)


def test_tied_embeddings_give_scores_of_the_vocabulary():
    table = layers.Embedding(7, 4)
    model = Sequential(
        [Input(shape=(5,), dtype="int32"), table, layers.Tied(table, use_bias=False)]
    )
    assert model.output_shape == (None, 5, 7)
    assert model.count_params() == 28


def test_a_tied_model_is_saved_with_its_tie(tmp_path):
    model = autoencoder()
    model.save(tmp_path / "m.safetensors")
    again = pellucid.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.count_params() == 4 * 3 + 3 + 4


def test_a_tie_to_what_has_no_kernel_is_refused():
    with pytest.raises(ArgumentTypeError, match="must be a layer with weights to share"):
        layers.Tied(3)
    with pytest.raises(UsageError, match="has none yet"):
        layers.Tied(layers.Dense(3))(X)


class Watched(layers.Layer):
    def call(self, inputs):
        self.add_metric(jnp.abs(inputs), name="size")
        return inputs * 2.0


@pytest.mark.parametrize(
    ("layer", "wanted"), [(layers.Remat(Watched()), 1.0), (layers.Repeat(Watched(), 3), 7 / 3)]
)
def test_what_is_watched_inside_comes_out(layer, wanted):
    model = Sequential([layer])
    params, state = pellucid.init(model, 0, X)
    applied = run(model, params, state, np.ones((4, 3), "float32"))
    np.testing.assert_allclose(applied.metrics["size"], wanted, rtol=1e-6)


def test_rows_are_not_mixed_inside():
    images = np.ones((4, 2, 2, 1), "float32")
    model = Sequential([layers.Repeat(layers.MixUp(), 2)])
    params, state = pellucid.init(model, 0, images)
    with pytest.raises(UsageError, match="mixes rows"):
        run(model, params, state, images, training=True, key=jax.random.key(0))
