"""Name the machine a figure was taken on, without naming its owner."""

import os
import platform
import time
from pathlib import Path
from typing import Any

# A machine is quiet when it spends less than this many cores in a look of this length.
QUIET_CORES, LOOK_SECONDS = 0.1, 0.5


def describe() -> dict[str, Any]:
    """Return processor, cores, memory, system, and how busy the machine is by itself."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory_bytes() / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def processor() -> str:
    """Return the processor's name, model numbers included where the system gives them."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor() or platform.machine()
    found = {}
    for line in path.read_text().splitlines():
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), value.strip())
    name = found.get("model name", platform.machine())
    numbers = [found.get(key, "?") for key in ("cpu family", "model", "stepping")]
    return f"{name} (family {numbers[0]}, model {numbers[1]}, stepping {numbers[2]})"


def busy_seconds() -> float:
    """Return the processor time that the whole machine has spent working since it started.

    It counts work of other virtual machines on the same cores ("steal") where the system tells.
    Without /proc/stat it is 0, so that nothing is ever found to disturb.
    """
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    user, nice, system, _, _, interrupts, soft, steal = map(int, path.read_text().split()[1:9])
    ticks = user + nice + system + interrupts + soft + steal
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_until_quiet(patience: float) -> None:
    """Wait until others keep less than a tenth of a core busy, at most `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before, begin = busy_seconds(), time.monotonic()
        time.sleep(LOOK_SECONDS)
        if (busy_seconds() - before) / (time.monotonic() - begin) < QUIET_CORES:
            return


def memory_bytes() -> int:
    """Return the size of physical memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
