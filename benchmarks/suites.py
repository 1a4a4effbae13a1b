"""What is run, in which order, and what is read off it: one suite for each workload, and start-up.

A suite is a list of rounds. Each round runs every peer once, a caching peer twice (empty folder,
then the same folder), so that all peers share the machine's good and bad minutes.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import environments
from benchmarks.figures import agrees, passes
from benchmarks.machine import wait_until_quiet
from benchmarks.measure import Outcome, ProcessFailed, run_process
from benchmarks.peers import Peer
from benchmarks.workload import Workload
from benchmarks.workloads import WORKLOADS

Record = dict[str, Any]
SUITES = (*WORKLOADS, "startup")
# A peer that no target names and that needs longer than this is run in the first round only: its
# distance to the others is far above the noise.
LONG_RUN_SECONDS = 9.0
IMPORT = "import time; b = time.perf_counter(); import {0}; e = time.perf_counter(); "
PRINT = "import json; print('BENCHMARK', json.dumps({'import': e - b}))"


@dataclass(frozen=True)
class Plan:
    """How much of the whole to run, and where environments and data lie."""

    folder: Path
    peers: tuple[Peer, ...]
    rounds: int = 3
    # Fits that are timed after the first, where the training time is asked for.
    calls: int = 2
    # Seconds to wait for a quiet machine before each peer's turn.
    patience: float = 0.0

    @property
    def data(self) -> Path:
        """Return the folder of the prepared arrays."""
        return self.folder / "data"


def run_suite(plan: Plan, suite: str) -> Iterator[Record]:
    """Yield the records of one suite as its runs end."""
    if suite == "startup":
        yield from startup(plan)
        return
    workload = WORKLOADS[suite]
    yield from check(plan, workload)
    if workload.measured == "process":
        yield from rounds(plan, suite, lambda peer: processes(plan, workload, peer))
    else:
        yield from rounds(plan, suite, lambda peer: steps(plan, workload, peer))


def rounds(plan: Plan, suite: str, run: Callable[[Peer], Iterator[Record]]) -> Iterator[Record]:
    """Yield the records of all rounds, each with its suite, peer and round."""
    left_out: set[str] = set()
    for number in range(1, plan.rounds + 1):
        for peer in plan.peers:
            if peer.name in left_out:
                continue
            wait_until_quiet(plan.patience)
            wall_seconds = 0.0
            for record in guarded(run, peer):
                wall_seconds = max(wall_seconds, record.get("wall_seconds", 0.0))
                yield {"suite": suite, "peer": peer.name, "round": number, **record}
                if "error" in record:
                    left_out.add(peer.name)
            if wall_seconds > LONG_RUN_SECONDS and not peer.central:
                left_out.add(peer.name)


def guarded(run: Callable[[Peer], Iterator[Record]], peer: Peer) -> Iterator[Record]:
    """Yield a peer's records; a process that fails becomes a record, and the others go on."""
    try:
        yield from run(peer)
    except ProcessFailed as failure:
        yield {"quantity": "error", "error": str(failure)}


def check(plan: Plan, workload: Workload) -> Iterator[Record]:
    """Yield each peer's agreement with the reference; the run also warms the file cache."""
    once = replace(plan, rounds=1, patience=0.0)

    def run(peer: Peer) -> Iterator[Record]:
        with tempfile.TemporaryDirectory() as cache:
            facts = child(plan, peer, "check", workload, Path(cache)).facts
        agreed = agrees(facts["loss"], facts["reference_loss"], workload.optimizer)
        yield {"quantity": "check", "agrees": agreed, **facts}

    yield from rounds(once, workload.name, run)


def processes(plan: Plan, workload: Workload, peer: Peer) -> Iterator[Record]:
    """Yield whole-process time, peak memory and training time of one round."""
    with tempfile.TemporaryDirectory() as folder:
        for quantity in ("first", "second") if peer.caches else ("first",):
            calls = plan.calls if quantity == "first" and workload.name == "simple_mlp" else 0
            outcome = child(plan, peer, "process", workload, Path(folder), calls)
            yield whole(quantity, outcome, workload)
            yield {"quantity": f"memory_{quantity}", "value": outcome.peak_bytes}
            for seconds in outcome.facts.get("fit_seconds", []):
                yield {"quantity": "training", "value": seconds}


def whole(quantity: str, outcome: Outcome, workload: Workload) -> Record:
    """Return the record of one whole process, from spawn to trained weights."""
    facts = outcome.facts
    return {
        "quantity": quantity,
        "value": facts["trained"] - outcome.started,
        "import_seconds": facts["imported"] - outcome.started,
        "wall_seconds": outcome.wall_seconds,
        "cpu_seconds": outcome.cpu_seconds,
        "others": outcome.others,
        "quality": facts[workload.gate[0]],
        "passes": passes(facts, workload.gate),
    }


def steps(plan: Plan, workload: Workload, peer: Peer) -> Iterator[Record]:
    """Yield the seconds for one step, one record for each timed call of `fit`."""
    with tempfile.TemporaryDirectory() as cache:
        outcome = child(plan, peer, "steps", workload, Path(cache), calls=1)
    for seconds in outcome.facts["step_seconds"]:
        yield {
            "quantity": "step",
            "value": seconds,
            "wall_seconds": outcome.wall_seconds,
            "peak_bytes": outcome.peak_bytes,
            "others": outcome.others,
            "quality": outcome.facts[workload.gate[0]],
            "passes": passes(outcome.facts, workload.gate),
        }


def startup(plan: Plan) -> Iterator[Record]:
    """Yield import times of all peers, and Pellucid's compilation and `--help`."""
    yield from rounds(plan, "startup", lambda peer: imports(plan, peer))
    ours = replace(plan, peers=tuple(p for p in plan.peers if p.name == "pellucid"))
    if ours.peers:
        yield from rounds(ours, "startup", lambda peer: compilation(plan, peer))
        yield from rounds(ours, "startup", lambda peer: helps(plan))


def imports(plan: Plan, peer: Peer) -> Iterator[Record]:
    """Yield the seconds that the import statement takes, and the process around it."""
    command = [python(plan, peer), "-c", IMPORT.format(peer.imports) + PRINT]
    outcome = run_process(command, peer.environment_variables(plan.folder / "unused"))
    yield {
        "quantity": "import",
        "value": outcome.facts["import"],
        "wall_seconds": outcome.wall_seconds,
    }


def compilation(plan: Plan, peer: Peer) -> Iterator[Record]:
    """Yield what the first fit of the digits network costs above a later one."""
    with tempfile.TemporaryDirectory() as cache:
        for quantity in ("compile_first", "compile_second"):
            outcome = child(plan, peer, "compile", WORKLOADS["digits"], Path(cache))
            yield {"quantity": quantity, "value": outcome.facts["compile_seconds"]}


def helps(plan: Plan) -> Iterator[Record]:
    """Yield the seconds from the spawn of `pellucid --help` to its exit."""
    command = environments.script_of(plan.folder, "pellucid", "pellucid")
    yield {"quantity": "help", "value": run_process([str(command), "--help"], {}).wall_seconds}


def child(
    plan: Plan, peer: Peer, mode: str, workload: Workload, cache: Path, calls: int = 0
) -> Outcome:
    """Run one of `benchmarks.child`'s modes in the peer's environment."""
    module = f"benchmarks.runners.{peer.runner}"
    arguments = [mode, str(plan.data), workload.name, str(calls)]
    command = [python(plan, peer), "-m", module, *arguments]
    return run_process(command, peer.environment_variables(cache))


def python(plan: Plan, peer: Peer) -> str:
    """Return the peer's interpreter."""
    return str(environments.python_of(plan.folder, peer.environment))


def prepare(plan: Plan, mnist: Path | None) -> None:
    """Write the data of all workloads anew; MNIST only where its folder is given."""
    shutil.rmtree(plan.data, ignore_errors=True)
    interpreter = environments.python_of(plan.folder, "sklearn")
    command = [str(interpreter), "-m", "benchmarks.prepare", str(plan.data)]
    run_process(command + ([str(mnist)] if mnist else []), {})
