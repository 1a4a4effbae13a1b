"""Checks of what is done to the inputs in training only: noise, and pictures that are moved and darkened."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import NORMALISING, PASSING, number, sources
from pellucid.insight.doctor.checks.scale import inputs_of
from pellucid.insight.doctor.checks.symptoms import NOISY, STUCK
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
    while layer.inputs:
        before = sources(facts, layer)
        if len(before) != 1:
            return None
        layer = before[0]
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
    the table ``MUCH``; what is usual is 0.1 to 0.2.
    """
    for layer in facts.layers:
        for (kind, argument), (hint, warning, usual) in MUCH.items():
            factor = largest(layer.config.get(argument))
            if layer.kind != kind or factor is None or factor < hint:
                continue
            level: Level = "warning" if factor >= warning else "hint"
            evidence = (f"'{layer.path}' changes pictures by up to {factor:.0%} ({argument}).",)
            repair = Repair(
                f"{kind}({argument}={usual:g})", (SetLayer(layer.path, argument, usual),)
            )
            yield Sign(level, 0.75, Place(layer.path, argument, f"{factor:g}"), evidence, repair)


def largest(value: object) -> float | None:
    """Return the largest size of a factor, which is a number or the two ends of a range; None for all else.

    >>> largest(0.2), largest([-0.9, 0.1]), largest(None)
    (0.2, 0.9, None)
    """
    ends = value if isinstance(value, (list, tuple)) else (value,)
    sizes = [abs(end) for end in ends if isinstance(end, (int, float))]
    return float(max(sizes)) if sizes and len(sizes) == len(ends) else None
