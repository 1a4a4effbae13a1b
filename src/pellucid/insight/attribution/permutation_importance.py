"""Permutation importance: how much worse a model does on rows whose values of one feature are shuffled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pellucid.core.errors import ArgumentError, UsageError, unknown_name
from pellucid.core.keys import generator
from pellucid.insight.attribution.attribution import SHOWN, names_of_columns
from pellucid.insight.attribution.importance import Importance
from pellucid.insight.inside.subject import subject_of
from pellucid.training.callbacks.monitor import maximises

Measure = Callable[[Any], float]


def permutation_importance(
    model: Any,
    x: Any,
    y: Any,
    *,
    metric: str | Callable[[Any, Any], Any] = "loss",
    greater_is_better: bool | None = None,
    repeats: int = SHOWN,
    seed: int = 0,
) -> Importance:
    """Return how much worse the model does when the values of one feature are shuffled among the rows.

    Equation: ``I_j = mean over repeats of (m(x) - m(x with feature j shuffled))`` for a metric ``m`` of which more is
    better, with the other sign for a loss. It says what the model uses, not what the world is like: of two features
    that say the same, each alone may be dispensable.

    Args:
        model: A compiled model, trained.
        x: Rows, best ones it was not trained on: ``(rows, features)``; of pictures and series, ``(rows, ...,
            channels)``, the channels are the features.
        y: Targets.
        metric: ``"loss"``, or another number that ``evaluate`` gives, or a function ``f(y_true, y_pred)``. Default
            ``"loss"``.
        greater_is_better: Whether more of the metric is better. Default None: by the metric; of a function, True,
            unless its name says loss or error.
        repeats: How often each feature is shuffled, at least 1. Default 5.
        seed: Decides the shuffling. Default 0.

    Returns:
        An :class:`~pellucid.insight.Importance`: mean and spread of every feature, the metric as it is.

    Raises:
        UnknownNameError: ``evaluate`` gives no number of this name.
        ArgumentError: No repeats.
        UsageError: The model is not compiled.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential([layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> model.build((None, 2))
        >>> model.set_weights([[[3.0], [0.0]], [0.0]])
        >>> x = np.random.default_rng(0).normal(size=(50, 2))
        >>> found = insight.permutation_importance(model, x, 3 * x[:, 0])
        >>> found.ranking()[0], float(found.mean[1])
        (0, 0.0)

    Source: Breiman, Random Forests, 2001, https://doi.org/10.1023/A:1010933404324; Fisher, Rudin, Dominici, 2019.
    Keras has none. scikit-learn's function of this name wants an estimator with ``score``; Captum's
    ``FeaturePermutation`` shuffles within a batch and tells the change of each row's output.
    """
    if not isinstance(repeats, int) or repeats < 1:
        raise ArgumentError(
            "permutation_importance",
            f"`repeats` must be an integer of at least 1, but it is {repeats!r}.",
        )
    inputs = _inputs(model, x)
    measure, name, rises = _measure(model, y, metric, greater_is_better)
    base = measure(inputs)
    features = inputs.shape[-1]
    drops = np.zeros((features, repeats))
    for feature in range(features):
        for repeat in range(repeats):
            order = generator(seed, "shuffled", f"{feature}/{repeat}").permutation(len(inputs))
            shuffled = inputs.copy()
            shuffled[..., feature] = inputs[order][..., feature]
            drops[feature, repeat] = (base - measure(shuffled)) * (1 if rises else -1)
    names = names_of_columns(x) or range(features)
    return Importance(drops, name, base, rises, tuple(map(str, names)))


def _inputs(model: Any, x: Any) -> np.ndarray:
    """Return the rows as one array with features.

    Raises:
        UsageError: The model takes several arrays, rows of single numbers, or texts.
    """
    inputs = subject_of(model, x).inputs
    if not model._works_on_host() and hasattr(inputs, "shape") and inputs.ndim > 1:
        return inputs
    raise UsageError(
        "permutation_importance",
        "it shuffles the features of one array of numbers (rows, ..., features); this model takes something else.",
        "the part of the model behind its preprocessing, or one array of all features",
    )


def _measure(
    model: Any, y: Any, metric: Any, greater_is_better: bool | None
) -> tuple[Measure, str, bool]:
    """Return the function of the rows that is measured, its name, and whether more of it is better."""
    if callable(metric):
        measured: Any = metric
        name = str(getattr(metric, "__name__", type(metric).__name__))
        rises = not any(word in name for word in ("loss", "error"))
        answer = rises if greater_is_better is None else greater_is_better
        return lambda inputs: float(measured(y, model.predict(inputs))), name, answer

    def evaluated(inputs: Any) -> float:
        logs = model.evaluate(inputs, y, verbose=0, return_dict=True)
        if metric not in logs:
            raise unknown_name("number of `evaluate`", metric, list(logs))
        return float(logs[metric])

    known = getattr(model._session, "metrics", None) or ()
    answer = maximises(metric, "auto", known) if greater_is_better is None else greater_is_better
    return evaluated, metric, answer
