"""LoRA: the adapted weight, what trains and what is frozen, files, and what is refused."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import pellucid
from pellucid import Sequential, apply, init, layers
from pellucid.core.errors import ArgumentError, UsageError

RNG = np.random.default_rng(5)
X = RNG.normal(size=(32, 6)).astype("float32")
Y = RNG.normal(size=(32, 3)).astype("float32")
WORDS = RNG.integers(0, 9, size=(4, 5))


def stack(**options):
    return Sequential([layers.Input((6,)), layers.Dense(8, "tanh", **options), layers.Dense(3)])


def fill(layer, scale=0.3):
    """Give the pair numbers, as if it had learned."""
    for name in layer.pair_names:
        slot = layer._weights[name]
        slot.assign(scale * RNG.normal(size=slot.shape))
    return [np.asarray(layer._weights[name].value) for name in layer.pair_names]


CASES = [
    (layers.Dense(4), (7, 6), "kernel"),
    (layers.Conv1D(4, 3), (2, 7, 5), "kernel"),
    (layers.Conv2D(4, 2, groups=2), (2, 5, 4, 6), "kernel"),
    (layers.Conv3D(2, 2), (1, 3, 4, 3, 2), "kernel"),
    (layers.EinsumDense("abc,cde->abde", (None, 3, 4), bias_axes="de"), (2, 3, 5), "kernel"),
    (layers.Embedding(9, 4), (4, 5), "embeddings"),
]


@pytest.mark.parametrize(("layer", "shape", "name"), CASES)
def test_it_computes_with_the_sum(layer, shape, name):
    layer = layer.clone()
    x = WORDS if name == "embeddings" else RNG.normal(size=shape).astype("float32")
    before = np.asarray(layer(x))
    frozen = np.asarray(getattr(layer, name))
    layer.enable_lora(2, lora_alpha=3.0)
    np.testing.assert_array_equal(layer(x), before)  # B starts with zeros
    a, b = fill(layer)
    wanted = frozen + 1.5 * np.einsum("...r,ro->...o", a, b)
    np.testing.assert_allclose(getattr(layer, name), wanted, rtol=1e-5, atol=1e-6)
    plain = layer.clone(lora_rank=None, lora_alpha=None)
    plain(x)
    plain.set_weights([wanted, *plain.get_weights()[1:]])
    np.testing.assert_allclose(layer(x), plain(x), rtol=1e-4, atol=1e-5)


def test_only_the_pair_and_the_bias_train():
    model = stack(lora_rank=2, kernel_regularizer="l2")
    first = model.layers[0]
    shapes = [tuple(array.shape) for array in first.trainable_weights]
    assert shapes == [(8,), (6, 2), (2, 8)]
    model.compile("adam", "mse")
    frozen = np.asarray(first._weights["kernel"].value)
    pair = [np.asarray(first._weights[name].value) for name in first.pair_names]
    losses = model.fit(X, Y, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    np.testing.assert_array_equal(first._weights["kernel"].value, frozen)
    for name, old in zip(first.pair_names, pair, strict=True):
        assert np.abs(np.asarray(first._weights[name].value) - old).max() > 1e-3


def test_a_trained_model_is_adapted():
    model = stack()
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=1, verbose=0)
    before = model.predict(X)
    model.layers[0].enable_lora(2)
    np.testing.assert_array_equal(model.predict(X), before)
    model.fit(X, Y, epochs=2, verbose=0)
    assert np.abs(model.predict(X) - before).max() > 1e-3


def test_a_file_keeps_the_pair_and_training_goes_on(tmp_path):
    model = stack()
    model.layers[0].enable_lora(2, 4.0)
    fill(model.layers[0])
    model.save(tmp_path / "net.safetensors")
    again = pellucid.load(tmp_path / "net.safetensors")
    assert (again.layers[0].lora_rank, again.layers[0].lora_alpha) == (2, 4.0)
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    for ours, theirs in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_gradients_reach_the_pair_alone():
    model = stack(lora_rank=2)
    params, state = init(model, 0)
    assert set(state) == {"dense/kernel"}
    params["dense/lora_kernel_b"] = RNG.normal(size=(2, 8)).astype("float32")

    def loss(params):
        return (apply(model, params, state, X)[0] ** 2).sum()

    slopes = jax.grad(loss)(params)
    for path in ("dense/lora_kernel_a", "dense/lora_kernel_b"):
        step = np.zeros_like(params[path])
        step[1, 1] = 1e-2
        up, down = (loss({**params, path: params[path] + way * step}) for way in (1, -1))
        np.testing.assert_allclose(slopes[path][1, 1], (up - down) / 2e-2, rtol=2e-2)


def test_layers_that_share_the_weight_use_the_sum():
    table = layers.ReversibleEmbedding(9, 4, lora_rank=2)
    tied = layers.Tied(table, use_bias=False)
    features = table(WORDS)
    fill(table)
    wanted = np.asarray(features) @ np.asarray(table.embeddings).T
    np.testing.assert_allclose(table(features, reverse=True), wanted, rtol=1e-4, atol=1e-6)
    model = Sequential([layers.Input((5,), dtype="int32"), table, tied])
    wanted = np.asarray(table(WORDS)) @ np.asarray(table.embeddings).T
    np.testing.assert_allclose(model.predict(WORDS), wanted, rtol=1e-4, atol=1e-6)


def test_what_is_refused():
    with pytest.raises(UsageError, match=r"has none yet[\s\S]*lora_rank=2"):
        layers.Dense(3).enable_lora(2)
    layer = layers.Dense(3)
    layer(X)
    with pytest.raises(ArgumentError, match="`rank` must be an integer of at least 1"):
        layer.enable_lora(0)
    layer.enable_lora(2)
    with pytest.raises(UsageError, match="enabled already, with rank 2"):
        layer.enable_lora(2)
    for options in ({"kernel_constraint": "non_neg", "lora_rank": 2},):
        with pytest.raises(
            ArgumentError, match=r"constraint on `kernel`[\s\S]*kernel_constraint out"
        ):
            layers.Dense(3, **options)(X)
