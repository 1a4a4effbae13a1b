"""What optimizers get: ``apply_gradients`` on variables, with the optimizer's state in variables of its own."""

from __future__ import annotations

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import pellucid
from pellucid.core.errors import ArgumentError
from pellucid.keras.sides.made import Made
from pellucid.keras.tape import GradientTape
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import Variable, running_trace
from pellucid.optimizers.clipping import clipped


class Rate(float):
    """A learning rate with the methods of a variable."""

    owner: Any = None

    @classmethod
    def of(cls, owner: Any, value: float) -> Rate:
        """Return the rate of an optimizer."""
        made = cls(value)
        made.owner = owner
        return made

    def numpy(self) -> Any:
        """Return the number as NumPy."""
        return np.float32(self)

    value = read_value = numpy

    def assign(self, value: Any) -> Rate:
        """Change the optimizer's rate."""
        self.owner.learning_rate = float(value)
        return Rate.of(self.owner, float(value))


class OptimizerSide(pellucid.optimizers.Optimizer, metaclass=Made):
    """Mixed into every optimizer of :mod:`pellucid.keras`."""

    _slot_variables: dict[str, Any] | None = None
    _names: dict[int, str] | None = None
    _count: Variable | None = None

    @property
    def learning_rate(self) -> Any:
        """The rate: a number with a variable's methods, or a schedule."""
        value = vars(self)["learning_rate"]
        return Rate.of(self, value) if isinstance(value, (int, float)) else value

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        vars(self)["learning_rate"] = value

    @property
    def iterations(self) -> Variable:
        """How many updates were done."""
        if self._count is None:
            object.__setattr__(
                self, "_count", Variable(np.int32(0), trainable=False, name="iterations")
            )
        return self._count  # pyright: ignore[reportReturnType]

    @property
    def variables(self) -> list[Variable]:
        """The count of updates and the slots."""
        return [self.iterations, *jax.tree.leaves(self._slot_variables or {}, is_leaf=_is_variable)]

    def hyper_variables(self) -> dict[str, Variable]:
        """Return the optimizer's numbers as variables, so that a compiled step takes them as they are now."""
        cells = vars(self).setdefault("_cells", {})
        for name, value in self.hyper().items():
            with jax.ensure_compile_time_eval():
                number = jnp.float32(value)
            if name not in cells:
                cells[name] = Variable(number, trainable=False, name=name)
            elif running_trace() is None:
                cells[name].store(number)
        return {name: cells[name] for name in self.hyper()}

    def build(self, var_list: Any) -> None:
        """Make the slots for variables; variables that come later get theirs then."""
        names = dict(self._names or {})
        new = [v for v in var_list if id(v) not in names]
        for variable in new:
            names[id(variable)] = f"{len(names)}/{variable.path}"
        object.__setattr__(self, "_names", names)
        if not new:
            return
        with jax.ensure_compile_time_eval():
            params = {names[id(v)]: jnp.zeros(tuple(v.shape), str(v.dtype)) for v in new}
            slots = self.start(params)
            made = jax.tree.map(lambda a: Variable(a, trainable=False, name="slot"), slots)
        known = self._slot_variables or {}
        object.__setattr__(self, "_slot_variables", _merged(known, made))

    def apply_gradients(self, grads_and_vars: Any, *options: Any, **more: Any) -> Variable:
        """Update variables by their gradients; those without one stay as they are.

        Args:
            grads_and_vars: Pairs of gradient (or None) and variable.
            *options: Accepted.
            **more: Accepted.
        """
        pairs = [(g, v) for g, v in grads_and_vars if g is not None]
        if not pairs:
            raise ArgumentError(
                type(self).__name__,
                "no gradient was given for any variable.",
                "tape.gradient(loss, model.trainable_variables), the loss computed inside the tape",
            )
        self.build([v for _, v in pairs])
        names = [self._names[id(v)] for _, v in pairs]  # pyright: ignore[reportOptionalSubscript]
        grads = {
            n: as_array(g).astype(str(v.dtype)) for n, (g, v) in zip(names, pairs, strict=True)
        }
        params = {n: v.value for n, (_, v) in zip(names, pairs, strict=True)}
        slots = _chosen(self._slot_variables or {}, names)
        state = jax.tree.map(lambda cell: cell.value, slots, is_leaf=_is_variable)
        new_params, new_state = _update(self, grads, state, params, self.iterations.value)
        for name, (_, variable) in zip(names, pairs, strict=True):
            value = new_params[name]
            constraint = variable.constraint
            variable.assign(value if constraint is None else constraint(value))
        jax.tree.map(lambda cell, array: cell.assign(array), slots, new_state, is_leaf=_is_variable)
        self.iterations.assign_add(1)
        return self.iterations

    def apply(self, grads: Any, *more: Any, **named: Any) -> Any:
        """Update variables given as a second list (Keras), or do Pellucid's pure step."""
        if len(more) == 1 or "trainable_variables" in named:
            variables = more[0] if more else named["trainable_variables"]
            return self.apply_gradients(zip(grads, variables, strict=True))
        return super().apply(grads, *more, **named)

    def _clip_gradients(self, grads: Any) -> list[Any]:
        """Return gradients clipped as the optimizer was told; Keras's subclasses call it."""
        found = {str(i): as_array(grad) for i, grad in enumerate(grads)}
        limits = (self.clipnorm, self.clipvalue, self.global_clipnorm)
        return (
            [Tensor(found[str(i)]) for i in range(len(found))]
            if limits == (None,) * 3
            else [Tensor(grad) for grad in clipped(found, *limits).values()]
        )

    def exclude_from_weight_decay(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, var_list: Any = None, var_names: Any = None
    ) -> None:
        """Let variables, given themselves or by parts of their names, not decay."""
        self.build(var_list or ())
        known = [(self._names or {})[id(variable)] for variable in var_list or ()]
        paths = [v.path for v in var_list or () if v._slot is not None]
        names = [f"^{re.escape(name)}$" for name in (*known, *paths)]
        super().exclude_from_weight_decay([*names, *(var_names or ())])

    def minimize(self, loss: Any, var_list: Any, tape: Any = None) -> Any:
        """Differentiate a loss (a tensor with its tape, or a function) and update the variables."""
        if tape is None:
            with GradientTape() as tape:
                loss = loss()
        variables: Any = var_list() if callable(var_list) else var_list
        return self.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    def __getattr__(self, name: str) -> Any:
        """Return the learning rate under its old name."""
        if name in ("lr", "_learning_rate"):
            return self.learning_rate
        raise AttributeError(f"{type(self).__name__} has no attribute `{name}`")

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign; the learning rate may be a tensor."""
        name = "learning_rate" if name == "lr" else name
        value = float(value) if isinstance(value, (Tensor, np.generic, Rate)) else value
        super().__setattr__(name, value)
        if name in self._arguments and vars(self).get("_cells"):
            self.hyper_variables()


def _update(optimizer: Any, grads: Any, state: Any, params: Any, step: Any) -> Any:
    """Do one pure step, compiled once for each optimizer object."""
    program = vars(optimizer).get("_program")
    if program is None:
        program = jax.jit(lambda *args: pellucid.optimizers.Optimizer.apply(optimizer, *args))
        object.__setattr__(optimizer, "_program", program)
    hyper = {name: cell.value for name, cell in optimizer.hyper_variables().items()}
    return program(grads, state, params, hyper, step)


def _is_variable(value: Any) -> bool:
    return isinstance(value, Variable)


def _merged(known: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Join the slots of further variables to those there are; single numbers stay the first ones."""
    merged = dict(known)
    for name, slot in new.items():
        if isinstance(slot, dict):
            merged[name] = {**merged.get(name, {}), **slot}
        else:
            merged.setdefault(name, slot)
    return merged


def _chosen(slots: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {
        name: {path: slot[path] for path in names if path in slot}
        if isinstance(slot, dict)
        else slot
        for name, slot in slots.items()
    }
