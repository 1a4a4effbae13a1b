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
from pellucid.models.model import Model
from pellucid.modules import Layer, infer
from pellucid.modules.tree import weights_of

# Sizes that stand for an unknown batch and for other unknown sizes while shapes are inferred.
STAND_IN_BATCH, STAND_IN_SIZE = 2, 32


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
        self._specs: list[Any] = []
        self._note_layers([])
        for layer in layers or ():
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers in order, without the input's."""
        return list(self._layers)

    @property
    def input_shape(self) -> Any:
        """The shape of a batch of inputs, None where a size varies; None before it is known."""
        return self._batch_shape or super().input_shape

    @property
    def input_dtype(self) -> Any:
        """The dtype of the inputs, or None before it is known."""
        return str(self._specs[0].dtype) if self._specs else super().input_dtype

    def add(self, layer: Layer, rebuild: bool = True) -> None:
        """Put a layer on top of the stack; if the input's shape is known, its weights are declared at once.

        Args:
            layer: A layer, a model, or (first only) an input.
            rebuild: Accepted for Keras's sake.
        """
        self._refuse_non_layer(layer)
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
        before = self._batch_shape, self._inputs, self._specs
        if input_shape is not None:
            self._know_input(as_shape(input_shape), self.input_dtype or "float32")
        try:
            self._reset()
        except Exception:
            self._batch_shape, self._inputs, self._specs = before
            raise

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Apply the layers one after the other."""
        if mask is not None and self._scope is not None:
            self._scope.set_mask(inputs, mask)
        for layer in self._layers:
            inputs = layer(inputs)
        return inputs

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
        if self._batch_shape is None and self._inputs is not None:
            self._know_input((None, *self._inputs.shape[1:]), str(self._inputs.dtype))
        if not self._specs:
            return
        del self._specs[len(self._layers) + 1 :]
        for layer in self._layers[len(self._specs) - 1 :]:
            self._specs.append(infer(layer, self._specs[-1]).outputs)
        for path, slot in weights_of(self):
            slot.home = (self.seed, path)
        self._built = bool(self._layers)

    def _know_input(self, shape: Shape, dtype: str) -> None:
        """Note the inputs' shape, the batch first; sizes that vary are stood in for while shapes are inferred."""
        self._batch_shape = (None, *shape[1:])
        sizes = [STAND_IN_SIZE if size is None else size for size in shape[1:]]
        spec = jax.ShapeDtypeStruct((STAND_IN_BATCH, *sizes), jax.dtypes.canonicalize_dtype(dtype))
        self._inputs = spec if None not in shape[1:] else None
        self._specs = [spec]

    def _set_input(self, layer: InputLayer) -> None:
        if self._layers or self._batch_shape is not None:
            raise ArgumentError(
                f"Sequential '{self.name}'",
                "an input must come first and once, but the stack already has layers or an input.",
                "Sequential([Input(shape=(784,)), Dense(10)])",
            )
        self._know_input(layer.batch_shape, layer.dtype)
        self._note_layers([layer])

    def _take_input_of(self, layer: Layer) -> None:
        """Read the input's shape off the first layer (``input_shape=``, or a model that knows its own)."""
        if isinstance(layer, Model) and layer.input_shape is not None:
            self._know_input(layer.input_shape, layer.input_dtype or "float32")
        elif layer._input_shape is not None:
            self._know_input((None, *as_shape(layer._input_shape)), "float32")

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

    def _noted_layers(self) -> list[Layer]:
        return list(self._arguments.get("layers") or [])

    def _note_layers(self, layers: list[Layer]) -> None:
        """Keep the constructor's record up to date, from which clones and files are made."""
        if "layers" in self._arguments:
            self._arguments["layers"] = layers
