"""What a layer lets its user do, and what it refuses in words."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Layer, Sequential, apply, init, layers
from pellucid.core.errors import (
    ArgumentError,
    ArgumentTypeError,
    FrozenError,
    ShapeError,
    UsageError,
)

ROWS = np.ones((2, 3), "float32")


class Counter(Layer):
    """Counts its calls, and adds a learned shift."""

    def build(self, input_shape):
        self.shift = self.add_weight((input_shape[-1],), "zeros")
        self.calls = self.add_weight((), "zeros", dtype="int32", trainable=False)

    def call(self, inputs):
        self.calls = self.calls + 1
        return inputs + self.shift


def test_state_assigned_in_call_is_kept_outside_programs():
    layer = Counter()
    layer(ROWS)
    layer(ROWS)
    assert layer.calls == 2
    assert [w.shape for w in layer.trainable_weights] == [(3,)]
    assert [w.shape for w in layer.non_trainable_weights] == [()]


def test_a_weight_is_replaced_by_assignment_of_its_shape():
    layer = Counter()
    layer(ROWS)
    layer.shift = [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(layer(ROWS)[0], [2, 3, 4])
    with pytest.raises(ShapeError, match=r"'counter/shift'.*\(3,\).*\(2,\)"):
        layer.shift = np.zeros(2)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (jnp.ones(3), "no `add_weight` declared"),
        ([jnp.ones(3)], None),
        (np.ones(3), None),
    ],
)
def test_an_undeclared_array_is_refused_but_numpy_constants_are_not(value, words):
    layer = Counter()
    if words is None:
        layer.table = value
    else:
        with pytest.raises(FrozenError, match=words):
            layer.table = value


def test_weights_in_a_list_are_refused():
    class Listed(Layer):
        def build(self, input_shape):
            self.kernels = [self.add_weight((3,)), self.add_weight((3,))]

    with pytest.raises(FrozenError, match="an attribute of its own"):
        Listed()(ROWS)


def test_arguments_are_locked_after_the_build():
    layer = layers.Dense(3)
    layer.units = 4
    assert layer(ROWS).shape == (2, 4)
    with pytest.raises(FrozenError, match=r"layer.clone\(units=5\)"):
        layer.units = 5


class Careless(Layer):
    """Does in `call` what the test tells it to."""

    def __init__(self, deed):
        super().__init__()
        self.deed = deed

    def build(self, input_shape):
        self.kernel = self.add_weight((3,), "ones")
        self.count = self.add_weight((), "zeros", trainable=False)

    def call(self, inputs):
        self.deed(self, inputs)
        return inputs * self.kernel


def assign(name, value):
    return lambda layer, inputs: setattr(layer, name, value)


@pytest.mark.parametrize(
    ("deed", "error", "words"),
    [
        (assign("kernel", 0.0), FrozenError, "parameters are read-only"),
        (assign("mean", 0.0), FrozenError, "throw-away copy"),
        (assign("count", np.zeros(2)), ShapeError, r"state `count` has shape \(\), not \(2,\)"),
        (
            lambda layer, inputs: layer.add_weight((3,)),
            UsageError,
            "`add_weight` was called inside",
        ),
    ],
)
@pytest.mark.parametrize("how", ["eager", "pure"])
def test_wrong_assignments_inside_call_are_refused(deed, error, words, how):
    layer = Careless(deed)
    with pytest.raises(error, match=words):
        layer(ROWS) if how == "eager" else init(layer, 0, ROWS)


OUTSIDE = layers.Dense(3)


@pytest.mark.parametrize("made", [lambda: layers.Dense(3), lambda: OUTSIDE, layers.Flatten])
@pytest.mark.parametrize("how", ["eager", "pure", "scan"])
def test_a_layer_that_is_no_part_is_refused_inside_call(made, how):
    class Forgetful(Layer):
        def call(self, inputs):
            if how == "scan":
                return jax.lax.scan(lambda c, row: (c, made()(row[None])), 0, inputs)[1]
            return made()(inputs)

    layer = Forgetful(name="net")
    with pytest.raises(
        UsageError, match=r"(?s)Forgetful 'net': its `call` uses.*in __init__: self"
    ) as caught:
        layer(ROWS) if how == "eager" else init(layer, 0, ROWS)
    assert "never be trained" in str(caught.value)
    assert layers.Dense(1)(ROWS).shape == (2, 1)  # nothing is remembered after the error


def test_random_key_and_add_loss_only_exist_inside_call():
    for method in ("random_key", "add_loss"):
        with pytest.raises(UsageError, match="inside `call`"):
            getattr(Counter(), method)(*([0.0] if method == "add_loss" else []))


def test_a_shape_with_none_is_refused():
    class Open(Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(input_shape)

    with pytest.raises(ArgumentTypeError, match="holds None"):
        Open()(ROWS)


def test_a_misspelt_argument_names_the_right_one():
    with pytest.raises(ArgumentTypeError, match="write `activation=` instead of `activaton=`"):
        layers.Dense(3, activaton="relu")
    with pytest.raises(ValueError, match="relu"):
        layers.Dense(3, activation="rellu")


def test_a_missing_attribute_says_why():
    with pytest.raises(AttributeError, match=r"has no attribute `kernel`.*only after build"):
        _ = layers.Dense(3).kernel
    built = layers.Dense(3)
    built(ROWS)
    with pytest.raises(AttributeError, match=r"has no attribute `kernal`$"):
        _ = built.kernal


def test_a_layer_without_call_says_so():
    with pytest.raises(NotImplementedError, match="no `call"):
        Layer()(ROWS)


class Keras3Style(Layer):
    """Written as Keras's guide does it: name by super, private weight, `built` set, layers made in build."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self._scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")
        self.dense = layers.Dense(self.units)
        self.dense.build(input_shape)
        self.built = True

    def call(self, inputs, training=None):
        return self.dense(inputs * self._scale)


def test_layers_in_kerass_style_work():
    layer = Keras3Style(4, name="custom", trainable=False)
    params, _ = init(layer, 0, ROWS)
    assert list(params) == ["scale", "dense/kernel", "dense/bias"]
    assert layer.name == "custom" and layer.built
    assert layer.trainable_weights == [] and len(layer.weights) == 3
    assert layer(ROWS).shape == (2, 4)
    assert layer._scale.shape == (3,)


def test_a_name_given_to_the_base_class_counts():
    class Encoder(Layer):
        def __init__(self):
            super().__init__(name="encoder")

    assert Encoder().name == "encoder"


def test_freezing_reaches_all_layers_inside():
    model = Sequential([Keras3Style(4), Sequential([layers.Dense(2), layers.BatchNormalization()])])
    model(ROWS)
    assert len(model.trainable_weights) == 7 and len(model.non_trainable_weights) == 2
    model.trainable = False
    assert model.trainable_weights == [] and len(model.weights) == 9
    model.layers[1].trainable = True
    assert len(model.trainable_weights) == 4


def test_what_is_put_into_a_frozen_layer_is_frozen():
    class Block(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = [layers.Dense(2)]

        def call(self, inputs):
            return self.inner[0](inputs)

    block = Block(trainable=False)
    block(ROWS)
    assert block.trainable_weights == []


def test_get_weights_are_copies_and_set_weights_puts_them_back():
    model = Sequential([layers.Dense(2), layers.BatchNormalization()])
    model(ROWS)
    kept = model.get_weights()
    kept[0][:] = 7.0
    assert not np.any(np.asarray(model.weights[0]) == 7.0)
    model.set_weights(kept)
    np.testing.assert_array_equal(model.layers[0].kernel, np.full((3, 2), 7.0))


def test_set_weights_refuses_other_numbers_and_shapes():
    layer = layers.Dense(2)
    layer(ROWS)
    with pytest.raises(ArgumentError, match="it has 2 weights, but 1 arrays"):
        layer.set_weights([np.ones((3, 2))])
    with pytest.raises(ShapeError, match=r"'dense/kernel'.*\(3, 2\).*\(2, 3\)"):
        layer.set_weights([np.ones((2, 3)), np.ones(2)])


def test_repr_clone_and_config_follow_from_the_arguments():
    layer = layers.Dense(3, activation="relu", name="hidden")
    assert repr(layer) == "Dense(units=3, activation='relu', name='hidden')"
    assert layer.clone(units=5).units == 5
    again = layers.Dense.from_config(layer.get_config())
    assert again.get_config() == layer.get_config() and again is not layer


def test_a_clone_shares_nothing():
    shared = layers.Dense(3)
    model = Sequential([shared, shared, layers.BatchNormalization()])
    model(ROWS)
    shared.trainable = False
    copy = model.clone()
    assert copy.layers[0] is copy.layers[1] and copy.layers[0] is not shared
    assert not copy.layers[0].trainable and copy.layers[2].trainable
    copy(ROWS)
    copy.set_weights([w + 1 for w in copy.get_weights()])
    assert not np.array_equal(copy.layers[0].kernel, shared.kernel)
    assert [layer.name for layer in copy.layers] == [layer.name for layer in model.layers]


def test_a_clone_of_a_frozen_block_is_frozen_even_if_its_class_has_no_such_argument():
    class Block(Layer):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(2)

    block = Block()
    block.trainable = False
    copy = block.clone()
    assert not copy.trainable and not copy.inner.trainable


def test_the_first_build_decides_the_shape():
    layer = layers.Dense(2)
    layer(ROWS)
    layer.build((None, 3))
    with pytest.raises(
        FrozenError, match=r"\(3, 2\) since the first build; it cannot become \(5, 2\)"
    ):
        layer.build((None, 5))


def test_several_inputs_and_options():
    class Join(Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, left, right, scale=1.0):  # pyright: ignore[reportIncompatibleMethodOverride]
            return self.dense(left + right) * scale

    layer = Join()
    np.testing.assert_allclose(layer(ROWS, ROWS, scale=3.0), 3.0 * layer(ROWS, ROWS), rtol=1e-6)
    with pytest.raises(ArgumentTypeError, match="without inputs"):
        layer()


def test_regularizers_and_constraints_come_from_names():
    layer = layers.Dense(2, kernel_regularizer="l2", kernel_constraint="non_neg")
    layer(ROWS)
    slot = layer._weights["kernel"]
    assert slot.regularizer is layer.kernel_regularizer
    np.testing.assert_array_equal(slot.constraint(jnp.array([-1.0, 1.0])), [0, 1])


def test_gradients_by_path_leave_the_object_alone():
    layer = layers.Dense(2)
    params, state = init(layer, 3, ROWS)
    before = layer.get_weights()
    jax.grad(lambda p: apply(layer, p, state, ROWS)[0].sum())(params)
    for old, new in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_two_weights_of_one_name_are_two_weights():
    class Twice(layers.Layer):
        def build(self, input_shape):
            self.one = self.add_weight((3, 4), name="kernel")
            self.other = self.add_weight((4, 2), name="kernel")

        def call(self, inputs):
            return inputs @ self.one @ self.other

    layer = Twice()
    x = np.ones((5, 3), "float32")
    outputs = layer(x)
    assert [w.shape for w in layer.get_weights()] == [(3, 4), (4, 2)]
    np.testing.assert_allclose(outputs, x @ layer.one @ layer.other, rtol=1e-6)
