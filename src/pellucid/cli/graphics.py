"""Whether an NVIDIA card is there, with which driver, and what it would take to use it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NVIDIA = "0x10de"
CUDA13_DRIVER, CUDA12_DRIVER = 580, 525
"""The oldest Linux drivers on which JAX's CUDA 13 and CUDA 12 wheels run (JAX's installation page)."""


@dataclass(frozen=True)
class Card:
    """A graphics card: its name, and its driver's version or None where no driver answers."""

    name: str
    driver: str | None


def find_card(pci: Path = Path("/sys/bus/pci/devices")) -> Card | None:
    """Return the first NVIDIA card: from its driver, or, where none runs, from the list of the machine's parts."""
    tool = shutil.which("nvidia-smi")
    if tool is not None:
        command = [tool, "--query-gpu=name,driver_version", "--format=csv,noheader"]
        try:
            answer = subprocess.run(
                command, check=False, capture_output=True, text=True, timeout=10
            )
        except (OSError, subprocess.TimeoutExpired):
            answer = None
        if answer is not None and answer.returncode == 0 and "," in answer.stdout:
            name, driver = answer.stdout.splitlines()[0].rsplit(",", 1)
            return Card(name.strip(), driver.strip())
    for part in sorted(pci.glob("*")) if pci.is_dir() else []:
        if _read(part / "vendor") == NVIDIA and _read(part / "class").startswith("0x03"):
            return Card("an NVIDIA card", None)
    return None


def advice(card: Card, system: str, platforms: str | None) -> str:
    """Say in one line how to get the card used.

    Args:
        card: The card that is not used.
        system: ``sys.platform``.
        platforms: The environment's ``JAX_PLATFORMS``, which may forbid the card.

    >>> advice(Card("H200", "580.65.06"), "linux", None)
    'To use it: pip install "pellucid[gpu]"'
    >>> advice(Card("GTX 1080", "535.54"), "linux", None)
    'To use it: pip install --upgrade "jax[cuda12]"'
    """
    if platforms and "cuda" not in platforms and "gpu" not in platforms:
        return f"The environment says JAX_PLATFORMS={platforms}; to use it: unset JAX_PLATFORMS"
    if system == "win32":
        return "JAX uses NVIDIA cards on Linux only: install Pellucid inside WSL 2 (wsl --install)"
    if card.driver is None:
        return "Its driver does not answer: install NVIDIA's driver 580 or later, start again, then pellucid check"
    major = int(card.driver.split(".")[0]) if card.driver.split(".")[0].isdigit() else 0
    if major >= CUDA13_DRIVER:
        return 'To use it: pip install "pellucid[gpu]"'
    if major >= CUDA12_DRIVER:
        return 'To use it: pip install --upgrade "jax[cuda12]"'
    return f"Its driver {card.driver} is too old: install NVIDIA's driver 580 or later, then pellucid check"


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
