"""The processor's cores as devices of JAX, so that a program can give each core rows of its own.

JAX sees a processor as one device, and XLA shares out single operations among its cores; many operations of a network
it does not share out at all. JAX can also be told to see several devices, before it first computes; then a program
runs on each of them at once. `pellucid.training` uses that for large networks; all else stays on the first device.
"""

from __future__ import annotations

import os
from pathlib import Path

import jax

MOST = 4
"""Devices at most: beyond, parts of a usual batch become too small, and XLA shares out what each device does."""

SETTING = "PELLUCID_CORES"


def offer() -> None:
    """Let JAX see the cores, unless somebody has decided otherwise or JAX has computed already."""
    chosen = jax.config.values.get("jax_num_cpu_devices", -1)
    flags = os.environ.get("XLA_FLAGS", "")
    if chosen != -1 or "xla_force_host_platform_device_count" in flags or usable() < 2:
        return
    try:
        jax.config.update("jax_num_cpu_devices", usable())
    except RuntimeError:
        return  # JAX runs already, with the one device that it has


def usable() -> int:
    """Return how many cores a program may take: ``PELLUCID_CORES``, else what the system gives, at most `MOST`."""
    given = os.environ.get(SETTING, "")
    if given.isdigit():
        return max(1, int(given))
    return max(1, min(MOST, allowed(), quota()))


def allowed() -> int:
    """Return how many cores the process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def quota(limits: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return how many cores' time a container gives; many where there is no limit.

    Args:
        limits: The control group's file: microseconds, or ``max``, of so many microseconds.
    """
    try:
        time, period = limits.read_text().split()
    except (OSError, ValueError):
        return MOST
    return MOST if time == "max" else max(1, int(time) // int(period))


def devices() -> int:
    """Return on how many devices a program on the processor can run: 1 where JAX computes elsewhere."""
    return jax.local_device_count() if jax.default_backend() == "cpu" else 1
