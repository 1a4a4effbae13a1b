"""The doctor beside a loop of PyTorch's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.insight.doctor.checks.pairing import is_spread
from pellucid.insight.doctor.diagnosis import Diagnosis, diagnosis_of
from pellucid.insight.doctor.facts.course import Course
from pellucid.insight.doctor.facts.facts import Facts, Fit
from pellucid.insight.doctor.facts.rehearsed import Rehearsed
from pellucid.insight.doctor.watching.sample import Curves
from pellucid.insight.doctor.watching.torch_eyes import Eyes, predictions, tensors
from pellucid.insight.doctor.watching.torch_failing import LastPass
from pellucid.insight.doctor.watching.torch_graph import compares_pairs, loss_in_graph
from pellucid.insight.doctor.watching.torch_loop import LoopEyes
from pellucid.insight.doctor.watching.torch_names import loss_word
from pellucid.insight.doctor.watching.torch_numbers import noise_of, variance_of
from pellucid.insight.doctor.watching.torch_output import optimizer_of, output_of
from pellucid.insight.doctor.watching.torch_rows import SeenRows, only_input
from pellucid.insight.doctor.watching.torch_steps import Steps
from pellucid.insight.doctor.watching.words import in_words_of
from pellucid.training.probes.probe import WHOLE
from pellucid.training.probes.quantities.preactivation_range import PreactivationRange
from pellucid.training.probes.record import Record
from pellucid.training.probes.schedule import Schedule

EVERY = 500
"""The usual distance of measured steps, as that of the probes."""


class Watch:
    """What looks on while a loop of PyTorch's trains; made by :func:`watch_torch`.

    Args:
        model: The model.
        optimizer: Its optimizer.
        loss: The loss's name, or the object; None.
        schedule: Which steps are measured.

    Attributes:
        record: What was measured, as of the probes.
    """

    def __init__(self, model: Any, optimizer: Any, loss: Any, schedule: Schedule):
        self.model, self.optimizer, self.loss, self.schedule = model, optimizer, loss, schedule
        self.record = Record({PreactivationRange().name: PreactivationRange.labels})
        self.record.schedule = schedule
        self._eyes = Eyes(model)
        self._loop = LoopEyes(model, optimizer, self._eyes.leaves)
        self._steps = Steps(model, self._eyes.leaves)
        self._rows, self._curves, self._pass = SeenRows(), Curves(), LastPass(model.parameters)
        self._rates: list[float] = []
        self._word = loss_word(loss)
        self._row: dict[str, dict[str, Any]] = {}
        self._numbers: dict[str, dict[str, Any]] = {}
        self._given: Any = None
        self._hooked: Any = None
        self._inputs: Any = None
        self._calls = 0
        self._output: Any = None
        self._end: Any = None
        self._shape: tuple[int, ...] = ()
        self._stepped = False
        self._handles = self._attach()

    def _attach(self) -> list[Any]:
        handles = [
            self.model.register_forward_pre_hook(self._before_forward),
            self.model.register_forward_hook(self._after_forward, with_kwargs=True),
            self.optimizer.register_step_pre_hook(self._before_step),
            self.optimizer.register_step_post_hook(self._after_step),
            *self._loop.attach(),
        ]
        if hasattr(self.loss, "register_forward_hook"):
            handles.append(self.loss.register_forward_hook(self._after_loss))
        return handles

    def step(self, loss: Any = None, *, x: Any = None, y: Any = None) -> None:
        """Tell the loss of a batch, where the loss is no module that the watch was given.

        Call it once for each step, behind ``loss.backward()``; before or behind ``optimizer.step()``.

        Args:
            loss: The loss, a tensor of one number.
            x: The batch's inputs, where the model is not called as a whole.
            y: The batch's targets, without which nothing is said about them.
        """
        if loss is not None:
            if self.loss is None and self._word is None and hasattr(loss, "grad_fn"):
                self._word = loss_word(loss_in_graph(loss))
            self._given = loss.detach().clone() if hasattr(loss, "detach") else loss
        if x is not None:
            self._inputs = x
        if y is not None:
            self._compare(loss, tuple(np.shape(y)))
            self._take_rows(y)

    def _compare(self, loss: Any, targets: tuple[int, ...]) -> None:
        """Keep the shapes of outputs and targets, the first time that they are compared."""
        end, self._end = self._end, None
        if not self._shape or not targets or self._loop.shapes is not None:
            return
        if getattr(loss, "grad_fn", None) is not None and is_spread(self._shape, targets):
            shapes = (self._shape, targets)
            self._loop.shapes = shapes if compares_pairs(loss, end, shapes) else (targets, targets)

    def epoch(self, **values: float) -> None:
        """Tell that a pass over the data is over, and what was measured in it.

        Args:
            **values: Numbers by Keras's names: ``accuracy``, ``val_loss``, ``val_accuracy``. The loss and the learning
                rate are known without.
        """
        self._flush()
        self._rows.training.end_pass()
        rate = {"learning_rate": self._rates[-1]} if self._rates else {}
        self._curves.end_epoch(**{**rate, **values})

    def facts(self) -> Facts:
        """Return what is known so far."""
        self._flush()
        structure, sample = self._eyes.structure, self._rows.training
        columns = self._curves.in_epochs(sample.batches if sample.is_over else None)
        is_ordered = sample.is_shuffled is False and (sample.batch_size or 0) < sample.count
        metrics = tuple(
            name
            for name in columns
            if name not in ("loss", "learning_rate") and not name.startswith("val_")
        )
        outputs, unknown = (), []
        if structure is None:
            unknown.append(
                "The model was never called as a whole, model(x): its layers were not seen."
            )
        else:
            outputs = output_of(structure, self._word, self.loss, self._rows.targets, metrics)
        if not self._curves.losses:
            unknown.append(
                "The loss was not seen: watch.step(loss), or loss= a module of torch.nn."
            )
        steps = sample.batches if sample.is_over else None
        ended = "" if self._handles else "epochs"
        batches = np.array(self._curves.losses, float)
        return Facts(
            layers=structure.layers if structure else (),
            outputs=outputs,
            data=self._rows.data(),
            optimizer=optimizer_of(self.optimizer, self._rates, self._steps.norms),
            fit=Fit(
                epochs=None,
                batch_size=sample.batch_size,
                steps=steps,
                shuffle=not is_ordered,
                class_weight=class_weight_of(self.loss),
            ),
            rehearsed=Rehearsed(bad=self._pass.bad) if self._pass.bad else None,
            course=Course(columns, ended, self.record, steps, batches),
            loop=self._loop.facts(self._eyes.calls, structure.mixed if structure else ()),
            source="torch",
            unknown=tuple(unknown),
        )

    def diagnosis(self, *, acknowledge: Sequence[str] = ()) -> Diagnosis:
        """Say what is wrong, by what was seen so far.

        Args:
            acknowledge: Findings that you know of: ``"D401"``, or ``"D301@fc1"`` for one layer.
        """
        return in_words_of("torch", diagnosis_of(self.facts(), acknowledge=acknowledge))

    def remove(self) -> None:
        """Take all hooks away; what was seen stays."""
        self._eyes.close()
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def _is_due(self) -> bool:
        return self.schedule.due(self._loop.steps)

    def _before_forward(self, _: Any, inputs: Any) -> None:
        if not sys.modules["torch"].is_grad_enabled():
            return
        if self._stepped:
            self._flush()
        self._loop.is_looking = self._is_due
        if self._eyes.structure is None or self._is_due:
            self._eyes.open()

    def _after_forward(self, _: Any, inputs: Any, words: Any, output: Any) -> None:
        given, training = (inputs, words), self.model.training
        self._eyes.end(given, output)
        self._loop.forward(output, training)
        made = next((each for each in tensors(output) if each.requires_grad), None)
        asked = only_input(given)
        if made is None and asked is not None:
            self._rows.look(asked, self._eyes.structure)
        if made is None or (
            self._numbers and not training
        ):  # no pass between a training pass and its step
            return
        self._numbers = self._eyes.numbers
        self._pass.keep(tensors(given), tensors(output))
        self._calls += training
        self._inputs = only_input(given) if self._calls <= 1 else None  # a loss of several answers
        self._shape = tuple(made.shape)
        self._output = output if self._is_due else None
        is_column = self._shape[1:] == (1,) and self._loop.shapes is None
        self._end = made.grad_fn if is_column else None

    def _after_loss(self, _: Any, given: Any, loss: Any) -> None:
        if not hasattr(loss, "requires_grad") or not loss.requires_grad:
            return
        self._hooked = loss.detach().clone() if loss.ndim == 0 else loss.detach().mean()
        if len(given) < 2:
            return
        prediction, target = given[:2]
        self._loop.shapes = self._loop.shapes or (tuple(prediction.shape), tuple(target.shape))
        if self._is_due:
            noise = noise_of(self.loss, prediction, target)
            if noise is not None:
                self._numbers = {**self._numbers, "loss_noise": {WHOLE: noise}}
        self._take_rows(target)

    def _take_rows(self, targets: Any) -> None:
        """Take a step's inputs and targets."""
        x, self._inputs, self._calls = self._inputs, None, 0
        if x is not None:
            self._rows.take(x, targets, self._eyes.structure)

    def _before_step(self, *_: Any) -> None:
        if self._stepped:
            self._flush()
        self._rates.append(float(self.optimizer.param_groups[0]["lr"]))
        if self._is_due:
            self._loop.before_step()
            self._row = {**self._numbers, **self._steps.before()}
            if self._output is not None:
                found = {
                    name: variance_of(each) for name, each in predictions(self._output).items()
                }
                self._row["prediction_variance"] = found

    def _after_step(self, *_: Any) -> None:
        if self._row:
            self._row |= self._steps.after()
        self._loop.after_step()
        self._stepped = True

    def _flush(self) -> None:
        """Close the step that was taken last, with its loss."""
        if not self._stepped:
            return
        loss = self._hooked if self._given is None else self._given
        if self._row:
            if loss is not None:
                self._row["loss"] = {WHOLE: float(loss)}
            self.record.add(self._loop.steps - 1, self._row)
        if loss is not None:
            self._curves.add(loss)
            self._pass.look(loss, self._loop.steps - 1)
        self._row, self._numbers, self._output = {}, {}, None
        self._given = self._hooked = None
        self._stepped, self._calls = False, 0


def class_weight_of(loss: Any) -> dict[int, float] | None:
    """Return the weights of the classes in a loss, or None."""
    weight = getattr(loss, "weight", None)
    if weight is None or getattr(weight, "ndim", 0) != 1:
        return None
    return {number: float(each) for number, each in enumerate(weight)}


def watch_torch(model: Any, optimizer: Any, loss: Any = None, *, every: int | None = None) -> Watch:
    """Put the doctor beside a training loop of PyTorch's.

    It looks through hooks of the model, the optimizer and the loss; the training stays the same to the last bit. The
    loop itself needs a line for each epoch, and none for each step where ``loss`` is the module that is called::

        watch = pellucid.insight.watch_torch(model, optimizer, criterion)
        for epoch in range(20):
            for x, y in loader:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
            watch.epoch(val_loss=validate(model))
        print(watch.diagnosis())

    Args:
        model: A ``torch.nn.Module``, before its first step.
        optimizer: Its ``torch.optim.Optimizer``.
        loss: The loss: a module of ``torch.nn``, which is watched; or a function or its name (``"cross_entropy"``),
            with ``watch.step(loss, y=y)`` in the loop. Default None: read off the first loss that ``watch.step`` gets.
        every: The distance of measured steps, at least 1. Default 500. The first steps are measured more densely: 0,
            1, 2, 4, 8, ...

    Returns:
        The watch: ``epoch``, ``step``, ``diagnosis``, ``record``, ``remove``; in a ``with`` statement its hooks are
        taken away at the end. It keeps one copy of the weights, and another while a step is measured.

    Raises:
        ArgumentError: The model has no hooks, the optimizer no groups of weights, or ``every`` is below 1.
    """
    if not hasattr(model, "register_forward_hook") or not hasattr(model, "named_parameters"):
        raise ArgumentError(
            "watch_torch",
            f"`model` must be a module of PyTorch, but it is {model!r}.",
            "watch_torch(model, optimizer)",
        )
    if not hasattr(optimizer, "param_groups") or not hasattr(optimizer, "register_step_pre_hook"):
        raise ArgumentError(
            "watch_torch",
            f"`optimizer` must be an optimizer of PyTorch 2.0 or later, but it is {optimizer!r}.",
            "watch_torch(model, torch.optim.Adam(model.parameters()))",
        )
    if every is not None and every < 1:
        raise ArgumentError("watch_torch", f"`every` must be at least 1; it is {every}.", "every=1")
    return Watch(model, optimizer, loss, Schedule(every or EVERY))
