"""Trainings of any plans at the same time: each by its own program, chunk by chunk, on the cores of the processor.

What a training computes is what it computes alone, to the bit, and equal plans share a compiled program. A thread
computes or compiles; histories, callbacks and Ctrl-C stay with the main thread, between the chunks (``engine.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context

import numpy as np

from pellucid.training.interrupt import Interrupt
from pellucid.training.loop import begin_training, end_training
from pellucid.training.trainer import Training


def train_beside(trainings: Sequence[Training], threads: int) -> None:
    """Run trainings to their ends, in turn as many as there are threads.

    Args:
        trainings: Of different models; Python has nothing to do on their way.
        threads: How many compute, or are compiled, at the same time; at least 1.
    """
    with under_way(trainings) as interrupt, ThreadPoolExecutor(threads) as crew:

        def submitted(training: Training) -> Future[list[np.ndarray]]:
            return crew.submit(copy_context().run, training.run.advance, None)

        pending = {submitted(each): each for each in trainings}
        while pending:
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                training = pending.pop(future)
                training.write(future.result())
                if not (training.run.stopped or interrupt.raised):
                    pending[submitted(training)] = training


@contextmanager
def under_way(trainings: Sequence[Training]) -> Iterator[Interrupt]:
    """Begin trainings; in the end leave each model as its own training would."""
    desks = [begin_training(t.model, t.run, t.history, t.hooks, t.task.notes) for t in trainings]
    with Interrupt() as interrupt:
        yield interrupt
    for desk, training in zip(desks, trainings, strict=True):
        end_training(desk, training.history, interrupt)
