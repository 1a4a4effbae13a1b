"""Facts built by hand: a stack of layers with rows, so that a check can be asked without a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pellucid.insight.doctor.facts.data import Column, Data, Rows
from pellucid.insight.doctor.facts.facts import Facts, Fit, Optimizer
from pellucid.insight.doctor.facts.network import Layer, Output, Weight

RNG = np.random.default_rng(0)


def column(rows: Any) -> Column:
    rows = np.asarray(rows)
    return Column("", rows, len(rows), str(rows.dtype), float(rows.min()), float(rows.max()))


def data(x: Any = None, y: Any = None, validation: tuple[Any, Any] | None = None) -> Data:
    x = RNG.normal(size=(len(y), 4)) if x is None else x
    held = (
        None
        if validation is None
        else Rows({"": column(validation[0])}, {"": column(validation[1])})
    )
    return Data(Rows({"": column(x)}, {} if y is None else {"": column(y)}), held)


def weight(
    name: str, shape: tuple[int, ...], spread: float = 0.0, mean: float = 0.0, **more: Any
) -> Weight:
    return Weight(name, shape, mean, spread, mean - 2 * spread, mean + 2 * spread, **more)


def dense(name: str, units: int, activation: str = "relu", size: int = 4, **more: Any) -> Layer:
    """A Dense layer of usual weights, fed by ``inputs``."""
    spread = more.pop("spread", (2 / (size + units)) ** 0.5)
    weights = (weight("kernel", (size, units), spread), weight("bias", (units,)))
    config = {"units": units, "activation": activation, **more.pop("config", {})}
    shape = (size,)
    given = {"inputs": (), "input_shape": shape, "output_shape": (units,), "weights": weights}
    return Layer(name, "Dense", config, activation, **{**given, **more})


def layer(name: str, kind: str, shape: tuple[int, ...] = (4,), **more: Any) -> Layer:
    """A layer of any kind that keeps its shape."""
    config = more.pop("config", {})
    given = {"activation": "linear", "inputs": (), "input_shape": shape, "output_shape": shape}
    return Layer(name, kind, config, **{**given, **more})


def out(units=3, activation="softmax", size=8):
    return dense("out", units, activation, size=size)


def activation(name, kind, size=8):
    return layer(name, "Activation", (size,), activation=kind, config={"activation": kind})


def conv(name, shape=(8, 8, 4), filters=4, bend="relu", kernel=3, **config):
    weights = (
        weight("kernel", (kernel, kernel, shape[-1], filters), 0.15),
        weight("bias", (filters,)),
    )
    config = {"filters": filters, "kernel_size": (kernel, kernel), "activation": bend, **config}
    given = {"weights": weights, "config": config, "activation": bend}
    return layer(name, "Conv2D", shape, output_shape=(*shape[:-1], filters), **given)


def stack(*layers: Layer) -> tuple[Layer, ...]:
    """The same layers, each fed by the one before."""
    feeds = [(), *((each.path,) for each in layers)]
    return tuple(replace(each, inputs=feed) for each, feed in zip(layers, feeds, strict=False))


def output(
    units: int = 1, activation: str | None = "linear", loss: str | None = None, **more: Any
) -> Output:
    return Output("", more.pop("layer", "out"), (units,), activation, loss, **more)


def facts(
    *layers: Layer,
    loss: str | None = None,
    x: Any = None,
    y: Any = None,
    validation: tuple[Any, Any] | None = None,
    from_logits: bool = False,
    metrics: tuple[str, ...] = (),
    optimizer: Optimizer | None = None,
    fit: Fit | None = None,
    source: str = "pellucid",
) -> Facts:
    """Facts of a stack whose last layer is the output."""
    row = stack(*layers)
    outputs: tuple[Output, ...] = ()
    if row:
        last = row[-1]
        outputs = (
            Output(
                "",
                last.path,
                last.output_shape,
                last.activation,
                loss,
                from_logits,
                metrics=metrics,
            ),
        )
    rows = None if x is None and y is None else data(x, y, validation)
    return Facts(row, outputs, rows, optimizer, fit or Fit(), source=source)


def codes(check: Any, known: Facts) -> list[str]:
    """The levels of what a check finds."""
    return [finding.level for finding in check.findings(known)]
