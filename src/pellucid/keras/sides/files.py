"""Models and weights in files: one safe format of our own, whatever the name's suffix says."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections import ChainMap
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.core.late import LateTable
from pellucid.keras.late import late
from pellucid.keras.notices import differs
from pellucid.keras.sides.accuracy import ShapeAccuracy
from pellucid.keras.sides.layer import LayerSide
from pellucid.modules.notes import is_our_class, is_our_function
from pellucid.modules.tree import places
from pellucid.saving.describe import Describer
from pellucid.saving.keras_files import load_keras_weights
from pellucid.saving.low_rank import forget_changes, is_adapted, plain_slots
from pellucid.saving.restore import Restorer

PARTS: Any = LateTable("pellucid.keras.utils", {"FeatureSpace": "FeatureSpace"})
"""Classes in files beside the families' own, imported when a file holds one."""

IN_FOLDER = "model.safetensors"
"""The name of the model's file in a folder of ``tf.saved_model``."""

_own: dict[str, Any] = {"ShapeAccuracy": ShapeAccuracy}
"""What scripts wrote themselves and saved in this process, by name, for a later load in it."""


def save_model(model: Any, filepath: Any, *options: Any, **more: Any) -> None:
    """Write a model to ``filepath``."""
    path = Path(filepath)
    if path.suffix != ".safetensors":
        differs(
            "model file",
            f"{path.name} holds Pellucid's own format: data only, read by `load_model`.",
        )
    own = own_objects(model)
    _own.update(own)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / "model.safetensors"
        pellucid.save(model, made, custom_objects={**own, "ShapeAccuracy": ShapeAccuracy})
        os.replace(made, path)


def load_model(filepath: Any, custom_objects: Any = None, compile: bool = True, **more: Any) -> Any:
    """Read a model.

    Args:
        filepath: The file, or the folder of ``tf.saved_model.save``.
        custom_objects: The script's own classes and functions by name.
        compile: Whether it comes compiled.
        **more: Accepted.
    """
    if Path(filepath).is_dir():
        filepath = Path(filepath) / IN_FOLDER
    utils = late("utils")
    known = {**_own, **utils.get_custom_objects(), **(custom_objects or {})}
    with utils.custom_object_scope(known):  # objects within objects may be dicts that name them
        model = adopted(pellucid.load(filepath, custom_objects=ChainMap(known, PARTS)))
    if not compile:
        model._session = None
    return model


def own_objects(model: Any) -> dict[str, Any]:
    """Return what the script wrote itself and the model's arguments hold: classes and functions, by name."""
    found: dict[str, Any] = {}
    compiled = model.compiled
    held = [layer for _, layer in places(model)]
    held += (
        [] if compiled is None else [compiled.optimizer, compiled.loss, *_leaves(compiled.metrics)]
    )
    for thing in held:
        for value in (type(thing), *_leaves(list(getattr(thing, "_arguments", {}).values()))):
            if _is_own(value):
                found[_name(value)] = value
    return found


def _is_own(value: Any) -> bool:
    if isinstance(value, type):
        return not is_our_class(value) and value.__module__ != "builtins"
    return (
        callable(value)
        and hasattr(value, "__name__")
        and (hasattr(value, "function") or not is_our_function(value))
    )


def _name(value: Any) -> str:
    return getattr(value, "__qualname__", value.__name__)


def _leaves(tree: Any) -> list[Any]:
    if isinstance(tree, (list, tuple)):
        return [leaf for each in tree for leaf in _leaves(each)]
    if isinstance(tree, dict):
        return _leaves(list(tree.values()))
    return [tree]


def adopted(model: Any) -> Any:
    """Give a model of Pellucid's, and its layers, what the shim's classes have."""
    layers, models, optimizers = late("layers"), late("models"), late("optimizers")
    for _, layer in places(model):
        kind = type(layer)
        name = kind.__name__
        wanted = (
            getattr(models, name, None)
            if getattr(pellucid.models, name, None) is kind
            else layers.layer_class(kind)
        )
        if wanted is not None and not isinstance(layer, LayerSide):
            object.__setattr__(layer, "__class__", wanted)
    if model.compiled is not None:
        optimizers.adopted(model.compiled.optimizer)
    return model


def save_weights(model: Any, filepath: Any) -> None:
    """Write the weights by number, with their paths; what LoRA learned is added to its weights, as in Keras."""
    path = Path(filepath)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{i:05d} {v.path}": np.ascontiguousarray(
            layer.adapted_weight() if is_adapted(layer, v._slot) else v.numpy()
        )
        for i, (v, layer) in enumerate(_plainly(model))
    }
    save_file(arrays, path)


def _plainly(model: Any) -> list[tuple[Any, Any]]:
    """Return a model's variables in Keras's order with their layers, without the pairs of LoRA."""
    owners = {id(slot): layer for _, layer, slot in plain_slots(model)}
    return [(v, owners[id(v._slot)]) for v in model._in_order() if id(v._slot) in owners]


def load_weights(
    model: Any, filepath: Any, by_name: bool = False, skip_mismatch: bool = False, **more: Any
) -> Any:
    """Read weights: ours, those of one of our model files, or Keras's."""
    path = Path(filepath)
    if not path.exists():
        raise ArgumentError(
            "load_weights", f"there is no file '{path}'.", "model.save_weights(path) first"
        )
    with path.open("rb") as file:
        start = file.read(8)
    if start == b"\x89HDF\r\n\x1a\n" or start[:2] == b"PK":
        load_keras_weights(model, path, by_name=by_name, skip_mismatch=skip_mismatch)
        return model
    arrays = load_file(path)
    if arrays and all(name[:5].isdigit() and name[5:6] == " " for name in arrays):
        slots = [v._slot for v, _ in _plainly(model)]
        for slot, name in list(zip(slots, sorted(arrays), strict=True)):
            slot.assign(arrays[name])
        forget_changes(model, slots)
    else:
        model.set_weights(load_model(path).get_weights())
    return model


def to_json(model: Any) -> str:
    """Return the architecture as text."""
    own = own_objects(model)
    _own.update(own)
    describer = Describer(own)
    described = describer.describe(model, "model")
    return json.dumps(
        {"model": described, "input_shape": model.input_shape, "class_name": type(model).__name__}
    )


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """Make a model of the text of ``to_json``, with fresh weights."""
    found = json.loads(json_string)
    restorer = Restorer(
        Path("model.json"),
        lambda name: np.zeros(0),
        {**_own, **(custom_objects or {})},
        "this version",
    )
    model = adopted(restorer.restore(found["model"]))
    shape = found["input_shape"]
    if shape is not None and not model.built and not isinstance(shape[0], list):
        model.build(tuple(shape))
    return model


def write_rows(folder: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows of numbers to ``scalars.csv``."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with open(Path(folder) / "scalars.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
