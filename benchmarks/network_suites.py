"""The suites whose steps are timed: each process first shows that it computes the right thing.

A round runs every peer once. The losses of the first epochs are compared with those of PyTorch in
double precision, trained from the same weights on the same batches.
"""

import math
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import ProcessFailed
from benchmarks.network import Network
from benchmarks.peers import PEERS, Peer
from benchmarks.plan import Plan, Record, child, rounds
from benchmarks.workloads import NETWORKS

# Largest difference to the reference's loss: these parts of the loss, and of what was learned. The
# first finds a wrong result where much was learned, the second where little was.
OF_LOSS, OF_LEARNED = 3e-3, 1e-2
CHANCE = math.log(10)
# Every round runs these two; the others too, unless their process lasts longer than this.
CENTRAL = ("pellucid", "pytorch")
LONG_SECONDS = 5.0
POPULATION = "population16"
IN_LOOP = "in_loop"


def network_suite(plan: Plan, network: Network) -> Iterator[Record]:
    """Yield the records of one network's rounds."""
    taking_part = tuple(
        replace(peer, central=peer.name in CENTRAL, runner=peer.network_runner)
        for peer in plan.peers
        if takes_part(peer, network)
    )
    try:
        expected = reference_loss(plan, network)
    except ProcessFailed as failure:
        failed = {"quantity": "error", "error": f"no reference: {failure}"}
        yield {"suite": network.name, "peer": "pytorch", "round": 0, **failed}
        return
    chosen = replace(plan, peers=taking_part)

    def run(peer: Peer) -> Iterator[Record]:
        return steps(plan, network, peer, expected)

    yield from rounds(chosen, network.name, run, LONG_SECONDS)
    ours = tuple(peer for peer in taking_part if peer.name == "pellucid")
    once = replace(plan, peers=ours, rounds=1)
    yield from rounds(once, network.name, lambda peer: own_memory(plan, network, peer))


def takes_part(peer: Peer, network: Network) -> bool:
    """Tell whether a network is written for a peer, and differs from what another peer has."""
    image = len(network.shape) == 3
    return (
        bool(peer.network_runner)
        and peer.name not in network.without
        and (image or not peer.images_only)
    )


def reference_loss(plan: Plan, network: Network) -> float:
    """Return the loss that every peer must reach."""
    peer = replace(PEERS["pytorch"], runner="pytorch_network")
    with tempfile.TemporaryDirectory() as cache:
        return child(plan, peer, "reference", network.name, Path(cache)).facts["loss"]


def agrees(found: float, expected: float) -> bool:
    """Tell whether a checked loss equals the reference's."""
    learned = abs(CHANCE - expected)
    return abs(found - expected) <= min(OF_LOSS * expected, OF_LEARNED * learned)


def steps(plan: Plan, network: Network, peer: Peer, expected: float) -> Iterator[Record]:
    """Yield the check, the seconds of a step and the peak memory of one process."""
    with tempfile.TemporaryDirectory() as cache:
        outcome = child(plan, peer, "steps", network.name, Path(cache), plan.calls)
    facts = outcome.facts
    found = facts["loss"]
    agreed = agrees(found, expected)
    yield {"quantity": "check", "agrees": agreed, "loss": found, "reference_loss": expected}
    if peer.name != "pellucid":
        yield {"quantity": "memory_first", "value": facts["peak_bytes"]}
    for seconds in facts["step_seconds"]:
        yield {
            "quantity": "step",
            "value": seconds,
            "wall_seconds": outcome.wall_seconds,
            "others": outcome.others,
            "quality": facts["last_loss"],
            "passes": facts["last_loss"] <= network.highest_loss,
        }


def own_memory(plan: Plan, network: Network, peer: Peer) -> Iterator[Record]:
    """Yield Pellucid's peak memory, with an empty and with a filled cache.

    It is taken in processes of their own, because the check and the timing need one program more
    (rows in order) than a user's script compiles; for all other peers both are the same program.
    """
    with tempfile.TemporaryDirectory() as cache:
        for quantity in ("memory_first", "memory_second"):
            outcome = child(plan, peer, "memory", network.name, Path(cache))
            yield {"quantity": quantity, "value": outcome.facts["peak_bytes"]}


def population_suite(plan: Plan) -> Iterator[Record]:
    """Yield the step time of one network alone and of one among sixteen, Pellucid's only."""
    ours = tuple(peer for peer in plan.peers if peer.name == "pellucid")
    yield from rounds(replace(plan, peers=ours), POPULATION, lambda peer: members(plan, peer))


def members(plan: Plan, peer: Peer) -> Iterator[Record]:
    """Yield both step times of one process."""
    peer = replace(peer, runner="pellucid_population")
    network = NETWORKS["cnn_batch32"]
    with tempfile.TemporaryDirectory() as cache:
        outcome = child(plan, peer, "steps", network.name, Path(cache), plan.calls)
    facts = outcome.facts
    for quantity in ("alone", "member"):
        for seconds in facts[f"{quantity}_seconds"]:
            yield {
                "quantity": quantity,
                "value": seconds,
                "wall_seconds": outcome.wall_seconds,
                "others": outcome.others,
                "quality": facts[f"{quantity}_loss"],
                "passes": facts[f"{quantity}_learned"],
            }


def in_loop_suite(plan: Plan) -> Iterator[Record]:
    """Yield how many times longer than outside a loop the worst convolution takes inside one."""
    ours = tuple(peer for peer in plan.peers if peer.name == "pellucid")

    def run(peer: Peer) -> Iterator[Record]:
        with tempfile.TemporaryDirectory() as cache:
            chosen = replace(peer, runner="pellucid_in_loop")
            outcome = child(plan, chosen, "ratios", IN_LOOP, Path(cache))
        facts = outcome.facts
        yield {
            "quantity": "worst",
            "value": facts["worst"],
            "ratios": facts["ratios"],
            "wall_seconds": outcome.wall_seconds,
            "others": outcome.others,
        }

    yield from rounds(replace(plan, peers=ours, rounds=1), IN_LOOP, run)
