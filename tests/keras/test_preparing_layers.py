"""Layers that prepare data, as scripts use them: Keras's bins, single rows, statistics that broadcast, its shapes."""

import numpy as np
import pytest

import pellucid.keras as keras
import pellucid.keras.tensorflow as tf
from pellucid.core.errors import ShapeError
from pellucid.keras import layers

LETTERS = np.array(list("ABABA"))
NUMBERS = np.array([101, 101, 101, 102, 102])


def test_bins_at_the_prompt_are_those_that_keras_names():
    assert layers.Hashing(3)(np.array([["A"], ["B"], ["C"]])).numpy().tolist() == [[1], [0], [1]]
    assert layers.Hashing(3, salt=133)(["A", "B", "C"]).numpy().tolist() == [0, 0, 2]
    assert layers.Hashing(3)(np.arange(5)).numpy().tolist() == [1, 0, 1, 0, 2]
    assert layers.HashedCrossing(5)((LETTERS, NUMBERS)).numpy().tolist() == [1, 4, 1, 1, 3]
    assert int(layers.HashedCrossing(5)((tf.constant("B"), tf.constant(101)))) == 4


def test_a_data_set_is_mapped_by_a_crossing():
    layer = layers.HashedCrossing(5)
    data = tf.data.Dataset.from_tensor_slices((LETTERS, NUMBERS)).batch(5)
    found = next(iter(data.map(lambda a, b: layer((a, b)))))
    assert found.numpy().tolist() == [1, 4, 1, 1, 3]


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        (tf.constant(1), "list or tuple"),
        ([tf.constant([1])], "at least two"),
        ([tf.constant([1.0]), tf.constant([2.0])], "integer or string dtype"),
    ],
)
def test_a_crossing_refuses_what_keras_refuses(inputs, text):
    with pytest.raises(ShapeError, match=text):
        layers.HashedCrossing(5)(inputs)


def test_one_row_of_tokens_gives_one_vector():
    count = layers.CategoryEncoding(4, output_mode="count")
    assert count([1, 2, 1]).numpy().tolist() == [0, 2, 1, 0]
    assert count([1, 2, 1], count_weights=[0.5, 3, 1]).numpy().tolist() == [0, 1.5, 3, 0]
    assert count([[1], [2]]).shape == (2, 4)
    assert layers.CategoryEncoding(3, output_mode="one_hot")(2).numpy().tolist() == [0, 0, 1]
    words = layers.StringLookup(vocabulary=["a", "b"], output_mode="multi_hot")
    assert words(["b", "b"]).numpy().tolist() == [0, 0, 1]
    edges = layers.Discretization([0.0, 1.0], output_mode="count")
    assert edges([-1.0, 0.5, 0.7]).numpy().tolist() == [1, 2, 0]
    assert int(layers.Discretization([0.0, 1.0])(0.5)) == 1


def test_sparse_vectors_are_dense_ones(capsys):
    layer = layers.CategoryEncoding(3, output_mode="multi_hot", sparse=True)
    np.testing.assert_array_equal(layer([[0, 2]]), [[1, 0, 1]])


def test_what_is_learned_anew_reaches_layers_and_models_that_were_called():
    lookup, edges = layers.IntegerLookup(), layers.Discretization(num_bins=2)
    lookup.adapt([7])
    edges.adapt([1.0, 2.0])
    inputs = keras.Input((1,), dtype="int32")
    model = keras.Model(inputs, lookup(inputs))
    nine = np.array([[9]])
    assert (int(lookup(nine)), int(model(nine)), int(edges([[3.0]]))) == (0, 0, 1)
    lookup.adapt([9, 9, 7])
    edges.adapt([5.0, 9.0])
    assert (int(lookup(nine)), int(model(nine)), int(edges([[3.0]]))) == (1, 1, 0)


def test_single_texts_fit_a_model_of_columns():
    letters = layers.StringLookup(vocabulary=["A", "B"])
    inputs = {
        "letter": keras.Input((1,), dtype="string"),
        "number": keras.Input((1,), dtype="int32"),
    }
    crossed = layers.HashedCrossing(5)([letters(inputs["letter"]), inputs["number"]])
    model = keras.Model(inputs, crossed)
    wanted = layers.HashedCrossing(5)(([1, 2, 1, 2, 1], NUMBERS)).numpy()[:, None]
    data = {"letter": LETTERS, "number": NUMBERS}
    np.testing.assert_array_equal(model.predict(data, verbose=0), wanted)
    stream = tf.data.Dataset.from_tensor_slices(data).batch(2)
    np.testing.assert_array_equal(model.predict(stream, verbose=0), wanted)
    tensors = {"letter": keras.ops.convert_to_tensor(LETTERS), "number": tf.constant(NUMBERS)}
    np.testing.assert_array_equal(model.predict(tensors, verbose=0), wanted)


def test_shapes_are_known_before_anything_is_learned():
    layer = layers.Discretization(num_bins=4, output_mode="one_hot")
    assert layer.compute_output_shape((None, 3, 2)) == (None, 3, 2, 4)
    assert layer.compute_output_shape((None, 3, 1)) == (None, 3, 4)
    spec = layers.IntegerLookup(vocabulary=[7], output_mode="one_hot").compute_output_spec(
        keras.Input((3,), dtype="int32")
    )
    assert (tuple(spec.shape), str(spec.dtype)) == ((None, 3, 2), "float32")


def test_statistics_have_an_axis_for_each_of_the_inputs():
    layer = layers.Normalization(axis=2, mean=np.arange(5.0), variance=np.ones(5))
    layer.build((2, 4, 5, 3))
    assert tuple(layer.mean.shape) == (1, 1, 5, 1)
    np.testing.assert_array_equal(layer.mean[0, 0, :, 0], np.arange(5.0))
    table = layers.Normalization()
    table.adapt([(np.array([[1.0, 2.0], [3.0, 6.0]]), np.zeros(2))])
    np.testing.assert_allclose(table.mean, [[2.0, 4.0]])


def test_scales_of_channels_follow_the_place_of_the_channels():
    images = np.ones((1, 2, 4, 4), "float32")
    keras.config.set_image_data_format("channels_first")
    try:
        found = layers.Rescaling([2.0, 3.0])(images).numpy()
    finally:
        keras.config.set_image_data_format("channels_last")
    assert found[0, :, 0, 0].tolist() == [2.0, 3.0]
    assert layers.Rescaling(np.array([2.0, 3.0])).get_config()["scale"] == [2.0, 3.0]


def test_a_script_may_split_texts_by_tensorflow():
    layer = layers.TextVectorization(
        split=lambda text: tf.strings.split(text, sep="|"),
        standardize=None,
        vocabulary=["foo", "bar"],
    )
    assert layer(["bar|foo", "foo"]).numpy().tolist() == [[3, 2], [2, 0]]


@pytest.mark.parametrize("outputs", [1, 2])
def test_gradients_reach_a_model_that_reads_texts(outputs):
    letters = layers.StringLookup(vocabulary=["A", "B"])
    inputs = keras.Input((1,), dtype="string")
    table = layers.Embedding(3, 2, embeddings_initializer="zeros")
    sums = layers.GlobalAveragePooling1D()(table(letters(inputs)))
    model = keras.Model(inputs, sums if outputs == 1 else [sums, sums * 2.0])
    with tf.GradientTape() as tape:
        found = model(tf.constant(LETTERS)[:, None])
        last = found if outputs == 1 else found[1] / 2.0
        loss = tf.reduce_sum(last * tf.constant([1.0, 10.0]))
    gradient = tape.gradient(loss, model.trainable_variables)[0]
    np.testing.assert_allclose(gradient, [[0, 0], [3, 30], [2, 20]])
