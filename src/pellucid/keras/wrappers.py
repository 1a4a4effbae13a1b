"""Keras models as scikit-learn estimators, as ``keras.wrappers.scikit_learn`` had them.

They take part in ``cross_val_score``, ``GridSearchCV`` and ``Pipeline``. Every search builds a fresh model by the
function that is given.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from pellucid.core.errors import ArgumentError, UsageError
from pellucid.keras.notices import say

FIT = (
    "batch_size", "callbacks", "class_weight", "epochs", "initial_epoch", "sample_weight", "shuffle",
    "steps_per_epoch", "validation_data", "validation_freq", "validation_split", "validation_steps", "verbose",
)  # fmt: skip
PREDICT = ("batch_size", "verbose", "steps")
COMPILE = ("optimizer", "loss", "metrics")


class KerasEstimator(BaseEstimator):
    """What classifier and regressor share: a function that builds a compiled model, and all arguments by name.

    Args:
        build_fn: A function that returns a compiled model, or a compiled model; ``model=`` is the same.
        model: The same as ``build_fn``.
        **sk_params: Arguments of the function and of ``fit`` and ``predict`` (``epochs``, ``batch_size``, ``verbose``),
            told apart by their names; ``model__units=8`` is an argument of the function whatever its name.
    """

    def __init__(self, build_fn: Any = None, model: Any = None, **sk_params: Any):
        self.build_fn = build_fn
        self.model_builder = model
        self.sk_params = sk_params

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return all arguments by name; copies are made of them."""
        source = "build_fn" if self.build_fn is not None else "model"
        return {source: self.build_fn or self.model_builder, **self.sk_params}

    def set_params(self, **params: Any) -> Self:
        """Set arguments by name.

        Raises:
            ArgumentError: A name that neither the function nor ``fit`` nor ``predict`` takes.
        """
        for name, value in params.items():
            if name == "build_fn":
                self.build_fn = value
            elif name == "model":
                self.model_builder = value
            else:
                self._check_name(name)
                self.sk_params[name] = value
        return self

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Self:
        """Build a model and train it.

        Args:
            x: Rows of shape (rows, ...).
            y: One target per row.
            **kwargs: Arguments of the model's ``fit``, before those of the constructor.
        """
        self.model = self._built()
        given = {**self._chosen(FIT), **kwargs}
        self.history_ = self.model.fit(x, self._targets(np.asarray(y)), **given)
        return self

    def _outputs(self, x: Any, **kwargs: Any) -> np.ndarray:
        if not hasattr(self, "model"):
            raise UsageError(type(self).__name__, "it is not trained yet.", "call fit(x, y) before")
        return np.asarray(
            self.model.predict(x, **{"verbose": 0, **self._chosen(PREDICT), **kwargs})
        )

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return y

    @property
    def _source(self) -> Any:
        source = self.build_fn if self.build_fn is not None else self.model_builder
        if source is None:
            raise ArgumentError(
                type(self).__name__,
                "it needs a function that builds a compiled model.",
                f"{type(self).__name__}(build_fn=create_model, epochs=10)",
            )
        return source

    def _built(self) -> Any:
        source = self._source
        if hasattr(source, "compile") and hasattr(source, "fit") and not isinstance(source, type):
            return source
        takes = _arguments_of(source)
        named = {
            name.removeprefix("model__"): value
            for name, value in self.sk_params.items()
            if name.startswith("model__") or takes(name)
        }
        return source(**named)

    def _chosen(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return those of the arguments that a method takes; ``nb_epoch`` is ``epochs``."""
        params = dict(self.sk_params)
        if "nb_epoch" in params:
            say("argument nb_epoch epochs", "`nb_epoch=` is now `epochs=`.")
            params["epochs"] = params.pop("nb_epoch")
        return {name: value for name, value in params.items() if name in names}

    def _check_name(self, name: str) -> None:
        known = name.startswith("model__") or name in (*FIT, *PREDICT, *COMPILE, "nb_epoch")
        if not known and not _arguments_of(self._source)(name):
            raise ArgumentError(
                type(self).__name__,
                f"`{name}` is an argument neither of the function that builds the model nor of `fit`.",
                f"def create_model({name}=...):",
            )

    def __repr__(self, *options: Any, **more: Any) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({shown})"


def _arguments_of(function: Callable[..., Any]) -> Callable[[str], bool]:
    """Return the test whether a function takes an argument of a name."""
    parameters = signature(function).parameters.values()
    names = {parameter.name for parameter in parameters if parameter.kind != parameter.VAR_KEYWORD}
    return lambda name: name in names


class KerasClassifier(ClassifierMixin, KerasEstimator):
    """A classifier: labels of any kind, one output with a sigmoid or one per class with a softmax.

    Example:
        >>> def create_model(units=8):
        ...     model = keras.Sequential([keras.layers.Dense(units), keras.layers.Dense(3)])
        ...     model.compile("adam", "sparse_categorical_crossentropy")
        ...     return model
        >>> KerasClassifier(build_fn=create_model, epochs=5, units=4).get_params()["units"]
        4
    """

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Return the most likely label of each row."""
        return self.classes_[self.predict_proba(x, **kwargs).argmax(axis=-1)]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Return the probabilities of all classes, (rows, classes)."""
        outputs = self._outputs(x, **kwargs)
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the fraction of rows that are right."""
        y = np.asarray(y)
        right = self.classes_[y.argmax(axis=-1)] if y.ndim == 2 and y.shape[1] > 1 else y.ravel()
        return float(np.average(self.predict(X) == right, weights=sample_weight))

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """Return numbers from 0 for labels, one-hot rows where the model's loss asks for them."""
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
            return y
        self.classes_, numbers = np.unique(y.ravel(), return_inverse=True)
        if _wants_one_hot(getattr(self.model, "loss", None)):
            return np.eye(len(self.classes_), dtype="float32")[numbers]
        return numbers


def _wants_one_hot(loss: Any) -> bool:
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return name.replace("_", "").lower() == "categoricalcrossentropy"


class KerasRegressor(RegressorMixin, KerasEstimator):
    """A regressor. Its score is minus the model's loss, as Keras had it: the mean squared error of ``"mse"``.

    Example:
        >>> KerasRegressor(build_fn=lambda: None, epochs=5).get_params()["epochs"]
        5
    """

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Return one number per row, (rows,), or (rows, outputs) for several."""
        outputs = self._outputs(x, **kwargs)
        return outputs[:, 0] if outputs.shape[-1] == 1 else outputs

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return minus the model's loss on these rows."""
        found = self.model.evaluate(X, np.asarray(y), sample_weight=sample_weight, verbose=0)
        return -float(found[0] if isinstance(found, (list, tuple)) else found)
