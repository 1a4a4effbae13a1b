"""Writing a container: either the whole new file is there afterwards, or the old one still is."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors.numpy

from pellucid.core.errors import ArgumentError
from pellucid.saving.container import MAX_HEADER, SUFFIX, bad_name


def write(
    path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]
) -> Path:
    """Write a container atomically: either the whole new file is there afterwards, or the old one still is.

    The bytes go to a new file in the same folder, are forced to the disk, and take the name in one step.

    Args:
        path: Where to; must end in ``.safetensors``, and the folder must exist.
        arrays: Arrays by name.
        metadata: Texts by name.

    Returns:
        The path.
    """
    path = checked_path(path)
    for name in arrays:
        problem = bad_name(name)
        if problem:
            raise ArgumentError("save", f"the weight path {name!r} {problem}.", "rename the layer")
    if sum(map(len, arrays)) + sum(map(len, metadata.values())) > MAX_HEADER // 2:
        raise ArgumentError(
            "save", "names and arguments of the model exceed the header's limit of 8 MiB."
        )
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    try:
        mode = _create(temporary)
        safetensors.numpy.save_file(_dense(arrays), temporary, dict(metadata))
        os.chmod(temporary, mode)
        _force_to_disk(temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    if os.name == "posix":
        _force_to_disk(target.parent)
    return path


def checked_path(path: str | os.PathLike[str]) -> Path:
    """Refuse a path that is no name for a model file, before any work is done.

    Raises:
        ArgumentError: Another suffix, a folder, or a folder that is not there.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise ArgumentError(
            "save",
            f"the file's name must end in '{SUFFIX}', but it is '{path.name}'.",
            f'model.save("{path.with_suffix(SUFFIX)}")',
        )
    if path.is_dir():
        raise ArgumentError(
            "save", f"'{path}' is a folder.", f'model.save("{path / ("model" + SUFFIX)}")'
        )
    if not path.parent.is_dir():
        raise ArgumentError(
            "save",
            f"there is no folder '{path.parent}'.",
            f'Path("{path.parent}").mkdir(parents=True)',
        )
    return path


def _create(path: Path) -> int:
    """Create an empty file as the user's umask wants it, and return its mode (the library writes with 0600)."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    try:
        return os.fstat(handle).st_mode & 0o777
    finally:
        os.close(handle)


def _dense(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The library takes the bytes as they lie in memory, so they must lie in C order; 0-d arrays must stay arrays."""
    return {name: np.asarray(array, order="C") for name, array in arrays.items()}


def _force_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
