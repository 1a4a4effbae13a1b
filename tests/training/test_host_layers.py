"""Layers that work on the host: applied once, before the data go to the device; the program begins behind them."""

import numpy as np
import pytest

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError, UsageError
from pellucid.training import cache

WORDS = np.array(["cat", "dog", "eel", "dog", "cat", "eel", "eel", "cat"])
COLUMN = WORDS[:, None]
X = np.arange(16, dtype="float32").reshape(8, 2) / 16
Y = np.array([0.0, 1.0, 2.0, 1.0, 0.0, 2.0, 2.0, 0.0])


class Lookup(pellucid.Layer):
    """Words to rows of ones and zeros, on the host; counts how often it is called."""

    on_host = True

    def __init__(self, words=("cat", "dog", "eel"), **kwargs):
        super().__init__(**kwargs)
        self.words = words
        self.calls = [0]

    def call(self, inputs):
        assert isinstance(inputs, np.ndarray)
        self.calls[0] += 1
        flat = inputs[:, 0] if inputs.ndim == 2 else inputs
        return (flat[:, None] == np.array(self.words)).astype("float32")


class Upper(pellucid.Layer):
    """Text to text."""

    on_host = True

    def call(self, inputs):
        return np.char.upper(inputs)


def stack(*before):
    model = Sequential([*before, Upper(), Lookup(("CAT", "DOG", "EEL")), layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.1), "mse")
    return model


def plain():
    model = Sequential([layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.1), "mse")
    return model


def one_hot(words):
    return (words[:, None] == np.array(["cat", "dog", "eel"])).astype("float32")


@pytest.mark.parametrize("x", [WORDS, WORDS.tolist(), COLUMN], ids=["array", "list", "column"])
def test_a_stack_trains_as_behind_its_host_layers(x):
    model, reference = stack(), plain()
    fit = {"epochs": 3, "batch_size": 3, "validation_data": (x[:4], Y[:4]), "verbose": 0}
    history = model.fit(x, Y, **fit)
    fit["validation_data"] = (one_hot(WORDS[:4]), Y[:4])
    assert history.history == reference.fit(one_hot(WORDS), Y, **fit).history
    np.testing.assert_array_equal(model.predict(x), reference.predict(one_hot(WORDS)))
    assert model.evaluate(x, Y, verbose=0) == reference.evaluate(one_hot(WORDS), Y, verbose=0)
    np.testing.assert_allclose(model(x), model.predict(x), rtol=1e-6)


def test_an_input_of_text_declares_the_weights_at_once():
    model = stack(Input(shape=(1,), dtype="string"))
    assert model.count_params() == 4
    assert model.output_shape == (None, 1)
    model.fit(COLUMN, Y, verbose=0)
    np.testing.assert_allclose(model(COLUMN), model.predict(COLUMN), rtol=1e-6)


def test_the_host_layers_are_called_once_and_words_compile_nothing():
    cache.clear()
    for words in (("CAT", "DOG", "EEL"), ("EEL", "CAT", "DOG")):
        lookup = Lookup(words)
        model = Sequential([Upper(), lookup, layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(WORDS, Y, epochs=5, batch_size=2, verbose=0)
        assert lookup.calls == [1]
    (program,) = cache._programs.values()
    assert program._cache_size() == 1


def graph(lookup=None):
    word = Input(shape=(1,), dtype="string", name="word")
    size = Input(shape=(2,), name="size")
    codes = (lookup or Lookup(("CAT", "DOG", "EEL")))(Upper()(word))
    model = Model([word, size], layers.Dense(1)(layers.Dense(3)(size) + codes))
    model.compile(pellucid.optimizers.SGD(0.1), "mse")
    return model


def test_a_graph_computes_its_host_part_before_the_program():
    lookup = Lookup(("CAT", "DOG", "EEL"))
    model = graph(lookup)
    codes, size = Input(shape=(3,), name="codes"), Input(shape=(2,), name="size")
    joined = layers.Dense(1, name="dense_1")(layers.Dense(3, name="dense")(size) + codes)
    reference = Model([codes, size], joined)
    reference.compile(pellucid.optimizers.SGD(0.1), "mse")
    reference.set_weights(model.get_weights())
    lookup.calls[0] = 0
    x = {"word": COLUMN, "size": X}
    history = model.fit(x, Y, epochs=3, batch_size=3, validation_split=0.25, verbose=0)
    assert lookup.calls == [1]
    given = [one_hot(WORDS), X]
    expected = reference.fit(given, Y, epochs=3, batch_size=3, validation_split=0.25, verbose=0)
    for name, values in expected.history.items():
        np.testing.assert_allclose(history.history[name], values, rtol=1e-5)
    for form in (x, [COLUMN, X]):
        np.testing.assert_allclose(model.predict(form), reference.predict(given), rtol=1e-5)
    np.testing.assert_allclose(model([COLUMN, X]), reference.predict(given), rtol=1e-5)


def test_a_host_layer_works_alone():
    assert Upper()(["a", "b"]).tolist() == ["A", "B"]


class Inside(Model):
    def __init__(self):
        super().__init__()
        self.lookup, self.dense = Lookup(), layers.Dense(1)

    def call(self, inputs):
        return self.dense(self.lookup(inputs))


def test_a_host_layer_behind_the_program_or_in_it_is_refused():
    with pytest.raises(ArgumentError, match=r"'lookup'(.|\n)*behind 'dense'"):
        Sequential([layers.Dense(1), Lookup()])
    size = Input(shape=(1,))
    late = Lookup()(layers.Dense(1, name="dense")(size))
    with pytest.raises(ArgumentError, match=r"works on the host(.|\n)*behind 'dense'"):
        Model(size, late)
    model = Inside()
    model.compile("sgd", "mse")
    with pytest.raises(UsageError, match=r"before the program(.|\n)*x = layer"):
        model.fit(X, Y, verbose=0)


def test_text_without_a_host_layer_is_refused_in_words():
    with pytest.raises(ValueError, match="text"):
        plain().fit(WORDS, Y, verbose=0)
