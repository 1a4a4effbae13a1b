"""StringLookup: what it learns, its special tokens, its files, and what it refuses."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import pellucid
from pellucid import Input, Sequential, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError, UsageError
from pellucid.functional.hashing import hash_texts

WORDS = ["red", "blue", "red", "green", "blue", "red", "white"]


def test_adapt_orders_by_frequency_and_then_backwards_by_name():
    layer = layers.StringLookup()
    layer.adapt(WORDS)
    assert layer.get_vocabulary() == ["[UNK]", "red", "blue", "white", "green"]
    assert layer.get_vocabulary(include_special_tokens=False) == ["red", "blue", "white", "green"]
    assert layer.vocabulary_size() == 5
    layer.adapt(iter([["b", "b"], ["a"], ["c"] * 9]), steps=2)
    assert layer.get_vocabulary() == ["[UNK]", "b", "a"]


@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda w: np.array(w, object)])
def test_texts_come_in_many_kinds(kind):
    layer = layers.StringLookup(vocabulary=["red", "blue"])
    assert layer(kind(WORDS)).tolist() == [1, 2, 1, 0, 2, 1, 0]
    assert layer(np.array([b"blue", "größe".encode()])).tolist() == [2, 0]
    assert layer("red").shape == ()


def test_special_tokens():
    layer = layers.StringLookup(vocabulary=["a", "b"], mask_token="", num_oov_indices=3, salt=1)
    assert layer.get_vocabulary() == ["", "[UNK]", "[UNK]", "[UNK]", "a", "b"]
    unknown = [f"word {number}" for number in range(300)]
    found = layer(["", "a", "b", *unknown])
    assert found[:3].tolist() == [0, 4, 5]
    assert found[3:].tolist() == (1 + hash_texts(unknown, (1, 1)) % 3).tolist()
    assert set(Counter(found[3:].tolist())) == {1, 2, 3}


def test_a_given_vocabulary_may_hold_the_special_tokens():
    whole = layers.StringLookup(vocabulary=["", "[UNK]", "a"], mask_token="")
    short = layers.StringLookup(vocabulary=["a"], mask_token="")
    assert whole.get_vocabulary() == short.get_vocabulary() == ["", "[UNK]", "a"]


def test_there_and_back():
    there = layers.StringLookup(mask_token="")
    there.adapt(WORDS)
    back = layers.StringLookup(vocabulary=there.get_vocabulary(), mask_token="", invert=True)
    words = np.array([["red", ""], ["white", "blue"]])
    assert back(there(words)).tolist() == words.tolist()
    assert back(np.array([-1, 99])).tolist() == ["[UNK]", "[UNK]"]


def test_a_vocabulary_from_a_file_is_kept_in_the_layer(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("red\nblue\n", encoding="utf-8")
    layer = layers.StringLookup(vocabulary=str(path))
    path.unlink()
    assert layer.clone()(["blue"]).tolist() == [2]
    with pytest.raises(ArgumentError, match="not a file's name"):
        layers.StringLookup.from_config({"vocabulary": str(path)})


@pytest.mark.parametrize("mode", ["int", "multi_hot", "tf_idf"])
def test_a_model_keeps_what_was_learned(mode, tmp_path):
    layer = layers.StringLookup(output_mode=mode, num_oov_indices=2)
    layer.adapt(np.array(WORDS[:6]).reshape(3, 2))
    behind = layers.Embedding(9, 2) if mode == "int" else layers.Dense(2)
    model = Sequential([Input(shape=(2,), dtype="string"), layer, behind])
    x = np.array([["red", "pink"], ["new", "blue"]])
    model.save(tmp_path / "model.safetensors")
    again = pellucid.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict(x), model.predict(x))
    assert again.layers[0].get_vocabulary() == layer.get_vocabulary()
    np.testing.assert_array_equal(again.layers[0](x), layer(x))
    again.layers[0].adapt(["new"])
    assert layer.clone().get_vocabulary() == layer.get_vocabulary() != ["new"]


def test_a_graph_of_a_layer_without_a_place_for_unknown_texts():
    layer = layers.StringLookup(vocabulary=["a", "b"], num_oov_indices=0)
    model = Sequential([Input(shape=(), dtype="string"), layer, layers.Embedding(2, 3)])
    assert model.predict(np.array(["b", "a"])).shape == (2, 3)
    with pytest.raises(DataError, match="'c' is not in its vocabulary"):
        model.predict(np.array(["c"]))


def test_what_it_refuses():
    layer = layers.StringLookup()
    with pytest.raises(UsageError, match=r"no vocabulary yet[\s\S]*adapt\(x_train\) first"):
        layer(["a"])
    with pytest.raises(DataError, match="found no token"):
        layer.adapt([])
    with pytest.raises(DataError, match=r"entry 1 is nan[\s\S]*fillna"):
        layer.adapt(np.array(["a", np.nan], object))
    with pytest.raises(DataError, match=r"entry 0 is 3, a int[\s\S]*str\(each\)"):
        layer.adapt([3])
    with pytest.raises(DataError, match="'b' is not in its vocabulary"):
        layers.StringLookup(vocabulary=["a"], num_oov_indices=0)(["a", "b"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"vocabulary": []}, "is empty"),
        ({"vocabulary": ["a", "b", "a"]}, "holds 'a' twice"),
        ({"vocabulary": ["a", ""], "mask_token": ""}, "meaning of its own"),
        ({"vocabulary": ["a", "[UNK]"], "invert": True}, "meaning of its own"),
        ({"vocabulary": ["a", "b"], "max_tokens": 2}, "`max_tokens` is 2"),
        ({"num_oov_indices": 5, "max_tokens": 4}, "5 are special"),
        ({"invert": True, "output_mode": "count"}, "`invert` needs"),
        ({"encoding": "utf-9"}, "`encoding` is 'utf-9'"),
        ({"vocabulary": "nowhere/words.txt"}, "there is no vocabulary file"),
        ({"pad_to_max_tokens": True}, "needs `max_tokens`"),
        ({"idf_weights": [1.0]}, "need the `vocabulary`"),
        ({"vocabulary": ["a"], "idf_weights": [1.0]}, 'need output_mode="tf_idf"'),
        ({"vocabulary": ["a"], "output_mode": "tf_idf"}, "`idf_weights` are needed"),
        (
            {"vocabulary": ["a"], "output_mode": "tf_idf", "idf_weights": [1.0, 2.0, 3.0]},
            "must be 1 finite numbers",
        ),
    ],
)
def test_arguments_that_do_not_go_together(arguments, words):
    with pytest.raises(ArgumentError, match=words):
        layers.StringLookup(**arguments)


def test_the_sparse_arrays_of_tensorflow_are_refused():
    with pytest.raises(ArgumentTypeError, match="`sparse` must be one of False"):
        layers.StringLookup(sparse=True)
