"""What optimizers get: ``apply_gradients`` on variables, with the optimizer's state in variables of its own."""

from __future__ import annotations

import re
import warnings
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pellucid.core.errors import ArgumentError
from pellucid.keras.naming import numbered
from pellucid.keras.sides.made import Made
from pellucid.keras.sides.optimizer_state import OptimizerState
from pellucid.keras.sides.own_rule import OwnRule
from pellucid.keras.sides.rates import CalledRate, Rate, RateVariable, decayed
from pellucid.keras.sides.slots import chosen, is_variable, merged, ordered
from pellucid.keras.sides.updates import Updating
from pellucid.keras.tape import GradientTape
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import Variable, running_trace
from pellucid.optimizers.binding import bound_copy
from pellucid.optimizers.clipping import clipped


class MadeOptimizer(Made):
    """The class of the shim's optimizers: each gets a name of its own, as in Keras."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an optimizer; a learning rate may be a function without arguments."""
        args = tuple(CalledRate.of(value) for value in args[:1]) + args[1:]
        if "learning_rate" in kwargs:
            kwargs["learning_rate"] = CalledRate.of(kwargs["learning_rate"])
        return named(super().__call__(*args, **kwargs))


def named(optimizer: Any) -> Any:
    """Give an optimizer without a name that of its class, numbered from the second on."""
    if optimizer.name is None:
        optimizer.name = numbered(type(optimizer).__name__)
    return optimizer


class OptimizerSide(Updating, OptimizerState, OwnRule, metaclass=MadeOptimizer):
    """Mixed into every optimizer of :mod:`pellucid.keras`."""

    beside = frozenset(
        [
            "name",
            "_slot_variables",
            "_names",
            "_known",
            "_count",
            "_cells",
            "_program",
            "_trained",
            "_settled",
        ]
    )
    _slot_variables: dict[str, Any] | None = None
    _names: dict[int, str] | None = None
    _known: tuple[Variable, ...] = ()
    _count: Variable | None = None

    @property
    def learning_rate(self) -> Any:
        """The rate: a number with a variable's methods, a schedule, or what a function of the script says now."""
        value = vars(self)["learning_rate"]
        if isinstance(value, CalledRate):
            return as_array(value())
        return Rate.of(self, value) if isinstance(value, (int, float)) else value

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if decayed(vars(self).get("learning_rate")) and isinstance(value, (int, float)):
            vars(self)["learning_rate"].initial_learning_rate = float(value)
        else:
            vars(self)["learning_rate"] = value

    @property
    def built(self) -> bool:
        """Whether the variables are known that it updates."""
        self.settle()
        return bool(self._known)

    def _slots(self) -> dict[str, Any]:
        self.settle()
        return self._slot_variables or {}

    @property
    def _iterations(self) -> Variable:
        """How often gradients were applied."""
        if self._count is None:
            count = Variable(np.int32(0), trainable=False, name=f"{self.name}/iteration")
            object.__setattr__(self, "_count", count)
        return self._count  # pyright: ignore[reportReturnType]

    @property
    def iterations(self) -> Any:
        """How many updates were done."""
        every = self.gradient_accumulation_steps
        return self._iterations // every if every else self._iterations

    @property
    def variables(self) -> list[Variable]:
        """The count of steps, the learning rate if it is a number, and the slots."""
        self.settle()
        rate = self.hyper_variables().get("learning_rate")
        own = [self._iterations] if rate is None else [self._iterations, rate]
        return [*own, *ordered(self._slots()), *self._own_variables]

    def hyper_variables(self) -> dict[str, Variable]:
        """Return the optimizer's numbers as variables, so that a compiled step takes them as they are now."""
        cells = vars(self).setdefault("_cells", {})
        numbers = self.hyper()
        for name, value in numbers.items():
            with jax.ensure_compile_time_eval():
                number = jnp.float32(value)
            if name not in cells:
                number_of_its_own = not isinstance(vars(self).get(name), CalledRate)
                settable = name == "learning_rate" and number_of_its_own
                cells[name] = (
                    RateVariable(self)
                    if settable
                    else Variable(number, trainable=False, name=f"{self.name}/{name}")
                )
            elif running_trace() is None and not isinstance(cells[name], RateVariable):
                cells[name].store(number)
        return {name: cells[name] for name in numbers}

    def build(self, var_list: Any) -> None:
        """Make the slots for variables; variables that come later get theirs then."""
        names = dict(self._names or {})
        new = [v for v in var_list if id(v) not in names]
        if not new:
            return
        for variable in new:
            path, taken = variable.path, set(names.values())
            names[id(variable)] = path if path not in taken else f"{path} {len(names)}"
        object.__setattr__(self, "_names", names)
        object.__setattr__(self, "_known", (*self._known, *new))
        with jax.ensure_compile_time_eval():
            slots = self.start({names[id(v)]: v.stored() for v in new})
        # Slots of weights that are replaced by their gradients are never needed, but for what is accumulated.
        spared = {names[id(v)] for v in new if v.overwrite_with_gradient}
        made = {}
        for slot, arrays in slots.items():
            if not isinstance(arrays, dict):
                made[slot] = jax.tree.map(lambda array, at=slot: self._slot(at, array), arrays)
                continue
            made[slot] = {
                path: jax.tree.map(lambda array, at=f"{path}_{slot}": self._slot(at, array), array)
                for path, array in arrays.items()
                if path not in spared or slot == "accumulated"
            }
        object.__setattr__(self, "_slot_variables", merged(self._slots(), made))

    def _slot(self, name: str, array: Any) -> Variable:
        with jax.ensure_compile_time_eval():
            return Variable(array, trainable=False, name=f"{self.name}/{name.replace('/', '_')}")

    def apply_gradients(self, grads_and_vars: Any, *options: Any, **more: Any) -> Variable:
        """Update variables by their gradients; those without one stay as they are.

        Args:
            grads_and_vars: Pairs of gradient (or None) and variable.
            *options: Accepted.
            **more: Accepted.
        """
        given = list(grads_and_vars)
        if any(id(v) not in (self._names or {}) for _, v in given):
            self.build([v for _, v in given])
        pairs = self._overwritten(self._with_gradients(given))
        if pairs and self.has_own_rule:
            self._make_own_step(pairs)
        elif pairs:
            self._make_step(pairs)
        self._iterations.assign_add(1)
        return self._iterations

    def _make_step(self, pairs: list[Any]) -> None:
        """Do one step for pairs of gradient and variable."""
        names = [self._name_of(v) for _, v in pairs]
        grads = {
            n: as_array(g).astype(str(v.dtype)) for n, (g, v) in zip(names, pairs, strict=True)
        }
        params = {n: v.value for n, (_, v) in zip(names, pairs, strict=True)}
        slots = chosen(self._slots(), names)
        state = jax.tree.map(lambda cell: cell.value, slots, is_leaf=is_variable)
        new_params, new_state = _update(self, grads, state, params, self._iterations.value)
        for name, (_, variable) in zip(names, pairs, strict=True):
            value = new_params[name]
            constraint = variable.constraint
            variable.assign(value if constraint is None else constraint(value))
        jax.tree.map(lambda cell, array: cell.assign(array), slots, new_state, is_leaf=is_variable)

    def _name_of(self, variable: Variable) -> str:
        return (self._names or {})[id(variable)]

    def _with_gradients(self, pairs: list[Any]) -> list[Any]:
        """Return the pairs that have a gradient; the others are told.

        Raises:
            ArgumentError: There is none.
        """
        found = [(g, v) for g, v in pairs if g is not None]
        without = [v.path for g, v in pairs if g is None]
        if not found:
            raise ArgumentError(
                type(self).__name__,
                "No gradients provided for any variable.",
                "tape.gradient(loss, model.trainable_variables), the loss computed inside the tape",
            )
        if without:
            warnings.warn(
                f"Gradients do not exist for variables {without} when minimizing the loss. They stay as they are.",
                stacklevel=4,
            )
        return found

    def _overwritten(self, pairs: list[Any]) -> list[Any]:
        """Give variables that are replaced by their gradients the new values, and return the other pairs."""
        every = self.gradient_accumulation_steps
        for grad, variable in pairs:
            if not variable.overwrite_with_gradient:
                continue
            value = as_array(grad)
            if every:
                due = (self._iterations.value + 1) % every == 0
                cell = self._slots()["accumulated"][self._name_of(variable)]
                value = jnp.maximum(value, cell.value)
                cell.assign(jnp.where(due, 0, value))
                value = jnp.where(due, value, variable.value)
            variable.assign(value)
        return [(g, v) for g, v in pairs if not v.overwrite_with_gradient]

    def apply(self, grads: Any, *more: Any, **named: Any) -> Any:
        """Update variables given as a second list, or those it was built with; or do Pellucid's pure step."""
        if isinstance(grads, dict):
            return super().apply(grads, *more, **named)
        variables = more[0] if more else named.get("trainable_variables")
        if variables is None:
            self._must_be_built("apply(grads)")
            variables = self._known
            if len(grads) != len(variables):
                raise ArgumentError(
                    type(self).__name__,
                    f"{len(grads)} gradients came for {len(variables)} variables.",
                    "optimizer.apply(grads, variables)",
                )
        if len(grads):
            self.apply_gradients(zip(grads, variables, strict=True))
        return None

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Do the rule's part of a step for one variable: no clipping, no decay, no average."""
        self.build([variable])
        name = self._name_of(variable)
        cells = chosen(self._slots(), [name])
        slots = {n: c for n, c in cells.items() if n not in ("average", "accumulated")}
        state = jax.tree.map(lambda cell: cell.value, slots, is_leaf=is_variable)
        bound = bound_copy(
            self, {name: cell.value for name, cell in self.hyper_variables().items()}
        )
        rate = jnp.asarray(as_array(learning_rate), jnp.float32)
        params = {name: variable.value}
        grads = {name: as_array(gradient).astype(str(variable.dtype))}
        updates, new = bound.rule(grads, state, params, rate, self._iterations.value)
        variable.assign(params[name] + updates[name])
        jax.tree.map(lambda cell, array: cell.assign(array), slots, new, is_leaf=is_variable)

    def scale_loss(self, loss: Any) -> Any:
        """Return the loss times ``loss_scale_factor``."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def finalize_variable_values(self, var_list: Any) -> None:
        """Give variables their averages, if there are any."""
        for variable, average in zip(var_list, self._averages(var_list), strict=True):
            variable.assign(average.value)

    def _averages(self, var_list: Any) -> list[Variable]:
        slots = self._slots().get("average", {})
        return [slots[self._name_of(variable)] for variable in var_list] if slots else []

    # Parts that optimizers and callbacks of scripts use, by Keras's names.

    @property
    def _model_variables_moving_average(self) -> list[Variable]:
        self.settle()
        return self._averages(self._known)

    @property
    def _accumulated_gradients(self) -> list[Variable]:
        slots = self._slots()["accumulated"]
        return [slots[self._name_of(variable)] for variable in self._known]

    def _clip_gradients(self, grads: Any) -> list[Any]:
        found = {str(i): as_array(grad) for i, grad in enumerate(grads)}
        limits = (self.clipnorm, self.clipvalue, self.global_clipnorm)
        return (
            [Tensor(found[str(i)]) for i in range(len(found))]
            if limits == (None,) * 3
            else [Tensor(grad) for grad in clipped(found, *limits).values()]
        )

    def _apply_weight_decay(self, variables: Any) -> None:
        rate = jnp.asarray(as_array(self._rate_now()), jnp.float32)
        params = {str(place): v.value for place, v in enumerate(variables)}
        if self._names is not None and all(id(v) in self._names for v in variables):
            params = {self._name_of(v): v.value for v in variables}
        decayed = self._decayed(params, rate)
        for variable, value in zip(variables, decayed.values(), strict=True):
            variable.assign(value)

    def _rate_now(self) -> Any:
        numbers = {name: cell.value for name, cell in self.hyper_variables().items()}
        return self.learning_rate_at(numbers, self._iterations.value)

    def exclude_from_weight_decay(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, var_list: Any = None, var_names: Any = None
    ) -> None:
        """Let variables, given themselves or by parts of their names, not decay."""
        self.build(var_list or ())
        exact = [f"^{re.escape(self._name_of(variable))}$" for variable in var_list or ()]
        super().exclude_from_weight_decay([*exact, *(var_names or ())])

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
        value = CalledRate.of(value) if name == "learning_rate" else value
        super().__setattr__(name, value)
        if name == "learning_rate" and not isinstance(value, (int, float)):
            vars(self).get("_cells", {}).pop(name, None)
            object.__setattr__(self, "_program", None)
        elif name in self._arguments and vars(self).get("_cells"):
            self.hyper_variables()


def _update(optimizer: Any, grads: Any, state: Any, params: Any, step: Any) -> Any:
    """Do one pure step, compiled once for each optimizer object."""
    program = vars(optimizer).get("_program")
    if program is None:
        rule = plain_class(type(optimizer)).apply
        program = jax.jit(lambda *args: rule(optimizer, *args))
        object.__setattr__(optimizer, "_program", program)
    hyper = {name: cell.value for name, cell in optimizer.hyper_variables().items()}
    return program(grads, state, params, hyper, step)


def plain_class(cls: type) -> type:
    """Return Pellucid's class that a class of the shim, or of a script, stands for."""
    return next(vars(base)["plain"] for base in cls.__mro__ if "plain" in vars(base))
