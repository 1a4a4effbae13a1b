"""A check of layers that are called in several places of a network."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import ACTIVATIONS, PASSING
from pellucid.insight.doctor.checks.symptoms import FOOLED, NOISY
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D335",
    "One batch normalisation in several places",
    faults=("F27",),
    explains=FOOLED + NOISY,
)
def shared_normalisation(facts: Facts) -> Iterator[Sign]:
    """Training normalises each place by its own batch; evaluation all of them by one average, which fits none.

    Source: the definition (Ioffe and Szegedy 2015); detectors that share a head over maps of several sizes give each
    size a normalisation of its own (Tan et al., EfficientDet, 2020). Threshold: none: the calls take from different
    layers and give to different ones. Silent in a network that is shared as a whole, whose other layers are called as
    often, and where nothing is trained.
    """
    for layer in facts.layers:
        if layer.kind != "BatchNormalization" or not layer.ours or not layer.trainable:
            continue
        feeds = [each for each in dict.fromkeys((layer.inputs or (), *layer.fed_again)) if each]
        if len(feeds) < 2 or len(_readers(facts, layer)) < 2:
            continue
        before = ", ".join(
            repr(path) for path in dict.fromkeys(path for each in feeds for path in each)
        )
        evidence = (
            f"'{layer.path}' is called {1 + len(layer.fed_again)} times, behind {before}: its averages mix them all.",
        )
        repair = Repair("a layers.BatchNormalization() of its own in each place")
        yield Sign("warning", 0.8, Place(layer.path), evidence, repair)


def _readers(facts: Facts, layer: Layer) -> list[Layer]:
    """Return the layers that read a layer and are called once, through activations that are called several times."""
    found: list[Layer] = []
    waiting, seen = [layer.path], {layer.path}
    while waiting:
        path = waiting.pop()
        for each in facts.layers:
            if each.path in seen or not any(
                path in feed for feed in (each.inputs or (), *each.fed_again)
            ):
                continue
            seen.add(each.path)
            if not each.fed_again:
                found.append(each)
            elif each.kind in ACTIVATIONS | PASSING:
                waiting.append(each.path)
    return found
