"""What every initializer is: a rule that fills a shape with starting values, on the host.

Starting values are drawn by NumPy, not by JAX: nothing has to be compiled for them, and a weight's
start follows from the seed and the weight's path alone (`pellucid.core.keys`). The price is that a
starting value cannot be drawn inside a compiled program; nothing in Pellucid needs that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from pellucid.core.dtypes import FLOAT, is_float
from pellucid.core.errors import ArgumentTypeError, ShapeError
from pellucid.core.keys import generator
from pellucid.core.limits import Integer, Limit
from pellucid.core.record import Recorded


class Initializer(Recorded):
    """The base of all initializers.

    A class of one's own overrides `__call__`; it may ignore `rng`, but then its values do not
    depend on the model's seed.

    Example:
        >>> class Sevens(Initializer):
        ...     def __call__(self, shape, dtype=None, *, rng=None):
        ...         return np.full(shape, 7, dtype or "float32")
        >>> Sevens()((2,))
        array([7., 7.], dtype=float32)

    Keras calls its initializers with `(shape, dtype)` and keeps a seed in each object; here the
    caller passes the generator, so that one initializer object may serve many weights and each of
    them gets its own numbers.
    """

    def __call__(
        self,
        shape: Sequence[int],
        dtype: Any = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> np.ndarray:
        """Return starting values.

        Args:
            shape: The weight's shape, e.g. `(inputs, units)`.
            dtype: The weight's dtype; float32 when omitted.
            rng: The random generator for this weight, from `core.keys.generator(seed, path)`.
        """
        raise NotImplementedError


class RandomInitializer(Initializer):
    """The base of the initializers that draw random numbers; subclasses write `draw`.

    Example:
        >>> class Coin(RandomInitializer):
        ...     def __init__(self, seed=None):
        ...         self.seed = seed
        ...
        ...     def draw(self, shape, dtype, rng):
        ...         return rng.choice(np.array([-1.0, 1.0], dtype), shape)
        >>> set(Coin()((50,)).tolist()) == {-1.0, 1.0}
        True
    """

    limits: ClassVar[dict[str, Limit]] = {"seed": Integer(optional=True)}
    seed: int | None

    def __call__(
        self,
        shape: Sequence[int],
        dtype: Any = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> np.ndarray:
        """Draw starting values; see `Initializer.__call__`.

        An own `seed` goes before `rng`; without both, the values are those of seed 0.

        Raises:
            ArgumentTypeError: `dtype` is not a floating one.
        """
        wanted = FLOAT if dtype is None else np.dtype(dtype)
        who = type(self).__name__
        if not is_float(wanted):
            raise ArgumentTypeError(
                who,
                "`dtype` must be a floating one, because drawn numbers are fractions, "
                f"but it is {wanted.name}.",
                f'{who}()(shape, dtype="float32")',
            )
        if self.seed is not None or rng is None:
            rng = generator(self.seed or 0, who)
        drawn_in = wanted if wanted == np.float64 else FLOAT
        return self.draw(tuple(shape), drawn_in, rng).astype(wanted, copy=False)

    def draw(self, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
        """Draw numbers of `dtype`, which is float32 or float64."""
        raise NotImplementedError


class InitializerFunction(Initializer):
    """A plain function `f(shape, dtype)` or `f(shape)` as an initializer.

    Args:
        function: Takes a shape, and a dtype if it has an argument for it, and returns an array.

    Example:
        >>> InitializerFunction(np.ones)((2,), "float32")
        array([1., 1.], dtype=float32)
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(
        self,
        shape: Sequence[int],
        dtype: Any = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> np.ndarray:
        """Call the function; see `Initializer.__call__`.

        Raises:
            ShapeError: The function returned another shape than it was asked for.
        """
        dtype = FLOAT if dtype is None else np.dtype(dtype)
        options = {"dtype": dtype} if self._takes_dtype() else {}
        values = np.asarray(self.function(tuple(shape), **options), dtype)
        if values.shape != tuple(shape):
            name = getattr(self.function, "__name__", "the function")
            raise ShapeError(
                name,
                f"as an initializer it must return shape {tuple(shape)}, "
                f"but it returned {values.shape}.",
            )
        return values

    def _takes_dtype(self) -> bool:
        try:
            parameters = inspect.signature(self.function).parameters
        except ValueError:  # functions written in C do not tell; NumPy's take a dtype
            return True
        some = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
        return some or "dtype" in parameters
