"""What the project set out to reach, as data, and the comparison with what was measured."""

from dataclasses import dataclass

from benchmarks.figures import BEST_KERAS, Table, limiting, ratio

MIB = 2**20


@dataclass(frozen=True)
class Target:
    """A ratio to a peer that must be at least `limit`, or seconds that must stay below it.

    `peer` is a peer's name, "best keras", or "" for a limit in seconds.
    """

    work: str
    suite: str
    quantity: str
    peer: str
    limit: float

    def found(self, table: Table) -> float | None:
        """Return the measured ratio or seconds; None where a side was not measured."""
        if self.peer:
            return ratio(table, self.suite, self.quantity, self.peer)
        return limiting(table, self.suite, self.quantity, "pellucid")

    def reached(self, table: Table) -> bool | None:
        """Tell whether the target is met; None where it was not measured."""
        found = self.found(table)
        if found is None:
            return None
        return found >= self.limit if self.peer else found < self.limit


def both(work: str, suite: str, quantity: str, pytorch: float, keras: float) -> list[Target]:
    """Return the pair of targets against PyTorch and against the best Keras."""
    return [
        Target(work, suite, quantity, "pytorch", pytorch),
        Target(work, suite, quantity, BEST_KERAS, keras),
    ]


TARGETS: list[Target] = [
    *both("SimpleMLP, 1,000 epochs: training time", "simple_mlp", "training", 12, 20),
    *both("SimpleMLP: whole process, first", "simple_mlp", "first", 1.4, 4),
    *both("SimpleMLP: whole process, second", "simple_mlp", "second", 2.2, 6),
    Target("784-128-10, batch 32, SGD: per step", "mnist_small", "step", "pytorch", 2.5),
    Target("784-512-512-10, batch 128, Adam: per step", "mnist_wide", "step", "pytorch", 1.8),
    *both("digits to 97 %: whole process, first", "digits", "first", 1.3, 2),
    *both("digits to 97 %: whole process, second", "digits", "second", 1.8, 3),
    Target("`import pellucid`", "startup", "import", "", 0.1),
    Target("digits: first fit's compilation, first process", "startup", "compile_first", "", 1.5),
    Target("digits: first fit's compilation, second process", "startup", "compile_second", "", 0.5),
    Target("digits: peak memory", "digits", "memory_first", "pytorch", 1.0),
    Target("`pellucid --help`", "startup", "help", "", 0.3),
]
