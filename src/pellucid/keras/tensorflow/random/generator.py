"""``tf.random.Generator``: a sequence of random numbers of its own."""

from __future__ import annotations

from typing import Any

import jax

from pellucid.keras.random_keys import next_key, running_layer
from pellucid.keras.tensor import Tensor
from pellucid.keras.tensorflow.dtypes import device_dtype
from pellucid.keras.tensorflow.random.drawing import draw_normal, draw_truncated, draw_uniform
from pellucid.keras.tensorflow.static import integers
from pellucid.keras.variable import running_trace


class Generator:
    """Random numbers that follow from a key of their own; inside programs each run goes on in the program's series.

    >>> one, other = Generator.from_seed(1), Generator.from_seed(1)
    >>> bool(one.normal([]) == other.normal([]))
    True
    """

    def __init__(self, key: Any):
        self._key = key
        self._drawn = 0

    @classmethod
    def from_seed(cls, seed: int, alg: Any = None) -> Generator:
        """Return the generator of a seed."""
        with jax.ensure_compile_time_eval():
            return cls(jax.random.key(int(seed)))

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """Return a generator under the process's seed: numbers here can always be had again."""
        return cls(next_key())

    def reset_from_seed(self, seed: int) -> None:
        """Begin anew with the numbers of a seed."""
        self._key, self._drawn = Generator.from_seed(seed)._key, 0

    def _next(self) -> jax.Array:
        if running_layer.get() is not None or running_trace() is not None:
            return jax.random.fold_in(next_key(), jax.random.bits(self._key))
        self._drawn += 1
        return jax.random.fold_in(self._key, self._drawn)

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: str | None = None,
    ) -> Any:
        """Draw from a normal distribution."""
        return draw_normal(
            self._next(), mean, stddev, shape=integers(shape), dtype=device_dtype(dtype)
        )

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: str | None = None,
    ) -> Any:
        """Draw from a normal distribution cut off at two standard deviations."""
        return draw_truncated(
            self._next(), mean, stddev, shape=integers(shape), dtype=device_dtype(dtype)
        )

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = "float32",
        name: str | None = None,
    ) -> Any:
        """Draw evenly from ``minval`` to below ``maxval``."""
        high = 1 if maxval is None else maxval
        return draw_uniform(
            self._next(), minval, high, shape=integers(shape), dtype=device_dtype(dtype)
        )

    def make_seeds(self, count: int = 1) -> Tensor:
        """Return seeds for stateless functions, shape (2, count)."""
        return Tensor(jax.random.randint(self._next(), (2, count), 0, 2**31 - 1))

    def split(self, count: int = 1) -> list[Generator]:
        """Return new generators, independent of each other."""
        return [Generator(self._next()) for _ in range(count)]


class _Shared:
    """The generator of the process."""

    generator: Generator | None = None


def get_global_generator() -> Generator:
    """Return the generator of the process, ``tf.random.get_global_generator``."""
    if _Shared.generator is None:
        _Shared.generator = Generator.from_non_deterministic_state()
    return _Shared.generator


def set_global_generator(generator: Generator) -> None:
    """Make a generator that of the process."""
    _Shared.generator = generator
