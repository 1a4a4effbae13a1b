"""Files of larger data sets: from a local copy, from the cache in the user's folder, or from the net.

The order is: the folder that the environment variable ``PELLUCID_DATA`` names, the cache, the mirrors one after the
other. Whatever the way, a file counts only when its SHA-256 is right; it enters the cache whole or not at all.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pellucid.core.errors import DataError

ATTEMPTS = 2
"""How often each mirror is asked."""

PAUSE = 0.5
"""Seconds between two attempts."""

TIMEOUT = 30.0
"""Seconds without an answer after which a mirror is given up."""


@dataclass(frozen=True)
class RemoteFile:
    """A file that is known to the byte.

    Args:
        name: Its name, at every mirror, in the cache and in a local copy.
        size: Bytes.
        sha256: Its SHA-256 in hexadecimal digits.
        md5: Its MD5, for texts whose SHA-256 nobody has published.
    """

    name: str
    size: int
    sha256: str = ""
    md5: str = ""

    def is_right(self, content: bytes) -> bool:
        """Tell whether this is the content that the checksum says."""
        if self.sha256:
            return hashlib.sha256(content).hexdigest() == self.sha256
        return hashlib.md5(content, usedforsecurity=False).hexdigest() == self.md5


def cache_folder() -> Path:
    """Return the user's folder for downloads: ``PELLUCID_HOME``, or what the platform uses for caches."""
    if home := os.environ.get("PELLUCID_HOME"):
        return Path(home).expanduser() / "datasets"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "pellucid" / "datasets"


def fetch(dataset: str, file: RemoteFile, mirrors: Sequence[str]) -> bytes:
    """Return the content of a data set's file.

    Args:
        dataset: Folder of the set, in a local copy and in the cache, e.g. ``"mnist"``.
        file: Which file.
        mirrors: Addresses of folders that hold it, ending in a slash; asked in this order.

    Raises:
        DataError: It cannot be had, or the local copy is damaged; the message says which file to put where.
    """
    if (folder := os.environ.get("PELLUCID_DATA")) and (
        local := Path(folder).expanduser() / dataset / file.name
    ).is_file():
        return _checked_copy(local, file)
    cached = cache_folder() / dataset / file.name
    if cached.is_file() and file.is_right(content := cached.read_bytes()):
        return content
    content = _download(dataset, file, mirrors, cached)
    _write_whole(cached, content)
    return content


def _checked_copy(path: Path, file: RemoteFile) -> bytes:
    content = path.read_bytes()
    if not file.is_right(content):
        raise DataError(
            "pellucid.datasets",
            f"{path} (from PELLUCID_DATA) is damaged or another file: it has {len(content):,} bytes and another "
            f"SHA-256; the right one has {file.size:,} bytes.",
            f"replace it, or delete it so that it is downloaded: {path}",
        )
    return content


def _download(dataset: str, file: RemoteFile, mirrors: Sequence[str], cached: Path) -> bytes:
    sys.stderr.write(f"downloading {dataset}/{file.name} ({file.size / 1e6:.1f} MB)\n")
    failures = []
    for mirror in mirrors:
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE)
            try:
                content = _read(mirror + file.name, file.size)
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = f"{type(error).__name__}: {error}"
                continue
            if file.is_right(content):
                return content
            reason = f"{len(content):,} bytes with a wrong SHA-256 (right: {file.size:,} bytes)"
        failures.append(f"{mirror}: {reason}")
    raise DataError(
        "pellucid.datasets",
        f"{file.name} of {dataset} could not be downloaded. " + " | ".join(failures),
        f"fetch {mirrors[0]}{file.name} in another way and put it at {cached}; or set PELLUCID_DATA to a folder with "
        f"{dataset}/{file.name}",
    )


def _read(address: str, size: int) -> bytes:
    """Read one byte more than the right size at most, so that no answer can fill the memory."""
    request = urllib.request.Request(address, headers={"User-Agent": "pellucid"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        return answer.read(size + 1)


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and rename, so that the cache never holds half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.replace(scratch, path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DataError(
            "pellucid.datasets",
            f"the download cannot be kept in {path.parent}: {error}.",
            "set the environment variable PELLUCID_HOME to a folder that can be written",
        ) from None
