"""The key of a program as text that another process writes alike, so that what one compiled the next can load.

A key (see ``plan.py``) names classes, functions and code. Those of Pellucid, JAX and NumPy mean the same in the next
process while the installed files are the same; of a user's own class or function nobody can say what its code reads.
So a key that holds anything but known parts has no text, and its program is traced anew in each process. The same
holds while a user has put a function of their own in the place of one of Pellucid's, and where Pellucid's files are
younger than this process, which then runs other code than they hold.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import platform
import sys
import time
import types
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import jax
import numpy as np

PACKAGE = Path(__file__).resolve().parents[1]
KNOWN = ("pellucid", "jax", "jaxlib", "numpy", "ml_dtypes", "optax", "builtins")

# Whose functions may stand in Pellucid's modules and classes: of what it needs itself.
HELPERS = ("matplotlib", "narwhals", "rich", "safetensors", "sklearn", "typer")
TRUSTED = {*KNOWN, *HELPERS, *sys.stdlib_module_names}

LOADED = time.time()  # when this module was; others are within a second of it
PLAIN = (type(None), bool, int, float, complex, str, bytes)

# What else decides how JAX traces and compiles; a context manager may have set it for a while.
SETTINGS = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_numpy_dtype_promotion",
    "jax_numpy_rank_promotion",
    "jax_default_prng_impl",
    "jax_threefry_partitionable",
    "jax_default_device",
    "jax_debug_infs",
    "jax_debug_nans",
    "jax_disable_jit",
)


class NotPortableError(Exception):
    """A key holds what another process may not have, or may have otherwise."""


def text_of(key: Any) -> str | None:
    """Return a key's text, None where it has none.

    Example:
        >>> from pellucid.layers import Dense
        >>> from pellucid.modules import fingerprint
        >>> text_of(fingerprint(Dense(3))) == text_of(fingerprint(Dense(3)))
        True
        >>> text_of(fingerprint(Dense(3, activation=lambda x: x))) is None
        True
    """
    try:
        return _text(key)
    except NotPortableError:
        return None


def _text(value: Any) -> str:
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, (tuple, list)):
        return f"({' '.join(map(_text, value))})"
    if isinstance(value, (frozenset, set)):
        return f"{{{' '.join(sorted(map(_text, value)))}}}"
    if isinstance(value, dict):
        return f"[{' '.join(f'{_text(k)}:{_text(v)}' for k, v in value.items())}]"
    if isinstance(value, np.dtype):
        return str(value)
    if isinstance(value, types.CodeType):
        return _text_of_code(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and _is_known(type(value)):
        fields = (getattr(value, field.name) for field in dataclasses.fields(value))
        return f"{_name(type(value))}{_text(tuple(fields))}"
    return _name(value)


def _text_of_code(code: types.CodeType) -> str:
    """Return where a piece of Pellucid's code stands; `environment` covers what stands there."""
    path = Path(code.co_filename)
    if not path.is_relative_to(PACKAGE):
        raise NotPortableError(code.co_qualname)
    return f"<{path.relative_to(PACKAGE)}:{code.co_firstlineno}:{code.co_qualname}>"


def _name(value: Any) -> str:
    """Return the full name of a class or function that every process finds under it."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not module or not name or not (_is_known(value) or _is_made(value)):
        raise NotPortableError(repr(value))
    return f"<{module}.{name}>"


def _is_known(value: Any) -> bool:
    """Tell whether a name leads to this very object, in a package whose version is part of the environment."""
    module = getattr(value, "__module__", None) or ""
    if module.partition(".")[0] not in KNOWN:
        return False
    found: Any = sys.modules.get(module)
    for part in getattr(value, "__qualname__", "?").split("."):
        found = getattr(found, part, None)
    return found is value


def _is_made(value: Any) -> bool:
    """Tell whether a class was made of one of Pellucid's, which it names itself (``plain``), by Pellucid's code."""
    made = vars(value).get("plain") if isinstance(value, type) else None
    return made is not None and _is_known(made) and value.__module__.startswith("pellucid.")


def settings() -> tuple[Any, ...]:
    """Return the values that JAX's `SETTINGS` have at this moment."""
    return tuple(getattr(jax.config, name) for name in SETTINGS)


def settings_are_all_threads() -> bool:
    """Tell whether no context manager has set one of them for this thread alone."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(settings).result() == settings()


def environment() -> str | None:
    """Return all that a program's machine code depends on beside its key, its arguments and JAX's settings.

    None where no text says it: functions were replaced, or files changed since they were loaded.
    """
    installation = _installation()
    if installation is None or any(_replaced()):
        return None
    return f"{installation} {_machine()} {os.environ.get('XLA_FLAGS', '')}"


def _replaced() -> Iterator[str]:
    """Yield the functions of Pellucid's modules and classes that a user's code has put there."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] != "pellucid":
            continue
        for value in list(vars(module).values()):
            if isinstance(value, type):
                members = tuple(vars(value).values()) if value.__module__ == name else ()
            else:
                members = (value,)
            for member in members:
                if isinstance(member, types.FunctionType) and not _is_trusted(member):
                    yield f"{name}.{member.__qualname__}"


def _is_trusted(function: types.FunctionType) -> bool:
    return function.__globals__.get("__name__", "").partition(".")[0] in TRUSTED


@cache
def _installation() -> str | None:
    """Return the versions, and a digest of the names, sizes and times of Pellucid's own files.

    None where a file was written after it was loaded.
    """
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(PACKAGE.rglob("*.py")):
        status = path.stat()
        if status.st_mtime > LOADED:
            return None
        digest.update(
            f"{path.relative_to(PACKAGE)} {status.st_size} {status.st_mtime_ns}\n".encode()
        )
    versions = " ".join(f"{name}={metadata.version(name)}" for name in ("jax", "jaxlib", "numpy"))
    return f"python={sys.version} {versions} files={digest.hexdigest()}"


@cache
def _machine() -> str:
    """Return the devices and their driver; on Linux also what the processor can do, since code is made for that."""
    found = jax.local_devices()
    devices = " ".join(f"{device.platform}:{device.device_kind}" for device in found)
    driver = found[0].client.platform_version
    try:
        with open("/proc/cpuinfo", encoding="utf8") as file:
            processor = " ".join(
                line.strip()
                for line in file.read(8192).split("\n\n")[0].splitlines()
                if line.startswith(("model name", "flags", "Features"))
            )
    except OSError:
        processor = platform.processor()
    return f"{platform.machine()} {processor} {devices} {driver}"
