"""An optimizer's variables as a whole: read, set, saved, and passed through a pure step."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any
from weakref import ref

import jax
import jax.numpy as jnp
import numpy as np

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.keras.function import Trace
from pellucid.keras.sides.slots import chosen, is_variable
from pellucid.keras.tensor import as_array, unwrapped
from pellucid.keras.variable import Variable, end_trace, set_trace


class OptimizerState(pellucid.optimizers.Optimizer):
    """What is done with all variables of an optimizer at once."""

    _known: tuple[Variable, ...]
    _names: dict[int, str] | None
    _slot_variables: dict[str, Any] | None
    _trained: Any = None
    _settled: int = 0

    @property
    def variables(self) -> list[Variable]:
        """All variables."""
        raise NotImplementedError

    @property
    def built(self) -> bool:
        """Whether the variables are known that it updates."""
        raise NotImplementedError

    @property
    def _iterations(self) -> Variable:
        raise NotImplementedError

    def build(self, var_list: Any) -> None:
        """Make the slots for variables."""
        raise NotImplementedError

    def apply_gradients(self, grads_and_vars: Any) -> Any:
        """Update variables by their gradients."""
        raise NotImplementedError

    def get_weights(self) -> list[Any]:
        """Return the values of all variables as NumPy."""
        return [np.asarray(variable.stored()) for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give all variables their values.

        Raises:
            ArgumentError: The variables are not made yet, or their number or a shape is another one.
        """
        self._must_be_built("set_weights(weights)")
        own = self.variables
        values = [np.asarray(as_array(value)) for value in weights]
        shapes = [tuple(variable.shape) for variable in own]
        if shapes != [value.shape for value in values]:
            raise ArgumentError(
                type(self).__name__,
                f"values of shapes {[value.shape for value in values]} do not fit its variables of shapes {shapes}.",
                "an optimizer of the same class, built with the same variables",
            )
        for variable, value in zip(own, values, strict=True):
            variable.assign(value)
        object.__setattr__(self, "_settled", -1)

    def save_own_variables(self, store: Any) -> None:
        """Write all variables into a dict, by their number as a text."""
        for place, value in enumerate(self.get_weights()):
            store[str(place)] = value

    def load_own_variables(self, store: Any) -> None:
        """Read all variables from a dict; if their number is another one, nothing is read, which is told."""
        own = self.variables
        if len(store.keys()) != len(own):
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has {len(own)} variables whereas "
                f"the saved optimizer has {len(store.keys())} variables. Build it first: "
                "optimizer.build(model.trainable_variables).",
                stacklevel=2,
            )
            return
        for place, variable in enumerate(own):
            variable.assign(store[str(place)])
        object.__setattr__(self, "_settled", -1)

    def stateless_apply(
        self, optimizer_variables: Any, grads: Any, trainable_variables: Any
    ) -> tuple[list[Any], list[Any]]:
        """Return the new values of the trainable variables and of the optimizer's; nothing is assigned.

        Args:
            optimizer_variables: The values of ``variables``.
            grads: Gradients, one for each variable that the optimizer was built with.
            trainable_variables: Values of those variables.

        Raises:
            ArgumentError: The variables are not made yet, or there are more or fewer of them.
        """
        self._must_be_built("stateless_apply(...)")
        trained, own = self._known, self.variables
        for what, given, held in (
            ("optimizer_variables", optimizer_variables, own),
            ("trainable_variables", trainable_variables, trained),
        ):
            if len(given) != len(held):
                raise ArgumentError(
                    type(self).__name__,
                    f"`{what}` must be a list of {len(held)} values, but {len(given)} came.",
                    "[v.value for v in optimizer.variables]",
                )
        values = [unwrapped(as_array(v)) for v in (*trainable_variables, *optimizer_variables)]
        trace = Trace(None, dict(zip((*trained, *own), values, strict=True)))
        token = set_trace(trace)
        try:
            self.apply_gradients(zip(grads, trained, strict=True))
        finally:
            end_trace(token)
        return [trace.now[id(v)] for v in trained], [trace.now[id(v)] for v in own]

    # Between `fit`, which keeps its state in the model, and the variables here. Each takes over from the other when it
    # goes on, so that nothing is copied for a script that only calls `fit`.

    def enter(self, model: Any) -> None:
        """Let a ``fit`` begin where steps by hand, or :meth:`set_weights`, left the state."""
        self.settle()
        steps = int(self._iterations.stored())
        names, slots = self._names or {}, self._slot_variables or {}
        session = model._need_session()
        weights = {v.path: v for v in model.trainable_weights or () if id(v) in names}
        if steps == self._settled or set(names.values()) != set(weights):
            return
        session.optimizer_state = jax.tree.map(
            lambda cell: jnp.array(cell.stored(), copy=True), slots, is_leaf=is_variable
        )
        session.trainable = frozenset(weights)
        session.steps = steps

    def leave(self, model: Any) -> None:
        """Note that a ``fit`` of this model did the last steps."""
        self.count_to(model._need_session().steps)
        object.__setattr__(self, "_settled", model._need_session().steps)
        object.__setattr__(self, "_trained", ref(model))

    def settle(self) -> None:
        """Take over the state that the last ``fit`` left, if it was not yet."""
        if self._trained is None:
            return
        model = self._trained()
        object.__setattr__(self, "_trained", None)
        session = None if model is None else model._session
        if model is None or session is None or session.compiled.optimizer is not self:
            return
        trained = [v for v in model.weights if v.path in session.trainable]
        if len(trained) != len(session.trainable) or session.optimizer_state is None:
            return
        self.build(trained)
        slots = chosen(self._slot_variables or {}, [v.path for v in trained])
        jax.tree.map(
            lambda cell, array: cell.store(jnp.array(array, copy=True)),
            slots,
            session.optimizer_state,
            is_leaf=is_variable,
        )

    def count_to(self, steps: int) -> None:
        """Note how often gradients were applied in all."""
        self._iterations.assign(steps)

    def _must_be_built(self, what: str) -> None:
        if not self.built:
            raise ArgumentError(
                type(self).__name__,
                f"You are calling `{what}` on an optimizer that does not know its variables yet.",
                "optimizer.build(model.trainable_variables)",
            )
