"""The range that an augmentation takes pixels for: faulty stacks beside healthy near twins."""

from __future__ import annotations

import numpy as np
import pytest

import pellucid
from pellucid import layers
from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.checks import ranges
from tests.insight.doctor.checks.network import codes, conv, facts, layer, out, stack

PIXELS = np.random.default_rng(3).random((60, 8, 8, 3)).astype("float32")


def tinted(kind, limits=(0, 255), scale=None):
    before = [layer("scaled", "Rescaling", (8, 8, 3), config={"scale": scale})] if scale else []
    moving = layer("turned", "RandomRotation", (8, 8, 3), config={"factor": 0.1})
    tint = layer("tinted", kind, (8, 8, 3), config={"value_range": limits})
    return stack(*before, moving, tint, conv("conv", (8, 8, 3)), out())


@pytest.mark.parametrize(
    ("kind", "limits", "scale", "size", "found"),
    [
        ("RandomBrightness", (0, 255), None, 1, ["warning"]),
        ("RandomBrightness", (0, 255), 1 / 255, 255, ["warning"]),
        ("RandomBrightness", (0, 255), None, 255, []),
        ("RandomBrightness", (0, 255), None, 40, []),  # dark, and still pixels to 255
        ("RandomBrightness", (0, 1), None, 1, []),
        ("RandomBrightness", [0, 1], None, 255, ["warning"]),
        ("RandomContrast", (0, 255), None, 1, []),  # clips only
        ("RandomContrast", (0, 1), None, 255, ["warning"]),
        ("RandAugment", (0, 255), None, 1, ["warning"]),
        ("RandomBrightness", None, None, 1, []),
    ],
)
def test_pixels_of_another_range(kind, limits, scale, size, found):
    known = facts(*tinted(kind, limits, scale), x=PIXELS * size)
    assert codes(ranges.other_range, known) == found


def test_what_is_not_known_is_not_judged():
    whitened = layer("whitened", "Normalization", (8, 8, 3))
    row = stack(whitened, *tinted("RandomBrightness"))
    assert codes(ranges.other_range, facts(*row, x=PIXELS)) == []
    assert codes(ranges.other_range, facts(*tinted("RandomBrightness"))) == []


def test_the_repair_names_the_range_of_the_pixels():
    for x, right in ((PIXELS, (0, 1)), (2 * PIXELS - 1, (-1, 1))):
        known = facts(*tinted("RandomBrightness"), x=x)
        sign = next(iter(ranges.other_range.findings(known))).sign
        assert sign.repair.changes == (SetLayer("tinted", "value_range", right),)


def test_a_network_with_augmentation_of_its_own():
    """The usual way: augmentation as a network in the network, behind a Rescaling."""
    augmentation = pellucid.Sequential([layers.RandomFlip(), layers.RandomBrightness(0.2)])
    model = pellucid.Sequential(
        [layers.Rescaling(1 / 255), augmentation, layers.Flatten(), layers.Dense(3, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    y = np.arange(60) % 3
    found = pellucid.doctor.examine(model, PIXELS * 255, y, rehearsal=False, epochs=30)
    assert "D328" in [finding.code for finding in found.findings]
