"""Runs the files of an area in a process of their own; when it hangs or dies, what is left runs in the next one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOST_PROCESSES = 12
MARKERS = "requires_trainable_backend requires_tf_backend uses_gpu"


@dataclass
class Task:
    """What a process has to do.

    Args:
        on: ``"pellucid"`` or ``"keras"``: what the facade stands on.
        folder: Where the tests were unpacked.
        files: The test files, named from there.
        modules: Dotted names of all modules that Keras has.
        out: The file of its lines.
        seconds: How long a case may take; a process that writes nothing for twice as long, or not for
            ``start_seconds`` at its beginning, is ended.
        done: Cases that earlier processes ran.
    """

    on: str
    folder: str
    files: list[str]
    modules: list[str]
    out: str
    seconds: float = 120.0
    start_seconds: float = 120.0
    done: list[str] = field(default_factory=list)


def run(task: Task) -> list[dict[str, Any]]:
    """Run all files of a task and return the lines that its processes wrote."""
    (Path(task.folder).parent / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n" + "".join(f"    {marker}\n" for marker in MARKERS.split())
    )
    Path(task.out).write_text("")
    for _ in range(MOST_PROCESSES):
        died = _process(task)
        lines = read(task.out)
        if died is None:
            return lines
        started = [line["starts"] for line in lines if "starts" in line]
        finished = {line["case"] for line in lines if "case" in line}
        lost = [name for name in started if name not in finished]
        with Path(task.out).open("a") as out:
            for name in lost:
                line = {"case": name, "outcome": "failed", "kind": "Process", "message": died}
                out.write(json.dumps(line) + "\n")
        if not lost:
            break
        task.done = sorted(finished | set(lost))
    return read(task.out)


def read(path: str) -> list[dict[str, Any]]:
    """Read lines of JSON; the last may be torn."""
    found = []
    for line in Path(path).read_text().splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return found


def environment() -> dict[str, str]:
    """Return the variables of the process: one processor platform, the checkout's sources first."""
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "KERAS_BACKEND": "jax",
        "MPLBACKEND": "Agg",
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def _process(task: Task) -> str | None:
    """Run one process to its end; return how it died, or None."""
    order = Path(f"{task.out}.task")
    order.write_text(json.dumps(asdict(task)))
    with Path(f"{task.out}.said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "conformance.keras_tests.child", str(order)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=ROOT,
            env=environment(),
        )
        if not _watched(process, Path(task.out), task):
            process.kill()
            process.wait()
            return "ended because it hung"
    ended = any("ends" in line for line in read(task.out))
    return None if ended else f"the process died with status {process.returncode}"


def _watched(process: subprocess.Popen[bytes], out: Path, task: Task) -> bool:
    """Wait for the end; return False when nothing was written for too long."""
    size, since, allowed = out.stat().st_size, time.monotonic(), task.start_seconds
    while process.poll() is None:
        time.sleep(0.2)
        now = out.stat().st_size
        if now != size:
            size, since, allowed = now, time.monotonic(), 2 * task.seconds
        if time.monotonic() - since > allowed:
            return False
    return True
