"""The model that is a plain stack of layers, each fed by the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import jax

from pellucid.core.errors import ArgumentError, ArgumentTypeError, UsageError
from pellucid.core.limits import Boolean, Instance, Integer, Limit
from pellucid.core.paths import unique
from pellucid.core.registry import snake_case
from pellucid.core.specs import Shape, as_shape
from pellucid.layers import InputLayer
from pellucid.models.model import Model, with_attributes
from pellucid.modules import Layer
from pellucid.modules.host import TEXT
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.modules.tree import weights_of

STAND_IN_BATCH = 2


class Sequential(Model):
    """A stack of layers: ``outputs = last(... second(first(inputs)))``.

    Args:
        layers: The layers in order; an ``Input(shape=...)`` may come first. Default None, an empty stack to ``add`` to.
        trainable: Whether training changes the weights. Default True.
        name: The model's name. Default ``"sequential"``.
        seed: As in :class:`~pellucid.Model`.

    Without ``Input``, and without ``input_shape=`` on the first layer, the weights are made when the first data come.

    Raises:
        ArgumentTypeError: An entry is no layer, or a layer's class instead of a layer.
        ArgumentError: Two layers were given the same name.
        ShapeError: A layer cannot take what the layer before gives.

    Example:
        >>> from pellucid import Input, Sequential
        >>> from pellucid.layers import Dense
        >>> model = Sequential([Input(shape=(4,)), Dense(8, activation="relu"), Dense(3)])
        >>> model.output_shape, [layer.name for layer in model.layers]
        ((None, 3), ['dense', 'dense_1'])

    Differs from Keras: names are unique inside the model, not in the process, so the same script gives the same names.
    Differs from PyTorch: input sizes are inferred.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "layers": Instance((list, tuple), "a list of layers", optional=True),
        "trainable": Boolean(),
        "name": Instance((str,), "a string", optional=True),
        "seed": Integer(optional=True),
    }

    def __init__(
        self,
        layers: Sequence[Layer] | None = None,
        trainable: bool = True,
        name: str | None = None,
        *,
        seed: int | None = None,
    ):
        super().__init__(trainable=trainable, name=name, seed=seed)
        self._layers: list[Layer] = []
        self._batch_shape: Shape | None = None
        self._symbolic: list[Any] = []
        self._note_layers([])
        for layer in layers or ():
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers in order, without the input's."""
        self._connect()
        return list(self._layers)

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic input, in a list: ``Model(model.inputs, model.layers[1].output)`` reads what is inside."""
        return [self.input]

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic outputs as a list."""
        return jax.tree.leaves(self.output)

    @property
    def input(self) -> SymbolicTensor:
        """The symbolic input."""
        return self._connected()[0]

    @property
    def output(self) -> Any:
        """The symbolic output."""
        return self._connected()[-1]

    @property
    def input_names(self) -> list[str] | None:
        """The name of the input, or None before its shape is known."""
        return [self._symbolic[0].name] if self._symbolic else None

    @property
    def output_names(self) -> list[str] | None:
        """The name of the last layer, or None while there is none."""
        return [self._layers[-1].name] if self._layers else None

    @property
    def input_shape(self) -> Any:
        """The shape of a batch of inputs, None where a size varies; None before it is known."""
        return self._batch_shape or super().input_shape

    @property
    def input_dtype(self) -> Any:
        """The dtype of the inputs, or None before it is known."""
        return self._symbolic[0].dtype if self._symbolic else super().input_dtype

    @property
    def output_shape(self) -> Any:
        """The shape of a batch of outputs, None where a size varies; None before the input's is known."""
        if len(self._symbolic) != len(self._layers) + 1:
            return super().output_shape
        return jax.tree.map(lambda tensor: tensor.shape, self._symbolic[-1])

    def add(self, layer: Layer, rebuild: bool = True) -> None:
        """Put a layer on top of the stack; if the input's shape is known, its weights are declared at once.

        Args:
            layer: A layer, a model, or (first only) an input.
            rebuild: Accepted for Keras's sake.
        """
        if isinstance(layer, SymbolicTensor):
            layer = self._entrance(layer)
        self._refuse_non_layer(layer)
        self._refuse_late_host(layer)
        if isinstance(layer, InputLayer):
            self._set_input(layer)
            return
        self._name_layer(layer)
        if not self._layers and self._batch_shape is None:
            self._take_input_of(layer)
        if not self.trainable:
            layer.trainable = False
        self._layers.append(layer)
        try:
            self._reset()
        except Exception:
            self._layers.pop()
            raise
        self._note_layers([*self._noted_layers(), layer])

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off the stack and return it."""
        if not self._layers:
            raise UsageError(f"Sequential '{self.name}'", "it has no layer to take off.")
        layer = self._layers.pop()
        self._note_layers(self._noted_layers()[:-1])
        self._reset()
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Declare all weights for inputs of ``input_shape``, the batch axis first: ``(None, 784)``."""
        if input_shape is None and self._batch_shape is None:
            raise ArgumentError(
                f"Sequential '{self.name}'",
                "`build` needs the shape of the inputs, the batch first.",
                "model.build((None, 784))",
            )
        before = self._batch_shape, self._inputs, self._symbolic[:1]
        if input_shape is not None:
            self._know_input(as_shape(input_shape), self.input_dtype or "float32")
        try:
            self._reset()
        except Exception:
            self._batch_shape, self._inputs, self._symbolic = before
            if self._symbolic:
                self._extend()
            raise

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Apply the layers one after the other."""
        if mask is not None and self._scope is not None:
            self._scope.set_mask(inputs, mask)
        for layer in self._layers[self._on_host() :]:
            inputs = layer(inputs)
        return inputs

    def _on_host(self) -> int:
        """Return how many first layers work on the host."""
        found = (number for number, layer in enumerate(self._layers) if not layer.on_host)
        return next(found, len(self._layers))

    def _works_on_host(self) -> bool:
        return self._on_host() > 0

    def host_inputs(self, x: Any) -> Any:
        """Return the inputs as the first layers, which work on the host, leave them."""
        for layer in self._layers[: self._on_host()]:
            x = layer(x)
        return x

    def _device_part(self) -> Any:
        count = self._on_host()
        return with_attributes(self, _layers=self._layers[count:]) if count else self

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Leave the outputs' mask to the last layer, which has set it."""

    def _declare(self, *shapes: Any) -> None:
        """Do nothing: the layers declare their weights while they are called."""

    # Bookkeeping.

    def _reset(self) -> None:
        """After a change of the stack: infer anew what is above the change, and start the optimizer afresh."""
        self._built = False
        if self._session is not None:
            self._session.optimizer_state = None
        self._begin()
        if not self._symbolic:
            return
        self._forget(len(self._layers) + 1)
        self._extend()
        for path, slot in weights_of(self):
            slot.home = (self.seed, path)
        self._built = bool(self._layers)

    def _extend(self) -> None:
        """Call the layers that were not called yet on the symbolic tensor before them."""
        for layer in self._layers[len(self._symbolic) - 1 :]:
            self._symbolic.append(layer(self._symbolic[-1]))

    def _forget(self, first: int) -> None:
        """Drop the symbolic tensors from the ``first`` on, and what their layers remember of them."""
        for tree in self._symbolic[first:]:
            for tensor in jax.tree.leaves(tree):
                tensor.node.forget()
        del self._symbolic[first:]

    def _begin(self) -> None:
        """Take the input's shape from the first data, where nothing else told it."""
        if not self._symbolic and hasattr(self._inputs, "shape") and not self._works_on_host():
            self._know_input((None, *self._inputs.shape[1:]), str(self._inputs.dtype))

    def _connect(self) -> None:
        """Make the symbolic tensors of a stack whose input became known by its first data."""
        self._begin()
        if len(self._symbolic) == 1:
            self._extend()

    def _connected(self) -> list[Any]:
        self._connect()
        if not self._symbolic:
            raise UsageError(
                f"Sequential '{self.name}'",
                "it has no symbolic tensors yet: the shape of its input is unknown.",
                "put Input(shape=(784,)) first, or model.build((None, 784))",
            )
        return self._symbolic

    def _know_input(self, shape: Shape, dtype: str, layer: InputLayer | None = None) -> None:
        """Note the inputs' shape, the batch first, and begin the chain of symbolic tensors."""
        shape = (None, *shape[1:])
        self._batch_shape = shape
        entrance = layer or InputLayer(batch_shape=shape, dtype=dtype)
        self._forget(1)
        self._symbolic = [entrance.tensor()]
        known = None not in shape[1:] and self._symbolic[0].dtype != TEXT
        self._inputs = self._symbolic[0].stand_in(STAND_IN_BATCH, 0) if known else None

    def _entrance(self, tensor: SymbolicTensor) -> InputLayer:
        """Return the input layer behind ``Input(...)``."""
        if isinstance(tensor.node.layer, InputLayer):
            return tensor.node.layer
        raise ArgumentTypeError(
            f"Sequential '{self.name}'",
            f"every entry must be a layer, but {tensor.name} is a tensor that a layer made.",
            "model = Model(inputs, outputs)",
        )

    def _set_input(self, layer: InputLayer) -> None:
        if self._layers or self._batch_shape is not None:
            raise ArgumentError(
                f"Sequential '{self.name}'",
                "an input must come first and once, but the stack already has layers or an input.",
                "Sequential([Input(shape=(784,)), Dense(10)])",
            )
        self._know_input(layer.batch_shape, layer.dtype, layer)
        self._note_layers([layer])

    def _take_input_of(self, layer: Layer) -> None:
        """Read the input's shape off the first layer (``input_shape=``, or a model that knows its own)."""
        if isinstance(layer, Sequential) and layer._takes_any():
            return
        if isinstance(layer, Model) and isinstance(layer.input_shape, tuple):
            self._know_input(layer.input_shape, layer.input_dtype or "float32")
        elif layer._input_shape is not None:
            self._know_input((None, *as_shape(layer._input_shape)), "float32")

    def _takes_any(self) -> bool:
        """Tell whether the shape that is known is that of a call only: nothing was said, and there is no weight."""
        told = self._noted_layers()[:1] + self._layers[:1]
        said = any(isinstance(each, InputLayer) or each._input_shape is not None for each in told)
        return not said and not weights_of(self)

    def _name_layer(self, layer: Layer) -> None:
        """Give the layer a name that no other layer here has."""
        others = [other for other in self._layers if other is not layer]
        taken = {other.name: other for other in others}
        if layer._given_name in taken:
            clash = taken[layer.name]
            if clash._given_name:
                raise ArgumentError(
                    f"Sequential '{self.name}'",
                    f"two layers are named '{layer.name}'; names must differ, they are the weights' paths.",
                    f"give the second another name: name='{layer.name}_2'",
                )
            clash._auto_name = unique(layer.name, taken)
        elif not layer._given_name and layer._auto_name is None:
            layer._auto_name = unique(snake_case(type(layer).__name__), taken)

    def _refuse_non_layer(self, layer: Any) -> None:
        if isinstance(layer, Layer):
            return
        who = f"Sequential '{self.name}'"
        if isinstance(layer, type) and issubclass(layer, Layer):
            raise ArgumentTypeError(
                who,
                f"the class {layer.__name__} was given, not a layer of it.",
                f"write {layer.__name__}(...) with its arguments in parentheses",
            )
        repair = (
            "layers.Activation(function) makes a layer of a function" if callable(layer) else None
        )
        repair = f"layers.Activation({layer!r})" if isinstance(layer, str) else repair
        raise ArgumentTypeError(
            who, f"every entry must be a layer, but {layer!r} is a {type(layer).__name__}.", repair
        )

    def _refuse_late_host(self, layer: Layer) -> None:
        if layer.on_host and self._on_host() < len(self._layers):
            before = self._layers[-1]
            raise ArgumentError(
                f"Sequential '{self.name}'",
                f"layer '{layer.name}' ({type(layer).__name__}) works on the host, before the program, but it stands "
                f"behind '{before.name}', which works in it.",
                "put it first",
            )

    def _noted_layers(self) -> list[Layer]:
        return list(self._arguments.get("layers") or [])

    def _note_layers(self, layers: list[Layer]) -> None:
        """Keep the constructor's record up to date, from which clones and files are made."""
        if "layers" in self._arguments:
            self._arguments["layers"] = layers
