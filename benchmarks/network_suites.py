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
# Every round runs these two; the others too, unless they are slow.
CENTRAL = ("pellucid", "pytorch")
POPULATION = "population16"


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
    yield from rounds(chosen, network.name, lambda peer: steps(plan, network, peer, expected))


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
    yield {"quantity": "memory", "value": facts["peak_bytes"]}
    for seconds in facts["step_seconds"]:
        yield {
            "quantity": "step",
            "value": seconds,
            "wall_seconds": outcome.wall_seconds,
            "others": outcome.others,
            "quality": facts["last_loss"],
            "passes": facts["last_loss"] <= network.highest_loss,
        }


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
                "passes": facts[f"{quantity}_loss"] <= network.highest_loss,
            }
