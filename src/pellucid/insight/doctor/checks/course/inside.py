"""Checks of what probes measured in layers on the way: dead, saturated, unmoved, without a gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import InsertLayer, SetLayers, SetOptimizer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.course.curves import (
    LARGE,
    began_at,
    descent,
    ended_at,
    in_layers,
    is_long,
    is_poor,
    middle,
)
from pellucid.insight.doctor.checks.kinds import SATURATING, ends
from pellucid.insight.doctor.checks.rehearsal.steps import lowered
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check(
    "D612",
    "Units die on the way",
    faults=("F15", "F08"),
    stage="course",
    explains=("D603", "D604", "D611"),
)
def units_die(facts: Facts) -> Iterator[Sign]:
    """A step that is too long can push a rectifier below 0 for every row; from there no gradient brings it back.

    Source: Maas, Hannun and Ng 2013; AUTOTRAINER's 70 % and SageMaker's 50 % alarm on healthy networks. Thresholds: all
    units of a layer at the end is serious; nine tenths, from less than half at the start, a warning if little was
    learnt; half of them a hint.
    """
    if not is_long(facts):
        return
    found = descent(facts)
    ratio = middle(in_layers(facts, "update_ratio"), slice(0, 3))
    for path, shares in in_layers(facts, "dead_share").items():
        first, end = began_at(shares), ended_at(shares)
        if not end >= 0.5 or (end - first < 0.2 and end < 1):
            continue
        level = "hint"
        if end == 1 and (found is None or found.left > 0.5):
            level = "serious"
        elif end >= 0.9 and first < 0.5 and is_poor(found):
            level = "warning"
        evidence = (
            f"{first:.0%} of the units of '{path}' were dead at the start, {end:.0%} are at the end.",
        )
        repair = Repair(
            "activation='leaky_relu'", (SetLayers("activation", "leaky_relu", old="relu"),)
        )
        if ratio is not None and ratio > LARGE and facts.optimizer is not None:
            new = lowered(facts.optimizer.learning_rate, ratio)
            evidence += (f"The first updates were {ratio:.1g} of the weights; 0.001 is usual.",)
            repair = Repair(f"learning_rate={new:g}", (SetOptimizer(None, {"learning_rate": new}),))
        yield Sign(level, 0.65, Place(path, "activation", "relu"), evidence, repair)


@check(
    "D613",
    "Units saturate on the way",
    faults=("F16", "F08"),
    stage="course",
    explains=("D603", "D611", "D614"),
)
def units_saturate(facts: Facts) -> Iterator[Sign]:
    """Sums that grow drive a sigmoid or tanh to its ends, where it has no slope.

    Source: Glorot and Bengio 2010. Thresholds: two thirds of a hidden layer's numbers at the end, and little was
    learnt: a warning; else a hint.
    """
    if not is_long(facts):
        return
    found, last = descent(facts), ends(facts)
    for path, shares in in_layers(facts, "saturated_share").items():
        layer = facts.layer(path.partition("#")[0])
        end = ended_at(shares)
        if layer is None or layer.path in last or layer.activation not in SATURATING:
            continue
        if not end >= 2 / 3:
            continue
        evidence = (
            f"{began_at(shares):.0%} of the outputs of '{path}' lay at the ends of {layer.activation} at the start, "
            f"{end:.0%} do at the end.",
        )
        repair = Repair(
            f"put BatchNormalization() before '{path}', or scale its inputs",
            (InsertLayer(None, "BatchNormalization"),),
        )
        level = "warning" if is_poor(found) else "hint"
        yield Sign(level, 0.6, Place(path, "activation", layer.activation), evidence, repair)


@check(
    "D614",
    "The first layers get no part of the updates",
    faults=("F13",),
    stage="course",
    explains=("D602", "D603", "D604", "D611"),
)
def first_layers_rest(facts: Facts) -> Iterator[Sign]:
    """Where the gradient dies on its way, the last layers learn alone, on what random first layers give them.

    Source: Bengio, Simard and Frasconi 1994. Thresholds: over 4 layers and more the first third's relative updates are
    below a thousandth of the last third's, all the time, and little was learnt; else silent, for small steps may do.
    """
    ratios = [values for values in in_layers(facts, "update_ratio").values() if np.any(values > 0)]
    paths = [
        path for path, values in in_layers(facts, "update_ratio").items() if np.any(values > 0)
    ]
    if len(ratios) < 4 or not is_long(facts) or not is_poor(descent(facts)):
        return
    third = max(1, len(ratios) // 3)
    first = float(np.nanmedian(np.array(ratios[:third])))
    end = float(np.nanmedian(np.array(ratios[-third:])))
    if not first < 1e-3 * end:
        return
    layer = facts.layer(paths[0])
    old = layer.activation if layer and layer.activation in SATURATING else None
    evidence = (
        f"Relative to the weights, the updates of '{paths[0]}' are {first / end:.1e} of those of '{paths[-1]}'.",
    )
    repair = Repair(
        "activation='relu' in hidden layers, or BatchNormalization between them",
        (SetLayers("activation", "relu", old=old),) if old else (),
    )
    yield Sign("warning", 0.7, Place(paths[0], "activation", old), evidence, repair)


@check(
    "D616",
    "A layer does not move",
    faults=("F20",),
    stage="course",
    explains=("D603", "D604", "D611"),
)
def unmoved(facts: Facts) -> Iterator[Sign]:
    """Weights that training may change, and that are where they began to the last digits, have no part in the loss.

    Source: DeepDiagnosis (ICSE 2022) and SageMaker compare weights over steps. Threshold: a way below 1e-7 of the
    weights' length, the resolution of their numbers, while another layer went above 1e-3. Layers of the user's that
    start at 0 are not judged.
    """
    if not is_long(facts):
        return
    ways = {path: ended_at(values) for path, values in in_layers(facts, "parameter_change").items()}
    known = {path: way for path, way in ways.items() if np.isfinite(way)}
    if not known or max(known.values()) < 1e-3:
        return
    for path, way in known.items():
        layer = facts.layer(path)
        if way >= 1e-7 or (layer is not None and not layer.trainable):
            continue
        evidence = (
            f"'{path}' went {way:.1e} of its length, the layer that moved most {max(known.values()):.2g}.",
        )
        repair = Repair(
            f"use what '{path}' gives, or take it out; stop_gradient and argmax pass nothing back"
        )
        yield Sign("warning", 0.7, Place(path), evidence, repair)
