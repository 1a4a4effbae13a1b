"""Ids of words that are read as quantities, beside what only looks like them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.insight.doctor.checks import tokens
from tests.insight.doctor.checks.network import codes, dense, facts, layer

RNG = np.random.default_rng(0)
LENGTHS = RNG.integers(4, 20, 200)
IDS = np.where(np.arange(20) < LENGTHS[:, None], RNG.integers(1, 500, (200, 20)), 0)
Y = RNG.integers(0, 2, 200)


def network(x, *first):
    return facts(*first, dense("one", 8, size=20), dense("out", 1, "sigmoid", size=8), x=x, y=Y)


@pytest.mark.parametrize("x", [IDS, IDS[:, ::-1], IDS[..., None], IDS.astype("float32")])
def test_padded_ids(x):
    assert codes(tokens.ids_as_quantities, network(x)) == ["warning"]


@pytest.mark.parametrize(
    "x",
    [
        np.minimum(IDS, 20),  # grades
        RNG.poisson(40, (200, 20)),  # counts: never 0, nothing is filled up
        RNG.integers(0, 256, (200, 20)) * (RNG.random((200, 20)) < 0.5),  # pixels, dark anywhere
        IDS * (RNG.random(IDS.shape) < 0.9),  # empty inside, too
        IDS / 500,
        IDS[:, :6],
    ],
)
def test_other_whole_numbers(x):
    assert codes(tokens.ids_as_quantities, network(x)) == []


def test_a_series_of_ids_without_padding():
    words = np.minimum(RNG.zipf(1.3, (400, 20)), 2000)[..., None]
    (found,) = tokens.ids_as_quantities.findings(network(words - words.min()))
    assert "anywhere in a row" in found.sign.evidence[0]
    counts = np.minimum(np.cumsum(RNG.poisson(40, (400, 20)), axis=1), 2000)[..., None]
    bumpy = np.abs(np.cumsum(RNG.integers(-99, 100, (400, 20)), axis=1))[..., None]
    for x in (counts - counts.min(), bumpy, words[..., 0] - words.min(), words % 300):
        assert codes(tokens.ids_as_quantities, network(x)) == []


def test_an_embedding_reads_ids():
    assert codes(tokens.ids_as_quantities, network(IDS, layer("ids", "Embedding"))) == []


def test_nearly_all_ids_are_one():
    table = layer("ids", "Embedding")
    unknown = np.where((IDS > 0) & (RNG.random(IDS.shape) < 0.9), 1, IDS)
    (found,) = tokens.one_id.findings(network(unknown, table))
    assert found.level == "warning" and "are 1 (1 is what words get" in found.sign.evidence[0]
    small = np.where((IDS > 0) & (RNG.random(IDS.shape) < 0.5), 1, IDS)
    for x in (IDS, small, unknown[:, :3]):
        assert codes(tokens.one_id, network(x, table)) == []
    assert codes(tokens.one_id, network(unknown)) == []


def words(known, shape=(400, 20)):
    """Ids of a language's words: the commonest 2, the next 3, and 1 for all that are not among so many."""
    often = 1 / np.arange(3, 6000)  # the commonest is one in twenty
    drawn = RNG.choice(len(often), shape, p=often / often.sum()) + 2
    return np.where(drawn < known + 2, drawn, 1)


def test_a_vocabulary_that_was_cut_too_short():
    table = layer("ids", "Embedding")
    short = words(48)
    share = float((short == 1).mean())
    assert 0.5 < share < 0.8
    (found,) = tokens.one_id.findings(network(short, table))
    assert found.level == "warning" and "max_tokens" in found.sign.repair.code
    strewn = np.where(short > 1, 2 + (short * 29) % 48, 1)  # numbered in another order
    events = np.where(RNG.random((400, 20)) < 0.6, 1, RNG.integers(2, 60, (400, 20)))
    follows = np.where((short == 1) & (RNG.random(short.shape) < 0.3), 2, short)
    for x in (words(1000), words(150), words(15), strewn, events, follows, short + 1):
        assert codes(tokens.one_id, network(x, table)) == []


@pytest.mark.parametrize(
    ("given", "levels"), [((20,), ["warning"]), ((16,), []), ((20, 1), []), ((320,), [])]
)
def test_words_that_are_averaged_one_by_one(given, levels):
    looked_up = layer("words", "Embedding", (20,), output_shape=(20, 16))
    mean = layer("mean", "Lambda", inputs=("words",), input_shape=(20, 16), output_shape=given)
    assert codes(tokens.averaged_words, network(IDS, looked_up, mean)) == levels
    dropped = layer("drop", "SpatialDropout1D", (20, 16), inputs=("words",))
    behind = replace(mean, inputs=("drop",))
    assert codes(tokens.averaged_words, network(IDS, looked_up, dropped, behind)) == levels
    assert codes(tokens.averaged_words, network(IDS, replace(looked_up, kind="Dense"), mean)) == []
