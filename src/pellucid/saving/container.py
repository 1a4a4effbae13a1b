"""The container: a safetensors file, checked before anything is allocated.

The layout is 8 bytes with the header's length (unsigned, little-endian), the header as JSON, then the arrays' bytes.
The library ``safetensors`` reads the arrays; the checks here come first, because they say in words what is
wrong and bound what a crafted file can make us allocate.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import safetensors

from pellucid.core.errors import FileFormatError, PellucidError, nearest

SUFFIX = ".safetensors"
MAX_HEADER = 8 << 20
"""Bytes of the header; Python needs about ten times as much to hold it parsed."""
MAX_ARRAYS = 100_000
MAX_NAME = 512
MAX_RANK = 32
ITEM_SIZES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I64": 8, "I32": 4, "I16": 2, "I8": 1,
    "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
}  # fmt: skip
"""Bytes per number of the dtypes that a model file may hold."""


class MissingFileError(PellucidError, FileNotFoundError):
    """There is no file of that name."""


@dataclass(frozen=True)
class Entry:
    """What the header says about one array.

    Attributes:
        dtype: The dtype by safetensors' name, e.g. ``"F32"``.
        shape: Its shape.
        begin: Where its bytes begin, counted from the end of the header.
        end: Where they end.
    """

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """The checked header of a container: metadata (texts by name) and entries (arrays by name)."""

    metadata: dict[str, str]
    entries: dict[str, Entry]


def read_header(path: str | os.PathLike[str]) -> Header:
    """Read and check the header of a safetensors file; no array is read.

    Args:
        path: The file.

    Raises:
        MissingFileError: There is no such file; a file of a similar name is proposed.
        FileFormatError: Too short, foreign, beyond the size limits, or entries that do not fit the file.
    """
    path = Path(path)
    if not path.is_file():
        _missing(path)
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8 or not 2 <= length <= size - 8:
            damaged(path, f"it is truncated or no safetensors file: {size} bytes")
        if length > MAX_HEADER:
            damaged(path, f"its header claims {length} bytes; at most {MAX_HEADER} are read")
        text = file.read(length)
    header = parse_json(text, path)
    if not isinstance(header, dict):
        damaged(path, "its header is no JSON object")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        damaged(path, "its metadata are not texts by name")
    if len(header) > MAX_ARRAYS:
        damaged(path, f"it lists {len(header)} arrays; at most {MAX_ARRAYS} are read")
    entries = {name: _entry(path, name, value) for name, value in header.items()}
    _check_layout(path, entries, size - 8 - length)
    return Header(metadata, entries)


def read_arrays(path: str | os.PathLike[str], names: list[str]) -> dict[str, np.ndarray]:
    """Read arrays by name from a file whose header was checked."""
    try:
        with safetensors.safe_open(path, framework="np") as file:
            return {name: file.get_tensor(name) for name in names}
    except (safetensors.SafetensorError, OSError, KeyError, ValueError, TypeError) as error:
        damaged(Path(path), f"its arrays cannot be read: {error}")


def parse_json(text: bytes | str, path: Path) -> Any:
    """Parse JSON strictly: no doubled keys, no NaN, no nesting that exhausts the stack."""
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_no_doubles, parse_constant=_no_constant)
    except RecursionError:
        damaged(path, "its JSON is nested too deeply")
    except (ValueError, UnicodeDecodeError) as error:
        damaged(path, f"its header is no valid JSON ({error})")


def damaged(path: Path, problem: str) -> NoReturn:
    """Raise the error for a file that is not what it should be."""
    raise FileFormatError(
        f"File '{path.name}'",
        f"{problem}.",
        'pellucid.load reads what model.save("name.safetensors") wrote',
    )


def _missing(path: Path) -> NoReturn:
    if path.is_dir():
        inside = path / f"model{SUFFIX}"
        repair = f'pellucid.load("{inside}")' if inside.is_file() else None
        raise FileFormatError(f"'{path}'", "it is a folder, not a model file.", repair)
    there = (
        {p.name.lower(): p.name for p in path.parent.glob(f"*{SUFFIX}")}
        if path.parent.is_dir()
        else {}
    )
    close = nearest(path.name, there)
    raise MissingFileError(
        "load",
        f"there is no file '{path}'.",
        f'pellucid.load("{path.parent / there[close]}")'
        if close
        else f"check the path; the folder is {Path.cwd()}",
    )


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands there twice")
    return made


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def bad_name(name: str) -> str | None:
    """Say what is wrong with an array's name; names become paths elsewhere, so they must be harmless as such."""
    if not 1 <= len(name) <= MAX_NAME:
        return f"has {len(name)} characters; 1 to {MAX_NAME} are allowed"
    if not name.isprintable() or "\\" in name or ":" in name:
        return "holds a character that is not allowed"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "is no plain path"
    return None


def _entry(path: Path, name: str, value: Any) -> Entry:
    problem = bad_name(name)
    if problem:
        damaged(path, f"the array name {name[:60]!r} {problem}")
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        damaged(path, f"the entry of '{name}' is malformed")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in ITEM_SIZES:
        damaged(
            path, f"'{name}' has the dtype {str(dtype)[:20]!r}; known are {', '.join(ITEM_SIZES)}"
        )
    if not _sizes(shape) or len(shape) > MAX_RANK:
        damaged(path, f"'{name}' has no valid shape")
    if not _sizes(offsets) or len(offsets) != 2:
        damaged(path, f"'{name}' has no valid place in the file")
    begin, end = offsets
    if math.prod(shape) * ITEM_SIZES[dtype] != end - begin:
        damaged(path, f"'{name}' of shape {tuple(shape)} does not fit its {end - begin} bytes")
    return Entry(dtype, tuple(shape), begin, end)


def _sizes(value: Any) -> bool:
    return isinstance(value, list) and all(
        type(size) is int and 0 <= size < 1 << 62 for size in value
    )


def _check_layout(path: Path, entries: dict[str, Entry], length: int) -> None:
    """Refuse arrays that overlap, leave holes or reach beyond the file."""
    place = 0
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin != place:
            damaged(path, f"the bytes of '{name}' overlap others or leave a hole")
        place = entry.end
    if place != length:
        damaged(
            path, f"it is truncated or has bytes too many: {length} are there, {place} are listed"
        )
