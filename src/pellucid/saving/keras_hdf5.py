"""Keras's weight files, read into one small tree; nothing in them is ever run.

Three layouts exist. Keras 2 (and the published weights of the known architectures): an HDF5 file whose attribute
``layer_names`` lists groups, each with an attribute ``weight_names`` that lists its arrays in order. A whole model of
Keras 2 holds the same inside the group ``model_weights``. Keras 3: an HDF5 file of groups that mirror the
objects, the arrays of each in ``vars/0``, ``vars/1`` and so on; a ``.keras`` file is a ZIP archive with such a
file in it. Sources: the files themselves, and Keras's guide to serialization.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from pellucid.core.errors import FileFormatError, PellucidError
from pellucid.saving.container import MissingFileError

MEMBER = "model.weights.h5"
"""The name of the weights inside a ``.keras`` archive."""
NOT_WEIGHTS = {"vars", "seed_generator", "optimizer"}
"""Groups of Keras 3 that hold no weights of a layer's own parts: its arrays, and states of other things."""
DEEPEST = 32
"""How deeply groups may lie in each other; an HDF5 file can contain itself."""


class MissingExtraError(PellucidError, ImportError):
    """A package is not installed that only this needs."""


@dataclass
class Saved:
    """What a file holds for one object.

    Attributes:
        key: Where it stands in the file, e.g. ``"layers/dense_1"``.
        name: The layer's name, where the file says it.
        arrays: Its own arrays in order, not read yet.
        parts: What it is made of, by the file's keys.
    """

    key: str
    name: str | None = None
    arrays: list[Any] = field(default_factory=list)
    parts: dict[str, Saved] = field(default_factory=dict)

    @property
    def holds_arrays(self) -> bool:
        """Whether there is an array in it or in its parts."""
        return bool(self.arrays) or any(part.holds_arrays for part in self.parts.values())


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open the HDF5 file at ``path``, or the one inside a ``.keras`` archive.

    Raises:
        MissingFileError: There is no such file.
        MissingExtraError: The package ``h5py`` is not installed.
        FileFormatError: It is neither of both.
    """
    if not path.is_file():
        raise MissingFileError("load_keras_weights", f"there is no file '{path}'.")
    hdf5 = _hdf5()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if MEMBER not in archive.namelist():
                raise FileFormatError(
                    f"File '{path.name}'",
                    f"it is an archive without '{MEMBER}', so none of Keras.",
                )
            with archive.open(MEMBER) as stream, _as_hdf5(hdf5, stream, path) as file:
                yield file
        return
    with _as_hdf5(hdf5, path, path) as file:
        yield file


def _hdf5() -> Any:
    """Import ``h5py``, which only Keras's files need."""
    try:
        return import_module("h5py")
    except ImportError:
        raise MissingExtraError(
            "load_keras_weights",
            "files of Keras are in the format HDF5, and the package that reads it is not installed.",
            'pip install "pellucid[keras]"   (or: pip install h5py)',
        ) from None


def _as_hdf5(hdf5: Any, source: Any, path: Path) -> Any:
    try:
        return hdf5.File(source, "r")
    except OSError as error:
        raise FileFormatError(
            f"File '{path.name}'",
            f"it is no HDF5 file, or damaged ({str(error)[:120]}).",
            "pellucid.load reads Pellucid's own .safetensors files",
        ) from None


def read_tree(file: Any) -> tuple[Saved, bool]:
    """Return what the file holds, and whether it is of Keras 2, whose layers are one flat list.

    Raises:
        FileFormatError: The file has none of Keras's layouts.
    """
    root = _inner(file, "model_weights") if "model_weights" in file else file
    if names := _texts(root, "layer_names"):
        parts = {name: _flat_layer(_inner(root, name), name) for name in names}
        return Saved("", parts=parts), True
    saved = _nested(file, "", 0)
    if not saved.holds_arrays:
        raise FileFormatError(
            "load_keras_weights",
            "the file is an HDF5 file, but holds no layers in one of Keras's layouts.",
            "model.save_weights('net.weights.h5') in Keras writes one",
        )
    return saved, False


def _flat_layer(group: Any, name: str) -> Saved:
    return Saved(name, name, [_inner(group, each) for each in _texts(group, "weight_names")])


def _texts(group: Any, attribute: str) -> list[str]:
    """Return a list of texts; one too long for a single attribute is cut into ``name0``, ``name1`` and so on."""
    pieces = [attribute] if attribute in group.attrs else []
    while not pieces or pieces[-1] != attribute:
        piece = f"{attribute}{len(pieces)}"
        if piece not in group.attrs:
            break
        pieces.append(piece)
    texts = [text for piece in pieces for text in group.attrs[piece]]
    return [text.decode() if isinstance(text, bytes) else str(text) for text in texts]


def _nested(group: Any, key: str, depth: int) -> Saved:
    if depth > DEEPEST:
        raise FileFormatError(
            "load_keras_weights", f"groups lie more than {DEEPEST} deep in each other."
        )
    saved = Saved(key)
    if "vars" in group:
        own = _inner(group, "vars")
        name = own.attrs.get("name")
        saved.name = name.decode() if isinstance(name, bytes) else name
        numbered = sorted((each for each in own if each.isdigit()), key=int)
        saved.arrays = [_inner(own, each) for each in numbered]
    for each in group:
        if each not in NOT_WEIGHTS and hasattr(inner := _inner(group, each), "keys"):
            saved.parts[each] = _nested(inner, f"{key}/{each}".lstrip("/"), depth + 1)
    return saved


def _inner(group: Any, name: str) -> Any:
    """Return a member that lies in this very file; a link could name any other file of the computer.

    Raises:
        FileFormatError: It is missing, or a link to elsewhere.
    """
    link = group.get(name, getlink=True)
    if link is None:
        raise FileFormatError("load_keras_weights", f"the file names '{name}', but lacks it.")
    member = group[name] if type(link).__name__ == "HardLink" else None
    if member is None or getattr(member, "external", None) or getattr(member, "is_virtual", False):
        raise FileFormatError("load_keras_weights", f"'{name}' is a link to outside of the file.")
    return member


def read_array(dataset: Any) -> np.ndarray:
    """Read one array; half-precision numbers of 16 bits with a long exponent are stored as their bits."""
    array = np.asarray(dataset)
    kind = dataset.attrs.get("dtype")
    if kind in ("bfloat16", b"bfloat16"):
        return array.view(ml_dtypes.bfloat16)
    return array
