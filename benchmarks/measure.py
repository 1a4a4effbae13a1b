"""Run one process and say from outside how long it took and how much memory it held."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.machine import busy_seconds
from benchmarks.workload import MARK

CHECKOUT = Path(__file__).parent.parent
TIMEOUT_SECONDS = 300.0
# getrusage counts kilobytes on Linux and bytes on macOS.
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Outcome:
    """What the parent saw of one process, and the facts that the process printed."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    started: float
    # Cores that others kept busy meanwhile: 0 on a quiet machine. Threads that wait by spinning
    # (OpenMP's do) suffer out of proportion, so figures of a disturbed run are worth little.
    others: float
    facts: dict[str, Any]


class ProcessFailed(Exception):
    """The measured process ended with an error; the message is the end of what it printed."""


def run_process(command: list[str], variables: dict[str, str]) -> Outcome:
    """Spawn `command`, wait for its exit and return the outcome.

    Peak memory is that of the process itself (`os.wait4`). A child starts from the parent's own
    peak on some systems, so the parent imports nothing large.
    """
    with tempfile.TemporaryFile() as errors:
        busy, started, begin = busy_seconds(), time.time(), time.perf_counter()
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=CHECKOUT,
            env={**os.environ, **variables},
        ) as child:
            deadline = threading.Timer(TIMEOUT_SECONDS, child.kill)
            deadline.start()
            printed = child.stdout.read().decode() if child.stdout else ""
            _, status, usage = os.wait4(child.pid, 0)
            wall_seconds = time.perf_counter() - begin
            deadline.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            last = lines[-1] if lines else "no message"
            raise ProcessFailed(f"exit status {child.returncode}: {last}")
    cpu_seconds = usage.ru_utime + usage.ru_stime
    others = max(0.0, busy_seconds() - busy - cpu_seconds) / wall_seconds
    return Outcome(wall_seconds, cpu_seconds, peak(usage), started, others, facts_in(printed))


def peak(usage: resource.struct_rusage) -> int:
    """Return the largest resident size in bytes."""
    return usage.ru_maxrss * PEAK_UNIT


def facts_in(printed: str) -> dict[str, Any]:
    """Return the facts of the marked line; other lines are a framework's chatter."""
    for line in printed.splitlines():
        if line.startswith(MARK):
            return json.loads(line[len(MARK) :])
    return {}
