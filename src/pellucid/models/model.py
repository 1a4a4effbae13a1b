"""The model: a layer that can be compiled, trained, measured and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import jax
import numpy as np

from pellucid import saving, training
from pellucid.core.errors import ArgumentError, UsageError
from pellucid.core.limits import Instance, Integer, Limit
from pellucid.core.specs import as_shape
from pellucid.models import drawing
from pellucid.models.summary import html, summary
from pellucid.modules import Layer, infer
from pellucid.modules.tree import places, weights_of
from pellucid.training.compiled import compile_choices
from pellucid.training.own_step import training_loss

DEFAULT_SEED = 0


class Model(Layer):
    """A layer with ``compile``, ``fit``, ``evaluate`` and ``predict``: a graph of layers, or a class of one's own.

    ``Model(inputs, outputs)`` makes a :class:`~pellucid.models.Functional` of what lies between symbolic tensors; a
    subclass writes ``call`` in its place, or hands inputs and outputs to ``super().__init__``.

    Args:
        inputs: The symbolic tensors that data are given for, in a list, tuple or dict if there are several.
        outputs: The symbolic tensors to compute, likewise.
        name: The model's name.
        seed: Decides starting weights, the order of rows, dropout masks and splits. Default 0: the same script
            gives the same numbers every time; other seeds give other runs.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import layers
        >>> class SimpleMLP(pellucid.Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.fc1 = layers.Dense(20, activation="relu")
        ...         self.fc2 = layers.Dense(1)
        ...
        ...     def call(self, inputs):
        ...         return self.fc2(self.fc1(inputs))
        >>> x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
        >>> model = SimpleMLP()
        >>> model.compile(optimizer="adam", loss="mse")
        >>> history = model.fit(x, x**2, epochs=50, verbose=0)
        >>> history.history["loss"][-1] < history.history["loss"][0]
        True

    Differs from Keras: the whole training is one compiled program; the same seed is used unless you give another.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "seed": Integer(optional=True),
        "name": Instance((str,), "a string", optional=True),
    }
    _functional: ClassVar[type[Model]]
    _symbolic: Any = ()
    _session: training.Session | None = None
    _inputs: Any = None
    classes: np.ndarray | None = None
    preprocessing: Any = None
    stop_training: bool = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make a model; ``Model(inputs, outputs)`` itself becomes a functional one."""
        of_graph = cls is Model and (args or {"inputs", "outputs"} & kwargs.keys())
        chosen: Any = cls._functional if of_graph else cls
        made = super().__new__(chosen, *args, **kwargs)
        for end in {"inputs", "outputs"} & made._arguments.keys():
            if (
                made._arguments[end] is None
            ):  # only inherited: a subclass's constructor gives its base the ends itself
                del made._arguments[end]
        return made

    def __init__(
        self, inputs: Any = None, outputs: Any = None, *, seed: int | None = None, **kwargs: Any
    ):
        if (
            inputs is not None or outputs is not None
        ):  # from a subclass: it becomes a functional one
            object.__setattr__(self, "__class__", with_graph(type(self)))
            self._functional.__init__(self, inputs, outputs, seed=seed, **kwargs)
            return
        super().__init__(**kwargs)
        self._seed = seed

    @property
    def seed(self) -> int:
        """The seed of everything random in this model."""
        own = vars(self).get("_seed")
        return DEFAULT_SEED if own is None else own

    def _own_seed(self) -> int:
        return self.seed

    @property
    def layers(self) -> list[Layer]:
        """The layers directly inside."""
        return [layer for path, layer in places(self) if path and "/" not in path]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return a layer by name or index."""
        if index is not None:
            return self.layers[index]
        by_path = {path: layer for path, layer in places(self) if path and "/" not in path}
        for path, layer in by_path.items():
            if name in (path, layer.name):
                return layer
        raise ArgumentError(
            f"{type(self).__name__} '{self.name}'",
            f"it has no layer '{name}'; it has: {', '.join(layer.name for layer in self.layers)}.",
        )

    @property
    def input_names(self) -> list[str] | None:
        """The names of the inputs, or None where only ``call`` knows."""
        return None

    @property
    def output_names(self) -> list[str] | None:
        """The names of the outputs, or None where only ``call`` knows."""
        return None

    # Building.

    def build(self, input_shape: Any = None) -> None:
        """Declare and draw all weights for inputs of ``input_shape``, the batch axis first: ``(None, 784)``."""
        if input_shape is None:
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}'",
                "`build` needs the shape of the inputs, the batch first.",
                "model.build((None, 784))",
            )
        shape = as_shape(input_shape)
        spec = jax.ShapeDtypeStruct((2, *(size or 1 for size in shape[1:])), "float32")
        infer(self, spec)
        self._note_inputs(spec)
        for path, slot in weights_of(self):
            slot.fill(self.seed, path)

    def _declare(self, *shapes: Any) -> None:
        """A model's layers declare their weights while it is called; a ``build`` of a subclass runs first."""
        if type(self).build is not Model.build:
            self.build(*shapes)

    def _note_inputs(self, spec: Any) -> None:
        if self._inputs is None:
            self._inputs = spec

    @property
    def input_shape(self) -> Any:
        """The shape of a batch of inputs, ``(None, ...)``, or None before the model is built."""
        if self._inputs is None:
            return None
        return jax.tree.map(lambda spec: (None, *spec.shape[1:]), self._inputs)

    @property
    def input_dtype(self) -> Any:
        """The dtype of the inputs that the model was built with, or None."""
        return None if self._inputs is None else jax.tree.map(lambda s: str(s.dtype), self._inputs)

    @property
    def output_shape(self) -> Any:
        """The shape of a batch of outputs, or None before the model is built."""
        if self._inputs is None:
            return None
        return jax.tree.map(lambda a: (None, *a.shape[1:]), infer(self, self._inputs).outputs)

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
    ) -> training.History:
        """Train for ``epochs`` passes over the data, as one compiled program.

        Args:
            x: Inputs, ``(rows, ...)``: NumPy, lists, data frames, arrays of other libraries; several inputs in a list,
                or in a dict by name.
            y: Targets, ``(rows,)`` or ``(rows, ...)``; class labels may be strings or any integers. For several outputs
                a list, or a dict by output; None for an output without a loss. May be left out where layers add the
                loss, or ``compute_loss`` or ``train_step`` is your own.
            batch_size: Rows per update. Default 32. The last, smaller batch counts with its exact weight.
            epochs: The number at which to end, counted from ``initial_epoch``.
            verbose: 0 silent; 1 or "auto" what suits the place; 2 one line per epoch.
            callbacks: A list; :mod:`pellucid.callbacks` says what each costs.
            validation_split: Fraction held out, in (0, 1): seeded and stratified; with ``shuffle=False`` the last rows.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)``; measured inside the program after each epoch.
            shuffle: Whether each epoch takes the rows in a new order.
            class_weight: Label to weight, or ``"balanced"``; for one output.
            sample_weight: One weight per row; for several outputs also a list or dict of them.
            initial_epoch: Where counting starts. Default 0.
            steps_per_epoch: Steps of one epoch; the next one goes on where it ended, and all rows are seen before any
                is seen again. Default None: one pass over the rows.
            validation_steps: Only so many batches of the validation data are measured. Default None, all.
            validation_batch_size: Rows per validation step; without ``validation_steps`` it changes speed only.
            validation_freq: Validate after every so many epochs, or after those of a list, counted from 1. Default 1.
                The history has NaN for the others.
            seed: Overrides the model's seed for order and dropout.

        Returns:
            The :class:`~pellucid.callbacks.History`: one row per epoch, why it ended, the best epoch.

        Raises:
            TargetError: Last layer, loss and targets do not fit together; with the repair.
            DataError: NaN, infinity, empty data, lengths that differ.
            ShapeError: Rows of another shape than the model was built for.
        """
        return training.fit(
            self,
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
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
        )

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
            x: Inputs, as for :meth:`fit`.
            y: Targets.
            batch_size: Rows per step; without ``steps`` it changes speed only. Default 256, or 32 with ``steps``.
            verbose: 0 silent, else one line.
            sample_weight: One weight per row.
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
    ) -> np.ndarray:
        """Return the outputs for ``x`` as NumPy, ``(rows, ...)``; with ``steps`` of so many batches only."""
        return training.predict(self, x, batch_size=batch_size, verbose=verbose, steps=steps)

    def predict_classes(self, x: Any) -> np.ndarray:
        """Return the most likely label of each row, in the labels that the model was trained with."""
        outputs = self.predict(x)
        single = outputs.ndim == 1 or outputs.shape[-1] == 1
        index = (outputs.reshape(len(outputs)) > 0.5).astype(int) if single else outputs.argmax(-1)
        return index if self.classes is None else np.asarray(self.classes)[index]

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Do one update on all rows of ``(x, y)``; return loss and metrics before it."""
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

        Regularizers and losses added by layers come on top. ``super().compute_loss(...)`` is what ``compile`` was given.

        Args:
            x: The batch of inputs.
            y: The batch of targets, or None.
            y_pred: What ``call`` gave.
            sample_weight: Weights of the rows, or None.
            training: Whether it is a step of training; False while validating.
        """
        return training_loss(self, y, y_pred, sample_weight)

    def train_step(
        self, params: dict[str, Any], state: dict[str, Any], batch: tuple[Any, Any, Any], key: Any
    ) -> tuple[Any, ...]:
        """Return ``(loss, gradients, new_state, outputs)`` of a batch; override it for gradients of your own.

        It is a pure function of its arguments, and part of the compiled program; ``self`` has no arrays in it.

        Args:
            params: The weights that training changes, by path.
            state: All that gradients leave alone, by path: moving means and frozen weights.
            batch: Inputs, targets (or None) and sample weights (or None).
            key: The step's JAX key.

        Returns:
            The loss; a gradient for each path of ``params``; the new state; what ``call`` gave; and, if you like, a dict of
            numbers to watch, which become columns of the history.
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

    # Layers that work on the host, before the program.

    def host_inputs(self, x: Any) -> Any:
        """Return the inputs as the layers that work on the host leave them; most models have none."""
        return x

    def _device_part(self) -> Model:
        """The model without the layers that work on the host, which no program needs."""
        return self

    # What a user asks.

    def summary(
        self,
        line_length: int = 80,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
    ) -> None:
        """Print the layers with shapes and parameters; :func:`pellucid.models.summary.summary` tells the arguments."""
        summary(self, line_length, print_fn, expand_nested, show_trainable)

    def _repr_html_(self) -> str:
        """Return the summary as a table, which notebooks show."""
        return html(self)

    def draw(self, path: Any = None, **options: Any) -> Any:
        """Draw the model as neurons, volumes or boxes, and save the picture when a path is given.

        :func:`pellucid.models.drawing.draw` tells the options.
        """
        return drawing.draw(self, path, **options)

    def save(self, filepath: Any, custom_objects: Any = None) -> None:
        """Write weights, layers, labels and preprocessing to one ``.safetensors`` file: data only, atomically.

        Args:
            filepath: The file.
            custom_objects: Name to class or function, for what is your own; ``load`` needs the same.

        ``pellucid.load(filepath)`` gives the model back.
        """
        saving.save(self, filepath, custom_objects=custom_objects)

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

    def reset(self, seed: int | None = None) -> None:
        """Draw fresh starting weights and forget all training, under another seed if one is given."""
        if seed is not None:
            object.__setattr__(self, "_seed", int(seed))
        for path, slot in weights_of(self):
            slot.value = None
            slot.fill(self.seed, path)
        if self._session is not None:
            compiled = self._session.compiled
            self._session = training.Session(compiled)


@lru_cache(maxsize=256)
def with_graph(cls: type[Model]) -> type[Model]:
    """Return the class ``cls`` of a user's own with what functional models can do behind it."""
    named = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    return type(cls.__name__, (cls, cls._functional), named)
