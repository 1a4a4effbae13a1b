"""Plain lists of rows for the inputs of a graph: texts and numbers, alone and beside other inputs."""

import numpy as np
import pytest

from pellucid import Input, Model, layers
from pellucid.core.errors import ArgumentError
from pellucid.models.feeding import feed
from pellucid.modules.graph import Ref

TEXTS = ["a", "b c", "c"]
SIZES = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def of_texts(shape):
    text = Input(shape=shape, dtype="string", name="text")
    words = layers.TextVectorization(output_mode="multi_hot")
    words.adapt(TEXTS)
    model = Model(text, layers.Dense(2)(words(text)))
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("shape", [(), (1,)])
def test_a_list_of_texts_is_rows_for_a_single_input(shape):
    model = of_texts(shape)
    wanted = model.predict(np.array(TEXTS).reshape(3, *shape), verbose=0)
    column = [[text] for text in TEXTS]
    for given in (TEXTS, tuple(TEXTS), list(np.array(TEXTS)), column, {"text": TEXTS}):
        np.testing.assert_array_equal(model.predict(given, verbose=0), wanted)
        np.testing.assert_allclose(model(given), wanted, rtol=1e-6)
    np.testing.assert_allclose(model.predict(TEXTS[:1], verbose=0), wanted[:1], rtol=1e-6)
    targets = np.zeros((3, 2), "float32")
    loss = model.evaluate(TEXTS, targets, verbose=0)
    np.testing.assert_allclose(loss, np.mean(np.square(wanted)), rtol=1e-6)


def test_lists_of_rows_for_several_inputs():
    word, size = Input(shape=(1,), dtype="string", name="word"), Input(shape=(2,), name="size")
    codes = layers.StringLookup(vocabulary=["a", "c"], output_mode="one_hot")(word)
    model = Model([word, size], layers.Dense(1)(layers.Concatenate()([codes, size])))
    wanted = model.predict([np.array(TEXTS)[:, None], np.array(SIZES)], verbose=0)
    for given in ([TEXTS, SIZES], {"word": TEXTS, "size": SIZES}, [TEXTS, np.array(SIZES)]):
        np.testing.assert_array_equal(model.predict(given, verbose=0), wanted)


def test_a_list_of_several_arrays_for_one_input_is_refused():
    with pytest.raises(ArgumentError, match="takes one input"):
        feed("Model", Ref(0, 0), {Ref(0, 0): "x"}, [np.ones(2), np.ones(2)])
