"""The base of everything with weights: what a layer declares, stores and answers outside a program.

A layer does three things: it *declares* weights in ``build``, it is *bound* to arrays for the time of one trace,
and it is *called*. What happens while bound lives in ``binding.py``; calls on real arrays outside any program in
``eager.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal, Self

import jax
import jax.numpy as jnp
import numpy as np

from pellucid import constraints, initializers, regularizers
from pellucid.core.errors import ArgumentError, ShapeError, UsageError
from pellucid.core.limits import Boolean, Instance, Limit
from pellucid.core.paths import unique
from pellucid.core.record import Recorded
from pellucid.core.registry import snake_case
from pellucid.functional import activations
from pellucid.modules import binding, eager, graph, host
from pellucid.modules.assignment import declare_weight, refuse_assignment
from pellucid.modules.signatures import all_defaults
from pellucid.modules.tree import child_layers, cloned_layers, layers_in, places, weights_of
from pellucid.modules.weight import Weight


class Layer(Recorded):
    """The base class of layers and models.

    A subclass stores its arguments in ``__init__``, declares weights in ``build`` and computes in ``call``.

    Args:
        name: The layer's name; derived from the class, and made unique by the model, when omitted.
        trainable: Whether the weights are changed by training. Default True.
        dtype: The dtype of the weights. Default ``"float32"``.
        activity_regularizer: A penalty on the layer's output, added to the loss (mean over the batch), or None.
        input_shape: The shape of one input row, without the batch, for a first layer in Keras's older style.
        input_dim: The same for rows of features: ``input_dim=4`` means ``input_shape=(4,)``.

    Example:
        >>> import pellucid, jax.numpy as jnp
        >>> class Scale(pellucid.Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones")
        ...
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> Scale()(jnp.array([[1.0, 2.0]]))
        Array([[1., 2.]], dtype=float32)

    Differs from Keras: weights are plain arrays inside ``call``; state (``trainable=False``) is assigned with
    ``self.name = value``; any other assignment in ``call`` is refused. Differs from PyTorch: input sizes are
    inferred.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "name": Instance((str,), "a string", optional=True),
        "trainable": Boolean(),
    }
    on_host: ClassVar[bool] = False
    _weights: dict[str, Weight]
    _scope: binding.Scope | None = None
    _path: str = ""
    _built: bool = False
    _auto_name: str | None = None
    _calls_eager: int = 0
    divisible: ClassVar[Literal["in turn", "at once", "no"]] = "in turn"
    shared_state: ClassVar[bool] = False  # whether all parts of a batch come to the same state
    may_fix_rows: ClassVar[bool] = False  # whether its `call` may work for one number of rows alone
    _input_shape: Any = None
    _nodes: Sequence[Any] = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        made = super().__new__(cls, *args, **kwargs)
        object.__setattr__(made, "_weights", {})
        return made

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        activity_regularizer: Any = None,
        input_shape: Any = None,
        input_dim: int | None = None,
    ):
        self._name = name
        self._trainable = trainable
        self._dtype = dtype
        self._activity_regularizer = regularizers.get(activity_regularizer)
        self._input_shape = (input_dim,) if input_dim is not None else input_shape

    # What a subclass writes.

    def build(self, *shapes: Any, **more: Any) -> None:
        """Declare the weights: ``build(self, input_shape)``, the batch size being None.

        For the shapes of several arguments of ``call``, name them: ``build(self, query_shape, value_shape)``.
        """

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs from the inputs, with the weights as plain arrays: ``call(self, inputs)``."""
        raise NotImplementedError(f"{type(self).__name__} has no `call(self, inputs)`.")

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask of the outputs, or of each; by default a single input's mask is passed on."""
        return None if isinstance(inputs, (list, tuple)) else mask

    # What a subclass uses.

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Any:
        """Declare a weight; assign the answer to an attribute: ``self.kernel = self.add_weight(...)``.

        For type checkers the attribute is what it holds later, an array: annotate it as ``kernel: jax.Array``.

        Args:
            shape: The full shape, all sizes known. Default ``()``, a single number.
            initializer: Name or object; Glorot uniform when omitted.
            dtype: Default the layer's.
            trainable: False declares state, which ``call`` may assign and gradients leave alone.
            regularizer: Name or object, or None.
            constraint: Name, object or function, applied after each update; or None.
            name: The last part of the weight's path; the attribute's name when omitted.
        """
        if self._scope is not None:
            raise UsageError(
                f"{type(self).__name__} '{self.name}'",
                "`add_weight` was called inside `call`; weights are declared before anything runs.",
                "move it to `build(self, input_shape)`",
            )
        wanted = initializers.get("glorot_uniform" if initializer is None else initializer)
        return Weight(
            name,
            shape,
            wanted,
            dtype or self.dtype,
            trainable,
            regularizers.get(regularizer),
            constraints.get(constraint),
        )

    def random_key(self) -> jax.Array:
        """Return a fresh JAX key inside ``call``: the call's key folded with the path and a counter."""
        if self._scope is None:
            raise UsageError(
                f"{type(self).__name__} '{self.name}'", "`random_key` only exists inside `call`."
            )
        return self._scope.random_key(self._path)

    def add_loss(self, loss: Any) -> None:
        """Add one number to the training loss from inside ``call``; what is added is part of ``loss``."""
        scope = self._scope_for("add_loss", "a loss was added")
        if np.shape(loss) != ():
            raise ShapeError(
                f"{type(self).__name__} '{self.name}'",
                f"`add_loss` takes one number, but it got an array of shape {np.shape(loss)}.",
                "self.add_loss(jnp.mean(...)), or jnp.sum(...)",
            )
        scope.losses.append(loss)

    def add_metric(self, value: Any, name: str) -> None:
        """Watch a value from inside ``call``: its mean over an epoch's rows is a column of the history.

        Args:
            value: One number for the batch, or an array, of which the mean is taken.
            name: The column's name; a name that is taken already gets a number.

        Example:
            >>> import numpy as np, pellucid, jax.numpy as jnp
            >>> class Watched(pellucid.Layer):
            ...     def call(self, inputs):
            ...         self.add_metric(jnp.abs(inputs), name="size")
            ...         return inputs
            >>> model = pellucid.Sequential([Watched(), pellucid.layers.Dense(1)])
            >>> model.compile("sgd", "mse")
            >>> history = model.fit(2 * np.ones((4, 3)), np.ones(4), verbose=0).history
            >>> history["size"]
            [2.0]

        As in Keras 2; Keras 3 has a metric object in its place, and PyTorch nothing.
        """
        scope = self._scope_for("add_metric", "a metric was added")
        scope.metrics[unique(name, scope.metrics)] = jnp.mean(jnp.asarray(value, jnp.float32))

    def mix_targets(self, partner: Any, share: Any) -> None:
        """Say in ``call`` that rows of the batch were mixed: the training mixes the losses for their targets likewise.

        Args:
            partner: For each row the row that was mixed into it, (batch,).
            share: The part that each row kept, in [0, 1], (batch,); its partner has the rest.
        """
        self._scope_for("mix_targets", "targets were mixed").mixes.append((partner, share))

    def _scope_for(self, method: str, what: str) -> binding.Scope:
        """Return the scope for a method that only works inside ``call``, and not inside a transform there."""
        who = f"{type(self).__name__} '{self.name}'"
        if self._scope is None:
            raise UsageError(
                who,
                f"`{method}` only works inside `call`, where there are values.",
                f"in call: self.{method}(...)",
            )
        binding.refuse_inner_trace(self._scope, who, what)
        return self._scope

    def activate(self, function: Any, inputs: jax.Array, **arguments: Any) -> jax.Array:
        """Return ``function(inputs)``, and note what a known activation was applied to: a loss can then fuse with it.

        Args:
            function: An activation, e.g. what ``activations.get("softmax")`` gave, or any function.
            inputs: What it is applied to.
            **arguments: The activation's own settings.
        """
        if self._scope is not None and self._scope.taps is not None:
            inputs, outputs = self._scope.taps.activate(self._scope, function, inputs, arguments)
        else:
            outputs = function(inputs, **arguments)
        name = getattr(function, "__name__", "")
        known = activations.TABLE.get(name) is function and all_defaults(function, arguments)
        if self._scope is not None and known:
            self._scope.set_activation(outputs, inputs, name)
        return outputs

    # What a user asks.

    @property
    def name(self) -> str:
        """The given name, else the one the model gave, else the class's."""
        return self._given_name or self._auto_name or snake_case(type(self).__name__)

    @property
    def _given_name(self) -> str | None:
        """The name that the constructor was given, or that a subclass gave to ``super().__init__(name=...)``."""
        return vars(self).get("_name") or self._arguments.get("name")

    @property
    def dtype(self) -> str:
        """The dtype of the weights."""
        return vars(self).get("_dtype") or "float32"

    @property
    def built(self) -> bool:
        """Whether the weights are declared; subclasses in Keras's style may set it at the end of ``build``."""
        return self._built

    @built.setter
    def built(self, value: bool) -> None:
        object.__setattr__(self, "_built", bool(value))

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it sets all layers inside as well."""
        return vars(self).get("_trainable", True)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        object.__setattr__(self, "_trainable", bool(value))
        if "trainable" in self._arguments:
            self._arguments["trainable"] = bool(value)
        for _, child in child_layers(self):
            child.trainable = bool(value)

    @property
    def activity_regularizer(self) -> Any:
        """The penalty on the outputs, or None."""
        return vars(self).get("_activity_regularizer")

    @property
    def weights(self) -> list[jax.Array]:
        """All arrays, in the order in which they were declared; drawn if they were not yet."""
        return [slot.value for slot in self._slots()]

    @property
    def trainable_weights(self) -> list[jax.Array]:
        """The arrays that training changes."""
        return [slot.value for slot, trains in self._slots_with_use() if trains]

    @property
    def non_trainable_weights(self) -> list[jax.Array]:
        """The arrays that training leaves alone: frozen weights and state."""
        return [slot.value for slot, trains in self._slots_with_use() if not trains]

    trainable_variables = trainable_weights
    variables = weights

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all arrays, as NumPy."""
        return [np.array(array) for array in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Replace all arrays; same number, order and shapes as :meth:`get_weights`."""
        slots = [slot for _, slot in weights_of(self)]
        if len(weights) != len(slots):
            raise ArgumentError(
                f"{type(self).__name__} '{self.name}'",
                f"it has {len(slots)} weights, but {len(weights)} arrays were given.",
                f"{self.name}.set_weights(other.get_weights()) of a model of the same layers",
            )
        for slot, array in zip(slots, weights, strict=True):
            slot.assign(array)

    def clone(self, **changes: Any) -> Self:
        """Make a fresh layer from the same arguments, with the given ones changed; layers among them are cloned too."""
        made = super().clone(**cloned_layers({**self.get_config(), **changes}))
        originals = {} if "trainable" in changes else dict(places(self))
        for path, layer in places(made):
            if path in originals:
                object.__setattr__(layer, "_trainable", originals[path].trainable)
        return made

    def count_params(self) -> int:
        """Return how many numbers the weights hold."""
        return sum(slot.size for _, slot in weights_of(self))

    def _slots(self) -> list[Weight]:
        return [slot for slot, _ in self._slots_with_use()]

    def _slots_with_use(self) -> Iterator[tuple[Weight, bool]]:
        for path, layer, slot in weights_of(self, with_layer=True):
            slot.fill_at_home(self._own_seed(), path)
            yield slot, slot.trainable and layer.trainable

    def _own_seed(self) -> int:
        """The seed for starting values; a model overrides this with its own."""
        return 0

    # How attributes behave.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer: bound while a program is traced, recorded on symbolic tensors, else at once on arrays."""
        if self._scope is not None:
            if self.on_host:
                raise host.refuse_in_program(self)
            return binding.call_bound(self, self._scope, args, kwargs)
        symbolic = graph.find_symbolic(args, kwargs)
        if symbolic is not None:
            return symbolic.call_layer(self, args, kwargs)
        if self.on_host:
            return host.call_on_host(self, args, kwargs)
        return eager.call(self, args, kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Weight):
            declare_weight(self, name, value)
        elif isinstance(getattr(type(self), name, None), property) or self._is_private(name):
            object.__setattr__(self, name, value)
        elif self._scope is not None:
            binding.assign_bound(self, self._scope, name, value)
        elif name in self._weights:
            self._weights[name].assign(value)
        else:
            refuse_assignment(self, name, value)
            object.__setattr__(self, name, value)
            self._freeze_new(name, value)

    def _is_private(self, name: str) -> bool:
        return name.startswith("_") and name not in self._weights

    def __getattr__(self, name: str) -> Any:
        weights = self.__dict__.get("_weights", {})
        if name in weights:
            slot = weights[name]
            slot.fill_at_home(self._own_seed(), slot.name or name)
            return slot.value
        if name in graph.ENDS:
            return graph.end_of_call(self, name)
        hint = "" if self._built else " (weights exist only after build or the first call)"
        raise AttributeError(f"{type(self).__name__} '{self.name}' has no attribute `{name}`{hint}")

    def _declare(self, *shapes: Any) -> None:
        """Declare the weights; a model, whose layers declare themselves while called, overrides this."""
        self.build(*shapes)

    def _bound(self) -> None:
        """Hear that this throw-away copy has its arrays; layers that compute with what is made of them override it."""

    def _note_inputs(self, spec: Any) -> None:
        """Hear what the first inputs look like; a model remembers it."""

    def _freeze_new(self, name: str, value: Any) -> None:
        """Layers that are put into a frozen one are frozen too: ``Block(trainable=False)`` means all of it."""
        if not self.trainable:
            for _, child in layers_in(name, value):
                child.trainable = False
