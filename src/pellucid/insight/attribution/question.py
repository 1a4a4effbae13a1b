"""The question that an attribution answers: which number of the model's answer, and by what it is differentiated.

Terms: the *score* ``S`` is one number for each row: the logit (or the output) of the target. The *place* is where the
attribution is made: the model's inputs, or, where these are whole numbers for an embedding, that layer's output.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError, ShapeError, UsageError
from pellucid.insight.attribution.targets import chosen_targets
from pellucid.insight.inside.activations import compute
from pellucid.insight.inside.hooks import put, run_hooked
from pellucid.insight.inside.subject import Subject, rows_of_batch, subject_of
from pellucid.layers import Embedding
from pellucid.modules import Layer
from pellucid.modules.pure import Applied, run

Arrays = dict[str, Any]

SQUASHED = ("softmax", "sigmoid", "log_softmax")
"""Activations behind which a score saturates: the logit before them is asked for by default."""
OF = ("logits", "outputs")


@dataclass(frozen=True)
class Question:
    """What is asked of a model.

    Attributes:
        subject: The model and its rows.
        of: ``"logits"`` or ``"outputs"``, as it is computed: a model without logits has outputs alone.
        path: The path of the layer at whose output is asked; None for the inputs.
        start: The rows at that place, ``(rows, ...)``.
        targets: The flat index of the target among a row's outputs, (rows,).
        signs: 1, or -1 where the target is the class 0 of a single sigmoid unit, (rows,).
        labels: The targets as the user knows them, one a row; empty where there is one output.
        scores: ``S`` of every row, (rows,).
    """

    subject: Subject
    of: str
    path: str | None
    start: Any
    targets: np.ndarray
    signs: np.ndarray
    labels: tuple[Any, ...] = ()
    scores: Any = None

    @property
    def batch_size(self) -> int:
        """Rows of one batch: backward passes keep what forward passes throw away."""
        named = rows_of_batch(self.subject.model)
        return max(self.subject.batch_size() // 4, 1) if named is None else named

    def taken(self, rows: np.ndarray) -> Question:
        """Return the same question of some rows, by their numbers; one may come several times."""
        inputs = jax.tree.map(lambda array: array[rows], self.subject.inputs)
        return replace(
            self,
            subject=replace(self.subject, inputs=inputs),
            start=self.start[rows],
            targets=self.targets[rows],
            signs=self.signs[rows],
            labels=(),
            scores=None,
        )

    def scores_at(self, at: Any) -> np.ndarray:
        """Return the scores for other rows, ``(rows, ...)``, at the question's place."""
        path, of = self.path, self.of

        def make(part: Layer) -> Callable[..., Any]:
            def pellucid_scores(
                params: Arrays, state: Arrays, inputs: Any, at: Any, targets: Any, signs: Any
            ) -> Any:
                applied = run_at(part, params, state, inputs, path, at)
                return scores_of(applied, of, targets, signs)

            return pellucid_scores

        program = self.subject.program(("scores", path, of), make)
        return self.run(program, at)

    def run(self, program: Any, at: Any, *constants: Any) -> Any:
        """Return what a program gives for rows at the question's place, in batches, as NumPy.

        Args:
            program: Called with ``(params, state, inputs, at, targets, signs, *constants)``; of what it gives the first
                axis is the batch.
            at: The rows at the place.
            *constants: Further arguments, the same for all batches.
        """
        subject, parts = self.subject, []
        rows = (at, self.targets, self.signs)
        for count, batch in subject.batches(*rows, size=self.batch_size):
            outputs = program(subject.params, subject.state, *batch, *constants)
            parts.append(jax.tree.map(lambda a, count=count: np.asarray(a)[:count], outputs))
        return jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)

    def gradients(self) -> np.ndarray:
        """Return ``dS/dz`` at the start ``z`` of every row, (rows, ...)."""
        path, of = self.path, self.of

        def make(part: Layer) -> Callable[..., Any]:
            def pellucid_gradients(
                params: Arrays, state: Arrays, inputs: Any, at: Any, targets: Any, signs: Any
            ) -> Any:
                def total(at: Any) -> Any:
                    applied = run_at(part, params, state, inputs, path, at)
                    # Rows do not depend on each other at inference, so the sum's gradient is each row's own.
                    return scores_of(applied, of, targets, signs).sum()

                return jax.grad(total)(at)

            return pellucid_gradients

        return self.run(self.subject.program(("gradients", path, of), make), self.start)


def run_at(
    part: Layer, params: Arrays, state: Arrays, inputs: Any, path: str | None, at: Any
) -> Applied:
    """Apply the model to rows given at a place: as its inputs, or in the place of what a layer gives."""
    if path is None:
        # One array, which a model may take in a list or dict of one.
        return run(part, params, state, jax.tree.map(lambda _: at, inputs))
    return run_hooked(part, params, state, inputs, put(path, at))


def scores_of(applied: Applied, of: str, targets: Any, signs: Any) -> Any:
    """Return each row's score, (rows,)."""
    answer = applied.logits if of == "logits" else applied.outputs
    flat = answer.reshape(answer.shape[0], -1)
    chosen = flat[jnp.arange(flat.shape[0]), targets]
    # The class 0 of one sigmoid unit: the negative logit, or one minus the output.
    return chosen * signs if of == "logits" else jnp.where(signs < 0, 1 - chosen, chosen)


def question_of(
    who: str,
    model: Any,
    x: Any,
    target: Any,
    of: str,
    *,
    path: str | None = None,
    differentiates: bool = True,
) -> Question:
    """Check what was asked, and find targets, place and scores.

    Args:
        who: The method, for messages.
        model: The model.
        x: The rows.
        target: As the user gave it.
        of: As the user gave it.
        path: The layer at whose output is asked. Default None: the inputs, or an embedding of them.
        differentiates: Whether the method differentiates, so that whole numbers will not do.
    """
    if of not in OF:
        raise ArgumentError(who, f"`of` must be 'logits' or 'outputs', but it is {of!r}.")
    subject = subject_of(model, x)
    leaves = jax.tree.leaves(subject.inputs)
    if len(leaves) != 1:
        raise UsageError(
            who,
            f"the model has {len(leaves)} inputs; attributions are made for one array.",
            "Model(one_input, outputs) of the same layers, the other inputs fixed inside",
        )
    applied = answer_spec(subject)
    if not hasattr(applied.outputs, "shape"):
        raise UsageError(
            who,
            "the model has several outputs; an attribution asks about one.",
            "pellucid.Model(model.inputs, model.outputs[0])",
        )
    squashed = applied.activation in SQUASHED
    of = "logits" if of == "logits" and squashed else "outputs"
    if path is None and differentiates:
        path, subject = differentiable_place(who, subject)
    start = jax.tree.leaves(subject.inputs)[0] if path is None else compute(subject, [path])[path]
    if not hasattr(start, "shape"):
        raise ShapeError(
            who, f"layer '{path}' gives several arrays.", "name a layer that gives one"
        )
    empty = np.zeros(subject.rows, np.int32), np.ones(subject.rows, np.float32)
    question = Question(subject, of, path, start, *empty)
    targets, signs, labels = chosen_targets(who, subject, target, applied)
    question = replace(question, targets=targets, signs=signs, labels=labels)
    return replace(question, scores=question.scores_at(start))


def answer_spec(subject: Subject) -> Applied:
    """Return what the model answers for a row or a few, as specs."""
    rows = rows_of_batch(subject.model) or 1
    spec = jax.tree.map(
        lambda a: jax.ShapeDtypeStruct((rows, *a.shape[1:]), a.dtype), subject.inputs
    )
    return jax.eval_shape(
        lambda *arrays: run(subject.part, *arrays), subject.params, subject.state, spec
    )


def differentiable_place(who: str, subject: Subject) -> tuple[str | None, Subject]:
    """Return where numbers can be differentiated: the inputs, or the first embedding that takes whole numbers.

    Whole numbers that no embedding takes (images of uint8) are numbers like others.
    """
    inputs = jax.tree.leaves(subject.inputs)[0]
    if inputs.dtype.kind not in "biu":
        return None, subject
    # A row of numbers (rows, steps) becomes (rows, steps, width).
    for path, spec in subject.shapes.items():
        layer: Any = subject.layer_at(path) if path else None
        if isinstance(layer, Embedding):
            if math.prod(spec.shape[1:-1]) != math.prod(inputs.shape[1:]):
                continue
            return path, subject
    floats = jax.tree.map(lambda array: array.astype(np.float32), subject.inputs)
    return None, replace(subject, inputs=floats)
