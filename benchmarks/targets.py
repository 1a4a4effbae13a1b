"""What the project set out to reach, as data, and the comparison with what was measured."""

from dataclasses import dataclass

from benchmarks.figures import BEST_KERAS, Table, limiting, ratio

# How many times PyTorch's memory a network's training may take.
MORE_MEMORY = 1.2


@dataclass(frozen=True)
class Target:
    """A ratio to a peer that must be at least `limit`, or a figure that must stay below it.

    `peer` is a peer's name, "best keras", or "" for a figure of Pellucid's own, which is in `unit`s.
    `against` names the peer's quantity where it is another one.
    """

    work: str
    suite: str
    quantity: str
    peer: str
    limit: float
    against: str = ""
    unit: str = " s"

    def found(self, table: Table) -> float | None:
        """Return the measured ratio or seconds; None where a side was not measured."""
        if self.peer:
            return ratio(table, self.suite, self.quantity, self.peer, self.against)
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


def network(work: str, suite: str, pytorch: float, keras: float = 0.0) -> list[Target]:
    """Return a network's targets: the time of a step, and at most PyTorch's memory plus 20 %."""
    keras_too = [Target(f"{work}: per step", suite, "step", BEST_KERAS, keras)] if keras else []
    return [
        Target(f"{work}: per step", suite, "step", "pytorch", pytorch),
        *keras_too,
        Target(f"{work}: peak memory", suite, "memory_first", "pytorch", 1 / MORE_MEMORY),
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
    *network("CNN 32-64-128-10 on 28x28x1, batch 128", "cnn", 1.6, 3),
    *network("CNN 32-64-128-10 on 28x28x1, batch 32", "cnn_batch32", 1.6, 3),
    *network("CNN 32-64-128-10 on 32x32x3, batch 128", "cnn_colour", 1.2),
    *network("small ResNet, batch 64", "resnet_small", 1.2),
    *network("LSTM 64", "lstm64", 1.1),
    *network("GRU 64", "gru64", 1.1),
    *network("LSTM 256", "lstm256", 1.1),
    *network("transformer encoder", "transformer", 1.3),
    *network("1-D convolutions, 1,000 steps", "conv1d", 1.3),
    Target(
        "16 CNNs at once: step, per network", "population16", "member", "pellucid", 1.0, "alone"
    ),
]
