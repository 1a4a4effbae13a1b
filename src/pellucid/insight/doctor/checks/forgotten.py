"""A check of layers of one's own: a kernel that is an array and no weight, so that nothing trains it."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer, Weight
from pellucid.insight.doctor.finding import Level, Place, Repair, Sign


@check(
    "D347",
    "A kernel that is no weight",
    faults=("F20",),
    explains=(*STUCK, "D621"),
)
def plain_kernel(facts: Facts) -> Iterator[Sign]:
    """What ``add_weight`` did not make, no optimizer knows: the layer keeps the numbers that it was drawn with.

    Looked for, in layers of the user's own without a trained matrix: an attribute that holds random numbers and leads
    from the length of the inputs to that of the outputs. Source: Keras, "Making new layers and models via subclassing".
    Threshold: none; a warning where the layer trains a bias of the outputs' length beside it, else a hint: a fixed
    projection may be meant.
    """
    for layer in facts.layers:
        is_trained = any(each.trainable and len(each.shape) >= 2 for each in layer.weights)
        found = None if is_trained else _kernel(layer)
        if found is None:
            continue
        biases = {each.shape for each in layer.weights if each.trainable}
        level: Level = "warning" if found.shape[-1:] in biases else "hint"
        evidence = (
            f"'{layer.path}' holds {found.name}, an array of shape {found.shape} with a spread of {found.spread:.2g}, "
            "that add_weight did not make: no step changes it.",
        )
        repair = Repair(
            f"self.{found.name} = self.add_weight({found.shape}, 'glorot_uniform', name='{found.name}')"
        )
        yield Sign(level, 0.8, Place(layer.path, found.name), evidence, repair)


def _kernel(layer: Layer) -> Weight | None:
    """Return the array that leads from inputs to outputs and looks drawn, or None."""
    if not layer.input_shape or not layer.output_shape:
        return None
    ends = (layer.input_shape[-1], layer.output_shape[-1])
    for array in layer.aside:
        is_drawn = array.low < 0 < array.high and array.spread > abs(array.mean)
        if array.shape[-2:] == ends and is_drawn:
            return array
    return None
