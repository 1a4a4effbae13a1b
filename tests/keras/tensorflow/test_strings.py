"""``tf.strings`` and text as tensors."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.keras import tensorflow as tf


def listed(text):
    return np.asarray(text).tolist()


def test_text_as_tensors():
    word = tf.constant("Grüße")
    assert (word.dtype, word.shape, word.numpy()) == (tf.string, (), "Grüße".encode())
    words = tf.constant([["a", "b"], ["c", "d"]])
    assert listed(words[1]) == ["c", "d"]
    assert listed(words == "b") == [[False, True], [False, False]]
    assert listed(tf.expand_dims(words[0], -1)) == [["a"], ["b"]]
    assert listed(tf.concat([words, words], axis=1)) == [["a", "b"] * 2, ["c", "d"] * 2]
    assert listed(tf.reshape(words, [-1])) == ["a", "b", "c", "d"]
    assert listed(tf.gather(words, [1, 0])) == [["c", "d"], ["a", "b"]]
    assert tf.add("a", "b").numpy() == b"ab"
    assert "numpy=[b'a' b'b']" in repr(words[0]) or "['a' 'b']" in repr(words[0])
    assert [w.numpy() for w in words[0]] == [b"a", b"b"]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: tf.strings.lower(["ÄB", "c"]), ["äb", "c"]),
        (lambda: tf.strings.upper("ab"), "AB"),
        (lambda: tf.strings.strip([" a ", "b\n"]), ["a", "b"]),
        (lambda: tf.strings.regex_replace("a,b.c", "[[:punct:]]", " "), "a b c"),
        (lambda: tf.strings.regex_replace(["ab"], "(a)(b)", r"\2\1"), ["ba"]),
        (lambda: tf.strings.regex_replace("aaa", "a", "b", replace_global=False), "baa"),
        (lambda: tf.strings.substr("hello", 1, 3), "ell"),
        (lambda: tf.strings.join(["a", ["b", "c"]], separator="-"), ["a-b", "a-c"]),
        (lambda: tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=-1), ["ab", "cd"]),
        (lambda: tf.strings.reduce_join(["a", "b"], separator=" "), "a b"),
        (lambda: tf.strings.as_string([1, 2]), ["1", "2"]),
        (lambda: tf.as_string([1.5], precision=2), ["1.50"]),
        (lambda: tf.strings.format("x = {}", 3), "x = 3"),
        (lambda: tf.strings.to_number(["1.5", "2"]), [1.5, 2.0]),
        (lambda: tf.strings.split("a b  c"), ["a", "b", "c"]),
        (lambda: tf.strings.split("x/y.png", "/")[-1], "y.png"),
        (lambda: tf.strings.split(["a b", "c"]).to_tensor(), [["a", "b"], ["c", ""]]),
        (lambda: tf.strings.bytes_split("ab"), ["a", "b"]),
        (lambda: tf.strings.unicode_split("aß", "UTF-8"), ["a", "ß"]),
        (lambda: tf.strings.length(["aß", ""], unit="UTF8_CHAR"), [2, 0]),
        (lambda: tf.strings.length("ß"), 2),
        (lambda: tf.strings.regex_full_match(["ab", "abc"], "ab"), [True, False]),
        (
            lambda: tf.strings.unicode_encode(tf.strings.unicode_decode("aß", "UTF-8"), "UTF-8"),
            "aß",
        ),
    ],
)
def test_functions(found, expected):
    assert listed(found()) == expected


def test_hashes_are_numbers_of_buckets():
    buckets = tf.strings.to_hash_bucket_fast(["a", "b", "a"], 10).numpy()
    assert buckets[0] == buckets[2]
    assert ((buckets >= 0) & (buckets < 10)).all()
