"""Ids of words that were dealt out anew for the held rows, beside other texts of the same words."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.insight.doctor.checks import otherwise
from pellucid.insight.doctor.checks.vocabularies import another_vocabulary
from tests.insight.doctor.checks.network import codes, column, dense, facts, layer

RNG = np.random.default_rng(1)
WORDS = 300
FOLLOWERS = RNG.integers(2, WORDS, (WORDS, 3))
"""Each word is followed by one of three, seven times in ten."""


def texts(rows, followers=FOLLOWERS, length=20, share=0.7):
    """Rows of words; the words of smaller numbers are the more frequent ones."""
    drawn = 2 + (RNG.pareto(1.0, (rows, length)) * 10).astype(int) % (WORDS - 2)
    for place in range(1, length):
        kept = RNG.random(rows) < share
        after = followers[drawn[:, place - 1], RNG.integers(0, 3, rows)]
        drawn[kept, place] = after[kept]
    ends = RNG.integers(8, length + 1, rows)
    return np.where(np.arange(length) < ends[:, None], drawn, 0)


def numbered_anew(x):
    """The same texts by a vocabulary of their own: words by how often they come."""
    found, counts = np.unique(x[x > 1], return_counts=True)
    numbers = np.arange(WORDS)
    numbers[found[np.argsort(-counts, kind="stable")]] = np.arange(2, len(found) + 2)
    return np.where(x > 1, numbers[x], x)


@pytest.mark.parametrize("kind", ["Embedding", "Dense"])
def test_words_numbered_anew_for_the_held_rows(kind):
    whole = texts(1000)
    here, held = whole[:800], whole[800:]
    y = RNG.integers(0, 2, 800)
    first = layer("first", kind, (20,), output_shape=(20, 8))

    def told(held_rows):
        known = facts(
            first,
            dense("out", 2, "softmax", size=8),
            x=here,
            y=y,
            loss="sparse_categorical_crossentropy",
            validation=(held_rows, y[:200]),
        )
        return [
            f for f in otherwise.other_rows.findings(known) if "side by side" in f.sign.evidence[0]
        ]

    assert not told(held)
    assert len(told(RNG.permutation(np.arange(WORDS))[held] * (held > 1))) == (kind == "Embedding")
    assert codes(otherwise.other_rows, facts(first, x=here, y=y)) == []


def test_vocabularies_by_frequency():
    """Both by how often words come, as tokenizers number them: the commonest keep their numbers nearly."""
    here, there = texts(800), texts(300)
    again = numbered_anew(there)
    assert another_vocabulary(column(numbered_anew(here)), column(again))
    assert not another_vocabulary(column(here), column(there))
    other_kind = texts(300, np.where(RNG.random(FOLLOWERS.shape) < 0.3, 5, FOLLOWERS))
    assert not another_vocabulary(column(here), column(other_kind))


def test_what_has_no_neighbours_is_not_judged():
    noise = RNG.integers(2, WORDS, (800, 20))
    assert not another_vocabulary(column(noise), column(noise[::-1][:200] % 50 + 2))
    loose, other = texts(800, share=0.1), texts(300, share=0.1)
    assert not another_vocabulary(column(loose), column(numbered_anew(other)))
    here, there = texts(800), texts(200)
    assert not another_vocabulary(column(here[:, :3]), column(numbered_anew(there)[:, :3]))
    assert not another_vocabulary(column(here), column(numbered_anew(there)[:4]))
