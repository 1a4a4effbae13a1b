"""A process in which nothing was said and no framework was imported before; scripts in files of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pellucid.keras import finder, notices


@pytest.fixture(autouse=True)
def nothing_said() -> Iterator[None]:
    notices.reset()
    notices.hold()
    yield
    notices.reset()


@pytest.fixture
def no_frameworks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide Keras and TensorFlow, which other tests may have imported."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("keras", "tensorflow", "tf_keras"):
            monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def installed(no_frameworks: None) -> Iterator[None]:
    """Let `import keras` mean Pellucid for one test."""
    finder.install()
    yield
    finder.uninstall()


@pytest.fixture
def run_script(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Write a script and run it by `pellucid run` in a process of its own."""

    def run(text: str, *arguments: str, name: str = "train.py", options: tuple[str, ...] = ()):
        path = tmp_path / name
        path.write_text(text)
        words = [sys.executable, "-m", "pellucid", "run", *options, str(path), *arguments]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    return run


def said() -> str:
    """Return all that was said so far."""
    return "\n".join(notice.text for notice in notices.collected())
