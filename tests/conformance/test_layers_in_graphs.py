"""Every layer in a graph: symbolic tensors have the shapes that arrays would have, and the graph can be copied."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from layer_table.cases import TABLE
from layer_table.rows import Integers, Row

from pellucid import Input, Model, infer, layers
from pellucid.modules import fingerprint


def specs_of(inputs: Any) -> Any:
    """Return what the inputs of a row look like, in their structure."""
    if isinstance(inputs, dict):
        return {name: specs_of(each) for name, each in inputs.items()}
    if isinstance(inputs, Integers):
        return jax.ShapeDtypeStruct(tuple(inputs.shape), np.dtype("int32"))
    if hasattr(inputs, "dtype"):
        return jax.ShapeDtypeStruct(inputs.shape, inputs.dtype)
    if all(isinstance(size, int) for size in inputs):
        return jax.ShapeDtypeStruct(tuple(inputs), np.dtype("float32"))
    return [specs_of(each) for each in inputs]


def called(layer: Any, inputs: Any, call: dict[str, Any]) -> Any:
    """Call a layer the way the row says: the first of a dict of inputs positionally, the others by name."""
    if isinstance(inputs, dict):
        first, *_ = inputs
        others = {name: each for name, each in inputs.items() if name != first}
        return layer(inputs[first], **others, **call)
    return layer(inputs, **call)


def symbols(specs: Any) -> Any:
    if isinstance(specs, dict):  # jax.tree would sort the keys, and the first is the positional one
        return {name: symbols(each) for name, each in specs.items()}
    return jax.tree.map(lambda s: Input((*s.shape[1:],), dtype=str(s.dtype)), specs)


def goes_into_a_graph(name: str, row: Row) -> bool:
    """Check one row; tell whether there was something to check."""
    if any(
        hasattr(value, "shape") for value in row.call.values()
    ):  # a mask that belongs to the row's own arrays
        return False
    specs = specs_of(row.inputs)
    tensors = symbols(specs)
    outputs = called(getattr(layers, name)(**row.arguments), tensors, row.call)
    if not isinstance(specs, dict):
        wanted = infer(getattr(layers, name)(**row.arguments), specs, **row.call).outputs
        shapes = [(tensor.shape[1:], tensor.dtype) for tensor in jax.tree.leaves(outputs)]
        assert shapes == [(spec.shape[1:], str(spec.dtype)) for spec in jax.tree.leaves(wanted)]
    model = Model(tensors, outputs)
    assert fingerprint(model.clone()) == fingerprint(model)
    return True


@pytest.mark.parametrize("name", TABLE)
def test_layer_in_a_graph(name):
    assert sum(goes_into_a_graph(name, row) for row in TABLE[name]) >= 3
