"""Files that were published with the architectures: a local copy, what Keras has fetched before, the cache, or the net.

The order is: the folder ``applications`` inside the one that the environment variable ``PELLUCID_DATA`` names, Keras's
own cache, ours, the address. A file counts only when its published sum is right; it enters the cache whole or not at
all.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import sys
import tempfile
import urllib.request
from pathlib import Path

from pellucid.core.errors import DataError
from pellucid.datasets.remote import TIMEOUT, cache_folder

FOLDER = "applications"
PIECE = 1 << 20
"""Bytes read at a time: weights have up to half a gigabyte and never lie in memory whole."""


def fetch_file(name: str, address: str, digest: str | None) -> Path:
    """Return the path of a published file, downloading it if there is no copy yet.

    Args:
        name: Its name in a local copy and in the caches.
        address: Where it was published.
        digest: Its MD5 (32 hexadecimal digits) or SHA-256 (64); None where none was published, and any content counts.

    Raises:
        DataError: The local copy is damaged, or the file cannot be had; the message says which file to put where.
    """
    if folder := os.environ.get("PELLUCID_DATA"):
        local = Path(folder).expanduser() / FOLDER / name
        if local.is_file():
            return _checked_copy(local, digest)
    cached = cache_folder() / FOLDER / name
    for copy in (_keras_folder() / name, cached):
        if copy.is_file() and (digest is None or _sum(copy, digest) == digest):
            return copy
    _download(name, address, digest, cached)
    return cached


def _keras_folder() -> Path:
    """Return the folder where Keras keeps what it downloaded for its applications."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home).expanduser() if home else Path.home() / ".keras") / "models"


def _sum(path: Path, digest: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, _kind(digest)).hexdigest()


def _kind(digest: str | None) -> str:
    return "sha256" if digest and len(digest) == 64 else "md5"


def _checked_copy(path: Path, digest: str | None) -> Path:
    if digest is not None and _sum(path, digest) != digest:
        raise DataError(
            "pellucid.zoo",
            f"{path} (from PELLUCID_DATA) is damaged or another file: its {_kind(digest).upper()} is not {digest}.",
            f"replace it, or delete it so that it is downloaded: {path}",
        )
    return path


def _download(name: str, address: str, digest: str | None, target: Path) -> None:
    """Write beside the target and rename when the sum is right, so that the cache never holds half a file."""
    sys.stderr.write(f"downloading {address}\n")
    scratch = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=name)
        with os.fdopen(handle, "wb") as stream:
            found = _copy(address, stream, _kind(digest))
        if digest is not None and found != digest:
            raise ValueError(f"its {_kind(digest).upper()} is {found}, not {digest}")
        os.replace(scratch, target)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DataError(
            "pellucid.zoo",
            f"{name} could not be downloaded: {type(error).__name__}: {error}.",
            f"fetch {address} in another way and put it at {target}; or set PELLUCID_DATA to a folder with "
            f"{FOLDER}/{name}; or weights=None for random weights",
        ) from None
    finally:
        if scratch:
            Path(scratch).unlink(missing_ok=True)


def _copy(address: str, stream: object, kind: str) -> str:
    """Copy what is at an address piece by piece, and return its sum."""
    found = hashlib.new(kind)
    request = urllib.request.Request(address, headers={"User-Agent": "pellucid"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        while piece := answer.read(PIECE):
            found.update(piece)
            stream.write(piece)  # pyright: ignore[reportAttributeAccessIssue]
    return found.hexdigest()
