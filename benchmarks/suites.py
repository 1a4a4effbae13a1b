"""What is run, in which order, and what is read off it: one suite for each workload, and start-up.

A suite is a list of rounds (`plan.py`). Where whole processes are measured, a caching peer has two
in each round: with an empty folder, then with the same folder filled. `network_suites.py` has the
networks whose steps are timed.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks import environments
from benchmarks.figures import agrees, passes
from benchmarks.measure import Outcome, run_process
from benchmarks.network_suites import (
    IN_LOOP,
    POPULATION,
    in_loop_suite,
    network_suite,
    population_suite,
)
from benchmarks.peers import Peer
from benchmarks.plan import Plan, Record, child, python, rounds
from benchmarks.workload import Workload
from benchmarks.workloads import NETWORKS, WORKLOADS

SUITES = (*WORKLOADS, *NETWORKS, POPULATION, IN_LOOP, "startup")
# The suites that read MNIST's files.
NEED_MNIST = {POPULATION} | {
    name for name, work in {**WORKLOADS, **NETWORKS}.items() if work.data == "mnist"
}
IMPORT = "import time; b = time.perf_counter(); import {0}; e = time.perf_counter(); "
PRINT = "import json; print('BENCHMARK', json.dumps({'import': e - b}))"


def run_suite(plan: Plan, suite: str) -> Iterator[Record]:
    """Yield the records of one suite as its runs end."""
    if suite == POPULATION:
        yield from population_suite(plan)
    elif suite == IN_LOOP:
        yield from in_loop_suite(plan)
    elif suite in NETWORKS:
        yield from network_suite(plan, NETWORKS[suite])
    else:
        plan = replace(plan, peers=tuple(peer for peer in plan.peers if peer.runner))
        yield from workload_suite(plan, WORKLOADS[suite]) if suite in WORKLOADS else startup(plan)


def workload_suite(plan: Plan, workload: Workload) -> Iterator[Record]:
    """Yield the checks of a fully connected network, then its rounds."""
    yield from check(plan, workload)
    if workload.measured == "process":
        yield from rounds(plan, workload.name, lambda peer: processes(plan, workload, peer))
    else:
        yield from rounds(plan, workload.name, lambda peer: steps(plan, workload, peer))


def check(plan: Plan, workload: Workload) -> Iterator[Record]:
    """Yield each peer's agreement with the reference; the run also warms the file cache."""
    once = replace(plan, rounds=1, patience=0.0)

    def run(peer: Peer) -> Iterator[Record]:
        with tempfile.TemporaryDirectory() as cache:
            facts = child(plan, peer, "check", workload.name, Path(cache)).facts
        agreed = agrees(facts["loss"], facts["reference_loss"], workload.optimizer)
        yield {"quantity": "check", "agrees": agreed, **facts}

    yield from rounds(once, workload.name, run)


def processes(plan: Plan, workload: Workload, peer: Peer) -> Iterator[Record]:
    """Yield whole-process time, peak memory and training time of one round."""
    with tempfile.TemporaryDirectory() as folder:
        for quantity in ("first", "second") if peer.caches else ("first",):
            calls = plan.calls if quantity == "first" and workload.name == "simple_mlp" else 0
            outcome = child(plan, peer, "process", workload.name, Path(folder), calls)
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
        outcome = child(plan, peer, "steps", workload.name, Path(cache), calls=1)
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
            outcome = child(plan, peer, "compile", "digits", Path(cache))
            yield {"quantity": quantity, "value": outcome.facts["compile_seconds"]}


def helps(plan: Plan) -> Iterator[Record]:
    """Yield the seconds from the spawn of `pellucid --help` to its exit."""
    command = environments.script_of(plan.folder, "pellucid", "pellucid")
    yield {"quantity": "help", "value": run_process([str(command), "--help"], {}).wall_seconds}


def prepare(plan: Plan, mnist: Path | None) -> None:
    """Write the data of all workloads anew; MNIST only where its folder is given."""
    shutil.rmtree(plan.data, ignore_errors=True)
    interpreter = environments.python_of(plan.folder, "sklearn")
    command = [str(interpreter), "-m", "benchmarks.prepare", str(plan.data)]
    run_process(command + ([str(mnist)] if mnist else []), {})
