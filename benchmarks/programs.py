"""Whole Keras programs, from the spawn of the process to its end: `pellucid run` against Keras.

    python -m benchmarks.programs [--only NAME ...] [--peers keras-jax,keras-tensorflow] [--libraries FOLDER]

The programs are those of `tests/keras/programs` that Keras 3 runs as they stand; on TensorFlow also those that use its
functions. Of each program every peer runs twice in turn, Pellucid's first process with an empty compilation cache; the
second counts, imports included. The last line is the median over the programs of Keras's time on its fastest backend
divided by Pellucid's. The programs also need scikit-learn, pandas, matplotlib and Pillow; `--libraries` names a folder
of such packages for environments that lack them (it is searched last). PELLUCID_DATA names the folder of the data.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.environments import CHECKOUT, DEFAULT_FOLDER, install_checkout, python_of
from benchmarks.measure import ProcessFailed, run_process

PROGRAMS = CHECKOUT / "tests" / "keras" / "programs"
ON_KERAS = CHECKOUT / "tests" / "keras" / "on_keras.py"
BACKENDS = {"keras-jax": "jax", "keras-tensorflow": "tensorflow"}
# What runs a program on Keras, in any folder, with more places to find packages in.
START = "import os, runpy, sys; os.chdir(sys.argv[1]); sys.path += sys.argv[2:3]; sys.argv = sys.argv[3:]; "


def main() -> int:
    """Measure the chosen programs, print a line for each, and the median at the end."""
    options = parser().parse_args()
    if not options.installed:
        install_checkout(options.folder)
    ratios, results = [], {}
    for name in options.only or programs():
        seconds = measure(name, options)
        results[name] = seconds
        best, ours = fastest(seconds.get(peer) for peer in BACKENDS), seconds["pellucid"]
        if best and ours:
            ratios.append(best / ours)
        print(line(name, seconds), flush=True)
    if ratios:
        print(f"median of {len(ratios)} programs: {statistics.median(ratios):.2f}x")
    if options.write:
        options.write.write_text(json.dumps(results, indent=1) + "\n")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    found = argparse.ArgumentParser(prog="python -m benchmarks.programs", description=__doc__)
    found.add_argument("--only", nargs="+", metavar="NAME", help="programs by name")
    found.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="of the environments")
    found.add_argument("--peers", default=",".join(BACKENDS), help="Keras's backends")
    found.add_argument("--libraries", type=Path, help="packages for environments that lack them")
    found.add_argument(
        "--runs", type=int, default=2, help="processes of each; the best after the first counts"
    )
    found.add_argument("--installed", action="store_true", help="do not reinstall the checkout")
    found.add_argument("--write", type=Path, help="a JSON file for all seconds")
    return found


def programs() -> list[str]:
    """Return the names of the programs that Keras 3 runs, on some backend."""
    paths = [path for path in sorted(PROGRAMS.glob("*.py")) if path.stem != "conftest"]
    return [path.stem for path in paths if "\nruns on: old" not in path.read_text(encoding="utf8")]


def measure(name: str, options: argparse.Namespace) -> dict[str, float | None]:
    """Return {peer: seconds} of one program; None where a process failed."""
    needs_tensorflow = "\nruns on: TensorFlow" in (PROGRAMS / f"{name}.py").read_text(
        encoding="utf8"
    )
    peers = ["pellucid", *(peer for peer in options.peers.split(",") if peer)]
    if needs_tensorflow:
        peers = [peer for peer in peers if peer != "keras-jax"]
    with tempfile.TemporaryDirectory() as cache:
        samples = [
            {peer: process_seconds(peer, name, cache, options) for peer in peers}
            for _ in range(options.runs)
        ]
    counted = samples[1:] or samples
    found = {peer: fastest(sample[peer] for sample in counted) for peer in peers}
    return {**found, "pellucid, first": samples[0]["pellucid"]}


def fastest(samples: Iterable[float | None]) -> float | None:
    """Return the least of the seconds; None where there are none."""
    return min((seconds for seconds in samples if seconds is not None), default=None)


def process_seconds(peer: str, name: str, cache: str, options: argparse.Namespace) -> float | None:
    """Run one program in one process, in a new folder; return the seconds it took."""
    program = str(PROGRAMS / f"{name}.py")
    variables = {"MPLBACKEND": "Agg", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
    libraries = str(options.libraries or "")
    with tempfile.TemporaryDirectory() as folder:
        if peer == "pellucid":
            code = START + "from pellucid.cli import main; main()"
            command = [
                str(python_of(options.folder, peer)),
                "-c",
                code,
                folder,
                libraries,
                "pellucid",
                "run",
                program,
            ]
            variables |= {"PELLUCID_CACHE": cache}
        else:
            code = START + "runpy.run_path(sys.argv[0], run_name='__main__')"
            command = [
                str(python_of(options.folder, peer)),
                "-c",
                code,
                folder,
                libraries,
                str(ON_KERAS),
                program,
            ]
            variables |= {"KERAS_BACKEND": BACKENDS[peer]}
        try:
            return run_process(command, variables).wall_seconds
        except ProcessFailed as failure:
            print(f"{name} on {peer}: {failure}", file=sys.stderr)
            return None


def line(name: str, seconds: dict[str, float | None]) -> str:
    """Return the seconds of one program as a printed line."""
    shown = [
        f"{peer} {'failed' if value is None else f'{value:.2f} s'}"
        for peer, value in seconds.items()
    ]
    return f"{name:<32} " + "  ".join(shown)


if __name__ == "__main__":
    if "PELLUCID_DATA" not in os.environ:
        raise SystemExit("PELLUCID_DATA must name the folder with the data sets.")
    raise SystemExit(main())
