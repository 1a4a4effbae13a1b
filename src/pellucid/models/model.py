"""The model: a layer that can be compiled, trained, measured and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import jax

from pellucid import saving, training
from pellucid.core.errors import ArgumentError
from pellucid.core.late import LateModule
from pellucid.core.limits import Instance, Integer, Limit
from pellucid.core.specs import as_shape
from pellucid.models import drawing
from pellucid.models.summary import html, summary
from pellucid.models.training_side import TrainingSide
from pellucid.modules import Layer, infer
from pellucid.modules.graph import find_symbolic
from pellucid.modules.tree import places, weights_of

DEFAULT_SEED = 0

# Insight reads models, so it stands above them; it is imported when it is first asked.
insight: Any = LateModule("pellucid.insight")


class Model(TrainingSide):
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
    _inputs: Any = None
    preprocessing: Any = None

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
        if inputs is not None or outputs is not None:  # a subclass becomes a functional model
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

    # Layers that work on the host, before the program.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the model; what its first layers do on the host is done before."""
        ready = self._scope is not None or not self._works_on_host() or find_symbolic(args)
        if ready or not args:
            return super().__call__(*args, **kwargs)
        return super().__call__(self.host_inputs(args[0]), *args[1:], **kwargs)

    def host_inputs(self, x: Any) -> Any:
        """Return the inputs as the layers that work on the host leave them; most models have none."""
        return x

    def _works_on_host(self) -> bool:
        """Whether some first layers work on the host."""
        return False

    def _device_part(self) -> Any:
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

    def activations(self, x: Any, path: Any = None, *, training: bool = False) -> Any:
        """Return what the layer at ``path`` gave for the rows of ``x``, as NumPy; of several paths, or all, a dict.

        Args:
            x: Inputs, as for :meth:`predict`.
            path: ``"dense_1"``, ``"encoder/dense_1"`` inside a nested model, or a list of paths. Default None, all.
            training: Whether layers behave as in training. Default False.

        :func:`pellucid.insight.activations` tells more.
        """
        return insight.activations(self, x, path, training=training)

    def explain(
        self, x: Any, y: Any = None, *, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """Compute one training step on a few rows and tell every number of it, with the formula it comes from.

        Args:
            x: Inputs of a few rows, as for ``fit``.
            y: Targets, as for ``fit``.
            sample_weight: Weights of the rows, or None.
            training: Whether layers behave as in training. Default True: what the next ``train_on_batch`` does.

        :func:`pellucid.insight.explain` tells more.
        """
        return insight.explain(self, x, y, sample_weight=sample_weight, training=training)

    def save(self, filepath: Any, custom_objects: Any = None) -> None:
        """Write weights, layers, labels and preprocessing to one ``.safetensors`` file: data only, atomically.

        Args:
            filepath: The file.
            custom_objects: Name to class or function, for what is your own; ``load`` needs the same.

        ``pellucid.load(filepath)`` gives the model back.
        """
        saving.save(self, filepath, custom_objects=custom_objects)

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


def with_attributes(model: Any, **changes: Any) -> Any:
    """Return a copy of a model's outside, with the same layers but for some attributes."""
    copy = object.__new__(type(model))
    copy.__dict__.update(vars(model))
    copy.__dict__.update(changes)
    return copy


@lru_cache(maxsize=256)
def with_graph(cls: type[Model]) -> type[Model]:
    """Return the class ``cls`` of a user's own with what functional models can do behind it."""
    named = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    return type(cls.__name__, (cls, cls._functional), named)
