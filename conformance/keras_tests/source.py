"""Where the tests come from: a wheel of Keras, or the folder of an installed one, which is read and never imported."""

from __future__ import annotations

import importlib.util
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PINNED = "3.15.1"
ROOT = "keras/src/"
WHERE = f"""No Keras found. Either install it, or download its wheel, which nothing has to install:
    pip download keras=={PINNED} --no-deps --dest wheels
    python -m conformance.keras_tests --wheel wheels/keras-{PINNED}-py3-none-any.whl"""


@dataclass(frozen=True)
class Source:
    """The files of one Keras.

    Args:
        paths: All Python files below ``keras/src``, named from there: ``"losses/losses_test.py"``.
        read: Gives the text of one of them.
    """

    paths: tuple[str, ...]
    read: Callable[[str], str]

    @property
    def version(self) -> str:
        """Keras's version."""
        return re.search(r'__version__ = "([^"]+)"', self.read("version.py")).group(1)

    @property
    def tests(self) -> list[str]:
        """The test files."""
        return [path for path in self.paths if path.endswith("_test.py")]

    @property
    def modules(self) -> set[str]:
        """The dotted names of all modules and packages: ``"layers.core.dense"``, ``"layers.core"``."""
        found = {path.removesuffix(".py").removesuffix("/__init__") for path in self.paths}
        return {name.replace("/", ".") for name in found if name != "__init__"}

    def unpack(self, folder: Path, paths: list[str]) -> None:
        """Write test files below a folder; what they import from ``keras.src`` is to come from ``keras_src``."""
        for path in paths:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(re.sub(r"\bkeras\.src\b", "keras_src", self.read(path)))


def find(wheel: Path | None) -> Source:
    """Return the files of a wheel, or of the installed Keras when no wheel is given."""
    if wheel is not None:
        return _in_wheel(wheel)
    spec = importlib.util.find_spec("keras")
    if spec is None or spec.origin is None:
        raise SystemExit(WHERE)
    return _in_folder(Path(spec.origin).parent.parent)


def _in_wheel(wheel: Path) -> Source:
    archive = zipfile.ZipFile(wheel)
    names = [name for name in archive.namelist() if name.startswith(ROOT) and name.endswith(".py")]
    return Source(
        tuple(sorted(name.removeprefix(ROOT) for name in names)),
        lambda path: archive.read(ROOT + path).decode(),
    )


def _in_folder(folder: Path) -> Source:
    root = folder / ROOT
    return Source(
        tuple(sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))),
        lambda path: (root / path).read_text(),
    )
