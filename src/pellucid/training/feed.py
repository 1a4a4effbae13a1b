"""Super-batches: the batches of a stream in sets that fit the memory, each a data set for a compiled program.

An epoch that fits is one super-batch. A super-batch never reaches over an epoch's end, and a batch smaller than the
others ends it, because the program takes a smaller batch at the end of a data set only. All have equal shapes, so
that one program serves every epoch; what is missing is filled with rows that no step reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, DataError
from pellucid.training.arguments import check_count
from pellucid.training.batches import Batch, joined
from pellucid.training.choosing import with_metrics
from pellucid.training.prepare import (
    Prepared,
    check_input_shape,
    need_compiled,
    prepare_inputs,
)
from pellucid.training.streams import Batches, is_stream
from pellucid.training.targets import fit_all

Arrays = dict[str, Any]

SUPER_BYTES = 256 * 2**20
"""Memory that one super-batch may take, about."""
VALIDATION_BYTES = 2 * 2**30
"""Memory that validation data from a stream may take: they are held as a whole."""
NOT_YET = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Window:
    """A super-batch: some consecutive batches of one epoch.

    Attributes:
        batch: All its rows, on the host.
        begins: The number of its first batch in the epoch.
        full: How many full batches it has.
        rest: The rows of the smaller batch behind them, or 0.
        last: Whether the epoch ends with it.
    """

    batch: Batch
    begins: int
    full: int
    rest: int
    last: bool

    @property
    def ends(self) -> int:
        """The number of the first batch behind it."""
        return self.begins + self.full + (self.rest > 0)

    def numbers(self) -> dict[str, Any]:
        """Return what the program must know of it, as arrays; the end of an epoch is known with its last batch."""
        return {
            "begins": np.int32(self.begins),
            "full_ends": np.int32(self.begins + self.full),
            "steps": np.int32(self.ends if self.last else NOT_YET),
        }


class Feed:
    """What a run is fed with: the batches of a stream, epoch after epoch.

    Args:
        source: The stream.
        steps: Steps of one epoch; the next one goes on where it ended. None: an epoch is a pass.

    Attributes:
        first: The first super-batch; the data that a training is planned with.
        batch_size: Rows of the first batch. Later ones may have fewer, not more.
        prepare: What makes arrays for the program of a batch; set once the training is planned.
        over: Whether the stream has run dry.
    """

    def __init__(self, source: Any, steps: int | None):
        self.batches = Batches(source, "fit")
        self.steps = steps
        first = self.batches.need()
        if steps is None:
            self.batches.refuse_endless("steps_per_epoch")
        self.batch_size = first.rows
        self.prepare: Callable[[Batch], Arrays] | None = None
        self.over = False
        self._most = max(1, SUPER_BYTES // first.nbytes)
        self._done = 0
        self._room = 0
        self._epoch_rows = 0
        self.rows = (self.planned or 0) * self.batch_size
        self.first = self._gather()
        self._room = self.first.full

    @property
    def planned(self) -> int | None:
        """Steps of one epoch, None where the stream does not say."""
        return self.steps or self.batches.length

    @property
    def dry(self) -> bool:
        """Whether no batch is left for another epoch; a generator must be asked for one to know."""
        if self.batches.once and self._done == 0 and not self.over:
            self._goes_on()
        return self.over

    def next(self) -> tuple[Window, Arrays]:
        """Return the next super-batch, and its data in the shapes of those before."""
        window = self._gather()
        self._room = max(self._room, window.full)
        data = self.prepare(window.batch) if self.prepare else {}
        return window, self._padded(data, window)

    def _gather(self) -> Window:
        begins, found = self._done, []
        while self._goes_on() and len(found) < self._most:
            found.append(self._take())
            small = found[-1].rows < self.batch_size
            # What a pass gave is copied before the next one begins; behind the last step nothing is asked for.
            if small or self._done == self.steps or self.batches.ended():
                break
        if not found:
            raise self.batches.empty()
        whole = joined(found)
        self.batches.copied()
        rest = found[-1].rows % self.batch_size
        last = not self._goes_on()
        self._done = 0 if last else self._done
        self.over = self.over or (last and self.batches.once and self.batches.exhausted)
        self._epoch_rows = whole.rows + (self._epoch_rows if begins else 0)
        self.rows = max(self.rows, self._epoch_rows)
        return Window(whole, begins, len(found) - (rest > 0), rest, last)

    def _take(self) -> Batch:
        batch = self.batches.take()
        if batch.rows > self.batch_size:
            raise DataError(
                "fit",
                f"batch {self.batches.number - 1} has {batch.rows} rows, more than the first one, which has "
                f"{self.batch_size}.",
                "let the largest batch come first: one program has one batch size, and only smaller batches may follow",
            )
        self._done += 1
        return batch

    def _goes_on(self) -> bool:
        """Tell whether the epoch has another batch; begins the next pass where it needs one."""
        if self.over or self._done == self.steps:
            return False
        if not self.batches.ended():
            return True
        if self.steps is None and self._done:
            return False
        self.over = not self.batches.renew()
        return not self.over

    def _padded(self, data: Arrays, window: Window) -> Arrays:
        """Put rows that no step reads between the full batches and the smaller one."""
        read, missing = window.full * self.batch_size, (self._room - window.full) * self.batch_size
        if not missing:
            return data

        def pad(array: np.ndarray) -> np.ndarray:
            hole = np.zeros((missing, *array.shape[1:]), array.dtype)
            return np.concatenate([array[:read], hole, array[read:]])

        return jax.tree.map(pad, data)


def prepare_more(model: Any, task: Prepared, class_weight: Any, batch: Batch) -> Arrays:
    """Check and convert a later super-batch, as the first one was.

    Args:
        model: The model.
        task: What came of the first super-batch.
        class_weight: As for ``fit``.
        batch: The super-batch.

    Raises:
        DataError: Its numbers are of another kind than the first one's.
    """
    inputs = prepare_inputs(model, batch.x)
    check_input_shape(model, inputs)
    fitted = fit_all(
        inputs,
        batch.y,
        task.outputs,
        task.loss,
        with_metrics(need_compiled(model, "fit"), task.outputs),
        classes=model.classes,
        sample_weight=batch.weight,
        class_weight=class_weight,
    )
    data = {"x": inputs, "y": fitted.y, "weight": fitted.weight}
    pairs = zip(jax.tree.leaves(data), jax.tree.leaves(task.data), strict=True)
    for came, first in pairs:
        if came.dtype != first.dtype:
            raise DataError(
                "fit",
                f"a later batch holds numbers of dtype {came.dtype}, the first ones {first.dtype}.",
                "give all batches one dtype: x.astype('float32')",
            )
    return data


def held_whole(data: Any, steps: int | None) -> Any:
    """Return validation data that come as a stream as ``(x, y)`` or ``(x, y, sample_weight)``; others stay.

    Args:
        data: ``validation_data``.
        steps: How many batches are taken; None for all.

    Raises:
        ArgumentError: The stream never ends, or takes more memory than there is for it.
    """
    if not is_stream(data):
        return data
    check_count("fit", "validation_steps", steps)
    batches = Batches(data, "fit")
    batches.need()
    if steps is None:
        batches.refuse_endless("validation_steps")
    found: list[Batch] = []
    held = 0
    while len(found) != steps and not batches.ended():
        found.append(batches.take())
        held += found[-1].nbytes
        if held > VALIDATION_BYTES:
            raise ArgumentError(
                "fit",
                f"the validation data take more than {VALIDATION_BYTES // 2**20:,} MB; they are held as a whole, "
                "since they are measured after every epoch.",
                f"validation_steps={len(found) - 1}",
            )
    x, y, weight = joined(found).parts
    return (x,) if y is None else (x, y) if weight is None else (x, y, weight)


def pieces(source: Any, who: str, steps: int | None) -> Iterator[Batch]:
    """Yield the batches of one pass, or the first ``steps`` of them, in sets that fit the memory."""
    check_count(who, "steps", steps)
    batches = Batches(source, who)
    batches.need()
    if steps is None:
        batches.refuse_endless("steps")
    found: list[Batch] = []
    held = 0
    while batches.number != steps and not batches.ended():
        found.append(batches.take())
        held += found[-1].nbytes
        if held >= SUPER_BYTES:
            yield joined(found)
            found, held = [], 0
    if found:
        yield joined(found)
