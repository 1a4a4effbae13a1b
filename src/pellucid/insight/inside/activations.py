"""Activations: what came out of the layers of a model, by path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import ArgumentTypeError
from pellucid.insight.inside.subject import Subject, subject_of
from pellucid.modules.pure import run

Arrays = dict[str, Any]


def activations(
    model: Any, x: Any, path: str | Sequence[str] | None = None, *, training: bool = False
) -> Any:
    """Return what the layer at a path gave, for every row of ``x``.

    Equation: ``a_l = f_l(a_(l-1))`` with ``a_0 = x``, ``f_l`` the layer at the path and ``a_l`` what is returned.

    Args:
        model: Any model, compiled or not, trained, loaded or frozen; it is built if it was not.
        x: Inputs, ``(rows, ...)``, as for ``predict``.
        path: The layer's path, ``"dense_1"``, or ``"encoder/dense_1"`` inside a nested model; several in a list.
            Default None: all of them.
        training: Whether layers behave as in training: dropout drops (under the model's seed), batch normalisation
            takes the statistics of these rows, which then form one batch. Nothing is kept of it. Default False.

    Returns:
        A NumPy array ``(rows, ...)``, or what else the layer gives (a tuple of arrays); for several paths, or all, a
        dict by path in the order of the calls. Of a layer that is called several times the last call counts.

    Raises:
        UnknownNameError: No layer has the path; with the nearest one and the list.
        UsageError: The layer works on the host, or inside a scan, where single outputs are not kept.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import layers
        >>> model = pellucid.Sequential(
        ...     [layers.Dense(2, "relu", kernel_initializer="ones"), layers.Dense(1)]
        ... )
        >>> model.activations(np.array([[1.0, 2.0], [-3.0, 1.0]]), "dense")
        array([[3., 3.],
               [0., 0.]], dtype=float32)
        >>> {path: a.shape for path, a in model.activations(np.ones((4, 2))).items()}
        {'dense': (4, 2), 'dense_1': (4, 1)}

    Keras needs a second model that ends at the layer, ``Model(model.inputs, layer.output)``, which a subclassed model
    has not; PyTorch needs a forward hook.
    """
    subject = subject_of(model, x)
    wanted = _paths(subject, path)
    found = compute(subject, wanted, training)
    return found[wanted[0]] if isinstance(path, str) else {each: found[each] for each in wanted}


def _paths(subject: Subject, path: Any) -> list[str]:
    """Return the paths that were asked for, checked."""
    if path is None:
        return [each for each in subject.shapes if each]
    wanted = [path] if isinstance(path, str) else list(path)
    for each in wanted:
        if not isinstance(each, str):
            raise ArgumentTypeError(
                "activations",
                f"`path` is a string, or a list of strings, but {each!r} came.",
                f"model.activations(x, '{next(iter(subject.shapes))}')",
            )
        subject.layer_at(each)
    return wanted


def compute(subject: Subject, wanted: list[str], training: bool = False) -> Arrays:
    """Return what the layers at checked paths gave, by path, as NumPy."""
    paths = tuple(dict.fromkeys(wanted))

    def make(part: Any) -> Any:
        def pellucid_activations(params: Arrays, state: Arrays, inputs: Any, seed: Any) -> Arrays:
            key = jax.random.key(seed)
            captured = run(
                part, params, state, inputs, training=training, key=key, capture=True
            ).captured
            return {path: captured[path] for path in paths}

        return pellucid_activations

    program = subject.program(("activations", paths, training), make)
    seed, parts = np.uint32(subject.model.seed & 0xFFFFFFFF), []
    # In training a row's output may depend on the other rows: then all of them are one batch.
    batches = [(subject.rows, subject.inputs)] if training else subject.batches()
    for count, batch in batches:
        outputs = program(subject.params, subject.state, batch, seed)
        parts.append(jax.tree.map(lambda a, count=count: np.atleast_1d(a)[:count], outputs))
    return jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)
