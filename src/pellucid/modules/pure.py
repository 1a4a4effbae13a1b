"""The pure functions that serve every model: ``infer``, ``init``, ``apply`` (and ``run``, which tells more).

Only flat dicts of arrays by path go in and out, so ``jax.grad``, ``vmap``, ``scan`` and ``jit`` work as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import UsageError
from pellucid.modules.binding import Restart, Scope
from pellucid.modules.tree import weights_of

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer

Arrays = dict[str, Any]


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["outputs", "state", "losses", "logits", "captured", "metrics"],
    meta_fields=["activation"],
)
@dataclass(frozen=True)
class Applied:
    """What one application of a model gave.

    Attributes:
        outputs: The model's outputs.
        state: The state after the call, by path.
        losses: Penalties added by layers (``add_loss``, activity regularizers), one scalar each.
        logits: What the last activation was applied to, where it is known; of several outputs a tuple, in the order of
            ``jax.tree.leaves``.
        activation: The name of that activation, e.g. ``"softmax"``, or None; of several outputs a tuple.
        captured: Every layer's output by path, when asked for.
        metrics: What layers watch (``add_metric``), one number each, by name.
    """

    outputs: Any
    state: Arrays
    losses: list[Any] = field(default_factory=list)
    logits: Any = None
    activation: Any = None
    captured: Arrays = field(default_factory=dict)
    metrics: Arrays = field(default_factory=dict)


@dataclass(frozen=True)
class Inferred:
    """What shape inference found out.

    Attributes:
        outputs: Specs of the outputs.
        activation: The name of the last activation or None; of several outputs a tuple.
        shapes: Each layer's shapes of inputs and outputs by path.
        losses: How many penalties layers added.
        metrics: The names of what layers watch (``add_metric``).
        masks: The shapes of the outputs' masks, None where there is none; of several outputs a tuple.
    """

    outputs: Any
    activation: Any
    shapes: dict[str, tuple[Any, Any]]
    losses: int = 0
    metrics: tuple[str, ...] = ()
    masks: Any = None


@cache
def key_spec() -> Any:
    """Return what a JAX key looks like, without making one; kept, since it is asked for at every layer."""
    return jax.eval_shape(lambda: jax.random.key(0))


def infer(
    model: Layer, inputs: Any, *more: Any, training: bool = False, **options: Any
) -> Inferred:
    """Run the model abstractly: every layer is built, every shape known, no array made.

    Args:
        model: Any layer or model.
        inputs: Arrays or ``jax.ShapeDtypeStruct`` of one batch (any tree of them).
        *more: Further inputs, for layers whose ``call`` takes several.
        training: The flag that the layers see.
        **options: Handed to ``call`` as they are.

    Example:
        >>> import jax
        >>> from pellucid import Sequential, layers
        >>> model = Sequential([layers.Dense(50_000), layers.Dense(10)])
        >>> infer(model, jax.ShapeDtypeStruct((2, 100_000), "float32")).outputs
        ShapeDtypeStruct(shape=(2, 10), dtype=float32)
    """
    spec = jax.tree.map(
        lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), (inputs, *more)
    )
    found = infer_with(model, lambda bound, *batch: bound(*batch, **options), spec, training)
    for path, slot in weights_of(model):
        slot.home = (model._own_seed(), path)
    return found


def infer_with(
    model: Layer, compute: Callable[..., Any], specs: Sequence[Any], training: bool = False
) -> Inferred:
    """As :func:`infer`, for a call of any form, ``compute(bound_model, *arrays)``; weights keep the home they have.

    Args:
        model: Any layer or model.
        compute: Calls the bound model.
        specs: What the arrays look like.
        training: The flag that the layers see.
    """
    kept: dict[str, Any] = {}

    def trace(batch: Any, key: Any) -> Any:
        scope = Scope({}, training=training, key=key, building=True)
        outputs = compute(scope.bind(model), *batch)
        kept.update(
            activation=last_activations(scope, outputs)[1],
            shapes=scope.shapes,
            losses=len(scope.losses),
            metrics=tuple(scope.metrics),
            masks=jax.tree.map(jnp.shape, output_masks(scope, outputs)),
        )
        return outputs

    while True:
        try:
            outputs = jax.eval_shape(trace, tuple(specs), key_spec())
        except Restart:
            continue
        return Inferred(outputs, **kept)


def init(model: Layer, seed: int = 0, inputs: Any = None) -> tuple[Arrays, Arrays]:
    """Draw fresh starting values: ``(params, state)``, both by path.

    Args:
        model: A model that is built, or any model when ``inputs`` are given.
        seed: Any integer; a weight's numbers depend on it and on the weight's path only.
        inputs: A batch (or its ``ShapeDtypeStruct``) to build the model with.

    Example:
        >>> import jax
        >>> from pellucid import Sequential, layers
        >>> params, state = init(
        ...     Sequential([layers.Dense(3)]), 0, jax.ShapeDtypeStruct((1, 2), "float32")
        ... )
        >>> {path: array.shape for path, array in params.items()}
        {'dense/kernel': (2, 3), 'dense/bias': (3,)}
    """
    if inputs is not None:
        infer(model, inputs)
    if not model.built:
        raise UsageError(
            f"{type(model).__name__} '{model.name}'",
            "the model is not built, so its weights' shapes are unknown.",
            "pellucid.init(model, seed, inputs=x[:1])",
        )
    drawn = {path: jax.device_put(slot.draw(seed, path)) for path, slot in weights_of(model)}
    return split_weights(model, drawn)


def split_weights(model: Layer, arrays: Arrays) -> tuple[Arrays, Arrays]:
    """Part arrays by path into parameters and state."""
    kinds = {path: slot.trainable for path, slot in weights_of(model)}
    params = {path: array for path, array in arrays.items() if kinds[path]}
    state = {path: array for path, array in arrays.items() if not kinds[path]}
    return params, state


def apply(
    model: Layer,
    params: Arrays,
    state: Arrays,
    inputs: Any,
    *,
    training: Any = False,
    key: Any = None,
    method: str | None = None,
) -> tuple[Any, Arrays]:
    """Compute ``(outputs, new_state)`` from arrays alone; the model object is only read.

    Args:
        model: A built model.
        params: Parameters by path.
        state: State by path, e.g. moving means.
        inputs: One batch.
        training: Whether layers behave as in training.
        key: A JAX key; needed where a layer draws random numbers.
        method: The name of a method of the model that is called on the inputs in the place of ``call``: ``"encode"``.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from pellucid import Sequential, layers
        >>> model, x = Sequential([layers.Dense(1, kernel_initializer="ones")]), jnp.ones((4, 2))
        >>> params, state = init(model, 0, x)
        >>> gradient = jax.grad(lambda params: apply(model, params, state, x)[0].sum())(params)
        >>> gradient["dense/kernel"]
        Array([[4.],
               [4.]], dtype=float32)
    """
    applied = run(model, params, state, inputs, training=training, key=key, method=method)
    return applied.outputs, applied.state


def run(
    model: Layer,
    params: Arrays,
    state: Arrays,
    inputs: Any,
    *,
    training: Any = False,
    key: Any = None,
    hyper: Arrays | None = None,
    capture: bool = False,
    method: str | None = None,
) -> Applied:
    """As :func:`apply`, and tell penalties, the last activation's input and, on request, every output.

    Args:
        model: A built model.
        params: Parameters by path.
        state: State by path.
        inputs: One batch.
        training: Whether layers behave as in training.
        key: A JAX key; needed where a layer draws random numbers.
        hyper: Numeric hyper-parameters by path that replace the layers' own, as arrays.
        capture: Keep every layer's output.
        method: As for :func:`apply`.
    """
    scope = Scope({**params, **state}, training=training, key=key, hyper=hyper, capture=capture)
    if method is None:
        return run_with(model, lambda bound: bound(inputs), state, scope)
    return run_with(model, lambda bound: getattr(bound, method)(inputs), state, scope)


def run_with(model: Layer, compute: Callable[[Any], Any], state: Arrays, scope: Scope) -> Applied:
    """As :func:`run`, for a call of any form: ``compute(bound_model)`` returns the outputs.

    Args:
        model: A built model.
        compute: Calls the bound model.
        state: State by path before the call.
        scope: A fresh scope with the arrays.
    """
    outputs = compute(scope.bind(model))
    logits, name = last_activations(scope, outputs)
    return Applied(
        outputs,
        {**state, **scope.updates},
        scope.losses,
        logits,
        name,
        dict(scope.outputs),
        dict(scope.metrics),
    )


def output_masks(scope: Scope, outputs: Any) -> Any:
    """Return the mask of the outputs or None; of several outputs a tuple, by their leaves."""
    if hasattr(outputs, "shape"):
        return scope.mask_of(outputs)
    return tuple(scope.mask_of(each) for each in jax.tree.leaves(outputs))


def last_activations(scope: Scope, outputs: Any) -> tuple[Any, Any]:
    """Return logits and names of the activations that made the outputs; of several as tuples, by their leaves."""
    if hasattr(outputs, "shape"):
        return scope.activation_of(outputs) or (None, None)
    found = [scope.activation_of(each) or (None, None) for each in jax.tree.leaves(outputs)]
    return tuple(logits for logits, _ in found), tuple(name for _, name in found)
