"""Whole models on raw text: real messages are learned, and a model's file needs nothing beside it."""

from __future__ import annotations

import time

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers


@pytest.fixture(scope="module")
def messages(data_folder):
    file = data_folder / "text" / "sms-spam" / "SMSSpamCollection"
    rows = [line.split("\t", 1) for line in file.read_text(encoding="utf-8").splitlines()]
    order = np.random.default_rng(0).permutation(len(rows))
    texts = [rows[index][1] for index in order]
    spam = np.array([rows[index][0] == "spam" for index in order], "float32")
    return (texts[:4500], spam[:4500]), (texts[4500:], spam[4500:])


def test_spam_is_told_from_raw_messages_also_by_a_model_from_a_file(messages, tmp_path):
    (x_train, y_train), (x_test, y_test) = messages
    words = layers.TextVectorization(max_tokens=3000, output_sequence_length=40)
    words.adapt(x_train)
    model = Sequential(
        [
            words,
            layers.Embedding(3000, 8, mask_zero=True),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(pellucid.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=4, batch_size=64, verbose=0)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    assert accuracy > 0.97
    assert loss < 0.12
    model.save(tmp_path / "spam.safetensors")
    again = pellucid.load(tmp_path / "spam.safetensors")
    np.testing.assert_array_equal(again.predict(x_test), model.predict(x_test))
    told = again.predict(["WINNER! Call 09061701461 now to claim your free prize", "ok, see you"])
    assert told[0, 0] > 0.9 > 0.1 > told[1, 0]


def test_five_thousand_messages_take_well_below_a_second(messages):
    texts = messages[0][0] + messages[1][0]
    layer = layers.TextVectorization(output_sequence_length=40)
    took = []
    for _ in range(3):
        start = time.perf_counter()
        layer.adapt(texts)
        layer(texts)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.8


def test_a_graph_of_text_and_numbers_comes_back_from_its_file(tmp_path):
    texts = np.array([["red car"], ["blue car"], ["red bus"], ["green tram"]])
    sizes = np.array([[1.0], [2.0], [3.0], [4.0]], "float32")
    words = layers.TextVectorization(output_mode="tf_idf", ngrams=2)
    words.adapt(texts)
    text, size = Input(shape=(1,), dtype="string", name="text"), Input(shape=(1,), name="size")
    joined = layers.Concatenate()([words(text), size])
    model = Model([text, size], layers.Dense(1)(joined))
    model.compile("sgd", "mse")
    model.fit({"text": texts, "size": sizes}, sizes, epochs=2, verbose=0)
    model.save(tmp_path / "model.safetensors")
    again = pellucid.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict([texts, sizes]), model.predict([texts, sizes]))
    fresh = np.array([["red tram"]]), np.array([[1.5]], "float32")
    np.testing.assert_array_equal(again.predict(list(fresh)), model.predict(list(fresh)))


def test_functions_of_ones_own_need_a_name_in_the_file(tmp_path):
    def commas(texts):
        return [str(text).split(",") for text in texts]

    words = layers.TextVectorization(split=commas, vocabulary=["a", "b"], standardize=None)
    model = Sequential([words, layers.Embedding(4, 2)])
    x = np.array(["a,b", "b,c"])
    wanted = model.predict(x)
    with pytest.raises(TypeError, match="custom_objects"):
        model.save(tmp_path / "model.safetensors")
    model.save(tmp_path / "model.safetensors", custom_objects={"commas": commas})
    again = pellucid.load(tmp_path / "model.safetensors", custom_objects={"commas": commas})
    np.testing.assert_array_equal(again.predict(x), wanted)
