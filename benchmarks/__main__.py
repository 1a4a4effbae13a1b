"""The command line: `python -m benchmarks environments | run | tune | report`."""

import argparse
import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import environments, machine, report, suites
from benchmarks.peers import PEERS
from benchmarks.plan import Plan, Record

LATEST = Path(__file__).parent / "results" / "latest.json"
NO_MNIST = "MNIST is not at hand: name its folder with --mnist, or set PELLUCID_DATA above it."


def main() -> int:
    """Run the chosen command and return the exit status."""
    options = parser().parse_args()
    return options.command(options)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--folder",
        type=Path,
        default=environments.DEFAULT_FOLDER,
        help="where environments and data lie (default: %(default)s)",
    )
    shared.add_argument("--mnist", type=Path, default=mnist_default(), help="folder of the files")
    top = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = top.add_subparsers(required=True)

    create = commands.add_parser("environments", parents=[shared], help="create what peers need")
    create.add_argument("--only", choices=environments.NAMES, action="append")
    create.set_defaults(command=make_environments)

    run = commands.add_parser("run", parents=[shared], help="measure and write the tables")
    chosen = run.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--all", action="store_true", help="every suite")
    chosen.add_argument("--only", choices=suites.SUITES, action="append", help="one suite")
    run.add_argument("--peers", default=",".join(PEERS), help="names, separated by commas")
    run.add_argument("--rounds", type=int, default=3)
    run.add_argument(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="before each run wait at most so long for other work on the machine to pause",
    )
    run.add_argument("--quick", action="store_true", help="one round, one call, nothing written")
    run.add_argument("--installed", action="store_true", help="do not reinstall the checkout")
    run.set_defaults(command=run_suites)

    tune = commands.add_parser("tune", parents=[shared], help="try Keras's steps_per_execution")
    tune.add_argument("suite", choices=(*suites.WORKLOADS, *suites.NETWORKS))
    tune.add_argument("values", type=int, nargs="+")
    tune.set_defaults(command=tune_keras)

    again = commands.add_parser("report", help="write the tables from the last results again")
    again.set_defaults(command=write_report)
    return top


def mnist_default() -> Path | None:
    """Return MNIST's folder in the user's local copy of the data sets, if there is one."""
    local = os.environ.get("PELLUCID_DATA")
    return Path(local) / "mnist" if local and (Path(local) / "mnist").exists() else None


def make_environments(options: argparse.Namespace) -> int:
    """Create the environments, one after the other."""
    for name in options.only or environments.NAMES:
        print(f"environment {name} in {options.folder} ...", flush=True)
        environments.create(options.folder, name)
    return 0


def run_suites(options: argparse.Namespace) -> int:
    """Measure, print each record as it comes, and write JSON and tables."""
    chosen = suites.SUITES if options.all else tuple(options.only)
    peers = tuple(PEERS[name] for name in options.peers.split(","))
    plan = Plan(options.folder, peers, rounds=options.rounds, patience=options.wait)
    if options.quick:
        plan = replace(plan, rounds=1, calls=1)
    if options.mnist is None and suites.NEED_MNIST & set(chosen):
        print(NO_MNIST)
        return 2
    if not options.installed and PEERS["pellucid"] in peers:
        environments.install_checkout(options.folder)
    suites.prepare(plan, options.mnist)
    versions = {
        name: environments.versions(options.folder, name)
        for name in sorted({peer.environment for peer in peers})
    }
    results = {}
    for suite in chosen:
        results[suite] = measured(plan, suite, versions)
        if not options.quick:
            save(suite, results[suite])
    failed = [r for result in results.values() for r in result["records"] if bad(r)]
    print(f"{len(failed)} records failed, disagreed or missed their gate.")
    return 1 if failed else 0


def measured(plan: Plan, suite: str, versions: dict[str, Any]) -> dict[str, Any]:
    """Run one suite and return its records with machine and versions."""
    facts = machine.describe()
    records = []
    for record in suites.run_suite(plan, suite):
        records.append(record)
        print(line(record), flush=True)
    return {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": facts,
        "load_after": machine.describe()["load_average"],
        "versions": versions,
        "records": records,
    }


def line(record: Record) -> str:
    """Return a record as one printed line."""
    shown = ("value", "agrees", "passes", "quality", "others", "error")
    rest = "  ".join(f"{name} {record[name]}" for name in shown if name in record)
    place = f"{record['suite']:<12} {record['round']}  {record['peer']:<17}"
    return f"{time.strftime('%H:%M:%S')}  {place} {record['quantity']:<15} {rest}"


def bad(record: Record) -> bool:
    """Tell whether a record means that something is wrong."""
    return "error" in record or not record.get("agrees", True) or not record.get("passes", True)


def latest_results() -> dict[str, Any]:
    """Return what the JSON file holds, or nothing before the first run."""
    return json.loads(LATEST.read_text()) if LATEST.exists() else {}


def save(suite: str, result: dict[str, Any]) -> None:
    """Replace one suite in the JSON file and write the tables: an interrupted run keeps the rest."""
    latest = {**latest_results(), suite: result}
    ordered = {suite: latest[suite] for suite in suites.SUITES if suite in latest}
    LATEST.write_text(json.dumps(ordered, indent=1) + "\n")
    report.write(ordered)


def tune_keras(options: argparse.Namespace) -> int:
    """Measure one workload on Keras's JAX and TensorFlow backends for each value."""
    suites.prepare(Plan(options.folder, ()), options.mnist)
    for value in options.values:
        setting = {"BENCHMARK_STEPS_PER_EXECUTION": str(value)}
        peers = tuple(
            replace(PEERS[name], variables={**PEERS[name].variables, **setting})
            for name in ("keras-jax", "keras-tensorflow")
        )
        for record in suites.run_suite(Plan(options.folder, peers, rounds=1), options.suite):
            print(f"steps_per_execution {value:>5}  {line(record)}", flush=True)
    return 0


def write_report(options: argparse.Namespace) -> int:
    """Write the tables from the JSON file."""
    report.write(latest_results())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
