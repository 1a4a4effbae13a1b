"""Programs that an earlier process compiled: loaded, not traced and lowered again.

JAX's own cache on disk spares the compilation, but it knows a program by its lowered text, and to make that text takes
0.2 to 0.7 s for a usual network: as long as many a small training. Where the key of a program has a text of its own
(``portable.py``), the executable is kept under it, together with the shapes of its arguments.

A file that is damaged, of another version or refused by JAX is passed over, and the program is made as if it were not
there. ``PELLUCID_STORE=0`` switches all this off.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
from jax.core import Tracer
from jax.experimental import serialize_executable
from jax.experimental.compilation_cache import compilation_cache

from pellucid.training import portable

SETTING = "PELLUCID_STORE"
DIGEST = 32
CACHE = "jax_enable_compilation_cache"
"""JAX's setting that switches its own cache on."""


class StoredProgram:
    """A compiled program that looks on disk before it is traced.

    Args:
        program: The function under ``jax.jit``.
        text: The text of its key.
        folder: Where executables are kept.
        cores: On how many devices it runs.
    """

    def __init__(self, program: Any, text: str, folder: Path, cores: int):
        self.program = program
        self.text = text
        self.folder = folder
        self.cores = cores
        self._ready: dict[Any, Callable[..., Any]] = {}
        self._making = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:
        """Run the program on arrays, as the function under ``jax.jit`` would be."""
        leaves, form = jax.tree.flatten(arguments)
        if any(isinstance(leaf, Tracer) for leaf in leaves):
            return self.program(*arguments)
        signature = (form, tuple(map(kind, leaves)), portable.settings())
        ready = self._ready.get(signature)
        if ready is None:
            with self._making:  # another thread may have been first
                ready = self._ready.get(signature) or self._made(signature, arguments)
                self._ready[signature] = ready
        return ready(*arguments)

    def _made(self, signature: Any, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        around = portable.environment()
        name = " ".join((self.text, *map(str, signature), around or ""))
        # " at 0x": something was named by where it lies in this process's memory.
        if around is None or " at 0x" in name:
            return self.program
        path = self.folder / f"program-{hashlib.blake2b(name.encode(), digest_size=20).hexdigest()}"
        found = loaded(path, self.cores)
        if found is not None:
            return found
        lowered = self.program.lower(*arguments)
        with beside_jax_cache:
            compiled = lowered.compile()
        store(path, compiled)
        return compiled


def kind(leaf: Any) -> tuple[Any, ...]:
    """Return what a program must know of an argument: shape, type, and where it lies if it must lie there.

    >>> import numpy as np
    >>> kind(np.zeros((2, 3), "float32"))
    ((2, 3), dtype('float32'), False, None)
    """
    form = jax.typeof(leaf)
    where = leaf.sharding if isinstance(leaf, jax.Array) and leaf.committed else None
    return form.shape, form.dtype, form.weak_type, where


class CacheAway:
    """A context without JAX's own cache: an executable that comes from there cannot be written out again.

    XLA writes it, but what reads that file says "function not found" when it runs (jaxlib 0.10.2 on the CPU). The
    setting is the whole process's: threads that compile at the same time put it back together, when the last is done.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = jax.config.values[CACHE]
                jax.config.update(CACHE, False)
                compilation_cache.reset_cache()
            self._inside += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                jax.config.update(CACHE, self._before)
                compilation_cache.reset_cache()


beside_jax_cache = CacheAway()


def wanted() -> bool:
    """Tell whether programs are stored: not in a process among several, nor where the user said no."""
    return os.environ.get(SETTING, "1") != "0" and jax.process_count() == 1


def loaded(path: Path, cores: int) -> Callable[..., Any] | None:
    """Return the program of a file, None where there is none that can be used."""
    try:
        content = path.read_bytes()
        if hashlib.blake2b(content[DIGEST:], digest_size=DIGEST).digest() != content[:DIGEST]:
            return None
        parts = pickle.loads(zlib.decompress(content[DIGEST:]))
        devices = jax.local_devices()[:cores]
        return serialize_executable.deserialize_and_load(*parts, execution_devices=devices)
    except Exception:  # whatever is wrong with a file: the program can still be made
        return None


def store(path: Path, compiled: Any) -> None:
    """Write a program to a file, whole or not at all; what cannot be written (host callbacks) stays out."""
    # A full disk, or a program that cannot be stored, harms nothing.
    with contextlib.suppress(Exception):
        content = zlib.compress(pickle.dumps(serialize_executable.serialize(compiled)), level=1)
        digest = hashlib.blake2b(content, digest_size=DIGEST).digest()
        unfinished = path.with_name(f"{path.name}.{os.getpid()}")
        unfinished.write_bytes(digest + content)
        unfinished.replace(path)
