"""Runs a Python file as ``python FILE`` would."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path
from types import ModuleType


def run(path: Path, main: ModuleType) -> None:
    """Run a script in the module ``__main__`` that is made for it.

    Args:
        path: The file.
        main: The module whose names its lines set.
    """
    code = compile(source_of(path), str(path), "exec", dont_inherit=True)
    exec(code, vars(main))


def source_of(path: Path) -> str:
    """Return a file's text in the encoding that its first lines name."""
    content = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding)
