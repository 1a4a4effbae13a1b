"""Layers around a layer: recompute it in the backward pass, or repeat it many times as one loop."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from pellucid.core.errors import ArgumentTypeError, ShapeError, UsageError
from pellucid.core.limits import Integer, Limit
from pellucid.core.paths import join
from pellucid.core.record import Recorded
from pellucid.functional.merging import only_valid
from pellucid.initializers import Initializer
from pellucid.layers.checks import who
from pellucid.modules import Layer, infer
from pellucid.modules.inner import current, key_of, pure_call, write_back
from pellucid.modules.tree import weights_of


class Remat(Layer):
    """Forgets what a layer computes inside, and computes it again when gradients are formed.

    Equation: ``y = f(x)`` with the layer ``f``; the gradient is the same, to the bit on most platforms. Memory for
    the inner values of ``f`` is needed once instead of for each layer; the forward pass of ``f`` is computed twice.

    Args:
        layer: The layer ``f``: any layer or model.
        **kwargs: ``name``, ``trainable`` as in :class:`~pellucid.Layer`.

    Shapes:
        those of the layer

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid import Sequential
        >>> from pellucid.layers import Dense, Remat
        >>> block = Sequential([Dense(4, activation="relu"), Dense(2, kernel_initializer="ones")])
        >>> Remat(block)(jnp.zeros((1, 3)))
        Array([[0., 0.]], dtype=float32)

    Source: Chen et al., Training deep nets with sublinear memory cost, 2016, https://arxiv.org/abs/1604.06174.
    Differs from Keras: a layer instead of ``keras.remat`` around a function. Differs from PyTorch: as
    ``torch.utils.checkpoint``, and state and dropout inside are right by themselves.
    """

    def __init__(self, layer: Layer, **kwargs: Any):
        super().__init__(**kwargs)
        self.layer = _checked(self, layer)

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return the layer's outputs."""
        scope, inputs = self._scope, hidden(inputs, mask)
        if scope is None or scope.building or scope.inside_inner_trace():
            return self.layer(inputs)
        noted: dict[str, Any] = {}
        pure = pure_call(scope, self.layer, self.layer._path, scope.hyper, noted)
        outputs, updates, told, logits, outcome = jax.checkpoint(pure)(
            current(scope), key_of(scope), inputs, mask
        )
        write_back(scope, updates, told)
        scope.set_mask(outputs, outcome)
        if noted["activation"] is not None:
            scope.set_activation(outputs, logits, noted["activation"])
        return outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """Leave the outputs' mask to the layer, which has set it."""


class Pattern(Recorded):
    """Holds the layer that is repeated: its weights are not the model's, only their shapes are read."""

    def __init__(self, layer: Layer):
        self.layer = layer


class Stacked(Initializer):
    """Draws each of several equal weights on its own, and stacks them."""

    def __init__(self, initializer: Any):
        self.initializer = initializer

    def __call__(
        self, shape: Any, dtype: Any = None, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return ``shape[0]`` draws of ``shape[1:]``."""
        return np.stack([self.initializer(shape[1:], dtype, rng=rng) for _ in range(shape[0])])


class ForEach(Recorded):
    """Applies a regularizer or a constraint to each of several stacked weights."""

    def __init__(self, function: Any, adds: bool):
        self.function = function
        self.adds = adds

    def __call__(self, weights: jax.Array) -> jax.Array:
        """Return the sum of the penalties, or the stacked results."""
        each = jax.vmap(self.function)(weights)
        return jnp.sum(each) if self.adds else each


class Repeat(Layer):
    """Applies equal layers one after the other, each with weights of its own, as one loop.

    Equation: ``h_0 = x``, ``h_k = f(h_{k-1}; w_k)`` for ``k = 1 ... times``, ``y = h_times``, with the layer ``f``
    and the ``k``-th repetition's weights ``w_k``. The loop is compiled once: depth costs no compilation.

    Args:
        layer: The layer ``f``; its outputs must have the shape of its inputs.
        times: The number of repetitions, at least 1.
        **kwargs: ``name``, ``trainable``, ``dtype`` as in :class:`~pellucid.Layer`.

    The weights are those of ``layer`` with an axis for the repetitions in front: ``"repeat/dense/kernel"`` has the
    shape ``(times, features, units)``. Numbers of the layers inside, such as a dropout rate, are constants of the
    program.

    Shapes:
        inputs and outputs: those of the layer

    Raises:
        ShapeError: The layer changes the shape.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import Dense, Repeat
        >>> layer = Repeat(Dense(2, kernel_initializer="identity", bias_initializer="ones"), 3)
        >>> layer(jnp.zeros((1, 2))), [array.shape for array in layer.weights]
        (Array([[3., 3.]], dtype=float32), [(3, 2, 2), (3, 2)])

    Differs from Keras and PyTorch: they write such a network as a list of layers, compiled one by one. As
    ``nn.scan`` in Flax.
    """

    limits: ClassVar[dict[str, Limit]] = {"times": Integer(1)}

    def __init__(self, layer: Layer, times: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.pattern = Pattern(_checked(self, layer))
        self.times = int(times)

    def build(self, input_shape: Any) -> None:
        """Declare the layer's weights with an axis for the repetitions in front."""
        sizes = [size or 1 for size in input_shape[1:]]
        spec = jax.ShapeDtypeStruct((2, *sizes), jax.dtypes.canonicalize_dtype(self.dtype))
        outputs = infer(self.pattern.layer, spec).outputs
        if getattr(outputs, "shape", None) != spec.shape:
            raise ShapeError(
                who(self),
                f"what is repeated must keep the shape, but {self.pattern.layer.name} makes "
                f"{getattr(outputs, 'shape', outputs)} of {spec.shape}.",
                "end the block with a layer of as many units as the inputs have features",
            )
        for path, slot in weights_of(self.pattern.layer):
            weight = self.add_weight(
                (self.times, *slot.shape),
                Stacked(slot.initializer),
                slot.dtype,
                slot.trainable,
                slot.regularizer and ForEach(slot.regularizer, True),
                slot.constraint and ForEach(slot.constraint, False),
                name=path,
            )
            setattr(self, path.replace("/", "__"), weight)

    def call(self, inputs: jax.Array, mask: Any = None) -> jax.Array:
        """Return ``h_times``."""
        scope, inputs = self._scope, hidden(inputs, mask)
        if scope is None:
            raise UsageError(who(self), "`call` runs inside a program only.", "layer(x)")
        names = [slot.name or "" for slot in self._weights.values()]
        stacked = {name: getattr(self, name.replace("/", "__")) for name in names}
        function = pure_call(scope, self.pattern.layer, "", {}, {})
        key = key_of(scope)

        def step(h: jax.Array, turn: Any) -> Any:
            number, arrays = turn
            own = None if key is None else jax.random.fold_in(key, number)
            outputs, updates, told, *_ = function(arrays, own, h, mask)
            return outputs, (updates, told)

        outputs, (updates, (losses, metrics)) = lax.scan(
            step, inputs, (jnp.arange(self.times), stacked)
        )
        assigned = {join(self._path, name): array for name, array in updates.items()}
        watched = {name: jnp.mean(values) for name, values in metrics.items()}
        write_back(scope, assigned, ([jnp.sum(loss) for loss in losses], watched))
        return outputs


def hidden(inputs: Any, mask: Any) -> Any:
    """Return the inputs with 0 where they are masked: what stands there is lost in the transform's gradient."""
    return inputs if mask is None else only_valid([inputs], [mask], 0)[0]


def _checked(outer: Layer, layer: Any) -> Layer:
    """Refuse what is no layer."""
    if isinstance(layer, Layer):
        return layer
    kind = type(outer).__name__
    raise ArgumentTypeError(
        kind, f"`layer` must be a layer, but it is {layer!r:.60}.", f"{kind}(layers.Dense(8), ...)"
    )
