"""``keras.random``: draws from distributions.

A draw without seed is new each time, at the prompt and in each run of a program. An integer seed always gives the
same numbers; a :class:`SeedGenerator` gives a series of seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from pellucid.core.errors import ArgumentTypeError
from pellucid.keras.operation import operation
from pellucid.keras.ops.given import known_sizes, real
from pellucid.keras.ops.settings import narrow, narrow_float
from pellucid.keras.random_keys import next_key, running_layer
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import running_trace
from pellucid.modules.graph import Symbolic


class SeedGenerator:
    """A series of seeds for random functions: ``keras.random.normal((2,), seed=generator)``.

    Args:
        seed: Where the series starts; drawn when None.
        name: A name.

    Inside programs each run goes on in the program's own series, whose start is the model's seed.
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any):
        self.name = name or "seed_generator"
        self._initial_seed = seed
        self._start = int(jax.random.bits(next_key()) >> 1) if seed is None else int(seed)
        self._drawn = 0

    def next(self, ordered: bool = True) -> Tensor:
        """Return the next seed: two whole numbers."""
        return Tensor(jax.random.key_data(self.key()).astype(jnp.uint32))

    def key(self) -> jax.Array:
        """Return the next seed as a key of JAX."""
        if running_layer.get() is not None or running_trace() is not None:
            return jax.random.fold_in(next_key(), self._start)
        self._drawn += 1
        return jax.random.fold_in(jax.random.key(self._start), self._drawn)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"seed": self._initial_seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Return the generator of a configuration."""
        return cls(**config)


def draw_seed(seed: Any = None) -> jax.Array:
    """Return the key that a ``seed`` argument means: a fresh one for None, else the seed's.

    Raises:
        ArgumentTypeError: It is neither None, a number, a pair of numbers, nor a :class:`SeedGenerator`.
    """
    if seed is None:
        return next_key()
    if isinstance(seed, SeedGenerator):
        return seed.key()
    if isinstance(seed, (int, np.integer)):
        return jax.random.key(int(seed) % 2**32)
    if isinstance(seed, (Tensor, np.ndarray, jax.Array)):
        pair = as_array(seed)
        if jnp.issubdtype(pair.dtype, jax.dtypes.prng_key):
            return pair
        if pair.shape == (2,):
            return jax.random.wrap_key_data(pair.astype(jnp.uint32))
        if pair.size == 1 and not isinstance(pair, Tracer):
            return jax.random.key(int(pair.reshape(())) % 2**32)
    raise ArgumentTypeError(
        "keras.random",
        f"a seed is None, a whole number or a SeedGenerator, but {seed!r} came.",
        "seed=keras.random.SeedGenerator(0)",
    )


class Draw:
    """A random function: draws a key, and computes the rest as an operation that tapes and graphs know.

    Args:
        function: A pure function of a key and arrays.
        name: Its name.
    """

    def __init__(self, function: Callable[..., Any], name: str):
        def anew(*args: Any) -> Any:
            return function(next_key(), *args)

        self._drawn = operation(function, name)
        self._anew = operation(anew, name)

    def __call__(self, seed: Any, *args: Any) -> Any:
        """Compute the function with the key of ``seed``; of symbolic tensors with a new key in each run."""
        fixed = isinstance(seed, (int, np.integer))
        if not fixed and any(isinstance(arg, Symbolic) for arg in args):
            return self._anew(*args)
        return self._drawn(draw_seed(seed), *args)


def _normal(key: Any, shape: Any, mean: Any, stddev: Any, dtype: Any) -> jax.Array:
    return jax.random.normal(key, shape, dtype) * stddev + mean


def _uniform(key: Any, shape: Any, low: Any, high: Any, dtype: Any) -> jax.Array:
    return jax.random.uniform(key, shape, dtype, low, high)


def _randint(key: Any, shape: Any, low: Any, high: Any, dtype: Any) -> jax.Array:
    return jax.random.randint(key, shape, low, high, dtype)


def _truncated_normal(key: Any, shape: Any, mean: Any, stddev: Any, dtype: Any) -> jax.Array:
    return jax.random.truncated_normal(key, -2.0, 2.0, shape, dtype) * stddev + mean


def _categorical(key: Any, logits: Any, count: int, dtype: Any) -> jax.Array:
    logits = real(logits)
    shape = (count, *logits.shape[:-1])
    return jnp.moveaxis(jax.random.categorical(key, logits, shape=shape), 0, -1).astype(dtype)


def _dropout(key: Any, inputs: Any, rate: Any, noise_shape: Any) -> jax.Array:
    x = real(inputs)
    keep = 1.0 - jnp.asarray(rate, jnp.float32)
    # Unknown sizes of the noise are those of the input.
    shape = x.shape if noise_shape is None else noise_shape
    shape = tuple(n if s in (None, -1) else s for s, n in zip(shape, x.shape, strict=True))
    kept = jnp.broadcast_to(jax.random.bernoulli(key, keep, shape), x.shape)
    return jnp.where(kept, x / keep.astype(x.dtype), jnp.zeros((), x.dtype))


def _shuffle(key: Any, x: Any, axis: int) -> jax.Array:
    return jax.random.permutation(key, jnp.asarray(x), axis)


def _gamma(key: Any, shape: Any, alpha: Any, dtype: Any) -> jax.Array:
    return jax.random.gamma(key, real(alpha), shape, dtype)


def _beta(key: Any, shape: Any, alpha: Any, beta: Any, dtype: Any) -> jax.Array:
    return jax.random.beta(key, real(alpha), real(beta), shape, dtype)


def _binomial(key: Any, shape: Any, counts: Any, probabilities: Any, dtype: Any) -> jax.Array:
    return jax.random.binomial(key, real(counts), real(probabilities), shape).astype(dtype)


_draws = {
    function.__name__[1:]: Draw(function, function.__name__[1:])
    for function in (
        _normal, _uniform, _randint, _truncated_normal, _categorical, _dropout, _shuffle, _gamma, _beta, _binomial,
    )
}  # fmt: skip


def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Return draws from the normal distribution."""
    return _draws["normal"](seed, known_sizes("normal", shape), mean, stddev, narrow_float(dtype))


def uniform(
    shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Return draws from ``minval`` to ``maxval``, each number equally probable; whole ones for a whole dtype."""
    name = narrow_float(dtype)
    kind = "uniform" if "float" in name else "randint"
    return _draws[kind](seed, known_sizes(kind, shape), minval, maxval, name)


def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None) -> Any:
    """Return whole numbers from ``minval`` up to ``maxval`` without it."""
    return _draws["randint"](seed, known_sizes("randint", shape), minval, maxval, narrow(dtype))


def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Return draws from the normal distribution within two standard deviations."""
    return _draws["truncated_normal"](
        seed, known_sizes("truncated_normal", shape), mean, stddev, narrow_float(dtype)
    )


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Any:
    """Return ``num_samples`` class numbers for each row of logits (batch, classes)."""
    return _draws["categorical"](seed, logits, int(num_samples), narrow(dtype))


def dropout(inputs: Any, rate: Any, noise_shape: Any = None, seed: Any = None) -> Any:
    """Return inputs of which a random share ``rate`` is 0, the others larger so that the mean stays."""
    return _draws["dropout"](seed, inputs, rate, noise_shape)


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """Return the entries along ``axis`` in random order."""
    return _draws["shuffle"](seed, x, axis)


def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Return draws from the gamma distribution of shape ``alpha`` and scale 1."""
    return _draws["gamma"](seed, known_sizes("gamma", shape), alpha, narrow_float(dtype))


def binomial(
    shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> Any:
    """Return how many of ``counts`` trials succeed."""
    return _draws["binomial"](
        seed, known_sizes("binomial", shape), counts, probabilities, narrow_float(dtype)
    )


def beta(shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Return draws from the beta distribution."""
    return _draws["beta"](seed, known_sizes("beta", shape), alpha, beta, narrow_float(dtype))
