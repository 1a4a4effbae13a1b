"""How much is run, and how: rounds of peers, a process for each.

Each round runs every peer once, so that all peers share the machine's good and bad minutes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import environments
from benchmarks.machine import wait_until_quiet
from benchmarks.measure import Outcome, ProcessFailed, run_process
from benchmarks.peers import Peer

Record = dict[str, Any]
# A peer that no target names and that needs longer than this is run in the first round only: its
# distance to the others is far above the noise.
LONG_RUN_SECONDS = 9.0


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


def rounds(
    plan: Plan,
    suite: str,
    run: Callable[[Peer], Iterator[Record]],
    long_seconds: float = LONG_RUN_SECONDS,
) -> Iterator[Record]:
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
            if wall_seconds > long_seconds and not peer.central:
                left_out.add(peer.name)


def guarded(run: Callable[[Peer], Iterator[Record]], peer: Peer) -> Iterator[Record]:
    """Yield a peer's records; a process that fails becomes a record, and the others go on."""
    try:
        yield from run(peer)
    except ProcessFailed as failure:
        yield {"quantity": "error", "error": str(failure)}


def child(plan: Plan, peer: Peer, mode: str, workload: str, cache: Path, calls: int = 0) -> Outcome:
    """Run one of the modes of the peer's runner in its environment."""
    module = f"benchmarks.runners.{peer.runner}"
    arguments = [mode, str(plan.data), workload, str(calls)]
    command = [python(plan, peer), "-m", module, *arguments]
    return run_process(command, peer.environment_variables(cache))


def python(plan: Plan, peer: Peer) -> str:
    """Return the peer's interpreter."""
    return str(environments.python_of(plan.folder, peer.environment))
