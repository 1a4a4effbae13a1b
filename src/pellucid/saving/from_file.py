"""A model from a file: checked part by part, and nothing in it is ever run."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import ml_dtypes  # noqa: F401 - registers bfloat16 with NumPy
import numpy as np

import pellucid
from pellucid.core.errors import FileFormatError
from pellucid.modules import Layer, infer
from pellucid.modules.tree import places, weights_of
from pellucid.saving.container import (
    Header,
    bad_name,
    damaged,
    parse_json,
    read_arrays,
    read_header,
)
from pellucid.saving.format import DTYPES, FORMAT, FORMAT_VERSION
from pellucid.saving.parts import restore_extras
from pellucid.saving.restore import Restorer, check_size

MAX_INPUT = 1 << 40
"""Numbers in one input row; far above any real one."""


def load(path: str | os.PathLike[str], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Read a model that :func:`~pellucid.save` wrote; nothing in the file is ever run.

    Args:
        path: The ``.safetensors`` file.
        custom_objects: Your own classes and functions by name, e.g. ``{"Net": Net}`` for a subclassed model.

    Returns:
        The model: built, with its weights, compiled if it was.

    Raises:
        MissingFileError: There is no such file.
        FileFormatError: The file is truncated, foreign, damaged, beyond the size limits or of a newer format; or it
            needs a class of your own that ``custom_objects`` does not give.

    >>> try:
    ...     load("nowhere/net.safetensors")
    ... except FileNotFoundError as error:
    ...     print(error.problem)
    there is no file 'nowhere/net.safetensors'.

    Keras's ``load_model`` rebuilds objects from module paths in the file; here names are looked up in public tables
    only.
    """
    path = Path(path)
    header = read_header(path)
    description = _description(header, path)
    restorer = Restorer(
        path,
        lambda name: _argument_array(header, path, name),
        custom_objects,
        header.metadata.get("written_by", "an unknown version")[:40],
    )
    model = restorer.restore(description["model"])
    if not isinstance(model, Layer) or not hasattr(model, "compile"):
        damaged(path, f"it describes a {type(model).__name__:.40} where a model should be")
    shape = restorer.restore(description["input_shape"])
    if shape is not None and not model.built:
        _build(model, shape, restorer.restore(description["input_dtype"]), path)
    _name(model, description.get("paths"), path)
    _fill(model, header, path)
    _freeze(model, description["frozen"], path)
    restore_extras(model, description, header, path, restorer)
    return model


def _description(header: Header, path: Path) -> dict[str, Any]:
    """Check that the file is ours and of a version that is known, and parse its description."""
    if header.metadata.get("format") != FORMAT:
        raise FileFormatError(
            f"File '{path.name}'",
            "it is a safetensors file, but none that Pellucid wrote: it says nothing of layers.",
            "read its arrays with safetensors.numpy.load_file, then model.set_weights([...])",
        )
    version, writer = (
        header.metadata.get("format_version", ""),
        header.metadata.get("written_by", "?"),
    )
    if not (version.isascii() and version.isdigit() and 0 < len(version) < 9 and int(version) > 0):
        damaged(path, f"its format version {version[:20]!r} is no number")
    if int(version) > FORMAT_VERSION:
        raise FileFormatError(
            f"File '{path.name}'",
            f"it has format {version}, written by Pellucid {writer[:40]}; this Pellucid ({pellucid.__version__}) reads "
            f"formats up to {FORMAT_VERSION}.",
            "pip install --upgrade pellucid",
        )
    description = parse_json(header.metadata.get("description", ""), path)
    needed = {
        "model",
        "input_shape",
        "input_dtype",
        "frozen",
        "classes",
        "seed",
        "compiled",
        "preprocessing",
    }
    if not isinstance(description, dict) or not needed <= set(description):
        damaged(path, "its description lacks parts")
    check_size(description, path)
    return description


def _argument_array(header: Header, path: Path, name: Any) -> np.ndarray:
    if not isinstance(name, str) or not name.startswith("$") or name not in header.entries:
        damaged(path, f"its description names an array {str(name)[:60]!r} that is not there")
    return read_arrays(path, [name])[name]


def _build(model: Layer, shape: Any, dtype: Any, path: Path) -> None:
    """Declare the weights without making any array, so that a claimed size costs nothing."""
    try:
        spec = jax.tree.map(_spec, shape, dtype, is_leaf=_is_shape)
        infer(model, spec)
    except Exception as error:  # whatever layers, or the user's own code, say to arguments that do not fit together
        raise FileFormatError(
            f"File '{path.name}'",
            f"the model cannot be built for inputs of shape {shape!s:.80}: {str(error)[:300]}",
        ) from error
    model._note_inputs(spec)  # pyright: ignore[reportAttributeAccessIssue]


def _is_shape(node: Any) -> bool:
    return isinstance(node, tuple) and all(size is None or isinstance(size, int) for size in node)


def _spec(shape: Any, dtype: Any) -> jax.ShapeDtypeStruct:
    """A batch of two stands for any batch."""
    inner = shape[1:]
    if not all(type(size) is int and size >= 0 for size in inner) or math.prod(inner) > MAX_INPUT:
        raise ValueError("the sizes of an input must be whole numbers of a reasonable size")
    if dtype not in DTYPES.values():
        raise ValueError("the dtype of an input must be one of numbers")
    return jax.ShapeDtypeStruct((2, *inner), np.dtype(dtype))


def _name(model: Layer, paths: Any, path: Path) -> None:
    """Give layers the names that they had: one that a layer got in an earlier model stays its name in the next."""
    known = places(model)
    if paths is None or not model.built:  # files of Pellucid 0.1.0 do not say
        return
    if not isinstance(paths, list) or len(paths) != len(known):
        damaged(path, "its list of layers is not that of the model")
    for told, (place, layer) in zip(paths, known, strict=True):
        if told != place and (not isinstance(told, str) or bad_name(told) or layer._given_name):
            damaged(path, f"the layer '{place}' cannot be called {str(told)[:60]!r}")
        if told != place:
            layer._auto_name = told.rpartition("/")[2]


def _fill(model: Layer, header: Header, path: Path) -> None:
    """Compare names, shapes and dtypes of all weights with the header; only then read and assign the arrays."""
    slots = dict(weights_of(model))
    stored = {name: entry for name, entry in header.entries.items() if not name.startswith("$")}
    if slots.keys() != stored.keys():
        lacking, surplus = (
            sorted(slots.keys() - stored.keys()),
            sorted(stored.keys() - slots.keys()),
        )
        damaged(
            path,
            f"its arrays are not those of its layers: missing {_few(lacking)}, not expected {_few(surplus)}",
        )
    for name, slot in slots.items():
        entry = stored[name]
        if entry.shape != slot.shape or DTYPES[entry.dtype] != slot.dtype.name:
            damaged(
                path,
                f"'{name}' is {DTYPES[entry.dtype]} of shape {entry.shape}, but the layer needs {slot.dtype.name} of "
                f"shape {slot.shape}",
            )
    for name, array in read_arrays(path, list(slots)).items():
        slots[name].assign(array)


def _few(names: list[str]) -> str:
    return (
        ", ".join(name[:60] for name in names[:3]) + (", ..." if len(names) > 3 else "") or "none"
    )


def _freeze(model: Layer, frozen: Any, path: Path) -> None:
    """Freeze and thaw each layer by itself; the setter would do it to all layers inside as well."""
    known = dict(places(model))
    if not isinstance(frozen, list) or not all(
        isinstance(place, str) and place in known for place in frozen
    ):
        damaged(path, "its list of frozen layers names layers that are not there")
    for place, layer in known.items():
        layer._trainable = place not in frozen
        if "trainable" in layer._arguments:
            layer._arguments["trainable"] = layer._trainable
