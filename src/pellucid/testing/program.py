"""All that a case computes, as one compiled program: its parts, and what came out of them.

Compiling costs far more than running, so what is the same computation on other numbers is one loop over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.modules.tree import hyperparameters_of
from pellucid.testing.case import Case
from pellucid.testing.masking import Masking, valid_places
from pellucid.testing.report import Broken

# The program runs once, so most of the time would go into making it fast. The older of XLA's two ways to write code for
# fused operations compiles in less than half the time (LSTM: 0.32 s for 0.86 s, JAX 0.10.2).
QUICK: dict[str, bool | int | float | str | None] = {
    "xla_backend_optimization_level": 0,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
}
STEP = 1e-6
"""How far a finite difference reaches to either side."""


class Program:
    """What a case computes: run once, when the first check asks for it.

    Args:
        case: The case.

    Attributes:
        masking: The case's masks.
        errors: What the parts raised that could not be traced, by part.
    """

    def __init__(self, case: Case):
        self.case = case
        self.masking = Masking(case, self.differentiate, lambda: not self.plain)
        self.errors: dict[str, Exception] = {}

    def __getitem__(self, part: str) -> Any:
        """Return what a part told, as NumPy arrays.

        Raises:
            Broken: The part cannot be traced.
        """
        told = self._told
        if part in self.errors:
            raise Broken(f"there it cannot be traced: {in_words(self.errors[part])}")
        return told[part]

    @cached_property
    def _told(self) -> dict[str, Any]:
        """Run all parts; those that cannot be traced are left out and noted."""
        parts, data = self._parts(), self._data()
        try:
            return run_parts(parts, data)
        except Exception:
            for name, part in parts.items():
                try:
                    jax.eval_shape(part, data)
                except (
                    Exception
                ) as error:  # a layer may raise anything; the check that asks will say it
                    self.errors[name] = error
            if not self.errors:
                raise
            return run_parts({n: part for n, part in parts.items() if n not in self.errors}, data)

    @cached_property
    def traces(self) -> dict[bool, tuple[Any, Any]]:
        """The layer's own program, and what it tells abstractly, at inference (False) and in training (True)."""
        case = self.case

        def look(training: bool) -> tuple[Any, Any]:
            def told(weights: Any, inputs: Any) -> Any:
                found = case.apply(weights, inputs, training=training)
                return {"outputs": found.outputs, "state": found.state, "losses": found.losses}

            return jax.make_jaxpr(told, return_shape=True)(case.first, case.inputs)

        return {training: look(training) for training in (False, True)}

    @cached_property
    def plain(self) -> bool:
        """Whether training is the same computation as inference."""
        quiet, loud = (str(program) for program, _ in self.traces.values())
        return quiet == loud and not self.traces[True][1]["losses"]

    def _data(self) -> dict[str, Any]:
        case = self.case
        return {
            "first": case.first,
            "second": case.second,
            "inputs": case.inputs,
            "others": case.others,
            "direction": case.direction,
            "hyper": hyperparameters_of(case.layer),
            **self.masking.data(),
        }

    def _parts(self) -> dict[str, Callable[[Any], Any]]:
        training = {} if self.plain else {"training": self._training}
        return {
            "inference": self._inference,
            **training,
            "population": self._population,
            "single": self._single,
            **self.masking.parts(),
        }

    # What the checks ask for.

    @property
    def outputs(self) -> Any:
        """The outputs at inference."""
        return pick(self["inference"]["outputs"], 0)

    @property
    def gradient(self) -> Any:
        """The gradient of the score at inference, by parameter and by input; None where there is none."""
        return pick(self["inference"]["gradient"], 0) if self.case.differentiable else None

    @property
    def padded(self) -> dict[str, Any]:
        """The outputs of padded inputs at inference, and their masks."""
        return pick(self["masked"], 0) if self.plain else self["padded"]

    def training(self) -> dict[str, Any]:
        """What was told in training at the point itself and at a small step to either side."""
        told = self["inference"] if self.plain else self["training"]
        places = {"here": 0, "ahead": -2, "behind": -1}
        return {name: pick(told, index) for name, index in places.items()}

    # The parts of the program.

    def _inference(self, data: Any) -> Any:
        """Two sets of weights, and other values in all rows but the first."""
        points = [
            (data["first"], data["inputs"]),
            (data["first"], data["others"]),
            (data["second"], data["inputs"]),
        ]
        return self._at(points + (self._aside(data) if self.plain else []), training=False)

    def _training(self, data: Any) -> Any:
        return self._at([(data["first"], data["inputs"]), *self._aside(data)], training=True)

    def _at(self, points: list[Any], training: bool) -> Any:
        stacked = jax.tree.map(lambda *each: jnp.stack(each), *points)
        return jax.lax.map(lambda point: self.differentiate(*point, training=training), stacked)

    def _aside(self, data: Any) -> list[Any]:
        """Return the points a step ahead and a step behind in the fixed direction."""
        case = self.case
        (params, state), inputs = data["first"], data["inputs"]
        if not case.differentiable:
            return [(data["first"], inputs)] * 2
        here = case.point(params, inputs)
        found = []
        for step in (STEP, -STEP):
            moved, floats = jax.tree.map(lambda a, d: a + step * d, here, data["direction"])  # noqa: B023
            found.append(((moved, state), case.inputs_at(floats, inputs)))
        return found

    def differentiate(
        self, weights: Any, inputs: Any, *, training: bool, masks: Any = None
    ) -> dict[str, Any]:
        """Return outputs, state, score and, where there is one, the score's gradient.

        In training the score holds the layer's own penalties. With masks it counts valid places only, and no penalty:
        those are, as in Keras, of all outputs.
        """
        case = self.case
        params, state = weights

        def score(point: Any) -> Any:
            told = case.apply(
                (point[0], state), case.inputs_at(point[1], inputs), training=training, masks=masks
            )
            valid = valid_places(jax.tree.leaves(told.outputs), told.masks) if masks else None
            penalty = sum(told.losses) if training and not masks else 0.0
            number = case.score(told.outputs, valid) + penalty
            return number, {"outputs": told.outputs, "state": told.state, "masks": told.masks}

        here = case.point(params, inputs)
        if not case.differentiable:
            number, told = score(here)
            return {**told, "score": number}
        (number, told), gradient = jax.value_and_grad(score, has_aux=True)(here)
        return {**told, "score": number, "gradient": gradient}

    def _population(self, data: Any) -> Any:
        both = jax.tree.map(lambda a, b: jnp.stack([a, b]), data["first"], data["second"])
        return jax.vmap(
            lambda weights: self.case.apply(weights, data["inputs"]).outputs, axis_size=2
        )(both)

    def _single(self, data: Any) -> Any:
        """A population of one in training, its hyper-parameters arrays."""

        def member(weights: Any, hyper: Any) -> Any:
            told = self.case.apply(weights, data["inputs"], training=True, hyper=hyper)
            return {"outputs": told.outputs, "state": told.state}

        one = jax.tree.map(lambda a: jnp.asarray(a)[None], (data["first"], data["hyper"]))
        return jax.vmap(member, axis_size=1)(*one)


def run_parts(parts: dict[str, Callable[[Any], Any]], data: Any) -> dict[str, Any]:
    """Compile the parts as one program, run it, and bring everything to the host."""

    def program(data: Any) -> Any:
        return {name: part(data) for name, part in parts.items()}

    return jax.tree.map(np.asarray, jax.jit(program, compiler_options=QUICK)(data))


@contextmanager
def quick_operations() -> Iterator[None]:
    """Compile operations at the prompt without optimisation too; each is compiled for itself."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)


def pick(tree: Any, index: int) -> Any:
    """Return one entry of arrays that are stacked."""
    return jax.tree.map(lambda array: array[index], tree)


def in_words(error: BaseException) -> str:
    """Return an error's kind and its first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}"
