"""Old files of arrays that hold pickles, read without running anything.

A pickle may name any function to be called. These files need two: the one that makes an array, and the one that makes
a dtype. Whatever else is named, the file is refused.
"""

from __future__ import annotations

import io
import pickle
import zipfile
import zlib
from typing import Any

import numpy as np

from pellucid.core.errors import FileFormatError

_ARRAY_MAKER = np.empty(0).__reduce__()[0]
"""NumPy's function by which pickles make arrays; its module has moved, the function has not."""

_ALLOWED = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _ARRAY_MAKER,
    ("numpy._core.multiarray", "_reconstruct"): _ARRAY_MAKER,
}


class ArrayUnpickler(pickle.Unpickler):
    """Reads arrays, numbers, texts, lists and dicts; refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise FileFormatError(
                "pellucid.datasets",
                f"a file of arrays wants to call {module}.{name}; it is damaged, or made to do harm.",
                "delete it and load again",
            ) from None


def load_arrays(content: bytes, name: str = "file") -> dict[str, np.ndarray]:
    """Return the arrays of an ``.npz`` file, lists of numbers included, by name.

    Args:
        content: The file.
        name: Of the file, for messages.

    Raises:
        FileFormatError: It is no such file, or wants to call functions.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.namelist() if member.endswith(".npy")]
            return {member.removesuffix(".npy"): _array(archive.read(member)) for member in members}
    except (
        zipfile.BadZipFile,
        zlib.error,
        pickle.UnpicklingError,
        EOFError,
        KeyError,
        ValueError,
    ) as error:
        if isinstance(error, FileFormatError):
            raise
        raise FileFormatError(
            name, f"this is no file of arrays: {error}.", "delete it and load again"
        ) from None


def _array(content: bytes) -> np.ndarray:
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = (
        np.lib.format.read_array_header_1_0
        if version[0] == 1
        else np.lib.format.read_array_header_2_0
    )
    _, _, dtype = read_header(stream)
    if dtype.hasobject:
        return ArrayUnpickler(stream).load()
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
