"""The orthogonal initializer, for recurrent and very deep networks."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from pellucid.core.errors import ShapeError
from pellucid.core.limits import Limit, Real
from pellucid.initializers.initializer import RandomInitializer


class Orthogonal(RandomInitializer):
    r"""Start with a random matrix whose columns are orthogonal and of length `gain`.

    If there are fewer rows than columns, the rows are. Such a matrix $W$ keeps lengths,
    $\lVert Wx \rVert = g \lVert x \rVert$, however often it is applied; hence its use for recurrent
    kernels. It is the $Q$ of the QR decomposition of a normal random matrix, with the signs of
    $R$'s diagonal moved into $Q$, which makes every orthogonal matrix equally likely.

    Args:
        gain: The factor $g$.
        seed: Fixes the numbers; by default they follow from the model's seed and the weight's path.

    Shapes:
        At least two axes. All but the last are taken as one, so a convolution kernel's filters are
        orthogonal.

    Raises:
        ShapeError: The weight has fewer than two axes.

    Example:
        >>> matrix = Orthogonal()((4, 3))
        >>> print(np.abs(matrix.T @ matrix - np.eye(3)).max() < 1e-6)
        True

    Reference: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in
        deep linear neural
    networks" (2014). Keras: the same. PyTorch: `torch.nn.init.orthogonal_`.
    """

    limits: ClassVar[dict[str, Limit]] = {"gain": Real()}

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        self.gain = gain
        self.seed = seed

    def draw(self, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
        """Draw the matrix."""
        if len(shape) < 2:
            raise ShapeError(
                "Orthogonal",
                "only a weight of two or more axes can be orthogonal, "
                f"but this one has shape {shape}.",
                'choose another initializer, e.g. "random_normal"',
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        q, r = np.linalg.qr(rng.standard_normal(tall, dtype))
        q *= np.where(np.diagonal(r) < 0, dtype.type(-1), dtype.type(1))
        q *= dtype.type(self.gain)
        return np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)
