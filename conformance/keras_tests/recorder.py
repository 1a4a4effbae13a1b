"""The pytest plugin that writes a line of JSON for every case; nothing is lost when a process must be ended."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import pytest

LONGEST_MESSAGE = 600
OTHERS = ("site-packages", "/unittest/", "/json/")
"""Frames of these say less about a failure than the frame before them."""


class TooLongError(Exception):
    """A case took longer than allowed."""


class Recorder:
    """Writes what became of every case.

    Args:
        out: Where the lines go.
        folder: Where the tests were unpacked; files are named from there.
        seconds: How long a case may take.
        done: Cases to leave out, ``"file::class::case"``.
    """

    def __init__(self, out: TextIO, folder: Path, seconds: float, done: set[str]):
        self.out = out
        self.folder = folder
        self.seconds = seconds
        self.done = done

    def write(self, **line: Any) -> None:
        """Write a line at once."""
        self.out.write(json.dumps(line) + "\n")
        self.out.flush()

    def name(self, item: Any) -> str:
        """Return ``"file::class::case"``."""
        kind = "" if item.cls is None else item.cls.__name__
        return f"{item.path.relative_to(self.folder).as_posix()}::{kind}::{item.name}"

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave out what is done."""
        items[:] = [item for item in items if self.name(item) not in self.done]

    def pytest_collectreport(self, report: Any) -> None:
        """Note a file that cannot be imported."""
        if report.failed:
            self.write(
                file=_below(self.folder, report.nodeid), error=_last_lines(str(report.longrepr))
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """Say what runs now, and stop it when it takes too long."""
        self.write(starts=self.name(item))
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Iterator[Any]:
        """Write the outcome of the call, or of what failed or skipped around it."""
        report = yield
        if report.when == "call" or not report.passed:
            self.write(
                case=self.name(item),
                outcome=report.outcome,
                seconds=round(call.duration, 3),
                **_why(call),
            )
        return report


def _why(call: Any) -> dict[str, str]:
    if call.excinfo is None:
        return {}
    message = str(call.excinfo.value)[:LONGEST_MESSAGE]
    where = call.excinfo.traceback[-1]
    return {
        "kind": call.excinfo.typename,
        "message": message,
        "where": f"{where.path}:{where.lineno + 1}",
    }


def _stop(number: int, frame: FrameType | None) -> None:
    raise TooLongError("the case took too long")


def _below(folder: Path, node: str) -> str:
    return node.removeprefix(f"{folder.name}/")


def _last_lines(text: str) -> str:
    return " | ".join(line.strip() for line in text.strip().splitlines()[-2:])[:LONGEST_MESSAGE]
