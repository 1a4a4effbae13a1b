"""``tf.function`` and compiled training steps: Python code with variables becomes one program.

The code is run once abstractly to find the variables it touches, and then traced: their arrays go in, and what was
assigned comes out and is stored. What needs numbers while it is traced (``float(loss)``, ``if x > 0``) cannot be
compiled; such code runs as it stands, which is said.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any
from weakref import WeakKeyDictionary

import jax
import numpy as np

from pellucid.keras.notices import say
from pellucid.keras.operation import VALUES
from pellucid.keras.random_keys import key_of, next_draw
from pellucid.keras.tensor import Tensor
from pellucid.keras.variable import (
    InnerVariableError,
    Variable,
    end_trace,
    running_trace,
    set_trace,
)

NEEDS_NUMBERS = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerBoolConversionError,
    jax.errors.TracerIntegerConversionError,
)


class Trace:
    """The arrays of variables while code is traced.

    Args:
        key: The key from which random draws come.
        values: Arrays by variable, where they are known.
    """

    def __init__(self, key: Any, values: dict[Variable, Any]):
        self.key = key
        self.now: dict[int, Any] = {id(variable): array for variable, array in values.items()}
        self.touched: dict[int, Variable] = {id(variable): variable for variable in values}
        self.written: dict[int, Variable] = {}
        self.draws = 0

    def read(self, variable: Variable) -> Any:
        """Return the array of a variable; of an unknown one its own."""
        if id(variable) not in self.now:
            self.touched[id(variable)] = variable
            self.now[id(variable)] = variable.stored()
        return self.now[id(variable)]

    def write(self, variable: Variable, array: Any) -> None:
        """Note a variable's new array."""
        self.touched[id(variable)] = self.written[id(variable)] = variable
        self.now[id(variable)] = array

    def next_key(self) -> Any:
        """Return a fresh key."""
        self.draws += 1
        return jax.random.fold_in(self.key, self.draws)


class Program:
    """Traced code for arguments of one form.

    Args:
        code: The Python function.
        structure: Where the leaves of its arguments stand.
        leaves: The leaves, arrays among them to be replaced.
    """

    def __init__(self, code: Callable[..., Any], structure: Any, leaves: list[Any]):
        self._code = code
        self._structure = structure
        self._constants = [None if is_value(leaf) else leaf for leaf in leaves]
        self._places = [i for i, leaf in enumerate(leaves) if is_value(leaf)]
        self.variables: list[Variable] = []
        self.written: list[Variable] = []
        self._answer: Any = None
        self._compiled = jax.jit(self._traced)

    def discover(self, arrays: list[Any], draw: Any) -> None:
        """Run the code abstractly until no new variable is found."""
        while True:
            known = len(self.variables)
            jax.eval_shape(self._traced, arrays, self._values(), draw)
            if len(self.variables) == known:
                return

    def __call__(self, arrays: list[Any], draw: Any) -> Any:
        """Run the program, store what it assigned, and return what the code returns."""
        answers, assigned = self._compiled(arrays, self._values(), draw)
        for variable, array in zip(self.written, assigned, strict=True):
            variable.keep(array)
        found = iter(answers)
        return rebuilt(self._answer, lambda leaf: Tensor(next(found)) if leaf is _VALUE else leaf)

    def _values(self) -> list[Any]:
        return [variable.stored() for variable in self.variables]

    def _traced(self, arrays: list[Any], values: list[Any], draw: Any) -> Any:
        trace = Trace(key_of(draw), dict(zip(self.variables, values, strict=True)))
        token = set_trace(trace)
        try:
            leaves = list(self._constants)
            for place, array in zip(self._places, arrays, strict=True):
                leaves[place] = Tensor(array)
            args, kwargs = jax.tree.unflatten(self._structure, leaves)
            answers: list[Any] = []
            self._answer = rebuilt(self._code(*args, **kwargs), lambda leaf: _put(leaf, answers))
        finally:
            end_trace(token)
        self.variables = list(trace.touched.values())
        self.written = list(trace.written.values())
        return answers, [trace.now[id(variable)] for variable in self.written]


_VALUE = object()


def rebuilt(tree: Any, change: Callable[[Any], Any]) -> Any:
    """Return lists, tuples and dicts with changed leaves; unlike JAX's trees, dicts keep their order."""
    if isinstance(tree, dict):
        return {name: rebuilt(each, change) for name, each in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(rebuilt(each, change) for each in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(rebuilt(each, change) for each in tree)
    return change(tree)


def _put(leaf: Any, answers: list[Any]) -> Any:
    """Put an array among a program's answers and return its mark; other leaves are kept as they are."""
    array = leaf.value if isinstance(leaf, Tensor) else leaf
    if not isinstance(array, jax.Array):
        return leaf
    answers.append(array)
    return _VALUE


class Function:
    """Python code that is compiled when it is called; what ``@tf.function`` makes.

    Args:
        code: The Python function.

    >>> step = Function(lambda x: x * 2)
    >>> float(step(Tensor(4.0)))
    8.0
    """

    eagerly = False
    __name__: str

    def __init__(self, code: Callable[..., Any]):
        update_wrapper(self, code)
        self.python_function = code
        self._programs: dict[Any, Program] = {}
        self._plainly = False
        self._bound: WeakKeyDictionary[Any, Function] = WeakKeyDictionary()

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        """Bind to an object, as methods do; each object has programs of its own."""
        if owner is None:
            return self
        if owner not in self._bound:
            self._bound[owner] = Function(self.python_function.__get__(owner, kind))
        return self._bound[owner]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the code as one program where that is possible."""
        if self._plainly or Function.eagerly or running_trace() is not None:
            return self.python_function(*args, **kwargs)
        leaves, structure = jax.tree.flatten((args, kwargs))
        arrays = [_array(leaf) for leaf in leaves if is_value(leaf)]
        form = (structure, tuple(_form(leaf) for leaf in leaves))
        try:
            draw = next_draw()
            program = self._programs.get(form)
            if program is None:
                program = Program(self.python_function, structure, leaves)
                program.discover(arrays, draw)
                self._programs[form] = program
            return program(arrays, draw)
        except InnerVariableError:
            return self.python_function(*args, **kwargs)  # its first call makes variables
        except NEEDS_NUMBERS as error:
            self._plainly = True
            say(
                f"function {self.__name__}",
                f"`{self.__name__}` uses numbers while it is compiled, so it runs uncompiled: "
                f"{str(error).splitlines()[0]}",
            )
            return self.python_function(*args, **kwargs)

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> Function:
        """Return itself: programs are made when it is called."""
        return self


def function(func: Any = None, **options: Any) -> Any:
    """Compile a Python function when it is called: ``@tf.function``, with or without arguments (without effect)."""
    if func is None:
        return lambda given: function(given, **options)
    return func if isinstance(func, Function) else Function(func)


def is_value(leaf: Any) -> bool:
    """Tell values from constants; a variable is itself, for code may assign to it. Texts stay on the host."""
    return (
        isinstance(leaf, VALUES) and not isinstance(leaf, Variable) and str(leaf.dtype) != "string"
    )


def _array(leaf: Any) -> Any:
    return leaf.value if isinstance(leaf, Tensor) else leaf


def _form(leaf: Any) -> Any:
    """Return what a program depends on: shape and dtype of arrays, other leaves as they are."""
    if is_value(leaf):
        return (tuple(leaf.shape), np.dtype(str(leaf.dtype)).name)
    try:
        hash(leaf)
    except TypeError:
        return id(leaf)
    return (type(leaf), leaf)
