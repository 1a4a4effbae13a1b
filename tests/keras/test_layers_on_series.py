"""Recurrent, attention and merging layers as scripts use them: own cells, states, masks, shapes."""

import numpy as np
import pytest

import pellucid.keras as keras
from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.keras import layers, ops


class SumCell(layers.Layer):
    """Adds the features of each step to its state; it does not say how states begin."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="ones", name="kernel"
        )

    def call(self, inputs, states):
        output = states[0] + ops.matmul(inputs, self.kernel)
        return output, [output]


SERIES = np.arange(12, dtype="float32").reshape(2, 3, 2)
SUMS = SERIES.sum(axis=2).cumsum(axis=1)


def test_a_stateful_layer_with_a_cell_of_the_script():
    layer = layers.RNN(SumCell(1), stateful=True, return_state=True)
    layer(SERIES)
    outputs, state = layer(SERIES)
    np.testing.assert_allclose(outputs[:, 0], 2 * SUMS[:, -1])
    np.testing.assert_allclose(state, outputs)


def test_stacked_cells_with_one_state_give_arrays():
    layer = layers.RNN([SumCell(1), SumCell(1)], return_state=True)
    outputs, first, second = layer(SERIES)
    np.testing.assert_allclose(first[:, 0], SUMS[:, -1])
    np.testing.assert_allclose(second[:, 0], SUMS.sum(axis=1))
    np.testing.assert_allclose(outputs, second)


@pytest.mark.parametrize("sequences", [False, True])
def test_shapes_of_a_layer_with_a_cell_of_the_script(sequences):
    layer = layers.RNN(SumCell(8), return_sequences=sequences, return_state=True)
    outputs = (None, 5, 8) if sequences else (None, 8)
    assert layer.compute_output_shape((None, 5, 2)) == (outputs, (None, 8))
    stacked = layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)], return_state=True)
    wanted = ((2, 3), [(2, 4), (2, 4)], (2, 3))
    assert stacked.compute_output_shape((2, 5, 1)) == wanted


def test_a_stateful_layer_learns_its_rows_from_the_input():
    inputs = keras.Input(shape=(3, 2), batch_size=2)
    model = keras.Model(inputs, layers.LSTM(4, stateful=True)(inputs))
    assert model(SERIES).shape == (2, 4)
    with pytest.raises(ShapeError, match="batch size"):
        model(SERIES[:1])


def test_attention_over_the_last_axis_but_one():
    query, value = np.random.default_rng(0).normal(size=(2, 2, 3, 5, 4)).astype("float32")
    outputs, scores = layers.Attention()([query, value], return_attention_scores=True)
    weights = np.exp(query @ np.swapaxes(value, -1, -2))
    weights /= weights.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(scores, weights, atol=1e-5)
    np.testing.assert_allclose(outputs, weights @ value, atol=1e-5)


def test_shapes_of_attention_with_another_key():
    layer = layers.MultiHeadAttention(2, 3, output_shape=7)
    assert layer.compute_output_shape((2, 4, 8), (2, 5, 6), (2, 5, 3)) == (2, 4, 7)
    named = {"query_shape": [2, 4, 8], "value_shape": [2, 5, 6]}
    assert layer.compute_output_shape(**named) == (2, 4, 7)


def test_a_fused_kernel_returns_no_scores():
    layer = layers.MultiHeadAttention(2, 3, flash_attention=True)
    x = np.ones((1, 2, 4), "float32")
    with pytest.raises(ArgumentError, match="Returning attention scores is not supported"):
        layer(x, x, return_attention_scores=True)
    assert keras.config.is_flash_attention_enabled() in (None, True, False)


def test_sums_and_means_count_what_is_masked():
    mask = layers.Masking(mask_value=7.0)
    one = mask(np.array([[[7.0], [1.0]]], "float32"))
    other = mask(np.array([[[2.0], [7.0]]], "float32"))
    plain = layers.Add()([one, np.array([[[2.0], [3.0]]], "float32")])
    # Masking itself sets what it masks to 0, so the numbers below are those of Keras.
    assert plain.numpy().ravel().tolist() == [2.0, 4.0]
    assert layers.Average()([one, other]).numpy().ravel().tolist() == [1.0, 0.5]
    assert layers.Average()([one, other])._keras_mask.numpy().tolist() == [[True, True]]


def test_masked_positions_of_an_embedding_are_added():
    embedding = layers.Embedding(3, 2, mask_zero=True, embeddings_initializer="ones")
    tokens = embedding(np.array([[1, 0]]))
    assert layers.Add()([tokens, tokens]).numpy().tolist() == [[[2.0, 2.0], [2.0, 2.0]]]


def test_masks_are_asked_for_in_lists():
    one, other = keras.Input((2, 3)), keras.Input((2, 3))
    for call, text in (
        (
            lambda: layers.Add().compute_mask([one, other], np.ones((1, 2))),
            "`mask` should be a list",
        ),
        (lambda: layers.Add().compute_mask(one, [None, None]), "`inputs` should be a list"),
        (lambda: layers.Concatenate().compute_mask([one, other], [None]), "the same length"),
    ):
        with pytest.raises(ArgumentError, match=text):
            call()


def test_small_things_that_keras_code_reads():
    assert layers.AdaptiveAveragePooling2D(4).get_config()["output_size"] == (4, 4)
    assert keras.activations.get("relu") == keras.activations.relu
    assert layers.Activation(keras.activations.gelu).get_config()["activation"] == "gelu"


@pytest.mark.parametrize("sizes", ["Invalid", (20, 1.5, 10), (20, -1, 10), (20, 0, 10)])
def test_the_shape_of_a_dropout_mask_is_checked(sizes):
    with pytest.raises(ArgumentError, match="Invalid value received for argument `noise_shape`"):
        layers.Dropout(0.5, noise_shape=sizes)
    assert layers.Dropout(0.5, noise_shape=[20, 1, 10]).noise_shape == (20, 1, 10)


def test_a_layer_called_alone_keeps_its_own_rows_whatever_model_was_made_before():
    keras.layers.SimpleRNN(2, stateful=True)(keras.Input(batch_shape=(4, 3, 5)))
    layer = keras.layers.SimpleRNN(2, stateful=True)
    assert layer(np.ones((2, 3, 5), "float32")).shape == (2, 2)
