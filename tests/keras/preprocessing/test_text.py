"""Tokenizer and its functions: counts by hand, and beside Keras's own."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, ArgumentTypeError, UsageError
from pellucid.keras.preprocessing import text

TEXTS = ["The cat sat on the mat.", "The dog, the cat!", "A bird"]


def fitted(**options) -> text.Tokenizer:
    tokenizer = text.Tokenizer(**options)
    tokenizer.fit_on_texts(TEXTS)
    return tokenizer


def test_words() -> None:
    assert text.text_to_word_sequence("Hello, World!\tOnce") == ["hello", "world", "once"]
    assert text.text_to_word_sequence("A-b c", filters="-", lower=False, split="c") == ["A", "b "]


def test_frequent_words_come_first() -> None:
    tokenizer = fitted()
    assert list(tokenizer.word_index.items())[:3] == [("the", 1), ("cat", 2), ("sat", 3)]
    assert tokenizer.word_counts["the"] == 4
    assert (tokenizer.word_docs["the"], tokenizer.document_count) == (2, 3)
    assert tokenizer.texts_to_sequences(["the dog flew"]) == [[1, 6]]
    assert tokenizer.sequences_to_texts([[1, 6, 99]]) == ["the dog"]


def test_limits_and_unknown_words() -> None:
    assert fitted(num_words=3).texts_to_sequences(TEXTS) == [[1, 2, 1], [1, 1, 2], []]
    unknown = fitted(num_words=4, oov_token="?")
    assert unknown.texts_to_sequences(["the cat flew on"]) == [[2, 3, 1, 1]]
    assert unknown.sequences_to_texts([[2, 9, 4]]) == ["the ? ?"]
    assert fitted(nb_words=3).num_words == 3


def test_characters_and_lists_of_words() -> None:
    characters = text.Tokenizer(char_level=True)
    characters.fit_on_texts(["aab", "A"])
    assert characters.texts_to_sequences(["ba"]) == [[2, 1]]
    lists = text.Tokenizer()
    lists.fit_on_texts([["New York", "x"], ["x"]])
    assert lists.texts_to_sequences([["new york"]]) == [[2]]
    own = text.Tokenizer(analyzer=lambda each: each.split("-"))
    own.fit_on_texts(["a-b"])
    assert own.word_index == {"a": 1, "b": 2}


def test_matrices() -> None:
    tokenizer = fitted(num_words=4)
    rows = tokenizer.texts_to_matrix(TEXTS, "count")
    assert rows.tolist() == [[0, 2, 1, 1], [0, 2, 1, 0], [0, 0, 0, 0]]
    assert tokenizer.texts_to_matrix(TEXTS).tolist() == [[0, 1, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(tokenizer.texts_to_matrix(TEXTS, "freq")[0], [0, 0.5, 0.25, 0.25])
    expected = (1 + np.log(2)) * np.log(1 + 3 / (1 + 2))
    assert tokenizer.texts_to_matrix(TEXTS, "tfidf")[0, 1] == pytest.approx(expected)


def test_json_and_back() -> None:
    tokenizer = fitted(num_words=5, oov_token="?")
    again = text.tokenizer_from_json(tokenizer.to_json())
    assert again.get_config() == tokenizer.get_config()
    assert again.texts_to_sequences(TEXTS) == tokenizer.texts_to_sequences(TEXTS)
    assert json.loads(tokenizer.to_json(indent=1))["class_name"] == "Tokenizer"


def test_numbers_of_words_are_the_same_in_every_run() -> None:
    assert text.one_hot("a b a", 100) == text.hashing_trick("a b a", 100, "md5") == [92, 95, 92]
    assert text.hashing_trick("a bb", 9, len) == [2, 3]
    assert all(0 < number < 5 for number in text.one_hot(" ".join(TEXTS), 5))


def test_mistakes() -> None:
    with pytest.raises(ArgumentTypeError, match="words"):
        text.Tokenizer(words=3)
    with pytest.raises(UsageError, match="fit_on_texts"):
        text.Tokenizer().sequences_to_matrix([[1]])
    with pytest.raises(UsageError, match="tfidf"):
        text.Tokenizer(num_words=3).sequences_to_matrix([[1]], "tfidf")
    with pytest.raises(ArgumentError, match="mode"):
        fitted().texts_to_matrix(TEXTS, "counts")


def opened(tokenizer) -> dict:
    """Return what a tokenizer holds; the order in its tables says nothing."""
    config = tokenizer.get_config()
    tables = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    return {name: json.loads(value) if name in tables else value for name, value in config.items()}


@pytest.mark.oracle
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"num_words": 6},
        {"num_words": 6, "oov_token": "<OOV>"},
        {"char_level": True},
        {"lower": False},
    ],
)
def test_beside_keras(options: dict) -> None:
    pytest.importorskip("keras", reason="Keras is not installed (extra `oracle`)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from keras.src.legacy.preprocessing import text as theirs
    want = theirs.Tokenizer(**options)
    want.fit_on_texts(TEXTS)
    have = fitted(**options)
    assert opened(have) == opened(want)
    more = [*TEXTS, "a Dog and a cow", ""]
    assert have.texts_to_sequences(more) == want.texts_to_sequences(more)
    numbers = [[1, 2, 9], [7, 30], []]
    assert have.sequences_to_texts(numbers) == want.sequences_to_texts(numbers)
    for mode in text.MODES:
        np.testing.assert_allclose(
            have.texts_to_matrix(more, mode), want.texts_to_matrix(more, mode)
        )
    assert opened(text.tokenizer_from_json(want.to_json())) == opened(want)
