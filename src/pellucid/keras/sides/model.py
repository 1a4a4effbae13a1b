"""What models get: Keras's ways of compiling, feeding and training, and tape-shaped steps of a script's own."""

from __future__ import annotations

import inspect
from typing import Any
from weakref import WeakKeyDictionary

import jax
import numpy as np

from pellucid.core.errors import FrozenError
from pellucid.data.targets import AS_IT_STANDS
from pellucid.keras import optimizers
from pellucid.keras.notices import differs, say
from pellucid.keras.sides import files, own_loop
from pellucid.keras.sides.around import graph_of
from pellucid.keras.sides.callback import prepared_callbacks, watches_batches
from pellucid.keras.sides.choices import loss_of_script, of_script
from pellucid.keras.sides.feeding import (
    class_weights_of,
    held_out,
    rows_as_arrays,
    targets_of,
    tensors_as_arrays,
    whole_data,
)
from pellucid.keras.sides.frozen import as_compiled, remember
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.sides.given import (
    EVALUATE,
    EVALUATE_OURS,
    FIT,
    PREDICT,
    PREDICT_OURS,
    are_weights,
    by_name,
    flat,
    kept,
    metric_name,
)
from pellucid.keras.sides.heads import output_names
from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.sides.ranks import fitting, fitting_call
from pellucid.keras.sides.record import KerasHistory
from pellucid.keras.sides.steps import StepSide
from pellucid.keras.tolerance import translate_method
from pellucid.models.attending import last_epoch, not_seen
from pellucid.modules.tree import places
from pellucid.training.streams import is_stream

_given_losses: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


class ModelSide(StepSide, LayerSide):
    """Mixed into every model of :mod:`pellucid.keras`."""

    strict = False
    beside = LayerSide.beside | {
        "_own_history", "_own_loss", "_own_optimizer", "_given_metrics", "_made_metrics", "_loss_tracker",
        "_loss_parts", "_steps",
    }  # fmt: skip

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.__module__.startswith("pellucid.") and "compute_loss" in vars(cls):
            cls.compute_loss = translated_method(vars(cls)["compute_loss"])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the model; inputs that lack a last axis of one get it, as in Keras."""
        if args:
            args = (fitting_call(self, args[0]), *args[1:])
        return super().__call__(*args, **kwargs)

    def host_inputs(self, x: Any) -> Any:
        """Return the inputs as layers on the host leave them; batches of streams, too, get a last axis of one."""
        return super().host_inputs(fitting_call(self, x))

    # Compiling.

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, *more: Any, **named: Any
    ) -> None:
        """Choose how to train; takes Keras 2's order (metrics third) and Keras 3's (loss_weights third)."""
        _, named = translate_method("compile", (), named)
        names = (
            ["loss_weights", "metrics"]
            if more and are_weights(more[0])
            else ["metrics", "loss_weights"]
        )
        named = dict(zip(names, more, strict=False)) | named
        for ignored in ("auto_scale_loss", "sample_weight_mode", "target_tensors", "distribute"):
            named.pop(ignored, None)
        named["metrics"] = self._of_outputs(named.get("metrics"))
        object.__setattr__(self, "_given_metrics", named["metrics"])
        object.__setattr__(self, "_own_history", None)
        object.__setattr__(self, "_made_metrics", None)
        _given_losses[self] = loss
        remember(self)
        for argument in ("metrics", "weighted_metrics"):
            chosen = named.get(argument)
            named[argument] = of_script([chosen] if isinstance(chosen, str) else chosen)
        super().compile(optimizers.get(optimizer), loss_of_script(loss), **named)

    def _of_outputs(self, metrics: Any) -> Any:
        """Give each of several outputs the metrics of one flat list, as Keras 2 does."""
        names = output_names(self)
        flat = isinstance(metrics, (list, tuple)) and not any(
            isinstance(each, (list, tuple, dict)) for each in metrics
        )
        if not flat or not names or len(names) == len(metrics):
            return metrics
        return {name: list(metrics) for name in names}

    @property
    def metrics(self) -> list[Any]:
        """The metric objects: compiled ones, and those that are attributes."""
        own = [value for value in vars(self).values() if hasattr(value, "update_state")]
        compiled = [] if self.compiled is None else [self.loss_tracker, *self.step_metrics()]
        return list({id(metric): metric for metric in (*compiled, *own)}.values())

    @property
    def metrics_names(self) -> list[str]:
        """The names of what ``evaluate`` returns."""
        history = getattr(vars(self).get("_own_history"), "history", None)
        if history:
            measured = [name for name in history if not name.startswith("val_")]
            return [name for name in measured if name != "learning_rate"]
        if names := output_names(self):
            return ["loss", *(f"{name}_loss" for name in names), *self._metric_names()]
        return ["loss", *map(metric_name, flat(self.__dict__.get("_given_metrics")))]

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign; a subclass may keep a loss, an optimizer or a seed of its own until it is compiled."""
        if name in ("loss", "optimizer", "history"):
            if self.compiled is not None and name != "history":
                raise FrozenError(
                    f"{type(self).__name__} '{self.name}'",
                    f"its `{name}` is that of `compile`.",
                    f"model.compile(..., {name}=...) again",
                )
            vars(self)[f"_own_{name}"] = value
        elif name == "seed":
            vars(self)["_seed"] = value if isinstance(value, int) else None
        else:
            super().__setattr__(name, value)

    @property
    def optimizer(self) -> Any:
        """The optimizer of ``compile``, or one that a subclass keeps for steps of its own."""
        if self.compiled is None:  # a subclass may have put it into its `__dict__` itself
            return vars(self).get("_own_optimizer", vars(self).get("optimizer"))
        return super().optimizer

    @property
    def loss(self) -> Any:
        """What was given to ``compile``: a training step of the script's own may call it under a tape."""
        if self.compiled is None:
            return vars(self).get("_own_loss")
        return _given_losses.get(self, self.compiled.loss)

    # Training.

    def fit(self, x: Any = None, y: Any = None, *more: Any, **named: Any) -> Any:
        """Train; arguments and defaults are Keras's, data may be tensors, data sets or generators too."""
        given = by_name(more, named, FIT)
        self._show_accuracy(given)
        _, given = translate_method("fit", (), given)
        epochs = int(given.pop("epochs", 1))
        for ignored in ("max_queue_size", "workers", "use_multiprocessing"):
            given.pop(ignored, None)
        x, y, given = whole_data(x, targets_of(y), given)
        x, y, given = held_out(x, y, given)
        if self._trains_on_penalties():
            y = None
        given["class_weight"] = class_weights_of(given.get("class_weight"))
        x, given = self._as_built(x, given)
        given = self._with_keras_batches(x, given)
        given["callbacks"] = prepared_callbacks(
            given.get("callbacks"), given.get("validation_data")
        )
        if self.has_own_step("train_step") or self.optimizer.has_own_rule:
            not_seen("a train_step of its own")
            epochs = last_epoch(epochs, given.get("initial_epoch", 0))
            return own_loop.fit(self, x, y, epochs=epochs, **given)
        self.optimizer.enter(self)
        with as_compiled(self), graph_of(self):
            history = super().fit(x, y, epochs=epochs, **given)
        self.optimizer.leave(self)
        for note in history.notes:
            if note.startswith(AS_IT_STANDS):
                differs(note, note)
        made = KerasHistory.of(history, self, given["callbacks"])
        object.__setattr__(self, "_own_history", made)
        return made

    @property
    def history(self) -> Any:
        """The last training's history."""
        return vars(self).get("_own_history")

    def _show_accuracy(self, given: dict[str, Any]) -> None:
        """Measure the accuracy, if ``fit`` or ``evaluate`` were asked to: in Keras 0.3 ``compile`` knew no metrics."""
        if given.get("show_accuracy") and self.compiled is not None and not self.compiled.metrics:
            self.compile(self.optimizer, self.compiled.loss, metrics=["accuracy"])

    def _trains_on_penalties(self) -> bool:
        """Tell whether ``compile`` was given neither loss nor metrics: what counts is then what layers add alone."""
        compiled = self.compiled
        if compiled is None or compiled.loss is not None or self.has_own_step("train_step"):
            return False
        return not self.__dict__.get("_given_metrics")

    def _as_built(self, x: Any, given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Return the inputs, and those of the validation, with the rank that the model wants."""
        checked = given.get("validation_data")
        if isinstance(checked, (tuple, list)) and checked:
            held = (fitting(self, checked[0]), *map(targets_of, checked[1:]))
            given = given | {"validation_data": held}
        return fitting(self, x), given

    def _inputs_of(self, x: Any) -> Any:
        """Return inputs as arrays with the rank that the model wants; streams stay as they are."""
        return x if is_stream(x) else fitting(self, tensors_as_arrays(x))

    def _with_keras_batches(self, x: Any, given: dict[str, Any]) -> dict[str, Any]:
        """Accept what Keras accepts: a batch above the number of rows, and stateful layers in any order."""
        if not is_stream(x) and given.get("batch_size"):
            rows = len(jax.tree.leaves(rows_as_arrays(x))[0])
            given = given | {"batch_size": min(int(given["batch_size"]), rows)}
        if given.get("shuffle", True) and self.is_stateful():
            differs(
                "stateful",
                "Rows stay in order, for the model has stateful layers; Keras shuffles them.",
            )
            given = given | {"shuffle": False}
        return given

    def evaluate(self, x: Any = None, y: Any = None, *more: Any, **named: Any) -> Any:
        """Measure; as Keras."""
        given = by_name(more, named, EVALUATE)
        self._show_accuracy(given)
        _, given = translate_method("evaluate", (), given)
        callbacks = prepared_callbacks(given.pop("callbacks", None))
        x, y = self._inputs_of(x), targets_of(y)
        if self.has_own_step("test_step") or watches_batches(callbacks, "test"):
            return own_loop.evaluate(self, x, y, callbacks=callbacks, **given)
        for hook in callbacks:
            hook.set_model(self)
            hook.on_test_begin()
        with graph_of(self):
            found = super().evaluate(x, y, **kept(given, EVALUATE_OURS))
        for hook in callbacks:
            hook.on_test_end()
        return found

    def predict(self, x: Any, *more: Any, **named: Any) -> Any:
        """Return the outputs as NumPy; as Keras."""
        given = by_name(more, named, PREDICT)
        _, given = translate_method("predict", (), given)
        callbacks = prepared_callbacks(given.pop("callbacks", None))
        by_batch = self.has_own_step("predict_step") or self.is_stateful()
        if by_batch or watches_batches(callbacks, "predict"):
            return own_loop.predict(self, self._inputs_of(x), callbacks=callbacks, **given)
        for hook in callbacks:
            hook.set_model(self)
            hook.on_predict_begin()
        found = super().predict(self._inputs_of(x), **kept(given, PREDICT_OURS))
        for hook in callbacks:
            hook.on_predict_end()
        return found

    def train_on_batch(self, x: Any, y: Any = None, *more: Any, **named: Any) -> Any:
        """Do one update; as Keras."""
        given = by_name(more, named, ("sample_weight", "class_weight", "return_dict"))
        given.pop("reset_metrics", None)
        not_seen("train_on_batch")
        x, y = self._inputs_of(x), targets_of(y)
        weight = own_loop.class_weights(given.get("sample_weight"), given.get("class_weight"), y)
        with as_compiled(self):
            data = own_loop.packed(x, y, weight)
            return own_loop.one_batch(self, "train_step", data, given.get("return_dict", False))

    def test_on_batch(self, x: Any, y: Any = None, *more: Any, **named: Any) -> Any:
        """Measure one batch; as Keras."""
        given = by_name(more, named, ("sample_weight", "return_dict"))
        data = own_loop.packed(self._inputs_of(x), targets_of(y), given.get("sample_weight"))
        return own_loop.one_batch(self, "test_step", data, given.get("return_dict", False))

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs of one batch as NumPy."""
        return jax.tree.map(np.asarray, self(self._inputs_of(x), training=False))

    def predict_classes(self, x: Any, *more: Any, **named: Any) -> Any:
        """Return the number of the largest output (above one half for a single one), as Keras 2 did."""
        say("predict_classes", "`predict_classes` is `model.predict(x).argmax(-1)` now")
        found = self.predict(x)
        return found.argmax(-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    def predict_proba(self, x: Any, *more: Any, **named: Any) -> Any:
        """Return the outputs, as Keras 2 did."""
        say("predict_proba", "`predict_proba` is `model.predict` now")
        return self.predict(x)

    def fit_generator(self, *args: Any, **named: Any) -> Any:
        """Train on a generator, as Keras 2 did."""
        _, named = translate_method("fit_generator", args, named)
        return self.fit(**named)

    def evaluate_generator(self, *args: Any, **named: Any) -> Any:
        """Measure on a generator, as Keras 2 did."""
        _, named = translate_method("evaluate_generator", args, named)
        return self.evaluate(**named)

    def predict_generator(self, *args: Any, **named: Any) -> Any:
        """Predict on a generator, as Keras 2 did."""
        _, named = translate_method("predict_generator", args, named)
        return self.predict(**named)

    # What a script asks.

    def has_own_step(self, name: str) -> bool:
        """Tell whether the class has a tape-shaped step of its own: one that takes ``data``."""
        method = getattr(type(self), name)
        ours = method is getattr(ModelSide, name)
        return not ours and len(inspect.signature(method).parameters) == 2

    def is_stateful(self) -> bool:
        """Tell whether a layer carries its state from batch to batch."""
        return any(getattr(layer, "stateful", False) for _, layer in places(self))

    def summary(self, *args: Any, **named: Any) -> None:
        """Print the layers; arguments that only Keras has are accepted."""
        shown = {
            k: v
            for k, v in named.items()
            if k in ("line_length", "print_fn", "expand_nested", "show_trainable")
        }
        length: Any = args[0] if args else shown.pop("line_length", None) or 80
        super().summary(length, **shown)

    def reset_states(self) -> None:
        """Set the states of stateful recurrent layers to zero."""
        for layer in self.layers:
            if hasattr(layer, "reset_states"):
                layer.reset_states()

    reset_state = reset_states

    def reset_metrics(self) -> None:
        """Let all metrics forget."""
        for metric in self.metrics:
            metric.reset_state()

    # Files.

    def save(self, filepath: Any, *options: Any, **more: Any) -> None:
        """Write the model to one file, whatever its suffix says; data only."""
        files.save_model(self, filepath)

    def save_weights(self, filepath: Any, *options: Any, **more: Any) -> None:
        """Write the weights."""
        files.save_weights(self, filepath)

    def load_weights(self, filepath: Any, *options: Any, **more: Any) -> Any:
        """Read weights: our own files, or Keras's."""
        return files.load_weights(self, filepath, *options, **more)

    def to_json(self, **options: Any) -> str:
        """Return the architecture as JSON."""
        return files.to_json(self)

    def to_yaml(self, **options: Any) -> str:
        """Return the architecture as JSON, which is YAML as well; Keras dropped the other forms of it."""
        say("to_yaml", "`to_yaml` is `to_json` now")
        return self.to_json()

    export = save
