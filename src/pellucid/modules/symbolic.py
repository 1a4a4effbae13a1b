"""Symbolic tensors: what a graph is written down with, ``y = Dense(3)(x)``, before there are any arrays.

Terms: a *node* is the record of one call of a layer; a tensor knows the node that made it, so from the outputs of a
model the whole graph is found. Sizes that are not known are None: the batch, and whatever varies from batch to batch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, NoReturn

import jax
import numpy as np

from pellucid.core.errors import ArgumentError, ArgumentTypeError
from pellucid.core.specs import Shape, as_shape
from pellucid.modules.graph import Symbolic
from pellucid.modules.graph_errors import no_attribute, no_function, no_value, who
from pellucid.modules.graph_operations import FUNCTIONS, GetItem, Operation, describe_part
from pellucid.modules.graph_shapes import BATCHES, outputs_of
from pellucid.modules.host import HostSpec, dtype_name, host_specs
from pellucid.modules.layer import Layer

_numbers = count()


@dataclass(eq=False)
class Node:
    """The record of one call of a layer.

    Attributes:
        layer: The layer.
        args: Its positional arguments, with symbolic tensors in them; empty for an input.
        kwargs: Its keyword arguments.
        outputs: The tree of tensors that it gave.
        number: Larger than those of the nodes before it, and of all nodes made earlier in this process.
    """

    layer: Layer
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outputs: Any = None
    number: int = 0

    def __post_init__(self) -> None:
        # What was unpickled brings its numbers along, so counting alone would not put parents first.
        before = [tensor.node.number + 1 for tensor in self.parents]
        self.number = max(next(_numbers), *before, 0)

    @property
    def parents(self) -> list[SymbolicTensor]:
        """The tensors that went in."""
        leaves = jax.tree.leaves((self.args, self.kwargs))
        return [leaf for leaf in leaves if isinstance(leaf, SymbolicTensor)]

    @property
    def inputs(self) -> Any:
        """What ``layer.input`` means: the first argument, or the input itself."""
        return self.args[0] if self.args else (self.parents or [self.outputs])[0]

    def forget(self) -> None:
        """Take the node off its layer's list."""
        kept = [node for node in self.layer._nodes if node is not self]
        object.__setattr__(self.layer, "_nodes", kept)


def _operate(function: str, *inputs: Any) -> Any:
    """Make the operation a layer and call it; what it cannot take is left to the other operand."""
    for value in inputs:
        if not isinstance(
            value, (SymbolicTensor, bool, int, float, np.generic, np.ndarray, jax.Array)
        ):
            return NotImplemented
    return Operation(function)(*inputs)


def _left(function: str) -> Callable[[Any, Any], Any]:
    """Return the method for ``x + y``."""
    return lambda self, other: _operate(function, self, other)


def _right(function: str) -> Callable[[Any, Any], Any]:
    """Return the method for ``y + x``."""
    return lambda self, other: _operate(function, other, self)


def _alone(function: str) -> Callable[[Any], Any]:
    """Return the method for ``-x``."""
    return lambda self: _operate(function, self)


class SymbolicTensor(Symbolic):
    """Stands for a batch of arrays that will come: it has a shape and a dtype, but no numbers.

    ``Input`` makes the first ones, layers make more of them, and ``Model(inputs, outputs)`` makes a model of what lies
    between. Arithmetic, comparisons and indexing work and become small layers.

    Attributes:
        shape: The shape, None where a size varies: ``(None, 28, 28)``.
        dtype: The dtype's name.
        node: The call that makes it.
        sparse: False, as ``ragged``: all tensors are dense.

    Example:
        >>> from pellucid import Input, layers
        >>> x = Input(shape=(4,), name="x")
        >>> layers.Dense(3)(x)[:, :2] * 0.5
        SymbolicTensor(shape=(None, 2), dtype='float32', name='multiply')

    Differs from Keras: the batch axis is left alone, so ``x[0]`` is refused. Differs from PyTorch: it has no symbolic
    tensors; there a graph is what running the code leaves behind.
    """

    sparse = ragged = False

    def __init__(self, shape: Any, dtype: Any, node: Node, index: int = 0):
        self.shape: Shape = as_shape(shape)
        self.dtype = dtype_name(dtype)
        self.node = node
        self._index = index

    @property
    def name(self) -> str:
        """The name of the layer that makes it; of several outputs also the number, ``"lstm:1"``."""
        several = len(jax.tree.leaves(self.node.outputs)) > 1
        return f"{self.node.layer.name}:{self._index}" if several else self.node.layer.name

    def call_layer(self, layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Record the call of a layer, and return symbolic outputs."""
        return call_symbolically(layer, args, kwargs)

    def __repr__(self) -> str:
        return f"SymbolicTensor(shape={self.shape}, dtype={self.dtype!r}, name={self.name!r})"

    def __getitem__(self, key: Any) -> Any:
        part = describe_part(key)
        if part and part[0] not in ("...", {"slice": [None, None, None]}):
            raise ArgumentError(
                who(self),
                "the first axis is the batch, whose rows never mix; it can only be taken whole.",
                "x[:, 0] takes the first feature of every row",
            )
        return GetItem(part)(self)

    __add__, __radd__ = _left("add"), _right("add")
    __sub__, __rsub__ = _left("subtract"), _right("subtract")
    __mul__, __rmul__ = _left("multiply"), _right("multiply")
    __truediv__, __rtruediv__ = _left("divide"), _right("divide")
    __floordiv__, __rfloordiv__ = _left("floor_divide"), _right("floor_divide")
    __mod__, __rmod__ = _left("remainder"), _right("remainder")
    __pow__, __rpow__ = _left("power"), _right("power")
    __matmul__, __rmatmul__ = _left("matmul"), _right("matmul")
    __and__, __rand__ = _left("bitwise_and"), _right("bitwise_and")
    __or__, __ror__ = _left("bitwise_or"), _right("bitwise_or")
    __xor__, __rxor__ = _left("bitwise_xor"), _right("bitwise_xor")
    # `==` stays a comparison of objects, as in Keras: tensors are kept in lists and dicts.
    __lt__ = _left("less")
    __le__ = _left("less_equal")
    __gt__ = _left("greater")
    __ge__ = _left("greater_equal")
    __ne__ = _left("not_equal")  # pyright: ignore[reportAssignmentType]
    __neg__ = _alone("negative")
    __abs__ = _alone("absolute")
    __invert__ = _alone("invert")

    def __iter__(self) -> NoReturn:
        raise no_value(self, "run through", "for i in range(n): x[:, i]")

    def __len__(self) -> NoReturn:
        raise no_value(self, "counted", "x.shape[1] is the size of the first axis behind the batch")

    def __bool__(self) -> NoReturn:
        raise no_value(self, "true or false", "layers.Lambda(lambda x: jnp.where(x > 0, x, 0))(x)")

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise no_function(self, None)

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Let ``array + x`` be as ``x + array``; other functions of NumPy need numbers."""
        name = function.__name__
        if method == "__call__" and name in FUNCTIONS and not options:
            return _operate(name, *inputs)
        raise no_function(self, f"np.{name}")

    def __array_function__(self, function: Any, *rest: Any) -> NoReturn:
        raise no_function(self, f"np.{function.__name__}")

    @property
    def __jax_array__(self) -> Any:
        """Refuse what JAX asks for when one of its functions gets the tensor; ``array + x`` asks too, and goes on."""
        if sys._getframe(1).f_code.co_filename.endswith("array_methods.py"):
            raise AttributeError
        raise no_function(self, None)

    def __getattr__(self, name: str) -> NoReturn:
        raise no_attribute(self, name)


# Recording calls.


def input_tensor(layer: Layer, shape: Shape, dtype: str) -> SymbolicTensor:
    """Return the tensor that enters a graph through ``layer``."""
    node = Node(layer, (), {})
    node.outputs = SymbolicTensor(shape, dtype, node)
    object.__setattr__(layer, "_nodes", [*layer._nodes, node])
    object.__setattr__(layer, "_built", True)
    return node.outputs


def call_symbolically(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Build the layer if need be, find the shapes of its outputs, and record the call as a node.

    The outputs are of the class of the first symbolic tensor that goes in.

    Raises:
        ArgumentTypeError: The layer's inputs mix symbolic tensors with arrays.
    """
    if args and not isinstance(layer, (Operation, GetItem)):
        refuse_mixed(layer, args[0])
    specs = host_specs(layer, args[0]) if layer.on_host else outputs_of(layer, args, kwargs)
    node = Node(layer, args, kwargs)
    leaves, structure = jax.tree.flatten(specs, is_leaf=lambda s: isinstance(s, HostSpec))
    given = jax.tree.leaves((args, kwargs))
    kind = next((type(leaf) for leaf in given if isinstance(leaf, SymbolicTensor)), SymbolicTensor)
    made = [kind(s.shape, s.dtype, node, i) for i, s in enumerate(leaves)]
    node.outputs = jax.tree.unflatten(structure, made)
    object.__setattr__(layer, "_nodes", [*layer._nodes, node])
    first = jax.tree.leaves(args[:1])
    if (
        first
        and not layer.on_host
        and all(is_tensor(leaf) and None not in leaf.shape[1:] for leaf in first)
    ):
        layer._note_inputs(jax.tree.map(lambda tensor: tensor.stand_in(BATCHES[0], 0), args[0]))
    return node.outputs


def is_tensor(value: Any) -> bool:
    """Tell symbolic tensors from other things."""
    return isinstance(value, SymbolicTensor)


def refuse_mixed(layer: Layer, inputs: Any) -> None:
    """Refuse arrays among symbolic inputs: they have rows, and the graph does not know how many there will be."""
    leaves = jax.tree.leaves(inputs)
    tensors = [leaf for leaf in leaves if is_tensor(leaf)]
    others = [leaf for leaf in leaves if not is_tensor(leaf)]
    if not others or not tensors:
        return
    shape = getattr(others[0], "shape", None)
    kind = f"an array of shape {tuple(shape)}" if shape else f"a {type(others[0]).__name__}"
    raise ArgumentTypeError(
        f"{type(layer).__name__} '{layer.name}'",
        f"its inputs mix the symbolic tensor '{tensors[0].name}' with {kind}.",
        f"an input of its own, Input(shape={tuple((shape or (0,))[1:])}), or for a constant: x + array",
    )
