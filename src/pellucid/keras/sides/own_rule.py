"""Optimizers of a script's own: ``build`` makes variables, ``update_step`` assigns to them."""

from __future__ import annotations

from typing import Any

import jax

import pellucid
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import Variable


class OwnRule(pellucid.optimizers.Optimizer):
    """What Keras's base class gives to optimizers that are written by hand."""

    _own_variables: tuple[Variable, ...] = ()
    _known: tuple[Variable, ...]

    @property
    def has_own_rule(self) -> bool:
        """Whether the class has an ``update_step`` of its own, on variables."""
        return not type(self).update_step.__module__.startswith("pellucid.")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Change one variable by its gradient."""
        raise NotImplementedError

    def add_variable(
        self,
        shape: Any,
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: Any = None,
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Make a variable of the optimizer's state."""
        make: Any = pellucid.initializers.get(initializer)
        with jax.ensure_compile_time_eval():
            array = as_array(make(tuple(shape), str(dtype or "float32")))
        made = Variable(array, trainable=False, name=f"{self.name}/{name or 'variable'}")
        object.__setattr__(self, "_own_variables", (*self._own_variables, made))
        return made

    def add_variable_from_reference(
        self, reference_variable: Any, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Make a variable of the state with the shape and dtype of one that is trained."""
        path = reference_variable.path.replace("/", "_")
        return self.add_variable(
            tuple(reference_variable.shape),
            initializer,
            str(reference_variable.dtype),
            name=f"{path}_{name or 'var'}",
        )

    def add_optimizer_variables(
        self, trainable_variables: Any, name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Make a variable of the state for each that is trained; with several names, a list for each name."""
        names = [name] if isinstance(name, str) else list(name)
        starts = (
            list(initializer)
            if isinstance(initializer, (list, tuple))
            else [initializer] * len(names)
        )
        rows = [
            [
                None
                if variable.overwrite_with_gradient
                else self.add_variable_from_reference(variable, each, start)
                for each, start in zip(names, starts, strict=True)
            ]
            for variable in trainable_variables
        ]
        columns = tuple([row[i] for row in rows] for i in range(len(names)))
        return columns[0] if isinstance(name, str) else columns

    def assign(self, variable: Any, value: Any) -> None:
        """Assign to a variable."""
        variable.assign(value)

    def assign_add(self, variable: Any, value: Any) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Any, value: Any) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def _get_variable_index(self, variable: Any) -> int:
        return next(place for place, known in enumerate(self._known) if known is variable)

    def _make_own_step(self, pairs: list[Any]) -> None:
        """Clip, let the weights decay, and change each by the script's rule."""
        scale = self.loss_scale_factor
        grads = [as_array(g).astype(str(v.dtype)) for g, v in pairs]
        grads = self._clip_gradients(grads if scale is None else [g / scale for g in grads])
        variables = [v for _, v in pairs]
        self._apply_weight_decay(variables)
        rate = Tensor(as_array(self._rate_now()))
        for grad, variable in zip(grads, variables, strict=True):
            self.update_step(grad, variable, rate)
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))

    def _clip_gradients(self, grads: Any) -> list[Any]:
        raise NotImplementedError

    def _apply_weight_decay(self, variables: Any) -> None:
        raise NotImplementedError

    def _rate_now(self) -> Any:
        raise NotImplementedError
