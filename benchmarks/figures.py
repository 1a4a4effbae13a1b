"""The arithmetic between runs and tables: samples, medians, ratios, equality of results.

A record is one line of the JSON file: {"suite", "peer", "quantity", "value"} and more. A table maps
suite, quantity and peer to the samples of all rounds.
"""

from collections.abc import Iterable
from statistics import median
from typing import Any

from benchmarks.peers import KERAS_PEERS, PEERS

BEST_KERAS = "best keras"
Table = dict[str, dict[str, dict[str, list[float]]]]

# Steady states repeat the same work, so the fastest is the one least disturbed. A whole process
# differs from run to run by itself, so its middle one counts.
BEST_COUNTS = frozenset({"training", "step", "alone", "member"})

# What a peer without a cache has the same of in a second process.
SAME_AGAIN = {"first": "second", "memory_first": "memory_second"}

# Largest relative difference to the float64 reference. Adam's epsilon stands inside the bias
# correction in some peers and outside in others, which shows in the first steps.
TOLERANCES = {"sgd": 1e-4, "adam": 2e-3}


def tabulate(records: Iterable[dict[str, Any]]) -> Table:
    """Collect samples; a peer without a cache has the same figure for a second process."""
    table: Table = {}
    for record in records:
        if "value" not in record:
            continue
        quantities = [record["quantity"]]
        if record["quantity"] in SAME_AGAIN and not PEERS[record["peer"]].caches:
            quantities.append(SAME_AGAIN[record["quantity"]])
        for quantity in quantities:
            peers = table.setdefault(record["suite"], {}).setdefault(quantity, {})
            peers.setdefault(record["peer"], []).append(record["value"])
    return table


def limiting(table: Table, suite: str, quantity: str, peer: str) -> float | None:
    """Return the sample that counts for a peer: the best or the median, as the quantity asks."""
    peers = table.get(suite, {}).get(quantity, {})
    if peer == BEST_KERAS:
        found = [limiting(table, suite, quantity, name) for name in KERAS_PEERS]
        return min((value for value in found if value is not None), default=None)
    if peer not in peers:
        return None
    return min(peers[peer]) if quantity in BEST_COUNTS else median(peers[peer])


def ratio(table: Table, suite: str, quantity: str, peer: str, against: str = "") -> float | None:
    """Return how many times Pellucid's figure the peer needs; above 1 Pellucid is ahead.

    `against` is the peer's quantity where it is another one than Pellucid's.
    """
    ours = limiting(table, suite, quantity, "pellucid")
    theirs = limiting(table, suite, against or quantity, peer)
    return None if ours is None or theirs is None else theirs / ours


def agrees(found: float, expected: float, optimizer: str) -> bool:
    """Tell whether a checked loss equals the reference's."""
    return abs(found - expected) <= TOLERANCES[optimizer] * abs(expected)


def passes(facts: dict[str, Any], gate: tuple[str, float]) -> bool:
    """Tell whether a run reached the quality that its workload asks for."""
    kind, limit = gate
    return facts[kind] <= limit if kind == "loss" else facts[kind] >= limit
