"""Pictures that were emptied by a division or a loader, beside dark, sparse and binarised ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.datasets import digits
from pellucid.insight.doctor.checks import emptied
from pellucid.insight.doctor.facts.data import Data, Rows
from tests.insight.doctor.checks.network import codes, column, conv, facts

RNG = np.random.default_rng(0)
PICTURES, LABELS = (part[:300] for part in digits.load_data()[0])
PICTURES = np.round(PICTURES.reshape(-1, 8, 8, 1) / 16 * RNG.uniform(240, 262, (300, 1, 1, 1)))
PICTURES = np.clip(PICTURES, 0, 255).astype("uint8")
"""Digits in 8 bits, the brightest pixel of which is 255 in most and a little less in others."""


def look(x, y=LABELS):
    return facts(conv("one", x.shape[1:]), x=x, y=y)


def lost(rows, value=0.0):
    x = PICTURES / 255
    x[rows] = value
    return x


def test_a_division_that_leaves_0_and_1():
    (found,) = emptied.empty_pictures.findings(look((PICTURES // 255).astype("float32")))
    assert (found.level, str(found.sign.place)) == ("warning", "x")
    assert found.sign.evidence[1] == "Only 0 and 1 occur."
    assert found.sign.repair.code.startswith("x = x / 255")
    assert {"D103", "D124", "D130"} <= set(emptied.empty_pictures.explains)


@pytest.mark.parametrize("value", [0.0, -0.5])
def test_pictures_that_were_not_read(value):
    x = lost(slice(0, 60), value)
    (found,) = emptied.empty_pictures.findings(look(x))
    assert "In 20% of the 300 pictures" in found.sign.evidence[0] and len(found.sign.evidence) == 1
    space = {"x": x, "y": LABELS, "np": np}
    exec(found.sign.repair.code, space)
    assert space["x"].shape == (240, 8, 8, 1) and space["y"].shape == (240,)
    assert codes(emptied.empty_pictures, look(space["x"], space["y"])) == []


def test_an_input_is_named():
    known = look(PICTURES)
    x = replace(column(lost(slice(0, 60))), name="photo")
    known = replace(known, data=Data(Rows({"photo": x, "other": column(PICTURES)})))
    (found,) = emptied.empty_pictures.findings(known)
    assert str(found.sign.place) == "x=photo"
    assert found.sign.repair.code.startswith('keep = np.ptp(x["photo"]')


@pytest.mark.parametrize(
    "x",
    [
        PICTURES,
        PICTURES / 255,
        (PICTURES > 127).astype("float32"),
        lost(slice(0, 15)),  # few
        lost(slice(None)),  # all: D105
        (RNG.random((300, 4, 4, 1)) < 0.05).astype(float),  # small
        (RNG.random((300, 1, 1, 64)) < 0.01).astype(float),  # one pixel
        np.where(RNG.random((300, 8, 8, 1)) < 0.1, 1.0, 0.0),  # sparse
        np.zeros((300, 64)),
    ],
)
def test_pictures_with_content_and_what_is_no_picture(x):
    assert codes(emptied.empty_pictures, look(x)) == []


def test_where_nothing_is_an_answer():
    x = lost(slice(0, 60))
    nothing = np.where(np.arange(300) < 60, 10, LABELS)
    assert codes(emptied.empty_pictures, look(x, nothing)) == []
    masks = (x > 0.5).astype(int)
    assert codes(emptied.empty_pictures, look(x, masks)) == []
    assert codes(emptied.empty_pictures, look(x, x)) == ["warning"]
    assert codes(emptied.empty_pictures, look(x, None)) == ["warning"]
