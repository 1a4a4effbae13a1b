"""What metrics get: variables hold their state, so that training steps of scripts can be compiled with them."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import jax
import numpy as np
from jax.core import Tracer

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.core.registry import snake_case
from pellucid.keras.function import Trace
from pellucid.keras.mixed_precision import policy_of
from pellucid.keras.notices import differs
from pellucid.keras.ops.settings import floatx
from pellucid.keras.random_keys import running_layer
from pellucid.keras.sides.made import Made
from pellucid.keras.sides.metric_variables import NAMES, is_known_beforehand, parts_of
from pellucid.keras.tensor import Tensor, as_array, unwrapped, wrapped
from pellucid.keras.variable import Variable, end_trace, running_trace, set_trace

_parts: WeakKeyDictionary[Any, tuple[dict[str, Variable], list[Variable]]] = WeakKeyDictionary()


class MetricSide(pellucid.metrics.Metric, metaclass=Made):
    """Mixed into every metric of :mod:`pellucid.keras`: the state lies in variables.

    Attributes:
        name: The metric's name.
    """

    beside = frozenset(("_cells", "_first", "_empty"))
    _cells: dict[str, Variable] | None = None
    _first: Any = None
    _empty: Any = None
    _added: Any = None

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
            self._cells, self._empty = cells, {n: cell.stored() for n, cell in cells.items()}
        for name, array in state.items():
            cells[name].assign(array)

    @property
    def dtype(self) -> str:
        """The dtype by name; sums are kept in float32 with their rounding errors whatever it says."""
        given = vars(self).get("dtype")
        return floatx() if given is None else policy_of(given).compute_dtype

    @dtype.setter
    def dtype(self, value: Any) -> None:
        if "dtype" in vars(self):
            raise AttributeError(f"the dtype of '{self.name}' was chosen when it was made")
        vars(self)["dtype"] = value

    _dtype = dtype

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, with the dtype by name."""
        config = super().get_config()
        return {**config, "dtype": self.dtype} if "dtype" in config else config

    @property
    def variables(self) -> list[Variable]:
        """The state, in Keras's variables where they are known."""
        cells = self._made_cells()
        parts = _parts.get(self)
        if parts is None or parts[0] is not cells:
            parts = _parts[self] = (cells, parts_of(self, cells))
        own = {id(v): v for v in (*parts[1], *(self._added or ()))}
        return list(own.values())

    @property
    def weights(self) -> list[Variable]:
        """The state."""
        return self.variables

    non_trainable_variables = weights

    def _made_cells(self) -> dict[str, Variable]:
        """Return the variables that hold the state; made now, if no batch is needed for them."""
        if self._cells is None and is_known_beforehand(self):
            self._state = self.start(None, None, 0)  # pyright: ignore[reportIncompatibleVariableOverride]
        return self._cells if self._cells is not None else {}

    def state_variables(self) -> list[Variable]:
        """Return the variables that hold the state, as programs take them."""
        return [*self._made_cells().values(), *(self._added or ())]

    def add_variable(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a further variable of the state; takes ``add_weight(name, shape, initializer)`` in either order."""
        names = (
            ("name", "shape", "initializer")
            if args and isinstance(args[0], str)
            else ("shape", "initializer", "dtype", "name")
        )
        given = dict(zip(names, args, strict=False)) | kwargs
        shape = tuple(given.get("shape") or ())
        start: Any = pellucid.initializers.get(given.get("initializer") or "zeros")
        value = start(shape, given.get("dtype") or "float32")
        name = f"{self.name.replace('/', '>')}/{given.get('name') or 'state'}"
        made = Variable(np.asarray(as_array(value)), trainable=False, name=name)
        object.__setattr__(self, "_added", [*(self._added or ()), made])
        return made

    add_weight = add_variable

    def __getattr__(self, name: str) -> Any:
        """Return a variable by its name."""
        if name in NAMES:
            for variable in self.variables:
                if variable.name == name:
                    return variable
        raise AttributeError(
            f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self
        )

    # Without assigning: values of the variables go in, and come out.

    def stateless_update_state(self, metric_variables: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Return the values that the variables have after a batch more."""
        return self._aside(metric_variables, lambda: self.update_state(*args, **kwargs))[1]

    def stateless_result(self, metric_variables: Any) -> Any:
        """Return the result that belongs to values of the variables."""
        return self._aside(metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list[Any]:
        """Return the values that the variables have after a reset."""
        return self._aside([v.value for v in self.variables], self.reset_state)[1]

    def _aside(self, values: Any, act: Any) -> tuple[Any, list[Any]]:
        variables = self.variables
        if len(values) != len(variables):
            raise ArgumentError(
                f"Metric '{self.name}'",
                f"`metric_variables` must be a list of {len(variables)} values, but {len(values)} came.",
                "[v.value for v in metric.variables]",
            )
        trace = Trace(None, {cell: cell.stored() for cell in self.state_variables()})
        token = set_trace(trace)
        try:
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
            found = act()
            return found, [variable.value for variable in variables]
        finally:
            end_trace(token)

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Add a batch."""
        layer = running_layer.get()
        if layer is not None and running_trace() is None and _traced((args, kwargs)):
            self._watch(layer, args, kwargs)
            return
        with (
            jax.ensure_compile_time_eval()
            if not _traced((args, kwargs, self._state))
            else _Nothing()
        ):
            super().update_state(*unwrapped(args), **unwrapped(kwargs))

    def _watch(self, layer: Any, args: Any, kwargs: Any) -> None:
        """Give the batch's value to the history: inside the ``call`` of a layer a program can keep nothing."""
        with jax.ensure_compile_time_eval():
            cells = {cell: cell.stored() for cell in self.state_variables()}
        token = set_trace(Trace(None, cells))
        try:
            self.reset_state()
            self.update_state(*args, **kwargs)
            value = self.result()
        finally:
            end_trace(token)
        layer.add_metric(value, name=self.name)
        differs(
            f"metric {self.name} in call",
            f"`{self.name}` is updated inside `call`, so its column is the mean of the values of all batches.",
        )

    def result(self) -> Any:
        """Return the value as a tensor."""
        return wrapped(jax.numpy.asarray(super().result()))

    def reset_state(self) -> None:
        """Forget what was seen; variables stay the same, so that programs know them."""
        for name, cell in (self._cells or {}).items():
            if cell.shape != np.shape(self._first[name]):  # a buffer that has grown
                self._cells = None
                return
            if running_trace() is None:
                cell.keep(self._empty[name])
            else:
                cell.assign(self._empty[name])

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
        """Assign, and remember variables and metrics, in lists and dicts too."""
        for each in _state_in(value):
            if not any(each is known for known in self._own()):
                self._own().append(each)
        object.__setattr__(self, name, value)

    def _own(self) -> list[Any]:
        return vars(self).setdefault("_variables", [])

    def add_variable(self, *args: Any, **kwargs: Any) -> Variable:
        """Make a variable of the state; takes ``add_weight(name, shape, initializer)`` in either order."""
        made = super().add_variable(*args, **kwargs)
        self._added.remove(made)
        self._own().append(made)
        return made

    add_weight = add_variable

    @property
    def variables(self) -> list[Variable]:
        """The state: its own variables, then those of the metrics that it holds."""
        held = [each.variables for each in self._own() if isinstance(each, MetricSide)]
        return [*self._alone(), *(variable for each in held for variable in each)]

    def state_variables(self) -> list[Variable]:
        """Return the variables that hold the state, those of the metrics in it as programs take them."""
        held = [each.state_variables() for each in self._own() if isinstance(each, MetricSide)]
        return [*self._alone(), *(variable for each in held for variable in each)]

    def _alone(self) -> list[Variable]:
        return [each for each in self._own() if isinstance(each, Variable)]

    def reset_state(self) -> None:
        """Set all variables to zero."""
        for variable in self.variables:
            variable.assign(np.zeros(tuple(variable.shape), str(variable.dtype)))

    # Inside Pellucid's programs: the variables' arrays are the state.

    def start(self, y_true: Any, y_pred: Any, samples: int) -> Any:
        """Return the arrays of the variables after a reset."""
        with jax.ensure_compile_time_eval():
            self.reset_state()
            return {str(i): np.asarray(v.stored()) for i, v in enumerate(self.state_variables())}

    def add(self, state: Any, y_true: Any, y_pred: Any, sample_weight: Any) -> Any:
        """Return the arrays after ``update_state``."""
        given = [Tensor(as_array(y_true)), Tensor(as_array(y_pred))]
        given += [] if sample_weight is None else [Tensor(sample_weight)]
        return self._with(state, lambda: self.update_state(*given))[1]

    def compute(self, state: Any) -> Any:
        """Return what ``result`` makes of the arrays."""
        return self._with(state, self.result)[0]

    def _with(self, state: Any, act: Any) -> tuple[Any, Any]:
        trace = Trace(None, {v: state[str(i)] for i, v in enumerate(self.state_variables())})
        token = set_trace(trace)
        try:
            found = act()
            found = None if found is None else as_array(found)
        finally:
            end_trace(token)
        return found, {str(i): trace.now[id(v)] for i, v in enumerate(self.state_variables())}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch and return the value so far."""
        self.update_state(*args, **kwargs)
        return self.result()


def _state_in(value: Any) -> list[Any]:
    """Return the variables and metrics in lists and dicts."""
    if isinstance(value, (Variable, MetricSide)):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, (dict, list, tuple)):
        return []
    return [each for part in inner for each in _state_in(part)]


class _Nothing:
    """A context that does nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: Any) -> None:
        return None


def _traced(tree: Any) -> bool:
    return any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(unwrapped(tree)))
