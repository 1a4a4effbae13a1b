"""Compiled programs are kept: in this process by plan, on disk by us and by JAX's own cache in a folder of ours.

In the process: a bounded list, the least recently used goes first, so that training five hundred models of one
shape compiles once and memory stays flat. On disk: programs of Pellucid's own parts under their plan (``stored.py``);
and JAX stores every program it compiled, however small (its own default ignores what compiled in under a second,
which is nearly everything here). The folder is pruned to a size.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import jax

from pellucid.training import portable, stored

KEPT_PROGRAMS = 64
FOLDER_BYTES = 256 * 1024 * 1024

_programs: OrderedDict[Hashable, Any] = OrderedDict()
_keeping = threading.RLock()  # trainings side by side ask from threads of their own


def kept(key: Hashable, make: Callable[[], Any], cores: int = 1) -> Any:
    """Return the program of ``key``, made on first use."""
    with _keeping:
        where = keep_on_disk()
        if key in _programs:
            _programs.move_to_end(key)
            return _programs[key]
        program = make()
        if where is not None and stored.wanted() and (text := portable.text_of(key)) is not None:
            program = stored.StoredProgram(program, text, where, cores)
        _programs[key] = program
        while len(_programs) > KEPT_PROGRAMS:
            _programs.popitem(last=False)
        return program


def clear() -> None:
    """Forget all programs of this process."""
    _programs.clear()


def folder() -> Path:
    """Return where compiled programs are kept: ``PELLUCID_CACHE``, else the user's cache folder."""
    given = os.environ.get("PELLUCID_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "pellucid" / "programs"


@cache
def keep_on_disk() -> Path | None:
    """Point JAX's persistent cache at our folder, once, and return that; None if the user chose another."""
    if jax.config.values.get("jax_compilation_cache_dir") is not None:
        return None
    where = folder()
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    jax.config.update("jax_compilation_cache_dir", str(where))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    prune(where, FOLDER_BYTES)
    return where


def prune(where: Path, limit: int) -> int:
    """Delete the files used longest ago until the folder is below ``limit`` bytes; return how many went.

    Other processes write and delete there too: a file may be gone before it is looked at.
    """
    files = []
    for entry in os.scandir(where):
        with suppress(FileNotFoundError):
            status = entry.stat()
            if entry.is_file():
                files.append((max(status.st_atime, status.st_mtime), status.st_size, entry.path))
    excess = sum(size for _, size, _ in files) - limit
    gone = 0
    for _, size, path in sorted(files):
        if excess <= 0:
            break
        Path(path).unlink(missing_ok=True)
        excess -= size
        gone += 1
    return gone
