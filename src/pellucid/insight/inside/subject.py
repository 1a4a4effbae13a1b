"""The subject: a model and rows, ready to be looked into.

What ``predict`` does before its program starts is done here for all of insight: layers on the host have run, the model
is built, rows of another shape are refused. Nothing of it changes the model beyond building it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import UnknownNameError, UsageError, nearest
from pellucid.data.arrays import rows
from pellucid.modules import Layer
from pellucid.modules.pure import key_spec, run
from pellucid.modules.tree import current_arrays, places, skeleton
from pellucid.training.arguments import fixed_rows
from pellucid.training.cache import kept
from pellucid.training.effort import compiler_options
from pellucid.training.prediction import structure_of
from pellucid.training.prepare import match_inputs, prepare_inputs
from pellucid.training.start import weight_kinds

Arrays = dict[str, Any]

BYTES = 64 * 1024 * 1024
"""What the layers of one batch may hold together."""
LARGEST = 1024


@dataclass(frozen=True)
class Subject:
    """A model and rows.

    Attributes:
        model: The user's model, built.
        part: What of it a program computes, without arrays.
        params: Parameters by path.
        state: State by path.
        inputs: The rows as the program takes them: an array, or a list or dict of arrays.
        structure: What the programs of this model depend on.
        shapes: Every layer's output by path, as specs of one row, in the order of the calls; ``""`` is the model.
    """

    model: Any
    part: Layer
    params: Arrays
    state: Arrays
    inputs: Any
    structure: Any
    shapes: Arrays

    @property
    def who(self) -> str:
        """The model's class and name, for messages."""
        return f"{type(self.model).__name__} '{self.model.name}'"

    @property
    def rows(self) -> int:
        """The number of rows."""
        return rows(self.inputs)

    def program(self, key: Any, make: Callable[[Layer], Callable[..., Any]]) -> Any:
        """Return the compiled program of ``key``, kept for models of the same structure.

        Args:
            key: What it depends on besides the model; its first entry names it.
            make: Gives the function, from the model's structure.
        """
        options = compiler_options(self.part)

        def compiled() -> Any:
            return jax.jit(make(self.part), compiler_options=options)

        return kept((f"insight {key[0]}", *key[1:], self.structure), compiled)

    def batch_size(self) -> int:
        """Return how many rows go into one batch, so that all layers' outputs fit into the memory meant for them."""
        named = rows_of_batch(self.model)
        if named is not None:
            return named
        row = sum(_bytes(spec) for spec in jax.tree.leaves(self.shapes))
        return 1 << max(min(LARGEST, BYTES // max(row, 1)).bit_length() - 1, 0)

    def batches(self, *more: Any, size: int | None = None) -> Iterator[tuple[int, Any]]:
        """Yield the rows of the inputs, and of ``more`` arrays, in batches of equal size, with how many count.

        The last batch is filled up with its first row, to the next power of two where the model lets it.

        Args:
            *more: Trees of arrays with as many rows.
            size: Rows of a batch. Default: as the memory lets.
        """
        limit = size or self.batch_size()
        whole = self.inputs if not more else (self.inputs, *more)
        for first in range(0, self.rows, limit):
            some = jax.tree.map(lambda a, first=first: a[first : first + limit], whole)
            count = rows(some)
            full = limit if rows_of_batch(self.model) else min(limit, 1 << (count - 1).bit_length())
            yield count, jax.tree.map(lambda a, fill=full - count: _filled(a, fill), some)

    def layer_at(self, path: str) -> Layer:
        """Return the layer at a path.

        Raises:
            UnknownNameError: There is none; with the nearest path and all that there are.
            UsageError: The layer works on the host, or in a scan, where single outputs are not kept.
        """
        known = dict(places(self.model))
        if path not in known:
            raise unknown_path(self.who, path, list(self.shapes) or list(known))
        layer = known[path]
        if path in self.shapes:
            return layer
        if layer.on_host:
            raise UsageError(
                self.who,
                f"'{path}' works on the host, before the program.",
                "model.host_inputs(x) gives what these layers make of x",
            )
        raise UsageError(
            self.who,
            f"'{path}' ({type(layer).__name__}) is not called by itself: the layer around it computes it inside a "
            "scan or another transform, or the call does not reach it.",
            f"ask for the layer around it: '{path.rpartition('/')[0] or next(iter(self.shapes))}'",
        )


def subject_of(model: Any, x: Any) -> Subject:
    """Build the model on the rows if need be, and return what looking into it needs.

    Raises:
        DataError: NaN, infinity, empty data.
        ShapeError: Rows of another shape than the model was built for.
    """
    inputs = prepare_inputs(model, x)
    match_inputs(model, inputs)
    arrays = current_arrays(model, model.seed)
    _, state_paths = weight_kinds(model)
    params = {path: array for path, array in arrays.items() if path not in state_paths}
    state = {path: array for path, array in arrays.items() if path in state_paths}
    part = skeleton(model._device_part())
    sample = rows_of_batch(model) or 1
    spec = jax.tree.map(lambda a: jax.ShapeDtypeStruct((sample, *a.shape[1:]), a.dtype), inputs)
    shapes = captured_shapes(part, params, state, spec)
    return Subject(model, part, params, state, inputs, structure_of(model), shapes)


def rows_of_batch(model: Any) -> int | None:
    """Return how many rows a batch must have: an input names them, or a layer that keeps states; else None."""
    kept = [getattr(layer, "batch_size", None) for _, layer in places(model)]
    return fixed_rows(model) or next((rows for rows in kept if isinstance(rows, int)), None)


def captured_shapes(model: Layer, params: Arrays, state: Arrays, spec: Any) -> Arrays:
    """Return specs of every layer's output by path, in the order in which the calls end; nothing is computed."""
    order: list[str] = []

    def outputs(params: Arrays, state: Arrays, inputs: Any, key: Any) -> Any:
        captured = run(model, params, state, inputs, key=key, capture=True).captured
        order.extend(captured)
        return captured

    # JAX sorts a dict's names, so the order is noted beside it.
    specs = jax.eval_shape(outputs, params, state, spec, key_spec())
    return {path: specs[path] for path in order}


def unknown_path(who: str, path: str, known: list[str]) -> UnknownNameError:
    """Build the error for a path that no layer has."""
    names = [each for each in known if each]
    close = nearest(path, names) or next((n for n in names if n.endswith(f"/{path}")), None)
    return UnknownNameError(
        who,
        f"it has no layer at the path '{path}'; the paths are: {', '.join(names)}.",
        f"'{close}'" if close else None,
    )


def _bytes(spec: Any) -> int:
    return math.prod(spec.shape[1:]) * spec.dtype.itemsize


def _filled(array: Any, more: int) -> Any:
    return array if not more else np.concatenate([array, np.repeat(array[:1], more, axis=0)])
