"""The model that is a graph of layer calls, written down with symbolic tensors."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import jax

from pellucid.core.errors import ArgumentTypeError
from pellucid.core.limits import Boolean, Instance, Integer, Limit
from pellucid.core.paths import unique
from pellucid.layers import Input, InputLayer
from pellucid.models.feeding import feed
from pellucid.models.host_part import boundary, check_host_calls, host_calls, run_host_calls
from pellucid.models.model import Model, with_attributes
from pellucid.modules import Layer
from pellucid.modules.graph import Graph, Ref, compute
from pellucid.modules.graph_capture import capture, check_tensors, name_layers
from pellucid.modules.graph_config import describe_graph, replay
from pellucid.modules.symbolic import SymbolicTensor
from pellucid.modules.tree import child_layers, weights_of


class Functional(Model):
    """A model of what lies between symbolic inputs and outputs; ``Model(inputs, outputs)`` makes it.

    Layers may be shared, models may be layers of it, and any tensor may be an output. Several inputs or outputs are
    lists, tuples or dicts; data are matched by order in a list, by key in a dict.

    Args:
        inputs: The tensors that data are given for: ``Input(...)``, or any other tensor, where the graph is cut then.
        outputs: The tensors to compute.
        name: The model's name. Default ``"functional"``.
        trainable: Whether training changes the weights. Default True.
        seed: As in :class:`~pellucid.Model`.

    Raises:
        ArgumentError: The outputs need an input that is not among the inputs; two layers have the same name.
        ArgumentTypeError: Something else than a symbolic tensor among the inputs or outputs.

    Example:
        >>> from pellucid import Input, Model, layers
        >>> x = Input(shape=(8,), name="x")
        >>> hidden = layers.Dense(8, activation="relu")(x)
        >>> model = Model(x, layers.Dense(3)(x + hidden))
        >>> model.output_shape, [layer.name for layer in model.layers]
        ((None, 3), ['x', 'dense', 'add', 'dense_1'])

    Differs from Keras: names are unique inside the model, not in the process. Differs from PyTorch: there is only the
    style of a class with ``forward``.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "trainable": Boolean(),
        "name": Instance((str,), "a string", optional=True),
        "seed": Integer(optional=True),
    }
    _graph: Graph
    _layers: list[Layer]

    def __init__(
        self,
        inputs: Any = None,
        outputs: Any = None,
        name: str | None = None,
        trainable: bool = True,
        *,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, trainable=trainable, seed=seed, **kwargs)
        if vars(type(self)).get("plain", type(self)) is Functional:
            self._arguments = {
                n: v for n, v in self._arguments.items() if n not in ("inputs", "outputs")
            }
        who = f"{type(self).__name__} '{self.name}'"
        check_tensors(who, "inputs", inputs)
        check_tensors(who, "outputs", outputs)
        inputs, outputs = _alone(inputs), _alone(outputs)
        feeds = {id(tensor): _entrance(tensor) for tensor in jax.tree.leaves(inputs)}
        nodes = {tensor: entrance.node for tensor, entrance in feeds.items()}
        self._graph, self._layers = capture(who, inputs, outputs, nodes)
        check_host_calls(who, self._graph, self._layers)
        self._symbolic = jax.tree.map(lambda tensor: feeds[id(tensor)], inputs), outputs
        name_layers(who, self._layers)
        if not trainable:
            self.trainable = False
        for path, slot in weights_of(self):
            slot.home = (self.seed, path)
        self._built = True

    # What the graph is.

    @property
    def layers(self) -> list[Layer]:
        """The layers in the order of their first calls, inputs and operations among them."""
        return list(self._layers)

    @property
    def input(self) -> Any:
        """The symbolic inputs, in their structure."""
        return self._symbolic[0]

    @property
    def output(self) -> Any:
        """The symbolic outputs, in their structure."""
        return self._symbolic[1]

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic inputs as a list."""
        return jax.tree.leaves(self.input)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic outputs as a list."""
        return jax.tree.leaves(self.output)

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs: the keys of a dict (sorted), else the names of the ``Input``."""
        return self._names(self._graph.inputs)

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs: the keys of a dict (sorted), else of the layers that make them, made unique."""
        return self._names(self._graph.outputs)

    def _names(self, tree: Any) -> list[str]:
        if isinstance(tree, dict) and all(isinstance(ref, Ref) for ref in tree.values()):
            return sorted(tree)
        names: list[str] = []
        for ref in jax.tree.leaves(tree):
            names.append(unique(self._name_of(ref), names))
        return names

    def _name_of(self, ref: Ref) -> str:
        return self._layers[self._graph.calls[ref.call].layer].name

    @property
    def input_shape(self) -> Any:
        """The shapes of the inputs in their structure, None for the batch and where a size varies."""
        return jax.tree.map(lambda tensor: tuple(tensor.shape), self.input)

    @property
    def input_dtype(self) -> Any:
        """The dtypes of the inputs, in their structure."""
        return jax.tree.map(lambda tensor: tensor.dtype, self.input)

    @property
    def output_shape(self) -> Any:
        """The shapes of the outputs, in their structure."""
        return jax.tree.map(lambda tensor: tuple(tensor.shape), self.output)

    # What a model does.

    def build(self, input_shape: Any = None) -> None:
        """Draw all weights; the graph says their shapes, so ``input_shape`` is not needed."""
        for path, slot in weights_of(self):
            slot.fill(self.seed, path)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Compute the outputs, in the structure that the model was made with."""
        wanted = self._graph.inputs
        names = {ref: self._name_of(ref) for ref in jax.tree.leaves(wanted)}
        who = f"{type(self).__name__} '{self.name}'"
        if self._works_on_host():
            named = boundary(self._graph, self._layers)
            fed = {ref: inputs[name] for name, ref in named.items()}
            return compute(self._graph, self._layers, fed)
        fed = feed(who, wanted, names, inputs)
        if mask is not None and self._scope is not None:
            for ref, given in feed(who, wanted, names, mask).items():
                self._scope.set_mask(fed[ref], given)
        return compute(self._graph, self._layers, fed)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Leave the outputs' masks to the layers that make them, which have set them."""

    def _works_on_host(self) -> bool:
        return bool(host_calls(self._graph, self._layers))

    def host_inputs(self, x: Any) -> Any:
        """Return what the program takes: the results of the layers on the host, and the inputs that it reads."""
        if not self._works_on_host():
            return x
        wanted = self._graph.inputs
        names = {ref: self._name_of(ref) for ref in jax.tree.leaves(wanted)}
        fed = feed(f"{type(self).__name__} '{self.name}'", wanted, names, x)
        return run_host_calls(self._graph, self._layers, fed)

    def _device_part(self) -> Any:
        if not self._works_on_host():
            return self
        kept = [None if layer.on_host else layer for layer in self._layers]
        return with_attributes(self, _layers=kept)

    def _declare(self, *shapes: Any) -> None:
        """Do nothing: the layers declared their weights when they were called."""

    def _note_inputs(self, spec: Any) -> None:
        """Do nothing: the graph says what the inputs look like."""

    # The model as data.

    def get_config(self) -> dict[str, Any]:
        """Return the graph as plain data around the layers; a class of one's own: its constructor's arguments."""
        if vars(type(self)).get("plain", type(self)) is not Functional:
            return super().get_config()
        paths = {id(layer): name for name, layer in child_layers(self)}
        return {
            # In the order of the calls, whatever order a subclass shows.
            "layers": list(self._layers),
            "names": [paths[id(layer)] for layer in self._layers],
            **describe_graph(self._graph),
            **self._arguments,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the model anew: the layers are called again as they were."""
        if "calls" not in config:
            return cls(**config)
        graph = {"layers", "names", "calls", "inputs", "outputs"}
        layers, names = config["layers"], config["names"]
        if len(layers) != len(names) or not all(isinstance(layer, Layer) for layer in layers):
            raise ArgumentTypeError(cls.__name__, "`layers` must be layers, with a name for each.")
        inputs, outputs = replay(config, layers, _begin)
        for layer, name in zip(layers, names, strict=True):
            if layer._given_name != name:
                layer._auto_name = str(name)
        rest = {name: value for name, value in config.items() if name not in graph}
        return cls(inputs=inputs, outputs=outputs, **rest)


Model._functional = Functional


def _alone(tree: Any) -> Any:
    """Return the only entry of a list: ``Model([x], [y])`` has one input and one output."""
    return tree[0] if isinstance(tree, (list, tuple)) and len(tree) == 1 else tree


def _entrance(tensor: SymbolicTensor) -> SymbolicTensor:
    """Return the input tensor that stands for ``tensor``: itself, or a new one where a graph is cut."""
    if not tensor.node.parents:
        return tensor
    return Input(batch_shape=tensor.shape, dtype=tensor.dtype)


def _begin(layer: Layer) -> SymbolicTensor:
    if not isinstance(layer, InputLayer):
        raise ArgumentTypeError(
            "Functional", f"a graph begins with inputs, not with {layer!r:.60}."
        )
    return layer.tensor()
