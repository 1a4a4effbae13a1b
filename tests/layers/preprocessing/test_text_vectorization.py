"""TextVectorization: tokens of all kinds; test_golden_preprocessing.py compares its numbers with Keras's."""

from __future__ import annotations

import string

import numpy as np
import pytest

from pellucid import Input, Sequential, layers
from pellucid.core.errors import (
    ArgumentError,
    ArgumentTypeError,
    DataError,
    ShapeError,
    UsageError,
)

TEXTS = ["Ein Bär, ein Fuß!", "two\u00a0words", ""]


def words_of(layer, texts):
    """Return the tokens that come back from a layer's numbers."""
    known = np.array(layer.get_vocabulary())
    return [[word for word in known[row] if word] for row in layer(texts)]


def test_words_of_any_alphabet():
    layer = layers.TextVectorization()
    layer.adapt(TEXTS)
    assert words_of(layer, TEXTS) == [["ein", "bär", "ein", "fuß"], ["two", "words"], []]
    assert words_of(layer, ["EIN Hund"]) == [["ein", "[UNK]"]]


def test_characters_and_bytes():
    letters = layers.TextVectorization(split="character", standardize=None)
    letters.adapt(TEXTS)
    assert words_of(letters, TEXTS[:2]) == [list(text) for text in TEXTS[:2]]
    octets = layers.TextVectorization(
        split="byte", standardize=None, vocabulary=[chr(byte) for byte in range(256)]
    )
    found = octets(["Fuß", "日"])
    assert [row[row > 0].tolist() for row in found] == [
        [2 + byte for byte in text.encode()] for text in ("Fuß", "日")
    ]


def test_functions_of_ones_own():
    layer = layers.TextVectorization(
        standardize=np.char.upper, split=lambda texts: np.char.split(texts, ";")
    )
    layer.adapt(["a;b", "b;c"])
    assert layer.get_vocabulary() == ["", "[UNK]", "B", "C", "A"]
    assert layer(["c;a;x"]).tolist() == [[3, 4, 1]]
    short = layers.TextVectorization(standardize=lambda texts: texts[:1])
    with pytest.raises(DataError, match="an array of 2 texts and must return as many"):
        short.adapt(["a", "b"])
    single = layers.TextVectorization(split=lambda text: text.split(","))
    with pytest.raises(DataError, match=r"an array of texts[\s\S]*for text in texts\]"):
        single.adapt(["a", "b"])


def test_rows_are_filled_up_and_cut():
    layer = layers.TextVectorization(vocabulary=list("abc"), output_sequence_length=2)
    wanted = [[2, 3], [4, 0], [0, 0]]
    for texts in (["a b c", "c", ""], [["a b c"], ["c"], [""]], np.array(["a b c", "c", ""])):
        found = layer(texts)
        assert found.tolist() == wanted
        assert found.dtype == np.int32
    assert layer("a").tolist() == [2, 0]
    assert layers.TextVectorization(vocabulary=list("abc"))(["a", "a b c"]).shape == (2, 3)


def test_rows_of_tokens_need_no_splitting():
    layer = layers.TextVectorization(split=None, standardize=None, ngrams=2)
    layer.adapt([["to", "be"], ["to", "be"]])
    assert layer.get_vocabulary() == ["", "[UNK]", "to be", "to", "be"]
    assert layer([["be", "to"]]).tolist() == [[4, 3, 1]]


@pytest.mark.parametrize("mode", ["multi_hot", "count", "tf_idf"])
def test_vectors_against_a_loop(mode):
    texts = ["a b b", "b c", "c c d", ""]
    layer = layers.TextVectorization(output_mode=mode, max_tokens=9, pad_to_max_tokens=True)
    layer.adapt(texts)
    known = layer.get_vocabulary()
    wanted = np.zeros((2, 9))
    for row, text in enumerate(["b b z", "a d d"]):
        for word in text.split():
            wanted[row, known.index(word) if word in known else 0] += 1
    if mode == "multi_hot":
        wanted = np.minimum(wanted, 1)
    if mode == "tf_idf":
        holding = [sum(word in text.split() for text in texts) for word in known[1:]]
        idf = [np.log(1 + 4 / (1 + count)) for count in holding]
        wanted[:, : len(known)] *= [np.mean(idf), *idf]
    np.testing.assert_allclose(layer(["b b z", "a d d"]), wanted, rtol=1e-6)


def test_all_punctuation_goes():
    layer = layers.TextVectorization()
    layer.adapt([f"one{string.punctuation} two"])
    assert layer.get_vocabulary() == ["", "[UNK]", "two", "one"]


def test_the_shapes_that_a_graph_sees():
    vectors = layers.TextVectorization(vocabulary=["a", "b"], output_mode="count")
    model = Sequential([Input(shape=(1,), dtype="string"), vectors, layers.Dense(2)])
    assert model.layers[0].output.shape == (None, 3)
    fixed = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=7)
    model = Sequential([Input(shape=(), dtype="string"), fixed, layers.Embedding(4, 2)])
    assert model.output_shape == (None, 7, 2)


def test_what_it_refuses():
    layer = layers.TextVectorization()
    with pytest.raises(UsageError, match=r"no vocabulary yet[\s\S]*adapt\(x_train\) first"):
        layer(["a"])
    with pytest.raises(UsageError, match="works on the host"):
        Around(layers.TextVectorization(vocabulary=["a"]))(np.zeros((1, 2)))
    with pytest.raises(ShapeError, match="one text a row"):
        layer.adapt([["a", "b"], ["c", "d"]])
    with pytest.raises(DataError, match=r"takes text, but entry 0 is 1.5"):
        layer.adapt(np.array([1.5]))
    with pytest.raises(ArgumentError, match="`split` must be one of 'whitespace'"):
        layers.TextVectorization(split="words")
    with pytest.raises(ArgumentError, match="`standardize` must be one of"):
        layers.TextVectorization(standardize="upper")
    with pytest.raises(ArgumentTypeError, match="`ngrams` must be an integer"):
        layers.TextVectorization(ngrams="2")
    with pytest.raises(ArgumentError, match="`output_sequence_length` needs"):
        layers.TextVectorization(output_mode="count", output_sequence_length=4)
    with pytest.raises(ArgumentError, match="one token in each text"):
        layers.TextVectorization(output_mode="one_hot")


class Around(layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, inputs):
        return self.inner(inputs)
