"""``get_file``: a file from the net, kept in the cache, checked and unpacked."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pellucid.core.errors import ArgumentError, ArgumentTypeError, DataError, FileFormatError
from pellucid.datasets.download import download_file, is_file_right
from pellucid.datasets.remote import cache_folder


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file that is downloaded if it is not there yet.

    Args:
        fname: Its name in the cache; the last part of ``origin`` when omitted.
        origin: Its address.
        untar: The old form of ``extract=True``.
        md5_hash: The old form of ``file_hash``.
        file_hash: Its SHA-256 or MD5; a file with another one is refused.
        cache_subdir: The folder in the cache, or a whole path.
        hash_algorithm: ``"auto"``, ``"sha256"`` or ``"md5"``.
        extract: Whether it is an archive that is to be unpacked; then the folder's path is returned.
        archive_format: ``"auto"``, ``"tar"``, ``"zip"`` or a list of these.
        cache_dir: The cache; Pellucid's own when omitted.
        force_download: Whether to download it anew.

    Raises:
        DataError: It cannot be had, or is not the right one.

    A copy in the folder ``PELLUCID_DATA``, by the name or the last part of the address, goes first.

    Differs from Keras: what an archive holds can be found in both places where Keras's versions put it, in
    ``NAME_extracted/`` and beside the archive. Links and paths that lead out of the folder are refused.
    """
    if origin is None:
        raise ArgumentTypeError(
            "get_file", "`origin`, the address, is missing.", "origin='https://...'"
        )
    name = os.fspath(fname) if fname else os.path.basename(urlsplit(origin).path)
    if not name or os.path.basename(name) != name:
        raise ArgumentError(
            "get_file",
            f"`fname` must be a name without folders, but it is {name!r}.",
            "fname='data.csv', cache_subdir='folder'",
        )
    digest = file_hash or md5_hash
    base = Path(cache_dir).expanduser() if cache_dir is not None else cache_folder().parent
    folder = base / cache_subdir
    unpack = extract or untar
    place, goal = _places(folder, name, bool(fname), unpack)
    local = _local_copy(name, origin, cache_subdir)
    archive = local or place
    if local is not None and not is_file_right(local, digest, hash_algorithm):
        raise DataError(
            "get_file",
            f"{local} (from PELLUCID_DATA) has another checksum than {digest}.",
            f"delete or replace {local}",
        )
    fresh = False
    if local is None and (force_download or not is_file_right(place, digest, hash_algorithm)):
        download_file(origin, place, digest, hash_algorithm)
        fresh = True
    if not unpack:
        return str(archive)
    if fresh or not goal.is_dir():
        _unpack(archive, goal, "tar" if untar else archive_format)
    _also_beside(goal, folder)
    inner = goal / name
    # Keras 2 unpacked beside the archive: `fname` was then the folder that the archive itself holds.
    return str(inner if untar and inner.is_dir() else goal)


def _places(folder: Path, name: str, named: bool, unpack: bool) -> tuple[Path, Path]:
    """Return where the download and where its contents go: Keras 3's names."""
    if not unpack:
        return folder / name, folder / name
    if named and "." in name:
        return folder / name, folder / f"{name.partition('.')[0]}_extracted"
    return folder / f"{name}_archive", folder / name


def _local_copy(name: str, origin: str, cache_subdir: str) -> Path | None:
    root = os.environ.get("PELLUCID_DATA")
    if not root:
        return None
    names = dict.fromkeys((name, os.path.basename(urlsplit(origin).path)))
    places = [Path(root).expanduser() / sub / each for sub in (cache_subdir, "") for each in names]
    return next((place for place in places if place.is_file()), None)


def _unpack(archive: Path, goal: Path, archive_format: Any) -> None:
    """Unpack beside the goal and rename, so that the goal is whole or not there."""
    kinds = ("tar", "zip") if archive_format == "auto" else archive_format
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds or ())
    goal.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=goal.parent, prefix=f"{goal.name}."))
    try:
        _extract(archive, scratch, kinds)
        if goal.is_symlink():  # made for another archive that holds a folder of this name
            goal.unlink()
        elif goal.is_dir():
            shutil.rmtree(goal)
        os.replace(scratch, goal)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _extract(archive: Path, goal: Path, kinds: tuple[str, ...]) -> None:
    try:
        if "tar" in kinds and tarfile.is_tarfile(archive):
            with tarfile.open(archive) as opened:
                opened.extractall(goal, filter="data")
            return
        if "zip" in kinds and zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(goal)
            return
    except (tarfile.TarError, zipfile.BadZipFile, OSError) as error:
        raise FileFormatError(
            "get_file", f"{archive.name} cannot be unpacked: {error}.", "force_download=True"
        ) from None
    raise FileFormatError(
        "get_file", f"{archive.name} is no archive of the kinds {kinds}.", "extract=False"
    )


def _also_beside(goal: Path, folder: Path) -> None:
    """Make what was unpacked found in the folder itself as well, where Keras 2 put it."""
    for entry in goal.iterdir():
        beside = folder / entry.name
        if beside.exists() or beside.is_symlink():
            continue
        try:
            beside.symlink_to(os.path.relpath(entry, folder), target_is_directory=entry.is_dir())
        except OSError:  # no links on this system
            if entry.is_dir():
                shutil.copytree(entry, beside)
            else:
                shutil.copy2(entry, beside)
