"""Runs the cases in batches that share data and compiled programs, here or side by side in other processes."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context

from conformance.doctor.case import Case
from conformance.doctor.cases import CASES
from conformance.doctor.running import Outcome, forget, run

HEALTHY = {id(case.recipe) for case in CASES if case.group == "healthy"}
"""Recipes of healthy cases; most faults are injected into one of them."""

BY_ID = {case.id: case for case in CASES}
BATCH = 8
"""Cases that run in one process, one after another; few enough that no process is left alone with the last ones."""


def batches_of(cases: Sequence[Case]) -> list[list[Case]]:
    """Return neighbours with the same data, which share compiled programs, in lists of a few."""
    batches = []
    for _, those in groupby(cases, key=lambda case: case.recipe.source):
        same = list(those)
        batches += [same[start : start + BATCH] for start in range(0, len(same), BATCH)]
    return batches


def run_batch(ids: Sequence[str], asked: argparse.Namespace) -> list[tuple[float, list[Outcome]]]:
    """Run cases by their ids, in this process or another, and return the seconds and outcomes of each."""
    found = []
    for name in ids:
        start = time.perf_counter()
        outcomes = outcomes_of(BY_ID[name], asked)
        found.append((time.perf_counter() - start, outcomes))
    forget()
    return found


def in_turn(
    batches: Sequence[Sequence[str]], asked: argparse.Namespace
) -> Iterator[list[tuple[float, list[Outcome]]]]:
    """Run batches here, or side by side in other processes, and return what came of each in their order."""
    if asked.processes == 1:
        yield from (run_batch(batch, asked) for batch in batches)
        return
    # A forked process would share the threads of XLA with its parent, and hang.
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_batch, batches, [asked] * len(batches))


def outcomes_of(case: Case, asked: argparse.Namespace) -> list[Outcome]:
    """Run the programs of a case with all seeds; a repaired one that is a healthy case of the bank runs there."""
    is_there = id(case.fixed) in HEALTHY and not asked.only
    alone = case.fixed is None or is_there or asked.without_repaired
    programs = [False] if alone else [False, True]
    return [
        run(
            case,
            seed,
            repaired=repaired,
            before=asked.before,
            verify=asked.verify and not repaired and seed == 0,
        )
        for repaired in programs
        for seed in range(asked.seeds)
    ]
