"""The side of a model that is trained: each method hands over to :mod:`pellucid.training`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from pellucid import training
from pellucid.core.errors import UsageError
from pellucid.models.attending import (
    OnRequest,
    attendant_of,
    last_epoch,
    not_seen,
    was_compiled,
)
from pellucid.modules import Layer
from pellucid.training.compiled import compile_choices
from pellucid.training.own_step import training_loss


class TrainingSide(Layer):
    """What a model is compiled, fitted, measured and asked with; :class:`~pellucid.Model` says how to make one.

    Attributes:
        classes: The labels in the order of the output units, by name for several outputs; None where there are none.
        stop_training: A callback sets it to end the training.
        strict: Whether a last layer, a loss and targets that do not go together are refused (True, the default). False,
            set on a class or a model, trains on as other frameworks do, and says what is wrong.
    """

    _session: training.Session | None = None
    classes: Any = None
    stop_training: bool = False
    strict: bool = True

    # Training.

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        *,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int | str = 1,
        jit_compile: bool | str = "auto",
    ) -> None:
        """Choose how to train.

        Args:
            optimizer: Name, object, or any Optax transformation. Default ``"rmsprop"``, as in Keras.
            loss: Name, object or function ``f(y_true, y_pred)``; when omitted it follows from last layer and
                targets, and is said. For several outputs: one for all, a list, or a dict by output; outputs that a dict
                leaves out are not trained on.
            metrics: A list of names, objects or functions; for several outputs a list of lists, or a dict by output.
            loss_weights: A list, or a dict by output, of what each loss counts in the total; default 1. They enter the
                program as arrays: changing them compiles nothing.
            weighted_metrics: As ``metrics``; all metrics heed sample weights.
            run_eagerly: Accepted for Keras's sake; there is one way to run.
            steps_per_execution: Accepted for Keras's sake; the program runs as many steps as fit into a
                quarter of a second.
            jit_compile: Accepted for Keras's sake; training is always compiled.

        Raises:
            UnknownNameError: A misspelt name, with the nearest right one.
        """
        compiled = compile_choices(
            optimizer, loss, metrics, weighted_metrics, loss_weights, self._several_names()
        )
        self._session = training.Session(compiled)
        was_compiled(self)

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        *,
        seed: int | None = None,
        probes: Any = None,
        doctor: Any = None,
    ) -> training.History:
        """Train for ``epochs`` passes over the data, as one compiled program.

        Args:
            x: Inputs, ``(rows, ...)``: NumPy, lists, data frames, arrays of other libraries; several inputs in a list,
                or in a dict by name. Or a stream of batches ``(x, y)`` or ``(x, y, sample_weight)``: a generator, a
                ``DataLoader``, a ``Sequence``, any iterable; it decides order and sizes of the batches.
            y: Targets, ``(rows,)`` or ``(rows, ...)``; class labels may be strings or any integers. For several outputs
                a list, or a dict by output; None for an output without a loss. May be left out where layers add the
                loss, or ``compute_loss`` or ``train_step`` is your own.
            batch_size: Rows per update. Default 32. The last, smaller batch counts with its exact weight. A
                stream has its own.
            epochs: The number at which to end, counted from ``initial_epoch``.
            verbose: 0 silent; 1 or "auto" what suits the place; 2 one line per epoch.
            callbacks: A list; :mod:`pellucid.callbacks` says what each costs.
            validation_split: Fraction held out, in (0, 1): seeded and stratified; with ``shuffle=False`` the last rows.
            validation_data: ``(x, y)``, ``(x, y, sample_weight)``, or a stream, read once; measured inside the program
                after each epoch.
            shuffle: Whether each epoch takes the rows in a new order.
            class_weight: Label to weight, or ``"balanced"``; for one output.
            sample_weight: One weight per row, or in a series one per step, shape (rows, steps); for several outputs
                also a list or dict of them.
            initial_epoch: Where counting starts. Default 0.
            steps_per_epoch: Steps of one epoch; the next one goes on where it ended, and all rows are seen before any
                is seen again. Default None: one pass over the rows. A generator that does not end needs it.
            validation_steps: Only so many batches of the validation data are measured. Default None, all.
            validation_batch_size: Rows per validation step; without ``validation_steps`` it changes speed only.
            validation_freq: Validate after every so many epochs, or after those of a list, counted from 1. Default 1.
                The history has NaN for the others.
            seed: Overrides the model's seed for order and dropout.
            probes: What to measure inside the program, for ``history.record``: True for the usual quantities, a list
                of probes or of their names, or ``Probes([...], schedule=...)`` (:mod:`pellucid.training.probes`). The
                training is the same to the bit. Default None, nothing.
            doctor: Who looks on: True looks at model and data before the first step, rehearses about a second on a
                copy, probes, and says what is wrong and how to mend it; ``"verify"`` also tries the repairs on copies;
                a :class:`pellucid.doctor.Doctor` chooses. The training is the same to the bit. Default None: nobody,
                and ``history.diagnosis`` looks when it is asked for.

        Returns:
            The :class:`~pellucid.callbacks.History`: one row per epoch, why it ended, the best epoch.

        Raises:
            TargetError: Last layer, loss and targets do not fit together; with the repair.
            DataError: NaN, infinity, empty data, lengths that differ.
            ShapeError: Rows of another shape than the model was built for.
        """
        seen = {
            "batch_size": batch_size,
            "epochs": epochs,
            "validation_split": validation_split,
            "validation_data": validation_data,
            "shuffle": shuffle,
            "class_weight": class_weight,
            "sample_weight": sample_weight,
            "callbacks": callbacks,
            "steps_per_epoch": steps_per_epoch,
        }
        attendant = attendant_of(doctor, self, x, y, seen)
        if attendant is not None and probes is None:
            probes = attendant.doctor.probes
        history = training.fit(
            self,
            x,
            y,
            batch_size=batch_size,
            epochs=last_epoch(epochs, initial_epoch),
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
            seed=seed,
            probes=probes,
            attendant=attendant,
        )
        if attendant is None:
            history.diagnose_with(OnRequest(self, x, y, seen))
        return history

    def evaluate(
        self,
        x: Any,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Measure loss and metrics on ``(x, y)``: exact over the whole set for any batch size.

        Args:
            x: Inputs, or a stream of batches, as for :meth:`fit`.
            y: Targets.
            batch_size: Rows per step; without ``steps`` it changes speed only. Default 256, or 32 with ``steps``.
            verbose: 0 silent, else one line.
            sample_weight: One weight per row, or in a series one per step.
            steps: Only so many batches are measured. Default None, all rows.
            return_dict: Whether to answer with a dict.

        Returns:
            The loss, or ``[loss, metric, ...]``, or a dict with ``return_dict=True``.
        """
        return training.evaluate(
            self,
            x,
            y,
            batch_size=batch_size,
            verbose=verbose,
            sample_weight=sample_weight,
            steps=steps,
            return_dict=return_dict,
        )

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = 0,
        steps: int | None = None,
    ) -> Any:
        """Return the outputs for ``x`` as NumPy, ``(rows, ...)``; with ``steps`` of so many batches only.

        Of a stream of batches the inputs are taken.
        Several outputs come in the structure that ``call`` gives: a list, tuple or dict of arrays.
        """
        return training.predict(self, x, batch_size=batch_size, verbose=verbose, steps=steps)

    def predict_classes(self, x: Any) -> Any:
        """Return the most likely label of each row, in the labels that the model was trained with.

        Of several outputs a dict by output, of those that were trained on classes.
        """
        return training.predicted_classes(self, self.predict(x))

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Do one update on all rows of ``(x, y)``; return loss and metrics before it."""
        not_seen("train_on_batch")
        return training.train_on_batch(self, x, y, sample_weight, class_weight, return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Measure loss and metrics on one batch."""
        return training.test_on_batch(self, x, y, sample_weight, return_dict)

    # A loss or a training step of one's own; docs/own-training-step.md tells how.

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss of a batch, one number; override it for a loss that needs more than targets and predictions.

        Regularizers and losses added by layers come on top; ``super().compute_loss(...)`` is what ``compile`` was
        given.

        Args:
            x: The batch of inputs.
            y: The batch of targets, of several outputs by name; or None.
            y_pred: What ``call`` gave.
            sample_weight: Weights of the rows, or None.
            training: Whether it is a step of training; False while validating.
        """
        return training_loss(self, y, y_pred, sample_weight)

    def train_step(
        self, params: dict[str, Any], state: dict[str, Any], batch: tuple[Any, Any, Any], key: Any
    ) -> tuple[Any, ...]:
        """Return ``(loss, gradients, new_state, outputs)`` of a batch; override it for gradients of your own.

        It is a pure function of its arguments, and part of the compiled program; ``self`` has no arrays in it. What
        layers watch (``add_metric``) is collected in validation only; in training the step says what is watched.

        Args:
            params: The weights that training changes, by path.
            state: All that gradients leave alone, by path: moving means and frozen weights.
            batch: Inputs, targets (or None) and sample weights (or None).
            key: The step's JAX key.

        Returns:
            The loss; a gradient for each path of ``params``; the new state; what ``call`` gave; and, if you like, a
            dict of numbers to watch, which become columns of the history.
        """
        compute = jax.value_and_grad(self.batch_loss, has_aux=True)
        (loss, (new_state, outputs)), gradients = compute(params, state, batch, key)
        return loss, gradients, new_state, outputs

    def batch_loss(
        self,
        params: dict[str, Any],
        state: dict[str, Any],
        batch: tuple[Any, Any, Any],
        key: Any = None,
        training: bool = True,
    ) -> tuple[Any, tuple[dict[str, Any], Any]]:
        """Return ``(loss, (new_state, outputs))``: what ``fit`` minimises, as a pure function for ``train_step``.

        Args:
            params: As for :meth:`train_step`.
            state: As for :meth:`train_step`.
            batch: As for :meth:`train_step`.
            key: A JAX key; needed where a layer draws random numbers.
            training: Whether layers behave as in training.
        """
        compute = vars(self).get("_batch_loss")
        if compute is None:
            raise UsageError(
                f"{type(self).__name__} '{self.name}'",
                "`batch_loss` exists inside `train_step` only, where loss and weights are known.",
                "a loop of your own: docs/own-training-loop.md",
            )
        return compute(params, state, batch, key, training)

    def _several_names(self) -> tuple[str, ...] | None:
        """The names of several outputs, where the model knows them before it sees data."""
        names = self.output_names
        return tuple(names) if names is not None and len(set(names)) == len(names) > 1 else None

    # What was chosen, and what came of it.

    @property
    def compiled(self) -> Any:
        """What ``compile`` noted, or None."""
        return None if self._session is None else self._session.compiled

    @property
    def optimizer(self) -> Any:
        """The optimizer object."""
        return None if self._session is None else self._session.compiled.optimizer

    @property
    def history(self) -> Any:
        """The last training's history."""
        return None if self._session is None else self._session.history

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step; setting it compiles nothing."""
        session = self._need_session()
        session.read_optimizer()
        hyper = {name: np.float32(value) for name, value in session.hyper.items()}
        return float(session.compiled.optimizer.learning_rate_at(hyper, np.int32(session.steps)))

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        session = self._need_session()
        session.read_optimizer()
        if "learning_rate" not in session.hyper:
            raise UsageError(
                "learning_rate",
                "the optimizer follows a schedule, which decides the rate.",
                "model.compile(optimizer=Adam(learning_rate=1e-3))",
            )
        session.hyper["learning_rate"] = float(value)

    def _need_session(self) -> training.Session:
        if self._session is None:
            raise UsageError(
                f"{type(self).__name__} '{self.name}'",
                "it is not compiled.",
                "model.compile(optimizer='adam', loss='mse')",
            )
        return self._session

    @property
    def output_names(self) -> list[str] | None:
        """The names of the outputs, or None where only ``call`` knows."""
        return None
