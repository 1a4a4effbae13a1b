"""The parts of which scripts write training steps: ``self.compute_loss``, ``self.compiled_metrics`` and their kin."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

import pellucid
from pellucid.keras.late import late
from pellucid.keras.sides.accuracy import ShapeAccuracy
from pellucid.keras.sides.around import on_batch
from pellucid.keras.sides.counted import CountedLayers
from pellucid.keras.sides.heads import choices_by_output, for_output, output_names
from pellucid.keras.sides.loss import LossSide
from pellucid.keras.sides.metric import MetricSide
from pellucid.keras.sides.rates import decayed
from pellucid.keras.tape import GradientTape
from pellucid.keras.tensor import Tensor, as_array


class StepSide(CountedLayers):
    """Steps on variables: the default ones, and what overriding ones call."""

    def train_step(self, *data: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Do one step with a tape and return numbers by name; with four arguments, Pellucid's pure step."""
        if len(data) > 1:
            return super().train_step(*data)
        x, y, weight = unpack_x_y_sample_weight(*data)
        with GradientTape() as tape:
            outputs = self(x, training=True)
            loss = self.compute_loss(x, y, outputs, weight)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return self.compute_metrics(x, y, outputs, weight, loss)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step; of an optimizer with `decay=` that of the first."""
        schedule = vars(self.optimizer).get("learning_rate")
        if decayed(schedule):
            return float(schedule.initial_learning_rate)
        return pellucid.models.Model.learning_rate.fget(self)  # pyright: ignore[reportOptionalCall]

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if not decayed(vars(self.optimizer).get("learning_rate")):
            pellucid.models.Model.learning_rate.fset(self, value)  # pyright: ignore[reportOptionalCall]
        self.optimizer.learning_rate = float(value)  # callbacks change what scripts see there

    def test_step(self, data: Any) -> Any:
        """Measure a batch and return numbers by name."""
        x, y, weight = unpack_x_y_sample_weight(data)
        outputs = self(x, training=False)
        return self.compute_metrics(x, y, outputs, weight, self.compute_loss(x, y, outputs, weight))

    def predict_step(self, data: Any) -> Any:
        """Return the outputs of a batch."""
        return self(unpack_x_y_sample_weight(data)[0], training=False)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the compiled loss of a batch; at the prompt with the penalties, as Keras does."""
        if self._scope is not None:
            return super().compute_loss(x, y, y_pred, sample_weight, training)
        with on_batch(self, x, y_pred):
            total = self.compiled_loss(y, y_pred, sample_weight)
        for penalty in self.losses:
            total = total + penalty
        return total

    def compiled_loss(
        self, y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None
    ) -> Any:
        """Return the compiled loss of a batch, those of several outputs added with their weights."""
        names = output_names(self)
        if names:
            return self._joined_loss(names, y_true, y_pred, sample_weight, regularization_losses)
        losses = jax.tree.leaves(self.compiled.loss, is_leaf=callable)
        targets, outputs = jax.tree.leaves(y_true), jax.tree.leaves(y_pred)
        if len(losses) == 1:
            losses *= len(outputs)
        total = sum(regularization_losses or [])
        for loss, target, output in zip(losses, targets, outputs, strict=False):
            target = as_targets(target, output)
            total = total + _tensor_loss(loss, target, output, sample_weight)
        return total

    def _joined_loss(
        self, names: list[str], y_true: Any, y_pred: Any, sample_weight: Any, penalties: Any
    ) -> Any:
        total, parts = sum(penalties or []), {}
        for place, name in enumerate(names):
            loss = for_output(self.compiled.loss, names, place)
            if loss is None:
                continue
            output = for_output(y_pred, names, place)
            target = as_targets(for_output(y_true, names, place), output)
            value = _tensor_loss(loss, target, output, for_output(sample_weight, names, place))
            parts[f"{name}_loss"] = value
            weight = for_output(self.compiled.loss_weights, names, place)
            total = total + (value if weight is None else value * float(weight))
        object.__setattr__(self, "_loss_parts", parts)
        return total

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None, loss: Any = None
    ) -> dict[str, Any]:
        """Add a batch to the compiled metrics and return their values by name."""
        if loss is not None:
            self.loss_tracker.update_state(loss)
        self.compiled_metrics.update_state(y, y_pred, sample_weight)
        parts = self.__dict__.get("_loss_parts", {}) if output_names(self) else {}
        measured = zip(self._metric_names(), self.step_metrics(), strict=True)
        return {
            "loss": self.loss_tracker.result(),
            **parts,
            **{name: metric.result() for name, metric in measured},
        }

    def _metric_names(self) -> list[str]:
        """Return the names of the compiled metrics; of several outputs, behind their output's."""
        names, made = output_names(self), self.step_metrics()
        if not names:
            return [metric.name for metric in made]
        places = [place for place, _ in choices_by_output(self._chosen_metrics(), names)]
        return [f"{names[i]}_{metric.name}" for i, metric in zip(places, made, strict=True)]

    def _chosen_metrics(self) -> Any:
        return self.__dict__.get("_given_metrics")

    def get_metrics_result(self) -> dict[str, Any]:
        """Return the values of all metrics by name."""
        return {metric.name: metric.result() for metric in self.metrics}

    @property
    def compiled_metrics(self) -> Any:
        """Takes ``update_state(y, y_pred)`` for all compiled metrics."""
        return _All(self)

    def step_metrics(self) -> list[Any]:
        """Return the compiled metrics as objects with state."""
        if self.__dict__.get("_made_metrics") is None:
            names, chosen = output_names(self), self._chosen_metrics()
            given = jax.tree.leaves(chosen, is_leaf=callable)
            if names:
                given = [choice for _, choice in choices_by_output(chosen, names)]
            object.__setattr__(self, "_made_metrics", [metric_of(choice) for choice in given])
        return self.__dict__["_made_metrics"]

    @property
    def loss_tracker(self) -> Any:
        """The running mean of the loss."""
        if "_loss_tracker" not in self.__dict__:
            object.__setattr__(self, "_loss_tracker", late("metrics").Mean(name="loss"))
        return self.__dict__["_loss_tracker"]

    @loss_tracker.setter
    def loss_tracker(self, metric: Any) -> None:
        """Take a script's own metric of that name."""
        object.__setattr__(self, "_loss_tracker", metric)

    def forget_batches(self) -> None:
        """Let everything that collects over an epoch begin anew."""
        own = (*self.metrics, self.loss_tracker, *self.step_metrics())
        for metric in {id(m): m for m in own}.values():
            metric.reset_state()


class _All:
    """The compiled metrics, made into objects when the first batch shows what they measure.

    Args:
        model: The model.
    """

    def __init__(self, model: Any):
        self._model = model

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to each."""
        model = self._model
        names = output_names(model)
        if not names:
            for metric in model.step_metrics():
                metric.update_state(y_true, y_pred, sample_weight)
            return
        places = [place for place, _ in choices_by_output(model._chosen_metrics(), names)]
        for place, metric in zip(places, model.step_metrics(), strict=True):
            given = (for_output(tree, names, place) for tree in (y_true, y_pred, sample_weight))
            metric.update_state(*given)


def metric_of(choice: Any) -> Any:
    """Return the metric that a name, function or object means."""
    if isinstance(choice, MetricSide):
        return choice
    return ShapeAccuracy(choice) if choice in ("accuracy", "acc") else late("metrics").get(choice)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Return inputs, targets and weights of a batch, None where there are none."""
    if not isinstance(data, (tuple, list)):
        return data, None, None
    x, y, weight = (*data, None, None)[:3]
    return x, y, weight


def as_targets(target: Any, output: Any) -> Any:
    """Return targets ``(batch,)`` as a column where the outputs are one, and indices without a last axis of one."""
    if target.ndim + 1 == output.ndim and output.shape[-1] == 1:
        return target.reshape((*target.shape, 1))
    return target


def _tensor_loss(loss: Any, target: Any, output: Any, weight: Any) -> Any:
    if isinstance(loss, LossSide):
        return loss(target, output, weight)
    return LossSide.__call__(loss, target, output, weight)


def number(value: Any) -> float:
    """Return a number of logs as Python's."""
    return float(np.asarray(as_array(value) if isinstance(value, Tensor) else value))
