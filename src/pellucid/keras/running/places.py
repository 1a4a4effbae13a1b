"""What a script sees of its process: its arguments, its folder on the path, its module ``__main__``."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from pellucid.keras import finder, notices
from pellucid.keras.running import figures


@contextmanager
def as_main(path: Path, arguments: Sequence[str]) -> Iterator[ModuleType]:
    """Give a file the place that ``python FILE ARGUMENTS`` gives it; afterwards all is as it was.

    Args:
        path: The file, absolute.
        arguments: The words after it.
    """
    main = ModuleType("__main__")
    main.__file__ = str(path)
    kept = sys.argv, list(sys.path), sys.modules["__main__"], os.environ.get("MPLBACKEND")
    sys.argv = [str(path), *arguments]
    # Python puts the script's folder there; it put its own caller's there for us.
    sys.path[:1] = [str(path.parent)]
    sys.modules["__main__"] = main
    linecache.checkcache(str(path))
    figures.use(path, always=path.suffix == ".ipynb")
    notices.hold()
    finder.install()
    try:
        yield main
    finally:
        finder.uninstall()
        notices.hold(False)
        sys.argv, sys.path[:], sys.modules["__main__"] = kept[0], kept[1], kept[2]
        _restore("MPLBACKEND", kept[3])


def _restore(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
