"""Checks of the ids of words: read as quantities, nearly all the same, or averaged along the wrong axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.inputs import place_of
from pellucid.insight.doctor.checks.kinds import DROPOUTS, ENCODING, sources
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of
from pellucid.insight.doctor.checks.symptoms import FLAT, STUCK, WILD
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign

STEPS = 8
"""Ids in a row, at least; fewer may be a table's columns."""
FEW = 4
"""Ids in a row, at least, of which one may be too frequent; of fewer each may be a category of its own."""
DIFFERENT = 50
"""Different ids, at least: grades and counts have fewer."""
MANY = 500
"""Different ids, at least, where nothing is filled up."""
UNKNOWN = 1
"""The id of words that are not in a vocabulary."""


@check(
    "D110",
    "Ids of words are read as quantities",
    faults=("F31", "F06"),
    explains=(*STUCK, *WILD, *FLAT, "D101", "D102", "D125"),
)
def ids_as_quantities(facts: Facts) -> Iterator[Sign]:
    """Word 400 is not twice word 200: ids name rows of a table, and only an Embedding looks them up.

    Compared: whole numbers from 0 on, of which rows are filled up with zeros at one end, while there are none inside:
    so are texts of different length padded. Thresholds: in three rows of ten at least, and zeros inside in one row of
    twenty at most; 8 places and 50 different ids. Or a series of 500 different ones that are as large in one place as
    in another, with neighbours no more alike than numbers half a row apart.
    """
    for column in inputs_of(facts):
        rows = column.flat
        is_read = any(layer.kind in ENCODING for layer in facts.layers)
        shape = [length for length in column.shape if length > 1]
        if is_read or len(shape) != 1 or shape[0] < STEPS or column.low != 0 or not column.whole:
            continue
        different = len(np.unique(rows))
        if different < DIFFERENT or not list(first_layers(facts, column)):
            continue
        padded, holed = _filled(rows != 0)
        if padded >= 0.3 and holed <= 0.05:
            seen = f"{padded:.0%} of the rows are filled up with zeros at one end, as texts of different length are"
        elif different >= MANY and len(column.shape) > 1 and _are_strewn(rows):
            seen = f"{different} different ones, anywhere in a row, and neighbours are no more alike than others"
        else:
            continue
        evidence = (f"Whole numbers from 0 to {column.high:g}; {seen}.",)
        size = int(column.high) + 1
        yield Sign(
            "warning",
            0.75,
            place_of(column),
            evidence,
            Repair(f"layers.Embedding({size}, 32, mask_zero=True)"),
        )


@check("D111", "Most ids are one and the same", faults=("F31",), explains=STUCK)
def one_id(facts: Facts) -> Iterator[Sign]:
    """Words that are not in the vocabulary get one id; where it was made of other texts, all texts look alike.

    Threshold: four in five ids that are not 0, of rows of four places or more that go into an Embedding. Half of them
    where a vocabulary of texts was cut too short (``_is_cut_short``). In texts the commonest word is one in twenty,
    and with small vocabularies a third of the words are unknown.
    """
    for column in inputs_of(facts):
        is_looked_up = any(layer.kind in ENCODING for layer in first_layers(facts, column))
        if not is_looked_up or not column.whole or np.prod(column.shape) < FEW:
            continue
        ids, counts = np.unique(column.flat[column.flat != 0], return_counts=True)
        if len(ids) < 2:
            continue
        share = counts.max() / counts.sum()
        is_short = bool(share >= 0.5) and _is_cut_short(ids, counts)
        if share < 0.8 and not is_short:
            continue
        which = ids[counts.argmax()]
        unknown = (
            " (1 is what words get that are not in the vocabulary)" if which == UNKNOWN else ""
        )
        evidence = (
            f"{share:.0%} of the ids are {which:g}{unknown}; there are {len(ids)} different ones.",
        )
        line = "adapt the vocabulary on the texts that are trained on: vectorize.adapt(texts)"
        if is_short:
            line = "let the vocabulary hold more words: TextVectorization(max_tokens=5000)"
        yield Sign("warning", 0.75, place_of(column), evidence, Repair(line))


def _is_cut_short(ids: np.ndarray, counts: np.ndarray) -> bool:
    """Tell whether most ids are the unknown word's, and the others are numbered by how often they come, as words are.

    20 to 100 different ones: events of few kinds have fewer, and the 200 commonest words are half of a text, which may
    be meant. The next one comes a fifth as often at most, because the commonest word is one in twenty, and the
    commonest of events is often followed closely. Ranks agree to 0.9; classes, notes and letters have another order.
    """
    if not 20 <= len(ids) <= 100 or ids[0] != UNKNOWN or counts[1:].max() > 0.2 * counts[0]:
        return False
    rising, falling = (np.argsort(np.argsort(part)) for part in (ids[1:], -counts[1:]))
    return bool(np.corrcoef(rising, falling)[0, 1] >= 0.9)


@check(
    "D364",
    "Each word is averaged, not the words",
    faults=("F32",),
    explains=(*STUCK, "D607", "D608"),
)
def averaged_words(facts: Facts) -> Iterator[Sign]:
    """What is made of a text from its words' vectors is a vector; a number for each place is not about the words.

    Threshold: a layer behind an Embedding takes ``(places, features)``, more than two of each, and gives one number for
    each place.
    """
    for layer in facts.layers:
        taken, given = layer.input_shape, layer.output_shape
        if taken is None or given is None or len(taken) != 2 or len(given) != 1:
            continue
        places, features = (length or 0 for length in taken)  # 0 where the length is open
        if given[0] != places or places == features or min(places, features) <= 2:
            continue
        before = sources(facts, layer)
        if len(before) == 1 and before[0].kind in DROPOUTS:
            before = sources(facts, before[0])
        if not any(source.kind in ENCODING for source in before):
            continue
        evidence = (
            f"'{layer.path}' takes {places} places of {features} numbers each and gives {places} numbers: one for each "
            "place, made of the word's own numbers.",
        )
        repair = Repair(
            f"along the places: axis=1, or GlobalAveragePooling1D(), for {features} numbers"
        )
        yield Sign("warning", 0.8, Place(layer.path), evidence, repair)


def _filled(used: np.ndarray) -> tuple[float, float]:
    """Return the share of rows that are empty at one end only, and the share of those that are empty inside.

    Args:
        used: Where there is an id, ``(rows, places)``.
    """
    counts = used.sum(axis=1)
    first, last = used.argmax(axis=1), used.shape[1] - 1 - used[:, ::-1].argmax(axis=1)
    solid = (last - first + 1 == counts) & (counts > 0)
    ends = (first == 0) != (last == used.shape[1] - 1)
    return float((solid & ends).mean()), float((~solid & (counts > 0)).mean())


def _are_strewn(rows: np.ndarray) -> bool:
    """Tell whether numbers have the same size in all places, and neighbours are as far apart as others.

    Compared are ranks, because a few frequent words and many rare ones make differences of all sizes.
    """
    ranks = np.unique(rows, return_inverse=True)[1].reshape(rows.shape)
    order = np.argsort(np.argsort(ranks, axis=None, kind="stable")).reshape(rows.shape) / rows.size
    near = np.abs(np.diff(order, axis=1)).mean()
    far = np.abs(order - np.roll(order, rows.shape[1] // 2, axis=1)).mean()
    return bool(near > 0.9 * far and np.ptp(order.mean(axis=0)) < 0.25)
