"""What layers get so that Keras code finds what it expects: variables as weights, tensors as values, old arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import pellucid
from pellucid.core.record import Recorded
from pellucid.functional import activations
from pellucid.keras.late import late
from pellucid.keras.operation import compute
from pellucid.keras.random_keys import seed
from pellucid.keras.sides.counted import former_name
from pellucid.keras.sides.eager import call_eagerly
from pellucid.keras.sides.kept import keep
from pellucid.keras.sides.listed import held, slot_of
from pellucid.keras.sides.made import Made, on_arrays
from pellucid.keras.sides.masking import passes_masks
from pellucid.keras.sides.outside import OutsideTensorError, inlined
from pellucid.keras.sides.own_code import TRANSLATED, has_tensors as has_tensors, with_plain_weights
from pellucid.keras.sides.surface import LayerSurface, is_shape
from pellucid.keras.tensor import Tensor, as_array, unwrapped, wrapped
from pellucid.keras.variable import Variable
from pellucid.modules.graph import find_symbolic
from pellucid.modules.tree import child_layers, weights_of

EMBEDDED = ("embeddings", "reverse_embeddings")


class LayerSide(LayerSurface, metaclass=Made):
    """Mixed into every layer and model of :mod:`pellucid.keras`."""

    beside = frozenset(("_last_losses", "_built_for"))
    may_fix_rows = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.__module__.startswith("pellucid."):
            for name in TRANSLATED:
                if name in vars(cls):
                    setattr(cls, name, TRANSLATED[name](vars(cls)[name]))

    # Calls.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer: in a program, on symbolic tensors, or at once on numbers."""
        if self._scope is not None:
            with with_plain_weights(self):
                outputs = super().__call__(*unwrapped(args), **unwrapped(kwargs))
            return wrapped(outputs) if has_tensors((args, kwargs)) else outputs
        if find_symbolic(args, kwargs) is not None:
            try:
                return super().__call__(*args, **kwargs)
            except OutsideTensorError as error:
                return inlined(self, error, args, kwargs)
        return call_eagerly(self, super().__call__, args, kwargs)

    # Weights.

    def add_weight(self, *args: Any, **kwargs: Any) -> Any:
        """Declare a weight; takes the old order of arguments as well, ``add_weight("kernel", shape, ...)``."""
        names = ("shape", "initializer", "dtype", "trainable")
        if args and isinstance(args[0], str):
            names = ("name", "shape", "dtype", "initializer")
        given = dict(zip(names, args, strict=False)) | kwargs
        for ignored in (
            "autocast",
            "aggregation",
            "synchronization",
            "overwrite_with_gradient",
            "use_resource",
        ):
            given.pop(ignored, None)
        given["shape"] = unwrapped(given.get("shape") or ())
        if given.get("initializer") is None and given.get("dtype") is not None:
            floats = "float" in np.dtype(given["dtype"]).name
            given["initializer"] = "glorot_uniform" if floats else "zeros"
        return super().add_weight(**given)

    add_variable = add_weight

    def _variables(self, wanted: Callable[[bool], bool]) -> list[Variable]:
        found = weights_of(self, with_layer=True)
        return [
            Variable.of(slot, (slot.home or (0, path))[1])
            for path, layer, slot in found
            if wanted(slot.trainable and layer.trainable)
        ]

    @property
    def weights(self) -> list[Any]:
        """All variables: those that train first, as in Keras."""
        return [*self.trainable_weights, *self.non_trainable_weights]

    @property
    def trainable_weights(self) -> list[Any]:
        """The variables that training changes."""
        return self._variables(lambda trains: trains)

    @trainable_weights.setter
    def trainable_weights(self, variables: Any) -> None:
        """Take variables as weights, as layers of Keras 1 named theirs in ``build``."""
        own = {id(slot) for slot in self._weights.values()}
        for number, variable in enumerate(variables):
            if id(variable._slot) not in own:
                setattr(self, f"weight_{number}", variable)

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The variables that training leaves alone."""
        return self._variables(lambda trains: not trains)

    variables = property(lambda self: self.weights)
    trainable_variables = property(lambda self: self.trainable_weights)
    non_trainable_variables = property(lambda self: self.non_trainable_weights)
    updates = property(lambda self: [])

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all arrays, in the order in which Keras lists them for this layer."""
        return [np.array(variable.value) for variable in self._in_order()]

    def set_weights(self, weights: Any) -> None:
        """Replace all arrays, given in the order of :meth:`get_weights`."""
        ordered = {id(v): np.asarray(w) for v, w in zip(self._in_order(), weights, strict=True)}
        super().set_weights([ordered[id(v)] for v in self._variables(lambda trains: True)])

    def _in_order(self) -> list[Variable]:
        """Return the variables in the order in which Keras lists them."""
        return self._variables(lambda trains: True)

    @property
    def losses(self) -> list[Any]:
        """Penalties of regularizers on the weights, and what the last call added."""
        one = jax.tree.structure(((0,), {}))
        found = [
            compute(v.regularizer, one, [v.reading()])
            for v in self.trainable_weights
            if v.regularizer is not None
        ]
        return found + list(vars(self).get("_last_losses", ()))

    def random_key(self) -> jax.Array:
        """Return a key; where nothing is trained, as in ``predict``, it is the same in each program."""
        if self._scope is not None and self._scope.key is None:
            self._scope.key = jax.random.key(seed())
        return super().random_key()

    def add_loss(self, loss: Any, inputs: Any = None) -> None:
        """Add a penalty, a number or several, from inside ``call``; what it was made of need not be said."""
        collected = vars(self).get("_collected")
        if collected is not None:
            collected.append(loss)
            return
        for each in jax.tree.leaves(unwrapped(loss)):
            super().add_loss(jnp.sum(each))

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Make pairs of a variable and its new value assignments; what was assigned already stays so."""
        for update in updates if isinstance(updates, list) else [updates]:
            if isinstance(update, (tuple, list)) and hasattr(update[0], "assign"):
                update[0].assign(update[1])

    def add_metric(self, value: Any, name: str | None = None, **more: Any) -> None:
        """Watch a value from inside ``call``."""
        super().add_metric(as_array(value), name or "metric")

    # Attributes.

    @property
    def name(self) -> str:
        """The name; scripts of Keras 2 set it, where two models are joined whose layers are called alike."""
        return former_name(self) or super().name

    @name.setter
    def name(self, value: str) -> None:
        object.__setattr__(self, "_name", str(value))

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign; a free variable becomes a weight of the layer, and a tensor outside programs a constant."""
        if type(value) is Variable and value._slot is None and self._scope is None:
            super().__setattr__(name, slot_of(value, name))
        elif type(value) in (list, tuple, dict) and self._scope is None:
            super().__setattr__(name, held(self, name, value))
        elif self._scope is not None and name not in self._weights:
            object.__setattr__(self, name, value)
            keep(self, name, value)
        elif isinstance(value, Tensor) and self._scope is not None:
            super().__setattr__(name, value.value)
        elif isinstance(value, jax.Array) and self._scope is None and name not in self._weights:
            super().__setattr__(name, np.asarray(value))
        elif self._built and self._scope is None and self._is_argument(name):
            self._change(name, value)
        else:
            super().__setattr__(name, value)

    def _is_argument(self, name: str) -> bool:
        return name in self._arguments and not isinstance(getattr(type(self), name, None), property)

    def _change(self, name: str, value: Any) -> None:
        """Change an argument of a built layer, as ``model.layers[-1].activation = None`` does for the logits."""
        self._arguments[name] = value
        plain = on_arrays(value, name)
        plain = activations.get(plain) if name.endswith("activation") else plain
        object.__setattr__(self, name, plain)
        object.__setattr__(self, "_changes", vars(self).get("_changes", 0) + 1)

    def __getattr__(self, name: str) -> Any:
        """Return a weight as a variable, outside programs."""
        if name in ("input_shape", "output_shape"):
            return self._shape_of(name.removesuffix("_shape"))
        # LoRA: `kernel` is W + A B, `_kernel` the frozen W.
        adapted = getattr(type(self), "adapted", "")
        if name == adapted and self._scope is None and self.lora_enabled:
            return Tensor(self.adapted_weight())
        if adapted and name == f"_{adapted}":
            name = adapted
        slot = self.__dict__.get("_weights", {}).get(name)
        if slot is not None and self._scope is None:
            slot.fill_at_home(self._own_seed(), slot.name or name)
            found = Variable.of(slot, (slot.home or (0, slot.name or name))[1])
            # Keras keeps the statistics of a Normalization in a form that broadcasts: (1, features).
            kept = isinstance(self, pellucid.layers.Normalization)
            return Tensor(found.value[None]) if kept and found.ndim else found
        if not self._built and name in EMBEDDED and self._scope is None:
            self.build()  # a table depends on no inputs, and is there at once
            return getattr(self, name)
        if self._built and _is_declared(type(self), name):
            return None  # a weight that an option leaves out, as `bias` with use_bias=False
        return super().__getattr__(name)

    def _shape_of(self, end: str) -> Any:
        """Return the shape of the inputs or outputs: in the graph, or as it was when the weights were made."""
        known = vars(self).get("_built_for")
        try:
            return jax.tree.map(lambda tensor: tuple(tensor.shape), getattr(self, end))
        except AttributeError:
            if not known or not is_shape(known[0]):
                raise
        shape = (None, *known[0][1:])
        return shape if end == "input" else tuple(self.compute_output_shape(shape))

    @property
    def built(self) -> bool:
        """Whether the weights are declared; layers that declare none always are."""
        return self._built or (
            type(self).build is pellucid.Layer.build and not list(child_layers(self))
        )

    @built.setter
    def built(self, value: bool) -> None:
        object.__setattr__(self, "_built", bool(value))

    @property
    def supports_masking(self) -> bool:
        """Whether masks are passed on."""
        return vars(self).get("_supports_masking", passes_masks(self))

    @supports_masking.setter
    def supports_masking(self, value: bool) -> None:
        object.__setattr__(self, "_supports_masking", bool(value))

    compute_dtype = variable_dtype = property(lambda self: self.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments as plain data; objects among them as dicts of class and arguments."""
        config = super().get_config()
        if isinstance(self, pellucid.models.Model):
            return config
        if config.get("activity_regularizer", self) is None:
            del config["activity_regularizer"]
        return {name: _as_plain(value) for name, value in config.items()}

    @classmethod
    def from_config(cls, config: dict[str, Any], **options: Any) -> Any:
        """Make a layer of :meth:`get_config`'s answer."""
        return super().from_config({name: _as_object(value) for name, value in config.items()})

    def compute_output_shape(self, *shapes: Any, **named: Any) -> Any:
        """Return the shape of the outputs for inputs of a shape with None for the batch."""
        given = shapes[0] if shapes else next(iter(named.values()))
        specs = jax.tree.map(_symbol, given, is_leaf=is_shape)
        return jax.tree.map(lambda tensor: tuple(tensor.shape), self.clone()(specs))


def variables_of(layer: Any) -> list[Variable]:
    """Return the variables of a layer in Keras's order; of one of Pellucid's own as it declares them."""
    if isinstance(layer, LayerSide):
        return layer._in_order()
    return [Variable.of(slot, (slot.home or (0, path))[1]) for path, slot in weights_of(layer)]


def _as_plain(value: Any) -> Any:
    """Return a dict for an object of Pellucid's, in lists too, and an activation's name."""
    if isinstance(value, list):
        return [_as_plain(each) for each in value]
    if callable(value) and activations.TABLE.get(getattr(value, "__name__", "")) is value:
        return value.__name__
    return late("utils").serialize_keras_object(value) if isinstance(value, Recorded) else value


def _as_object(value: Any) -> Any:
    """Return the object for a dict that :func:`_as_plain` made."""
    if isinstance(value, list):
        return [_as_object(each) for each in value]
    described = isinstance(value, dict) and {"module", "class_name", "config"} <= set(value)
    return late("utils").deserialize_keras_object(value) if described else value


def _is_declared(cls: type, name: str) -> bool:
    """Tell whether a class of Pellucid's names a weight so, whether or not a layer has it."""
    return any(
        name in vars(base).get("__annotations__", {})
        for base in cls.__mro__
        if base.__module__.startswith("pellucid.layers")
    )


def _symbol(shape: Any) -> Any:
    return pellucid.layers.Input(batch_shape=tuple(shape))
