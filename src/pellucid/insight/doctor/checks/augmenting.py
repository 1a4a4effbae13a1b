"""Checks of what is done to the inputs in training only: noise, and pictures that are moved and darkened."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import NORMALISING, PASSING, chain_before, number
from pellucid.insight.doctor.checks.pairs import middles_of, paired
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import NOISY, STUCK
from pellucid.insight.doctor.checks.tasks import task_of
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign

MUCH = {
    ("RandomTranslation", "height_factor"): (0.35, 0.5, 0.1),
    ("RandomTranslation", "width_factor"): (0.35, 0.5, 0.1),
    ("RandomZoom", "height_factor"): (0.6, 0.8, 0.2),
    ("RandomBrightness", "factor"): (0.6, 0.8, 0.2),
    ("RandomContrast", "factor"): (0.9, 0.98, 0.2),
    ("RandomErasing", "factor"): (0.9, 0.98, 0.5),
}
"""By layer and argument: from where on a hint, from where on a warning, and a usual value."""


@check(
    "D324", "Noise larger than what it is added to", faults=("F30", "F26"), explains=STUCK + NOISY
)
def loud_noise(facts: Facts) -> Iterator[Sign]:
    """With noise of r times the inputs' spread, a share of 1 / (1 + r^2) of what arrives is signal.

    Source: variances of independent numbers add; Vincent et al. (2010) take noise below the spread for denoising.
    Thresholds: a tenth of signal is a warning (r = 3), a third a hint (r = 1.4).
    """
    for layer in facts.layers:
        noise = number(layer, "stddev")
        spread = spread_before(facts, layer)
        if layer.kind != "GaussianNoise" or not noise or not spread:
            continue
        share = 1 / (1 + (noise / spread) ** 2)
        if share > 1 / 3:
            continue
        level: Level = "warning" if share <= 0.1 else "hint"
        evidence = (
            f"'{layer.path}' adds noise of {noise:g} to numbers that are spread by {spread:.2g}: {share:.0%} of what "
            "arrives is signal.",
        )
        right = float(f"{0.1 * spread:.1g}")
        repair = Repair(f"GaussianNoise({right:g})", (SetLayer(layer.path, "stddev", right),))
        yield Sign(level, 0.8, Place(layer.path, "stddev", f"{noise:g}"), evidence, repair)


def spread_before(facts: Facts, layer: Layer) -> float | None:
    """Return the spread of the numbers that come into a layer: an input's, or 1 behind a normalisation; else None."""
    for before in chain_before(facts, layer):
        layer = before
        if layer.kind in NORMALISING - {"Rescaling"}:
            return 1.0
        if layer.kind not in PASSING:
            return None
    columns = [c for c in inputs_of(facts) if c.shape == layer.input_shape]
    return float(columns[0].flat.std()) if layer.inputs == () and len(columns) == 1 else None


@check(
    "D325", "Augmentation that leaves little of a picture", faults=("F30",), explains=STUCK + NOISY
)
def wild_augmentation(facts: Facts) -> Iterator[Sign]:
    """Augmented pictures must still be pictures of the same thing; the network is evaluated on whole ones.

    A factor f moves, zooms or brightens by a number drawn from -f to f: with 0.5, a picture loses a quarter of its
    height in the middle.

    Source: Shorten and Khoshgoftaar, A survey on image data augmentation, 2019 (label-preserving changes). Thresholds:
    the table ``MUCH``, two hints together are a warning; what is usual is 0.1 to 0.2.
    """
    found = list(_large_changes(facts))
    for layer, argument, factor in found:
        _, warning, usual = MUCH[layer.kind, argument]
        level: Level = "warning" if factor >= warning or len(found) > 1 else "hint"
        evidence = (f"'{layer.path}' changes pictures by up to {factor:.0%} ({argument}).",)
        repair = Repair(
            f"{layer.kind}({argument}={usual:g})", (SetLayer(layer.path, argument, usual),)
        )
        yield Sign(level, 0.75, Place(layer.path, argument, f"{factor:g}"), evidence, repair)


def _large_changes(facts: Facts) -> Iterator[tuple[Layer, str, float]]:
    """Yield the layers with an argument that is worth a hint at least."""
    for layer in facts.layers:
        for (kind, argument), (hint, _, _) in MUCH.items():
            factor = largest(layer.config.get(argument))
            if layer.kind == kind and factor is not None and factor >= hint:
                yield layer, argument, factor


def largest(value: object) -> float | None:
    """Return the largest size of a factor, which is a number or the two ends of a range; None for all else.

    >>> largest(0.2), largest([-0.9, 0.1]), largest(None)
    (0.2, 0.9, None)
    """
    ends = value if isinstance(value, (list, tuple)) else (value,)
    sizes = [abs(end) for end in ends if isinstance(end, (int, float))]
    return float(max(sizes)) if sizes and len(sizes) == len(ends) else None


@check("D326", "An angle that is no part of a turn", faults=("F30",), explains=STUCK + NOISY)
def angle(facts: Facts) -> Iterator[Sign]:
    """RandomRotation takes parts of a full turn: 0.04 is 15 degrees; pi / 12 is 94, and 15 is fifteen turns.

    Thresholds: a factor that is whole degrees in radians, with more than four decimals; or two turns and more.
    """
    for layer in facts.layers:
        factor = largest(layer.config.get("factor"))
        if layer.kind != "RandomRotation" or not factor:
            continue
        degrees = math.degrees(factor)
        is_radian = round(degrees) >= 1 and abs(degrees - round(degrees)) < 1e-6
        is_radian = is_radian and abs(factor - round(factor, 4)) > 1e-7
        if not is_radian and factor < 2:
            continue
        meant = round(degrees) if is_radian else factor
        way = f"{meant} degrees in radians" if is_radian else f"{factor:g} full turns"
        evidence = (
            f"'{layer.path}' takes parts of a full turn; {factor:.4g} is {way}, and pictures are turned by up to "
            f"{min(360 * factor, 180):.0f} degrees.",
        )
        right = float(f"{min(meant, 90) / 360:.2g}")
        repair = Repair(
            f"RandomRotation({right:g})  # {360 * right:.0f} degrees",
            (SetLayer(layer.path, "factor", right),),
        )
        yield Sign("warning", 0.8, Place(layer.path, "factor", f"{factor:.4g}"), evidence, repair)


FOLLOWS = 0.5
"""The correlation from which a target says where things stand; of 50 unrelated rows it is .3 at most."""


@check(
    "D327",
    "Pictures are moved, and the places they are asked for are not",
    faults=("F30", "F28"),
    explains=STUCK + NOISY,
)
def moved_places(facts: Facts) -> Iterator[Sign]:
    """A flip, turn or shift inside the network changes where things stand; the target says where they stood.

    Compared: the middle of what stands out of a picture's background, across and down, with each number of the target.
    Threshold: a correlation of a half, in 50 rows and more, along an axis that the layer changes.
    """
    task = task_of(facts, facts.outputs[0]) if len(facts.outputs) == 1 else None
    columns = [column for column in inputs_of(facts) if len(column.shape) == 3]
    if task is None or task.kind != "numbers" or len(columns) != 1 or facts.data is None:
        return
    pictures, asked = paired(columns[0], next(iter(facts.data.training.y.values())))
    if len(pictures) < 50 or min(columns[0].shape[:2]) < 8:
        return
    follows = {
        axis: strongest_column(middles, asked)
        for axis, middles in middles_of(pictures.reshape(-1, *columns[0].shape)).items()
    }
    for layer in facts.layers:
        for axis in changed_axes(layer):
            share, number = follows[axis]
            if share < FOLLOWS:
                continue
            evidence = (
                f"Number {number} of the target follows where things stand {axis} in the picture (correlation "
                f"{share:.2f}); '{layer.path}' moves the picture that way, and the target stays as it is.",
            )
            repair = Repair(f"leave out '{layer.path}', or change x and y together before fit")
            yield Sign("warning", 0.8, Place(layer.path), evidence, repair)
            break


def changed_axes(layer: Layer) -> tuple[str, ...]:
    """Return along which axes a layer moves what is in a picture."""
    if layer.kind == "RandomRotation":
        return ("across", "down")
    if layer.kind == "RandomFlip":
        mode = str(layer.config.get("mode", "horizontal_and_vertical"))
        names = (("horizontal", "across"), ("vertical", "down"))
        return tuple(axis for name, axis in names if name in mode)
    if layer.kind == "RandomTranslation":
        names = (("width_factor", "across"), ("height_factor", "down"))
        return tuple(axis for name, axis in names if largest(layer.config.get(name)))
    return ()


def strongest_column(middles: np.ndarray, asked: np.ndarray) -> tuple[float, int]:
    """Return the largest correlation with a column of targets, without its sign, and which column that is."""
    moving = np.flatnonzero(asked.std(axis=0) > 0)
    if not middles.std() > 0 or not len(moving):
        return 0.0, 0
    sizes = [abs(float(np.corrcoef(middles, asked[:, place])[0, 1])) for place in moving]
    return max(sizes), int(moving[int(np.argmax(sizes))])
