"""The programs of a rehearsal, each compiled once for all models of a structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import numpy as np

from pellucid.insight.doctor.rehearsal.ahead import other_ends
from pellucid.insight.doctor.rehearsal.asks import asks_of
from pellucid.insight.doctor.rehearsal.look import beside_others, look_of
from pellucid.insight.doctor.rehearsal.reaching import with_larger
from pellucid.insight.doctor.rehearsal.stage import Stage
from pellucid.insight.doctor.rehearsal.steps import steps_of
from pellucid.insight.doctor.rehearsal.sureness import sureness_of
from pellucid.insight.doctor.rehearsal.turning import both_ways
from pellucid.training.cache import kept

Arrays = dict[str, Any]
How = Literal["quick", "long", "careful"]

PLAIN = {"xla_cpu_use_fusion_emitters": False}
"""XLA's options: each operation a kernel of its own, which is compiled in half the time."""
OPTIONS = {
    "quick": {**PLAIN, "xla_backend_optimization_level": 0},
    "long": {**PLAIN, "xla_backend_optimization_level": 1},
    "careful": None,
}
"""How a program is compiled. One that runs once, or on few numbers: as fast as can be. One of many steps on many
numbers (convolutions): a second longer, for loops that run three times as fast. With the quick options jaxlib 0.10.2
gave NaN for the gradient of a healthy network (convolutions, batch normalisation, global max pooling), so that a number
which is not finite is believed only of a program that was compiled as trainings are, which takes longest."""
LONG = 5e6
"""Numbers given by one layer in all steps, from which loops that run faster are worth their compilation."""


@dataclass(frozen=True)
class Programs:
    """What a rehearsal computes with on a stage.

    Attributes:
        stage: The stage.
        how: How the steps are compiled, one of ``OPTIONS``.
    """

    stage: Stage
    how: How

    def arrays(self, **others: Any) -> Arrays:
        """Return the stage's arrays with others in their places."""
        return {**self.stage.arrays, **others}

    def look(self, arrays: Arrays) -> Arrays:
        """Return what the batch gives in evaluation mode; see :func:`look_of`."""
        return self._program("look", look_of, "careful" if self.how == "careful" else "quick")(
            arrays
        )

    def steps(self, ends: tuple[int, int], pace: float = 1.0) -> Arrays:
        """Make so many steps with the user's optimizer, and free ones; see :func:`steps_of`."""
        program = self._program("steps", steps_of, self.how)
        return program(self.stage.arrays, np.array(ends, np.int32), pace)

    def before(self) -> Arrays:
        """Return what is seen before any step: a look, and a single step for its gradients."""
        seen, step = self.look(self.stage.arrays), self.steps((1, 0))
        return {
            **seen,
            "training_loss": np.asarray(step["losses"])[0, 0],
            "gradients": plain(step["gradients"]),
            "updated": plain(step["ended"]),
        }

    def beside_others(self) -> Arrays:
        """Return the outputs when the second half of the rows is the first row."""
        return self.look(beside_others(self.stage.arrays))["outputs"]

    def both_ways(self) -> tuple[Arrays, Arrays]:
        """Return the outputs to rows as they are and from their ends, at weights with some noise."""
        given, turned = both_ways(self.stage.arrays)
        return self.look(given)["outputs"], self.look(turned)["outputs"]

    def other_ends(self) -> tuple[Arrays, Arrays]:
        """Return the outputs to rows as they are and with other rows' ends, at weights with some noise."""
        given, other = other_ends(self.stage.arrays)
        return self.look(given)["outputs"], self.look(other)["outputs"]

    def with_larger(self, paths: tuple[str, ...], times: float) -> Arrays:
        """Return the outputs when some weights are so many times as large."""
        return self.look(with_larger(self.stage.arrays, paths, times))["outputs"]

    def asks(self, name: str, outputs: np.ndarray, wanted: np.ndarray) -> Arrays:
        """Return the losses that tell what a loss of the user's own asks for; see :func:`asks_of`."""
        program = self._program(f"asks {name}", partial(asks_of, name=name), "quick")
        return program(self.stage.arrays, outputs, wanted)

    def sureness(self) -> Arrays:
        """Return how sure softmaxes in layers of the user's own are; see :func:`sureness_of`."""
        return self._program("sureness", sureness_of, "quick")(self.stage.arrays)

    def careful(self, name: str, make: Callable[[Stage], Any]) -> Any:
        """Return another function of the stage, compiled as trainings are: for a hunt."""
        return self._program(name, make, "careful")

    def _program(self, name: str, make: Callable[[Stage], Any], how: How) -> Any:
        options = OPTIONS[how] if jax.default_backend() == "cpu" else None
        return kept(
            (f"rehearsal {name}", how, self.stage.key),
            lambda: jax.jit(make(self.stage), compiler_options=options),
        )


def plain(arrays: Arrays) -> Arrays:
    """Return arrays as NumPy's, in single precision, by path in its order: programs give them in that."""
    return {path: np.asarray(arrays[path], np.float32) for path in sorted(arrays)}
