"""``tf.TensorArray``: a list of tensors that is filled place by place in loops."""

from __future__ import annotations

from typing import Any

from pellucid.keras.tensorflow.arranging import concat, stack, unstack
from pellucid.keras.tensorflow.making import convert_to_tensor
from pellucid.keras.tensorflow.static import integer


class TensorArray:
    """Tensors by place; ``write`` returns the array to go on with.

    >>> filled = TensorArray("float32", size=2).write(0, 1.0).write(1, 2.0)
    >>> filled.stack().numpy().tolist()
    [1.0, 2.0]
    """

    def __init__(self, dtype: Any, size: Any = 0, **options: Any):
        self.dtype = dtype
        self._parts: dict[int, Any] = {}
        self._size = integer(size)

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Put a tensor at a place."""
        self._parts[integer(index)] = convert_to_tensor(value, self.dtype)
        return self

    def read(self, index: Any, name: str | None = None) -> Any:
        """Return the tensor at a place."""
        return self._parts[integer(index)]

    def stack(self, name: str | None = None) -> Any:
        """Return the tensors side by side along a new first axis."""
        return stack([self._parts[place] for place in sorted(self._parts)])

    def concat(self, name: str | None = None) -> Any:
        """Return the tensors joined along their first axis."""
        return concat([self._parts[place] for place in sorted(self._parts)], 0)

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Fill the array with the rows of a tensor."""
        self._parts = dict(enumerate(unstack(value)))
        return self

    def size(self, name: str | None = None) -> int:
        """Return how many places there are."""
        return max(self._size, len(self._parts))
