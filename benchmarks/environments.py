"""One virtual environment for each peer, from the pinned lists in `requirements/`.

Peers must not share an environment: Keras picks its backend from what is installed, two frameworks
in one process fight for threads, and an import would cost what a neighbour brought along.
"""

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
DEFAULT_FOLDER = Path.home() / ".cache" / "pellucid-benchmarks"
NAMES = tuple(sorted(path.stem for path in (HERE / "requirements").glob("*.txt")))


def python_of(folder: Path, name: str) -> Path:
    """Return the interpreter of environment `name`."""
    return script_of(folder, name, "python")


def script_of(folder: Path, name: str, script: str) -> Path:
    """Return a command installed in environment `name`, such as `pellucid`."""
    windows = sys.platform == "win32"
    return folder / name / ("Scripts" if windows else "bin") / (script + ".exe" * windows)


def create(folder: Path, name: str) -> None:
    """Create environment `name` in `folder`, or bring it to the pinned versions."""
    if not python_of(folder, name).exists():
        venv.create(folder / name, with_pip=True)
    pip(folder, name, "install", "-r", str(HERE / "requirements" / f"{name}.txt"))
    if name == "pellucid":
        install_checkout(folder)


def install_checkout(folder: Path) -> None:
    """Install this checkout as a user would, so that the sources measured are today's."""
    pip(folder, "pellucid", "install", str(CHECKOUT))
    pip(folder, "pellucid", "install", "--no-deps", "--force-reinstall", str(CHECKOUT))


def pip(folder: Path, name: str, *arguments: str) -> str:
    """Run pip inside environment `name` and return what it printed."""
    command = [str(python_of(folder, name)), "-m", "pip", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(
            f"pip failed in the environment {name!r}: {' '.join(command)}\n{finished.stderr}"
        )
    return finished.stdout


def versions(folder: Path, name: str) -> dict[str, str]:
    """Return {distribution: version} of everything installed in environment `name`."""
    frozen = pip(folder, name, "list", "--format=freeze")
    pairs = (line.split("==", 1) for line in frozen.splitlines() if "==" in line)
    return dict(pairs)
