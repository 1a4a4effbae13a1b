"""The networks that the source documents draw: their sizes, their numbers of weights, and that all three styles agree.

What they learn stands in `test_document_tasks.py`. Large networks are built abstractly: no array is made.
"""

from __future__ import annotations

import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, infer, layers
from pellucid.initializers import Constant
from pellucid.models.cost import multiply_adds

RANDOM = np.random.default_rng(5)
IMAGES = RANDOM.normal(size=(4, 12, 12, 3)).astype("float32")
SIZES = [(7, 3, 1), (7, 3, 2), (6, 3, 1), (8, 2, 2), (227, 11, 4), (10, 5, 3), (5, 1, 1)]
each_size = pytest.mark.parametrize(("side", "size", "stride"), SIZES)


def spec(*shape, dtype="float32"):
    """Return what a batch of one sample looks like."""
    return jax.ShapeDtypeStruct((1, *shape), dtype)


def shape_of(layer, *shape):
    """Return the shape of what a layer gives for one sample."""
    return infer(layer, spec(*shape)).outputs.shape[1:]


def abstract(make, *shape):
    """Return a model built for a sample of a shape, having asserted that this made no array."""
    before = {id(array) for array in jax.live_arrays()}
    model = make()
    infer(model, spec(*shape))
    assert {id(array) for array in jax.live_arrays()} <= before, "an array was allocated"
    return model


# Feature maps, padding, stride


@each_size
def test_valid_padding_shrinks_the_feature_map(side, size, stride):
    found = shape_of(layers.Conv2D(4, size, strides=stride), side, side, 1)
    places = len([left for left in range(0, side, stride) if left + size <= side])
    assert found == (places, places, 4)


@each_size
def test_same_padding_keeps_it_and_divides_it_by_the_stride_only(side, size, stride):
    found = shape_of(layers.Conv2D(4, size, strides=stride, padding="same"), side, side, 1)
    assert found == (math.ceil(side / stride), math.ceil(side / stride), 4)


def test_a_filter_on_a_volume_multiplies_432_times():
    """The picture of the second mentor session: 6x6x3 seen by one 3x3x3 filter gives 4x4 cells."""
    layer = layers.Conv2D(1, 3, use_bias=False)
    assert shape_of(layer, 6, 6, 3) == (4, 4, 1)
    assert multiply_adds(layer, spec(6, 6, 3)).total == (4 * 4) * (3 * 3 * 3) == 432
    assert layer.count_params() == 27


def test_a_cell_is_the_sum_over_the_matching_channels():
    layer = layers.Conv2D(1, 3, use_bias=False)
    found = np.asarray(layer(IMAGES))
    kernel = np.asarray(layer.kernel, "float64")[..., 0]
    by_channel = [(IMAGES[0, 2:5, 7:10, c] * kernel[..., c]).sum() for c in range(3)]
    assert found[0, 2, 7, 0] == pytest.approx(sum(by_channel), rel=1e-5)


@pytest.mark.parametrize(("kind", "judge"), [("Max", np.max), ("Average", np.mean)])
def test_pooling_has_size_stride_and_type_but_nothing_to_learn(kind, judge):
    layer = getattr(layers, f"{kind}Pooling2D")(pool_size=3, strides=2)
    found = np.asarray(layer(IMAGES))
    assert found.shape == (4, 5, 5, 3)
    assert found[1, 2, 3, 0] == pytest.approx(judge(IMAGES[1, 4:7, 6:9, 0]), rel=1e-5)
    assert layer.count_params() == 0 and layer.weights == []


# The classic networks


def alexnet():
    """Krizhevsky, Sutskever and Hinton, 2012, in two groups, as on two graphics cards; without normalisation."""
    return Sequential(
        [
            layers.Conv2D(96, 11, strides=4, activation="relu"),
            layers.MaxPooling2D(3, 2),
            layers.Conv2D(256, 5, padding="same", groups=2, activation="relu"),
            layers.MaxPooling2D(3, 2),
            layers.Conv2D(384, 3, padding="same", activation="relu"),
            layers.Conv2D(384, 3, padding="same", groups=2, activation="relu"),
            layers.Conv2D(256, 3, padding="same", groups=2, activation="relu"),
            layers.MaxPooling2D(3, 2),
            layers.Flatten(),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(1000, activation="softmax"),
        ]
    )


def vgg16():
    """Simonyan and Zisserman, 2014, configuration D."""
    model = Sequential()
    for convolutions, filters in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
        for _ in range(convolutions):
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    for units, activation in [(4096, "relu"), (4096, "relu"), (1000, "softmax")]:
        model.add(layers.Dense(units, activation=activation))
    return model


def test_alexnet_has_about_60_million_parameters():
    model = abstract(alexnet, 227, 227, 3)
    assert model.count_params() == 60_965_224
    assert shape_of(model, 227, 227, 3) == (1000,)
    assert shape_of(layers.Conv2D(96, 11, strides=4), 227, 227, 3) == (55, 55, 96)


def test_vgg16_has_about_138_million_parameters_in_16_layers():
    model = abstract(vgg16, 224, 224, 3)
    assert model.count_params() == 138_357_544
    assert len([layer for layer in model.layers if layer.count_params()]) == 16
    found = infer(model, spec(224, 224, 3)).shapes
    pooled = [shape[1][1:] for path, shape in found.items() if path.startswith("max_pooling")]
    assert pooled == [(112, 112, 64), (56, 56, 128), (28, 28, 256), (14, 14, 512), (7, 7, 512)]


# The mentor session's network, in three styles


def as_sequential():
    """The Keras column."""
    model = Sequential()
    model.add(layers.Conv2D(32, (3, 3), activation="relu", input_shape=(32, 32, 3)))
    model.add(layers.MaxPool2D())
    model.add(layers.Conv2D(16, (3, 3), activation="relu"))
    model.add(layers.MaxPool2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return model


def as_graph():
    """The same as a graph of calls."""
    image = Input((32, 32, 3))
    x = layers.MaxPool2D()(layers.Conv2D(32, (3, 3), activation="relu")(image))
    x = layers.MaxPool2D()(layers.Conv2D(16, (3, 3), activation="relu")(x))
    return Model(image, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


class AsSubclass(Model):
    """The PyTorch column: one pool used twice, and log_softmax at the end."""

    def __init__(self):
        super().__init__()
        self.conv1 = layers.Conv2D(32, 3)
        self.conv2 = layers.Conv2D(16, 3)
        self.fc1 = layers.Dense(10)
        self.pool = layers.MaxPooling2D(2, 2)

    def call(self, x):
        x = self.pool(jax.nn.relu(self.conv1(x)))
        x = self.pool(jax.nn.relu(self.conv2(x)))
        x = x.reshape(-1, 6 * 6 * 16)
        return pellucid.activations.log_softmax(self.fc1(x))


def test_the_three_styles_give_equal_outputs_with_equal_weights():
    images = RANDOM.normal(size=(3, 32, 32, 3)).astype("float32")
    stack, graph, written = as_sequential(), as_graph(), AsSubclass()
    written.build((None, 32, 32, 3))
    for other in (graph, written):
        assert other.count_params() == stack.count_params() == 896 + 4624 + 5770
        other.set_weights(stack.get_weights())
    wanted = stack.predict(images)
    assert np.ptp(wanted) > 0.01
    np.testing.assert_allclose(graph.predict(images), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(np.exp(written.predict(images)), wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.oracle
def test_the_network_equals_pytorchs():
    torch = pytest.importorskip("torch", reason="oracle extra")
    images = RANDOM.normal(size=(3, 32, 32, 3)).astype("float32")
    model = AsSubclass()
    found = model.predict(images)
    kernel1, bias1, kernel2, bias2, kernel, bias = map(torch.tensor, model.get_weights())
    x = torch.tensor(images).permute(0, 3, 1, 2)
    for weights, offset in [(kernel1, bias1), (kernel2, bias2)]:
        x = torch.relu(torch.nn.functional.conv2d(x, weights.permute(3, 2, 0, 1), offset))
        x = torch.nn.functional.max_pool2d(x, 2, 2)
    x = x.permute(0, 2, 3, 1).reshape(3, -1) @ kernel + bias
    np.testing.assert_allclose(found, torch.log_softmax(x, -1).numpy(), rtol=1e-4, atol=1e-5)


# What the documents' table says of the three kinds, and the blocks they draw


def test_the_table_of_perceptron_recurrent_and_convolutional_networks():
    """Parameter sharing: the number of weights grows with the inputs only where nothing is shared."""

    def parameters(make, *shape):
        layer = make()
        infer(layer, spec(*shape))
        return layer.count_params()

    def dense():
        return Sequential([layers.Flatten(), layers.Dense(5)])

    assert parameters(dense, 20, 3) == 2 * parameters(dense, 10, 3) - 5
    for make in (lambda: layers.SimpleRNN(5), lambda: layers.Conv1D(5, 3)):
        assert parameters(make, 20, 3) == parameters(make, 10, 3)


def test_a_recurrent_network_alone_remembers_and_a_convolution_moves_with_its_input():
    series = RANDOM.normal(size=(1, 9, 2)).astype("float32")
    other = series.copy()
    other[:, 0] += 1.0
    recurrent = layers.SimpleRNN(4)
    assert not np.allclose(recurrent(series), recurrent(other), atol=1e-4)  # the first step is felt
    convolution = layers.Conv1D(4, 3)
    np.testing.assert_allclose(convolution(series)[:, 1:], convolution(other)[:, 1:], rtol=1e-5)
    np.testing.assert_allclose(convolution(series)[:, 1:], convolution(series[:, 1:]), rtol=1e-5)
    shuffled = series[:, ::-1]
    mixing = Sequential([layers.Flatten(), layers.Dense(4)])
    mixing(series)
    kernel = np.asarray(mixing.layers[1].kernel).reshape(9, 2, 4)
    same = shuffled.reshape(1, -1) @ kernel[::-1].reshape(18, 4)
    np.testing.assert_allclose(
        mixing(series), same, rtol=1e-4, atol=1e-5
    )  # order means nothing to it


@pytest.mark.parametrize("factor", [0.5, 1.5])
@pytest.mark.parametrize("kind", ["dense", "recurrent", "convolutional"])
def test_gradients_vanish_or_explode_in_all_three_kinds(kind, factor):
    """Twenty layers, or twenty steps, each of which multiplies by one factor."""
    if kind == "recurrent":
        loop = layers.SimpleRNN(
            1, None, kernel_initializer="ones", recurrent_initializer=Constant(factor)
        )
        model, x = Sequential([loop]), np.ones((1, 21, 1), "float32")
    elif kind == "dense":
        chain = [layers.Dense(1, kernel_initializer=Constant(factor)) for _ in range(20)]
        model, x = Sequential(chain), np.ones((1, 1), "float32")
    else:
        chain = [layers.Conv1D(1, 1, kernel_initializer=Constant(factor)) for _ in range(20)]
        model, x = Sequential(chain), np.ones((1, 1, 1), "float32")
    params, state = pellucid.init(model, 0, x)
    slope = jax.grad(lambda x: jnp.sum(pellucid.apply(model, params, state, x)[0]))(x)
    assert np.ravel(slope)[0] == pytest.approx(factor**20, rel=1e-4)


@pytest.mark.parametrize(
    ("layer", "shape", "output", "parameters"),
    [
        (lambda: layers.SimpleRNN(4), (7, 3), (4,), 4 * (3 + 4 + 1)),
        (lambda: layers.LSTM(4), (7, 3), (4,), 4 * 4 * (3 + 4 + 1)),
        (lambda: layers.GRU(4), (7, 3), (4,), 3 * 4 * (3 + 4 + 2)),
        (lambda: layers.GRU(4, return_sequences=True), (7, 3), (7, 4), 3 * 4 * (3 + 4 + 2)),
        (lambda: layers.Bidirectional(layers.LSTM(4)), (7, 3), (8,), 2 * 4 * 4 * (3 + 4 + 1)),
        (lambda: layers.Conv1D(4, 3), (7, 3), (5, 4), 3 * 3 * 4 + 4),
        (lambda: layers.Embedding(11, 4), (7,), (7, 4), 44),
        (lambda: layers.TransformerEncoderBlock(8, 2), (7, 4), (7, 4), 80 + 76 + 16),
    ],
)
def test_layers_for_series_have_the_number_of_weights_of_their_formulas(
    layer, shape, output, parameters
):
    made = layer()
    inputs = spec(*shape, dtype="int32" if len(shape) == 1 else "float32")
    assert infer(made, inputs).outputs.shape[1:] == output
    assert made.count_params() == parameters


def test_a_residual_block_adds_its_input_two_layers_further_down():
    image = Input((12, 12, 3))
    x = layers.Conv2D(3, 3, padding="same", activation="relu")(image)
    x = layers.Conv2D(3, 3, padding="same", kernel_initializer="zeros")(x)
    block = Model(image, layers.Activation("relu")(layers.Add()([image, x])))
    np.testing.assert_allclose(block.predict(IMAGES), np.maximum(IMAGES, 0), rtol=1e-6)
    deep = Sequential([Input((12, 12, 3)), *(block.clone() for _ in range(3))])
    params, state = pellucid.init(deep)

    def total(images):
        return jnp.sum(pellucid.apply(deep, params, state, images)[0])

    slope = np.asarray(
        jax.grad(total)(IMAGES)
    )  # the gradient takes the shortcut, whatever the depth
    np.testing.assert_array_equal(slope, IMAGES > 0)


# The page of all layers


def row_of(name):
    """Return the row of `docs/layers.md` for a layer: the first line of its docstring."""
    line = getattr(layers, name).__doc__.splitlines()[0]
    line = re.sub(r":class:`~?([\w.]+)`", r"`\1`", line).replace("``", "`")
    return f"| `{name}` | {line} |"


def test_the_page_of_layers_lists_each_once_with_its_first_line(root):
    text = (root / "docs" / "layers.md").read_text()
    listed = re.findall(r"^\| `.*\|$", text, re.MULTILINE)
    wanted = [row_of(name) for name in layers.__all__]
    assert sorted(listed) == sorted(wanted)
    words = " ".join(text.split())
    for alias, name in layers._ALIASES.items():
        assert f"`{alias}` is `{name}`" in words
