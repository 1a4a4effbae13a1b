"""Checks of sizes: a layer too narrow, maps used up, channels in the wrong place, many weights for few rows."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.insight.doctor.changes import SetLayer
from pellucid.insight.doctor.check import check
from pellucid.insight.doctor.checks.bends import hidden_maps
from pellucid.insight.doctor.checks.kinds import CONVOLUTIONS, DENSE, MAPS, RECTIFYING, reached
from pellucid.insight.doctor.checks.scale import first_layers, inputs_of
from pellucid.insight.doctor.checks.symptoms import STUCK
from pellucid.insight.doctor.facts.facts import Facts
from pellucid.insight.doctor.facts.network import Layer
from pellucid.insight.doctor.finding import Place, Repair, Sign


@check("D305", "A hidden layer that is too narrow", faults=("F24",), explains=(*STUCK, "D612"))
def one_unit(facts: Facts) -> Iterator[Sign]:
    """All that later layers learn of a row is one number; a relu's is 0 for half of the rows, and for all once it died.

    Thresholds: one unit, fed by more than one number and read by another weighted sum; two units with relu, which are
    both 0 for a quarter of the rows, read by five and more. Where inputs are the targets (a code) it is meant.
    """
    if _is_code(facts):
        return
    for layer in hidden_maps(facts):
        size = layer.input_shape[-1] if layer.input_shape else None
        after = tuple(reached(facts, layer))
        units = layer.output_shape[-1] if layer.output_shape else None
        if layer.kind not in DENSE or size is None or units is None or units >= min(size, 3):
            continue
        if not after or after[-1].kind not in MAPS or _keeps_order(layer, after[-1]):
            continue
        asked = (after[-1].output_shape or (1,))[-1] or 1
        if units == 2 and (layer.activation not in RECTIFYING or asked < 5):
            continue
        evidence = (
            f"'{layer.path}' makes {units} of {size} numbers, and '{after[-1].path}' with its {asked} units knows "
            "nothing else.",
        )
        place = Place(layer.path, "units", str(units))
        repair = Repair("Dense(16, ...)", (SetLayer(layer.path, "units", 16),))
        yield Sign("warning", 0.7, place, evidence, repair)


def _keeps_order(layer: Layer, following: Layer) -> bool:
    """Tell whether one number that is read by one unit is only the answer on another scale."""
    is_one = (
        bool(following.output_shape)
        and following.output_shape is not None
        and following.output_shape[-1] == 1
    )
    return is_one and layer.activation not in RECTIFYING


def _is_code(facts: Facts) -> bool:
    """Tell whether the targets have the inputs' shape, as in an autoencoder."""
    if facts.data is None:
        return False
    rows = facts.data.training
    shapes = {column.shape for column in rows.x.values() if column.shape}
    return any(column.shape in shapes and column.shape != (1,) for column in rows.y.values())


@check(
    "D306",
    "Channels stand first, where the width is expected",
    faults=("F32", "F35"),
    explains=STUCK,
)
def channels_first(facts: Facts) -> Iterator[Sign]:
    """A convolution that takes the last axis as channels, of images (channels, height, width), mixes columns of pixels.

    Threshold: 1, 3 or 4 in the first of three axes and at least 8, equal or nearly, in the other two.
    """
    for column in inputs_of(facts):
        if len(column.shape) != 3 or column.shape[0] not in (1, 3, 4) or min(column.shape[1:]) < 8:
            continue
        for layer in first_layers(facts, column):
            is_last = layer.config.get("data_format") in (None, "channels_last")
            if layer.kind not in CONVOLUTIONS or not layer.kind.endswith("2D") or not is_last:
                continue
            evidence = (
                f"Rows have shape {column.shape}; '{layer.path}' takes {column.shape[2]} for the number of channels.",
            )
            repair = Repair("x = np.moveaxis(x, 1, -1)")
            yield Sign(
                "warning", 0.85, Place(layer.path, "data_format", "channels_last"), evidence, repair
            )


@check("D307", "A window larger than its map", faults=("F35", "F24"))
def window_too_large(facts: Facts) -> Iterator[Sign]:
    """Where the map has shrunk below the window, most of what the window sees is padding.

    Threshold: a window twice as long as the map on some axis, padded. A hint: it costs time and little else.
    """
    for layer in facts.layers:
        window, extent = _window(layer), _extent(layer)
        if not window or len(window) != len(extent) or layer.config.get("padding") != "same":
            continue
        if any(
            size is not None and length >= 2 * size
            for length, size in zip(window, extent, strict=True)
        ):
            evidence = (f"The window of '{layer.path}' is {window}, its map {extent}.",)
            place = Place(layer.path, "kernel_size", str(window))
            repair = Repair("fewer poolings or strides before it, or kernel_size=1")
            yield Sign("hint", 0.6, place, evidence, repair)


def _window(layer: Layer) -> tuple[int, ...]:
    """Return a convolution's window, one length for each axis; empty where it is not known."""
    if layer.kind not in CONVOLUTIONS or layer.config.get("data_format") == "channels_first":
        return ()
    size = layer.config.get("kernel_size")
    rank = int(layer.kind[-2]) if layer.kind[-2].isdigit() else 0
    if isinstance(size, int):
        return (size,) * rank
    return tuple(size) if isinstance(size, (tuple, list)) else ()


def _extent(layer: Layer) -> tuple[int | None, ...]:
    return layer.input_shape[:-1] if layer.input_shape else ()


@check("D308", "Many more weights than rows", faults=("F23", "F24"))
def many_weights(facts: Facts) -> Iterator[Sign]:
    """A network with a hundred weights for each row can learn the rows by heart.

    Threshold: a hundred trained weights a row. A hint: it may learn well all the same (Zhang et al., ICLR 2017).
    """
    if facts.data is None:
        return
    sizes = {layer.path: _size(layer) for layer in facts.layers}
    total, rows = sum(sizes.values()), facts.data.training.count
    if total < 100 * rows or total < 10_000:
        return
    largest = max(sizes, key=sizes.__getitem__)
    evidence = (
        f"{total:,} weights are trained on {rows:,} rows; '{largest}' has {sizes[largest]:,}.",
    )
    repair = Repair("fewer units, GlobalAveragePooling2D instead of Flatten, Dropout, or more rows")
    yield Sign("hint", 0.4, Place(largest), evidence, repair)


def _size(layer: Layer) -> int:
    total = 0
    for weight in layer.weights:
        size = 1
        for length in weight.shape:
            size *= length
        total += size if weight.trainable else 0
    return total
