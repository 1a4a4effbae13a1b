"""Checks of layers that read series: all steps or the last one, activations without bound, padding that is read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.kinds import (
    CROSS_ENTROPIES,
    RECURRENT,
    SPARSE_LOSSES,
    number,
    reached,
)
from pellucid.insight.doctor.checks.padding import Padding, padding_of, run_of
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of
from pellucid.insight.doctor.checks.symptoms import STUCK, WILD
from pellucid.insight.doctor.checks.tasks import loss_of, targets
from pellucid.insight.doctor.facts.data import Column
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


@check(
    "D361",
    "An answer for each place, one target for the row",
    faults=("F32", "F03"),
    explains=STUCK + WILD,
)
def answers_at_each_place(facts: Facts) -> Iterator[Sign]:
    """A recurrent layer with ``return_sequences=True`` answers at each step, a Dense on maps at each place.

    Threshold: the output has more axes than the target, axes of length 1 left out. For distances D228 says the same.
    """
    for output in facts.outputs:
        column, loss = targets(facts, output), loss_of(output)
        if column is None or loss not in CROSS_ENTROPIES or len(output.shape) < 2:
            continue
        given = output.shape[:-1] if loss in SPARSE_LOSSES else output.shape
        is_label_of_each_place = column.shape == output.shape[:-1]  # the loss is wrong then: D221
        if is_label_of_each_place or _axes(given) <= _axes(column.shape):
            continue
        evidence = (
            f"A row of the output has shape {output.shape}, its target {column.shape or '()'}.",
        )
        open_ended = [
            each
            for each in facts.layers
            if each.kind in RECURRENT and len(each.output_shape or ()) == 2
        ]
        if open_ended:
            layer = open_ended[-1]
            place = Place(layer.path, "return_sequences", "True")
            is_own = "return_sequences" in layer.config
            change = (SetLayer(layer.path, "return_sequences", False),) if is_own else ()
            repair = Repair(f"{layer.kind}(..., return_sequences=False)", change)
        else:
            place = Place(output.layer)
            repair = Repair("layers.Flatten() or a global pooling before the last layer")
        yield Sign("serious", 0.9, place, evidence, repair)


def _axes(shape: tuple[int | None, ...]) -> int:
    return sum(length != 1 for length in shape)


@check(
    "D362",
    "A recurrent layer without bound",
    faults=("F14", "F18"),
    explains=(*WILD, "D607", "D621"),
)
def unbounded_steps(facts: Facts) -> Iterator[Sign]:
    """A relu that feeds itself may grow by the same factor at each step; tanh holds the state between -1 and 1.

    Source: Pascanu et al. (2013); Le et al. (2015) need an identity as the start. Thresholds: 50 steps without clipped
    gradients, else a hint.
    """
    is_held = facts.optimizer is not None and facts.optimizer.clips
    for layer in facts.layers:
        activation = layer.config.get("activation")
        steps = layer.input_shape[0] if layer.input_shape and len(layer.input_shape) == 2 else None
        if layer.kind not in RECURRENT or activation not in (
            "relu",
            "linear",
            "elu",
            "exponential",
        ):
            continue
        level: Level = "warning" if (steps or 0) >= 50 and not is_held else "hint"
        evidence = (
            f"'{layer.path}' applies {activation} to its own output, {steps or 'an unknown number of'} times in a row.",
        )
        place = Place(layer.path, "activation", str(activation))
        repair = Repair(
            f"{layer.kind}(..., activation='tanh')", (SetLayer(layer.path, "activation", "tanh"),)
        )
        yield Sign(level, 0.6, place, evidence, repair)


@check("D363", "Padding is read as if it were the series", faults=("F31", "F35"), explains=STUCK)
def padding_is_read(facts: Facts) -> Iterator[Sign]:
    """A recurrent layer's last state comes after the padding: what was read before it is forgotten on the way.

    Thresholds: the middle row ends in zeros for six tenths of its length, and the state behind them is what is handed
    on; a hint from three tenths on. ``mask_zero`` or a ``Masking`` layer leaves the padding out, unless it looks for
    another number: see ``other_padding``.
    """
    masks = [layer for layer in facts.layers if layer.kind == "Masking"]
    yield from other_padding(facts, masks) if masks else words_and_zeros(facts)


def other_padding(facts: Facts, masks: list[Layer]) -> Iterator[Sign]:
    """Yield signs of a ``Masking`` that looks for another number than the one rows are filled up with.

    Who writes the layer means padding to be left out, so that less of it is asked for: a tenth of all steps, ten times
    as many as begin or end rows with the number that is looked for. Padding in front is forgotten anyway: a hint.
    """
    for column in inputs_of(facts):
        for mask in masks:
            sought = number(mask, "mask_value")
            is_fed = column.name in mask.given if mask.given else mask.input_shape == column.shape
            is_asked = mask.inputs == () and is_fed
            if not is_asked or sought is None or len(column.shape) != 2 or not column.rows.size:
                continue
            found = padding_of(column.rows)
            if found is None or found.share < 0.1 or padded_with(column, sought, found):
                continue
            value, side = found.number, "begin" if found.is_first else "end"
            told = "one and the same step" if value is None else f"{value:g}"
            evidence = (
                f"Rows {side} in {told}, {found.share:.0%} of all steps, and '{mask.path}' leaves out {sought:g}.",
            )
            place = Place(mask.path, "mask_value", f"{sought:g}")
            repair = Repair(f"fill up with {sought:g} after scaling, not before")
            if value is not None:
                change = (SetLayer(mask.path, "mask_value", value),)
                repair = Repair(f"Masking(mask_value={value:g})", change)
            yield Sign("hint" if found.is_first else "warning", 0.85, place, evidence, repair)


def padded_with(column: Column, sought: float, found: Padding) -> bool:
    """Tell whether rows are filled up with the number that is sought too, or with it alone."""
    step = np.full_like(found.step, sought)  # in the rows' precision, as the layer compares
    if np.array_equal(step, found.step):
        return True
    runs = [run_of(column.rows, step, is_first) for is_first in (False, True)]
    share = max(float(run[run > 1].sum()) for run in runs) / column.rows[..., 0].size
    return share > 0.1 * found.share


def words_and_zeros(facts: Facts) -> Iterator[Sign]:
    """Yield signs of zeros that an ``Embedding`` looks up as if they were words."""
    for column in inputs_of(facts):
        for layer in first_layers(facts, column):
            if layer.kind != "Embedding" or layer.config.get("mask_zero") or len(column.shape) != 1:
                continue
            filled = column.rows != 0
            last = np.where(filled.any(axis=1), column.shape[0] - filled[:, ::-1].argmax(axis=1), 0)
            share = 1 - float(np.median(last)) / column.shape[0]
            after = tuple(reached(facts, layer))
            is_last = (
                bool(after)
                and after[-1].kind in RECURRENT
                and len(after[-1].output_shape or ()) == 1
            )
            if not is_last or share < 0.3:
                continue
            level: Level = "warning" if share >= 0.6 else "hint"
            evidence = (
                f"The middle row ends in {share:.0%} zeros, and '{after[-1].path}' reads them to its end.",
            )
            place = Place(layer.path, "mask_zero", "False")
            repair = Repair(
                "Embedding(..., mask_zero=True)", (SetLayer(layer.path, "mask_zero", True),)
            )
            yield Sign(level, 0.65, place, evidence, repair)
