"""What scripts do with layers beside calling them: arguments changed later, values kept, masks, policies, stores."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.keras import layers, metrics, ops
from pellucid.keras.tensor import Tensor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4)).astype("float32")


def softmax(a):
    powers = np.exp(a - a.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def classifier():
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(5, "relu"),
            layers.Dropout(0.5),
            layers.Dense(3, "softmax"),
        ]
    )


# Arguments that change after the layer is built.


def test_a_softmax_is_taken_away_to_see_the_logits():
    model = classifier()
    before = model.predict(X, verbose=0)
    np.testing.assert_allclose(model(X).numpy(), before, rtol=1e-5)
    model.layers[-1].activation = None
    logits = model.predict(X, verbose=0)
    np.testing.assert_allclose(softmax(logits), before, rtol=1e-5)
    np.testing.assert_allclose(model(X).numpy(), logits, rtol=1e-5)
    assert model.layers[-1].get_config()["activation"] is None
    model.layers[-1].activation = keras.activations.softmax
    np.testing.assert_allclose(model.predict(X, verbose=0), before, rtol=1e-5)


def test_a_rate_changes_between_calls():
    model = classifier()
    model.compile("sgd", "categorical_crossentropy")
    model.fit(X, np.eye(3)[RNG.integers(0, 3, 6)], verbose=0)
    model.layers[1].rate = 0.0
    a, b = (model(X, training=True).numpy() for _ in range(2))
    np.testing.assert_array_equal(a, b)


def test_a_regularizer_that_is_set_later_is_in_the_copy():
    """As scripts do it: set it on all layers, then make the model anew from its JSON."""
    model = classifier()
    for layer in model.layers:
        if hasattr(layer, "kernel_regularizer"):
            layer.kernel_regularizer = keras.regularizers.l2(0.5)
    again = keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    wanted = sum(0.5 * (w**2).sum() for w in model.get_weights() if w.ndim == 2)
    np.testing.assert_allclose(sum(float(each) for each in again.losses), wanted, rtol=1e-5)


def test_a_single_weight_is_frozen():
    layer = layers.Dense(2)
    model = keras.Sequential([keras.Input((4,)), layer])
    layer.kernel.trainable = False
    assert [v.name for v in layer.trainable_weights] == ["bias"]
    model.compile("sgd", "mse")
    kernel, bias = (np.array(each.numpy()) for each in (layer.kernel, layer.bias))
    model.fit(X, np.ones((6, 2)), epochs=2, verbose=0)
    np.testing.assert_array_equal(layer.kernel.numpy(), kernel)
    assert np.abs(layer.bias.numpy() - bias).max() > 0


# What `call` keeps for later.


class Scores(layers.Layer):
    """As in tutorials on attention: the scores of the last call are looked at afterwards."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.scores = None
        self.inner = layers.Dense(4, use_bias=False)

    def call(self, x, training=None):
        self.scores = ops.softmax(self.inner(x))
        self.parts = [self.scores, {"twice": 2 * self.scores, "name": "twice"}]
        self.was_training = bool(training)
        return x * self.scores


def test_values_that_call_puts_on_the_layer():
    layer = Scores()
    model = keras.Sequential([keras.Input((4,)), layer, layers.Dense(1)])
    model(X)
    assert isinstance(layer.scores, Tensor)
    wanted = softmax(X @ layer.inner.get_weights()[0])
    np.testing.assert_allclose(layer.scores.numpy(), wanted, rtol=1e-5)
    np.testing.assert_allclose(layer.parts[1]["twice"].numpy(), 2 * wanted, rtol=1e-5)
    assert layer.parts[1]["name"] == "twice"
    assert layer.was_training is False
    model(X[:2])
    np.testing.assert_allclose(layer.scores.numpy(), wanted[:2], rtol=1e-5)
    model(X, training=True)
    assert layer.was_training is True
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    assert layer.scores.shape[0] == 6  # programs of a training leave it as it was
    model.predict(X, verbose=0)


# Code that looks at numbers.


class Turned(layers.Layer):
    def build(self, shape):
        self.factor = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x):
        if float(ops.sum(x)) > 0:
            return x * self.factor
        return -x * self.factor


def test_a_call_that_looks_at_numbers_runs_as_it_stands(capsys):
    layer = Turned()
    up, down = np.full((1, 2), 3.0, "float32"), np.full((1, 2), -3.0, "float32")
    np.testing.assert_array_equal(layer(up).numpy(), up)
    np.testing.assert_array_equal(layer(down).numpy(), up)
    assert len(layer.weights) == 1
    assert "runs uncompiled" in capsys.readouterr().err


def test_a_layer_of_single_numbers():
    class Twice(layers.Layer):
        def call(self, x):
            return 2 * x

    assert float(Twice()(np.array(3.0))) == 6


# Masks.


class Masked(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.seen = []

    def call(self, x, mask=None):
        self.got = mask is not None
        return x


def test_masks_are_there_when_the_layer_is_built_and_in_its_dtype():
    for layer in (Masked(), Masked(dtype="float16")):
        x = ops.convert_to_tensor(X)
        x._keras_mask = ops.convert_to_tensor(np.array([True, False] * 3))
        y = layer(x)
        assert layer.got
        assert str(y.dtype) == layer.dtype
        np.testing.assert_array_equal(y._keras_mask, [True, False] * 3)
    y = layer(X, mask=np.ones(6, bool))
    assert y._keras_mask.numpy().all()


def test_masks_of_several_arguments():
    class Both(layers.Layer):
        def call(self, pair, single, pair_mask=None, single_mask=None):
            assert isinstance(pair_mask, tuple)
            return pair[0] + pair[1] + ops.cast(single_mask, "float32")[:, None] * single

    tensors = [ops.convert_to_tensor(X) for _ in range(3)]
    for each in tensors:
        each._keras_mask = ops.zeros((6,), "bool")
    found = Both()((tensors[0], tensors[1]), tensors[2])
    np.testing.assert_allclose(found.numpy(), 2 * X, rtol=1e-6)


# Arguments of layers.


def test_input_layers_in_every_form(capsys):
    for given in (
        {"input_shape": (4,)},
        {"shape": (4,), "sparse": False},
        {"batch_input_shape": (None, 4)},
    ):
        model = keras.Sequential()
        model.add(layers.InputLayer(**given))
        model.add(layers.Dense(2))
        assert model.output_shape == (None, 2)
    assert layers.InputLayer(input_shape=(2, 3), batch_size=4).batch_shape == (4, 2, 3)
    with pytest.raises(ValueError, match="names the batch size already"):
        layers.InputLayer(batch_shape=(2, 3), batch_size=4)


def test_tables_of_given_vectors_are_there_at_once():
    layer = layers.Embedding(3, 2, weights=[np.ones((3, 2))])
    np.testing.assert_array_equal(layer.embeddings.numpy(), np.ones((3, 2)))


def test_policies(capsys):
    policy = keras.mixed_precision.Policy("mixed_float16")
    assert (policy.compute_dtype, policy.variable_dtype) == ("float16", "float32")
    assert keras.DTypePolicy("bfloat16") == keras.dtype_policies.get("bfloat16")
    described = keras.dtype_policies.serialize(keras.DTypePolicy("float32"))
    for given in (policy, "mixed_float16", described, np.dtype("float32")):
        assert layers.Dense(2, dtype=given).dtype_policy.name == "float32"
        assert Masked(dtype=given)(X).dtype == "float32"
    assert layers.Dense(2, dtype="float16").dtype_policy.variable_dtype == "float16"


# What a layer tells.


def test_metrics_of_layers_inside():
    class Watched(layers.Layer):
        def __init__(self, inner=None):
            super().__init__()
            self.inner = inner
            self.watched = [metrics.Mean(name="size")]

    layer = Watched(Watched(Watched()))
    assert [metric.name for metric in layer.metrics] == ["size"] * 3
    assert layers.Dense(3).metrics == []


def test_own_variables_in_a_store():
    layer, other = layers.Dense(3), layers.Dense(3)
    _ = layer(X), other(X)
    store = {}
    layer.save_own_variables(store)
    assert sorted(store) == ["0", "1"]
    other.load_own_variables(store)
    np.testing.assert_array_equal(other(X).numpy(), layer(X).numpy())
    with pytest.raises(ValueError, match="2 variables of its own, but the store has 1"):
        other.load_own_variables({"0": store["0"]})


def test_specs_of_outputs():
    class Pair(layers.Layer):
        def compute_output_shape(self, shape):
            return {"a": shape, "b": (*shape[:-1], 7)}

    found = Pair().compute_output_spec(keras.KerasTensor((2, 3)))
    assert tuple(found["a"].shape) == (2, 3)
    assert tuple(found["b"].shape) == (2, 7)
    assert tuple(layers.Dense(5).compute_output_spec(keras.KerasTensor((2, 3))).shape) == (2, 5)


def test_configurations_name_no_regularizer_that_is_not_there():
    assert "activity_regularizer" not in layers.Dense(2).get_config()
    assert layers.Dense(2, activity_regularizer="l2").get_config()["activity_regularizer"]


def test_lora_in_a_script(tmp_path):
    model = classifier()
    for layer in model.layers:
        if isinstance(layer, layers.Dense):
            layer.enable_lora(2)
    assert len(model.trainable_weights) == 6
    model.compile("adam", "categorical_crossentropy")
    model.fit(X, np.eye(3)[RNG.integers(0, 3, 6)], epochs=3, verbose=0)
    first = model.layers[0]
    sum_ = first._kernel.numpy() + first.lora_kernel_a.numpy() @ first.lora_kernel_b.numpy()
    np.testing.assert_allclose(first.kernel.numpy(), sum_, rtol=1e-4, atol=1e-6)
    wanted = model.predict(X, verbose=0)
    model.save_weights(tmp_path / "net.weights.h5")
    plain = classifier()
    plain.load_weights(tmp_path / "net.weights.h5")
    np.testing.assert_allclose(plain.predict(X, verbose=0), wanted, rtol=1e-5, atol=1e-6)
    plain.save_weights(tmp_path / "net.weights.h5")
    model.load_weights(tmp_path / "net.weights.h5")
    assert not first.lora_kernel_b.numpy().any()
    np.testing.assert_allclose(model.predict(X, verbose=0), wanted, rtol=1e-5, atol=1e-6)
    model.save(tmp_path / "net.keras")
    assert keras.models.load_model(tmp_path / "net.keras").layers[0].lora_enabled


def test_shapes_of_a_layer_that_was_called_on_numbers_only():
    layer = layers.Dense(4)
    layer(np.ones((5, 3), "float32"))
    assert (layer.input_shape, layer.output_shape) == ((None, 3), (None, 4))
    tied = keras.Sequential([layers.Dense(2), layers.Dense(3)])
    tied.predict(np.ones((5, 3), "float32"), verbose=0)
    assert tied.layers[1].input_shape == (None, 2)
