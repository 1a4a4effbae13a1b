"""The pure functions that serve every model: ``infer``, ``init``, ``apply`` (and ``run``, which tells more).

Only flat dicts of arrays by path go in and out, so ``jax.grad``, ``vmap``, ``scan`` and ``jit`` work as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jax

from pellucid.core.errors import UsageError
from pellucid.modules.binding import Restart, Scope
from pellucid.modules.tree import weights_of

if TYPE_CHECKING:
    from pellucid.modules.layer import Layer

Arrays = dict[str, Any]


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["outputs", "state", "losses", "logits", "captured"],
    meta_fields=["activation"],
)
@dataclass(frozen=True)
class Applied:
    """What one application of a model gave.

    Attributes:
        outputs: The model's outputs.
        state: The state after the call, by path.
        losses: Penalties added by layers (``add_loss``, activity regularizers), one scalar each.
        logits: What the last activation was applied to, where it is known.
        activation: The name of that activation, e.g. ``"softmax"``, or None.
        captured: Every layer's output by path, when asked for.
    """

    outputs: Any
    state: Arrays
    losses: list[Any] = field(default_factory=list)
    logits: Any = None
    activation: str | None = None
    captured: Arrays = field(default_factory=dict)


@dataclass(frozen=True)
class Inferred:
    """What shape inference found out: the outputs, the last activation, and each layer's shapes by path."""

    outputs: Any
    activation: str | None
    shapes: dict[str, tuple[Any, Any]]


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
    kept: dict[str, Any] = {}

    def trace(batch: Any, key: Any) -> Any:
        scope = Scope({}, training=training, key=key, building=True)
        outputs = scope.bind(model)(*batch, **options)
        found = scope.activation_of(outputs)
        kept.update(activation=found[1] if found else None, shapes=scope.shapes)
        return outputs

    spec = jax.tree.map(
        lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), (inputs, *more)
    )
    while True:
        try:
            outputs = jax.eval_shape(trace, spec, key_spec())
        except Restart:
            continue
        for path, slot in weights_of(model):
            slot.home = (model._own_seed(), path)
        return Inferred(outputs, kept["activation"], kept["shapes"])


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
) -> tuple[Any, Arrays]:
    """Compute ``(outputs, new_state)`` from arrays alone; the model object is only read.

    Args:
        model: A built model.
        params: Parameters by path.
        state: State by path, e.g. moving means.
        inputs: One batch.
        training: Whether layers behave as in training.
        key: A JAX key; needed where a layer draws random numbers.

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
    applied = run(model, params, state, inputs, training=training, key=key)
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
    """
    scope = Scope({**params, **state}, training=training, key=key, hyper=hyper, capture=capture)
    outputs = scope.bind(model)(inputs)
    logits, name = scope.activation_of(outputs) or (None, None)
    return Applied(
        outputs, {**state, **scope.updates}, scope.losses, logits, name, dict(scope.outputs)
    )
