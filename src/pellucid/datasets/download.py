"""One file from any address: fetched piece by piece, checked, and kept whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from pellucid.core.errors import ArgumentError, DataError
from pellucid.datasets.remote import TIMEOUT

PIECE = 1 << 20
"""Bytes that are read at a time."""

ALGORITHMS = ("auto", "sha256", "md5")


def is_file_right(path: Path, digest: str | None, algorithm: str = "auto") -> bool:
    """Tell whether a file is there and has a checksum, if one is given.

    Args:
        path: The file.
        digest: Its SHA-256 or MD5 in hexadecimal digits, or None.
        algorithm: Which of them; ``"auto"`` tells by the number of digits.
    """
    if not path.is_file():
        return False
    if digest is None:
        return True
    hasher = _hasher(digest, algorithm)
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            hasher.update(piece)
    return hasher.hexdigest() == digest.lower()


def download_file(
    address: str, target: Path, digest: str | None = None, algorithm: str = "auto"
) -> None:
    """Fetch a file; on any trouble nothing is left of it.

    Args:
        address: Where it is.
        target: Where it is to be.
        digest: Its SHA-256 or MD5 in hexadecimal digits, or None for no check.
        algorithm: Which of them; ``"auto"`` tells by the number of digits.

    Raises:
        DataError: It cannot be had or written, or has another checksum.
    """
    sys.stderr.write(f"downloading {address}\n")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    except OSError as error:
        raise DataError(
            "pellucid.datasets",
            f"the download cannot be kept in {target.parent}: {error}.",
            "set the environment variable PELLUCID_HOME to a folder that can be written",
        ) from None
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            _fetch(address, stream)
        if not is_file_right(scratch, digest, algorithm):
            raise DataError(
                "pellucid.datasets",
                f"what {address} gave has {scratch.stat().st_size:,} bytes and another checksum than {digest}.",
                "try again; if it stays so, the file was changed: ask its authors for the checksum",
            )
        os.replace(scratch, target)
    except (OSError, http.client.HTTPException) as error:
        raise DataError(
            "pellucid.datasets",
            f"{address} could not be downloaded. {type(error).__name__}: {error}",
            f"fetch it in another way and put it at {target}; or set PELLUCID_DATA to a folder that holds "
            f"{target.name}",
        ) from None
    finally:
        scratch.unlink(missing_ok=True)


def _fetch(address: str, stream: Any) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": "pellucid"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        wanted, came = answer.headers.get("Content-Length"), 0
        while piece := answer.read(PIECE):
            stream.write(piece)
            came += len(piece)
    if wanted is not None and came != int(wanted):
        raise OSError(f"{came:,} of {int(wanted):,} bytes came")


def _hasher(digest: str, algorithm: str) -> Any:
    if algorithm not in ALGORITHMS:
        raise ArgumentError(
            "get_file",
            f"`hash_algorithm` must be one of {ALGORITHMS}, but it is {algorithm!r}.",
            "hash_algorithm='sha256'",
        )
    is_md5 = len(digest) == 32 if algorithm == "auto" else algorithm == "md5"
    return hashlib.md5(usedforsecurity=False) if is_md5 else hashlib.sha256()
