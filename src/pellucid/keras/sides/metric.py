"""What metrics get: variables hold their state, so that training steps of scripts can be compiled with them."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from jax.core import Tracer

import pellucid
from pellucid.core.registry import snake_case
from pellucid.keras.function import Trace
from pellucid.keras.sides.made import Made
from pellucid.keras.tensor import Tensor, as_array, unwrapped, wrapped
from pellucid.keras.variable import Variable, end_trace, set_trace


class MetricSide(pellucid.metrics.Metric, metaclass=Made):
    """Mixed into every metric of :mod:`pellucid.keras`: the state lies in variables.

    Attributes:
        name: The metric's name.
    """

    _cells: dict[str, Variable] | None = None
    _first: Any = None

    def start(self, y_true: Any, y_pred: Any, samples: int) -> Any:
        """Return the statistics of nothing, and remember them for a reset."""
        with jax.ensure_compile_time_eval():
            self._first = super().start(y_true, y_pred, samples)
        return self._first

    @property
    def _state(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        return None if self._cells is None else {n: cell.value for n, cell in self._cells.items()}

    @_state.setter
    def _state(self, state: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        if state is None:
            self._cells = None
            return
        cells: Any = self._cells
        if cells is None or any(cells[n].value.shape != np.shape(a) for n, a in state.items()):
            first = self._first if cells is None else state
            cells = {n: Variable(a, trainable=False, name=n) for n, a in first.items()}
            self._cells = cells
        for name, array in state.items():
            cells[name].assign(array)

    @property
    def variables(self) -> list[Variable]:
        """The state."""
        return list((self._cells or {}).values())

    weights = variables
    non_trainable_variables = variables

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Add a batch."""
        with jax.ensure_compile_time_eval() if not _traced((args, kwargs)) else _Nothing():
            super().update_state(*unwrapped(args), **unwrapped(kwargs))

    def result(self) -> Any:
        """Return the value as a tensor."""
        return wrapped(jax.numpy.asarray(super().result()))

    def reset_state(self) -> None:
        """Forget what was seen; variables stay the same, so that programs know them."""
        for name, cell in (self._cells or {}).items():
            if cell.shape != np.shape(self._first[name]):  # a buffer that has grown
                self._cells = None
                return
            cell.assign(self._first[name])

    reset_states = reset_state

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch and return the value so far."""
        if any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves((args, kwargs))):
            return super().__call__(*args, **kwargs)
        self.update_state(*args, **kwargs)
        return self.result()


class Metric(MetricSide):
    """A metric of a script's own: ``update_state`` assigns to variables, ``result`` reads them.

    Args:
        name: Its name in histories.
        dtype: Accepted.
    """

    takes_any = True

    def __init__(self, name: str | None = None, dtype: Any = None, **more: Any):
        super().__init__(name or snake_case(type(self).__name__), dtype)

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign, and remember variables."""
        if isinstance(value, Variable):
            self._own()[name] = value
        object.__setattr__(self, name, value)

    def _own(self) -> dict[str, Variable]:
        return vars(self).setdefault("_variables", {})

    def add_weight(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a variable of the state; takes ``add_weight(name, shape, initializer)`` in either order."""
        names = (
            ("name", "shape", "initializer")
            if args and isinstance(args[0], str)
            else ("shape", "initializer", "dtype", "name")
        )
        given = dict(zip(names, args, strict=False)) | kwargs
        shape = tuple(given.get("shape") or ())
        start: Any = pellucid.initializers.get(given.get("initializer") or "zeros")
        value = start(shape, given.get("dtype") or "float32")
        made = Variable(
            np.asarray(as_array(value)), trainable=False, name=given.get("name") or "state"
        )
        self._own()[f"variable {len(self._own())}"] = made
        return made

    add_variable = add_weight

    @property
    def variables(self) -> list[Variable]:
        """The state."""
        return list({id(v): v for v in self._own().values()}.values())

    def reset_state(self) -> None:
        """Set all variables to zero."""
        for variable in self.variables:
            variable.assign(np.zeros(tuple(variable.shape), str(variable.dtype)))

    # Inside Pellucid's programs: the variables' arrays are the state.

    def start(self, y_true: Any, y_pred: Any, samples: int) -> Any:
        """Return the arrays of the variables after a reset."""
        with jax.ensure_compile_time_eval():
            self.reset_state()
            return {str(i): np.asarray(v.stored()) for i, v in enumerate(self.variables)}

    def add(self, state: Any, y_true: Any, y_pred: Any, sample_weight: Any) -> Any:
        """Return the arrays after ``update_state``."""
        given = [Tensor(as_array(y_true)), Tensor(as_array(y_pred))]
        given += [] if sample_weight is None else [Tensor(sample_weight)]
        return self._with(state, lambda: self.update_state(*given))[1]

    def compute(self, state: Any) -> Any:
        """Return what ``result`` makes of the arrays."""
        return self._with(state, self.result)[0]

    def _with(self, state: Any, act: Any) -> tuple[Any, Any]:
        trace = Trace(None, {v: state[str(i)] for i, v in enumerate(self.variables)})
        token = set_trace(trace)
        try:
            found = act()
            found = None if found is None else as_array(found)
        finally:
            end_trace(token)
        return found, {str(i): trace.now[id(v)] for i, v in enumerate(self.variables)}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch and return the value so far."""
        self.update_state(*args, **kwargs)
        return self.result()


class _Nothing:
    """A context that does nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: Any) -> None:
        return None


def _traced(tree: Any) -> bool:
    return any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(unwrapped(tree)))
