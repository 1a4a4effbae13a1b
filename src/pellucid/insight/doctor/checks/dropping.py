"""Checks of dropout and batch normalisation: how much, where, over which axis, with how many rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pellucid.insight.doctor.changes import RemoveLayer, SetFit, SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    ACTIVATIONS,
    DROPOUTS,
    PASSING,
    RECURRENT,
    chain_before,
    number,
    only_follower,
)
from pellucid.insight.doctor.checks.symptoms import FOOLED, NOISY, STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


def ending(facts: Facts) -> Iterator[tuple[Layer, str | None]]:
    """Yield the layers from each output back to its weighted sum, that one left out, with the output's activation."""
    for output in facts.outputs:
        layer = facts.layer(output.layer) if output.layer else None
        if layer is None:
            continue
        for each in chain([layer], chain_before(facts, layer)):
            if each.kind not in PASSING | ACTIVATIONS | {"BatchNormalization"}:
                break
            yield each, output.activation


@check(
    "D321",
    "Dropout behind the last layer",
    faults=("F26",),
    explains=STUCK + NOISY + ("D322", "D502"),
)
def dropped_answers(facts: Facts) -> Iterator[Sign]:
    """Behind the last weighted sum, dropout sets answers to 0: a loss that no weight can lower.

    Source: UMLAUT. Threshold: none.
    """
    for layer, _ in ending(facts):
        rate = number(layer, "rate")
        if layer.kind not in DROPOUTS or not rate:
            continue
        evidence = (
            f"'{layer.path}' sets {rate:.0%} of the outputs themselves to 0 while training.",
        )
        repair = Repair(f"take '{layer.path}' out", (RemoveLayer(layer.path),))
        yield Sign("serious", 0.95, Place(layer.path, "rate", f"{rate:g}"), evidence, repair)


MOST_DROPPED = 0.8
FEWEST_LEFT = 1.5


@check("D322", "Dropout leaves too little", faults=("F26",), explains=STUCK + NOISY)
def dropped_too_much(facts: Facts) -> Iterator[Sign]:
    """Of n units about n (1 - rate) are left in a step.

    Source: Srivastava et al. (2014), figure 9: from a rate of 0.8 on, errors rise steeply; UMLAUT warns above 0.5,
    which many healthy networks use. Thresholds: ``MOST_DROPPED``, or fewer than ``FEWEST_LEFT`` units left;
    above 0.6 a hint.
    """
    end = {layer.path for layer, _ in ending(facts)}
    for layer in facts.layers:
        argument = "dropout" if layer.kind in RECURRENT else "rate"
        rate = number(layer, argument)
        if layer.kind not in DROPOUTS | RECURRENT or layer.path in end or not rate:
            continue
        units = layer.output_shape[-1] if layer.output_shape else None
        left = None if units is None else units * (1 - rate)
        is_bare = (
            left is not None and left < FEWEST_LEFT and layer.kind == "Dropout" and (units or 0) > 1
        )
        if rate <= 0.6 and not is_bare:
            continue
        level: Level = "warning" if rate >= MOST_DROPPED or is_bare else "hint"
        evidence = (
            f"'{layer.path}' drops {rate:.0%}"
            + (f" of {units} units: {left:.3g} are left." if left else "."),
        )
        place = Place(layer.path, argument, f"{rate:g}")
        repair = Repair(f"{layer.kind}(0.2)", (SetLayer(layer.path, argument, 0.2),))
        yield Sign(level, 0.8, place, evidence, repair)


@check("D323", "Dropout right before batch normalisation", faults=("F26", "F27", "F35"))
def dropout_before_norm(facts: Facts) -> Iterator[Sign]:
    """Dropout changes the spread in training only, so the averages that evaluation uses are of other numbers.

    Source: Li et al., CVPR 2019 (variance shift). A hint: the shift is often small.
    """
    for layer in facts.layers:
        following = only_follower(facts, layer)
        if layer.kind not in DROPOUTS or not number(layer, "rate") or following is None:
            continue
        if following.kind == "BatchNormalization":
            evidence = (f"'{layer.path}' stands right before '{following.path}'.",)
            repair = Repair("put the Dropout behind the BatchNormalization and its activation")
            yield Sign("hint", 0.5, Place(layer.path), evidence, repair)


@check("D331", "Batch normalisation of the answers", faults=("F27", "F35"), explains=STUCK + NOISY)
def normalised_answers(facts: Facts) -> Iterator[Sign]:
    """Behind the last layer, the answer for a row hangs on the other rows of its batch.

    Threshold: none; before the last activation a hint, because a softmax of normalised sums does learn.
    """
    ends = {output.layer for output in facts.outputs}
    for layer, _ in ending(facts):
        if layer.kind != "BatchNormalization":
            continue
        level: Level = "warning" if layer.path in ends else "hint"
        evidence = (f"'{layer.path}' stands behind the last weighted sum.",)
        repair = Repair(f"take '{layer.path}' out", (RemoveLayer(layer.path),))
        yield Sign(level, 0.85, Place(layer.path), evidence, repair)


@check("D332", "Batch normalisation over the wrong axis", faults=("F27",), explains=STUCK + NOISY)
def wrong_axis(facts: Facts) -> Iterator[Sign]:
    """``axis`` names the channels: each of them gets its own mean. In maps with channels last, axis 1 is the height.

    Source: Stack Overflow 57943425. Threshold: none; networks with ``data_format="channels_first"`` are silent.
    """
    if any(layer.config.get("data_format") == "channels_first" for layer in facts.layers):
        return
    found = [layer for layer in facts.layers if _is_over_places(layer)]
    if not found:
        return
    layer = found[0]
    axis = layer.config["axis"]
    evidence = (
        f"'{layer.path}' normalises along axis {axis} of maps {layer.input_shape}, whose channels are last; "
        f"{len(found)} layers do.",
    )
    place = Place(layer.path, "axis", str(axis))
    changes = tuple(SetLayer(each.path, "axis", -1) for each in found)
    yield Sign("warning", 0.9, place, evidence, Repair("BatchNormalization(axis=-1)", changes))


def _is_over_places(layer: Layer) -> bool:
    """Tell whether a layer normalises maps along another axis than the last."""
    axis, rank = layer.config.get("axis"), len(layer.input_shape or ()) + 1
    is_maps = layer.kind == "BatchNormalization" and isinstance(axis, int) and rank >= 4
    return is_maps and axis not in (-1, rank - 1)


@check(
    "D333", "Batch normalisation over very few rows", faults=("F27", "F12"), explains=STUCK + NOISY
)
def few_rows(facts: Facts) -> Iterator[Sign]:
    """The mean of one row is the row: what is left of it is 0. Of two rows, their order is left: -1 and 1.

    Source: the definition; Wu and He, Group Normalization (2018) for few rows. Thresholds: one and two rows for
    lists of numbers; three a hint, and for maps, whose places count as rows.
    """
    size = facts.fit.batch_size
    if size is None or size >= 4:
        return
    for layer in facts.layers:
        if layer.kind != "BatchNormalization" or not layer.trainable:
            continue
        is_list = len(layer.input_shape or ()) == 1
        level: Level = (
            ("serious" if size == 1 else "warning" if size == 2 else "hint") if is_list else "hint"
        )
        evidence = (f"Batches have {size} rows, and '{layer.path}' normalises over them.",)
        place = Place(None, "batch_size", str(size))
        repair = Repair("fit(..., batch_size=32)", (SetFit("batch_size", 32),))
        yield Sign(level, 0.9, place, evidence, repair)
        return


@check(
    "D334",
    "The averages of batch normalisation come too late",
    faults=("F27", "F10"),
    explains=NOISY + FOOLED,
)
def late_averages(facts: Facts) -> Iterator[Sign]:
    """After n steps, momentum^n of what evaluation uses is still the start: mean 0 and spread 1.

    Thresholds: more than half at the end, with a momentum above the usual 0.99; with the usual one a hint.
    """
    steps, epochs = facts.fit.steps, facts.fit.epochs
    if not steps or not epochs:
        return
    for layer in facts.layers:
        momentum = number(layer, "momentum")
        if layer.kind != "BatchNormalization" or momentum is None or not layer.trainable:
            continue
        left = momentum ** (steps * epochs)
        if left < 0.5:
            continue
        level: Level = "warning" if momentum > 0.99 else "hint"
        evidence = (
            f"After {steps * epochs} steps, {momentum:g}^{steps * epochs} = {left:.0%} of the averages are the start.",
        )
        place = Place(layer.path, "momentum", f"{momentum:g}")
        repair = Repair(
            "BatchNormalization(momentum=0.9)", (SetLayer(layer.path, "momentum", 0.9),)
        )
        yield Sign(level, 0.75, place, evidence, repair)
        return
