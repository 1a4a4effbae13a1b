"""Layers that make vectors of categories: one row at the prompt, shapes by rule, outputs that Keras has sparse."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.errors import ShapeError
from pellucid.keras.sides.layer import LayerSide
from pellucid.keras.tensor import Tensor, as_array
from pellucid.layers import Input
from pellucid.modules.graph import find_symbolic

VECTORS = ("multi_hot", "count", "tf_idf")
LEARNED = ("_vocabulary", "_boundaries")


class CategorySide(LayerSide):
    """Mixed into the layers that number categories and make vectors of them."""

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; numbers without an axis for rows are one row of tokens, or one token."""
        if self._scope is not None or find_symbolic((inputs, *args), kwargs) is not None:
            return super().__call__(inputs, *args, **kwargs)
        lacking = self._axes_lacking(np.ndim(_held(inputs)))
        if not lacking:
            return super().__call__(inputs, *args, **kwargs)
        given = [_with_axes(each, lacking) for each in (inputs, *args)]
        named = {name: _with_axes(each, lacking) for name, each in kwargs.items()}
        found = super().__call__(*given, **named)
        return found[(0,) * lacking] if self._mode() == "int" else found[0]

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign; programs hold what the layer learned as constants, so those of before are not used again."""
        super().__setattr__(name, value)
        if name in LEARNED:
            object.__setattr__(self, "_changes", vars(self).get("_changes", 0) + 1)

    def _mode(self) -> str:
        return getattr(self, "output_mode", "int")

    def _axes_lacking(self, axes: int) -> int:
        """Return how many axes are to be put before inputs with so many."""
        mode = self._mode()
        return max(0, (2 if mode in VECTORS else 1) - axes)

    def _depth_of(self) -> int:
        """Return how long the vectors are."""
        for name in ("num_tokens", "num_bins"):
            if getattr(self, name, None) is not None:
                return getattr(self, name)
        boundaries = getattr(self, "bin_boundaries", None)
        return self._depth() if boundaries is None else len(boundaries) + 1

    def compute_output_shape(self, input_shape: Any = None, **named: Any) -> Any:
        """Return the shape of the outputs; the layer need not have learned anything."""
        shape = tuple(input_shape if input_shape is not None else next(iter(named.values())))
        if self._mode() == "int":
            return shape
        alone = len(shape) > 1 and shape[-1] == 1
        kept = shape if self._mode() == "one_hot" and not alone else shape[:-1]
        return (*kept, self._depth_of())

    def compute_output_spec(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Return a symbolic tensor of the shape and the dtype of the outputs."""
        return Input(batch_shape=self.compute_output_shape(inputs.shape), dtype=self.output_dtype)

    output_dtype = property(lambda self: "int32" if self._mode() == "int" else self.dtype)


def _held(value: Any) -> Any:
    return as_array(value) if isinstance(value, Tensor) else value


def _with_axes(value: Any, count: int) -> Any:
    if isinstance(value, (bool, type(None))):
        return value
    array = value if hasattr(value, "shape") else np.asarray(value)
    return array[(None,) * count]


class CrossingSide(CategorySide):
    """Mixed into ``HashedCrossing``, whose inputs are several."""

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; single values are one row."""
        if self._scope is not None or find_symbolic((inputs,), kwargs) is not None:
            return LayerSide.__call__(self, inputs, *args, **kwargs)
        arrays = self._columns(inputs)
        if any(array.ndim for array in arrays):
            return LayerSide.__call__(self, inputs, *args, **kwargs)
        found = LayerSide.__call__(self, [_with_axes(each, 1) for each in inputs], *args, **kwargs)
        return found[0]

    def _columns(self, inputs: Any) -> list[np.ndarray]:
        """Return the inputs as arrays, or refuse them as Keras does."""
        several = isinstance(inputs, (list, tuple))
        arrays = [np.asarray(_held(each)) for each in inputs] if several else []
        problem = None
        if len(arrays) < 2:
            problem = "should be called on a list or tuple of inputs, on at least two inputs"
        elif any(array.ndim > 2 for array in arrays):
            problem = "inputs should have shape (), (batch,) or (batch, 1)"
        elif any(array.dtype.kind == "f" for array in arrays):
            problem = "inputs should have an integer or string dtype"
        if problem:
            owner = f"HashedCrossing '{self.name}'"
            text = f"`HashedCrossing` {problem}, but it got {inputs!r:.60}."
            raise ShapeError(owner, text, f"{self.name}([x1, x2])")
        return arrays

    def compute_output_shape(self, input_shape: Any = None, **named: Any) -> Any:
        """Return the shape of the outputs for the shapes of all inputs."""
        shapes = input_shape if input_shape is not None else next(iter(named.values()))
        return super().compute_output_shape(shapes[0])

    def compute_output_spec(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Return a symbolic tensor of the shape and the dtype of the outputs."""
        return super().compute_output_spec(inputs[0])


CATEGORIES = ("CategoryEncoding", "Discretization", "Hashing", "IntegerLookup", "StringLookup")


def side_of(plain: type) -> type:
    """Return the side for one of Pellucid's layers that prepare data."""
    if plain.__name__ == "HashedCrossing":
        return CrossingSide
    return CategorySide if plain.__name__ in CATEGORIES else LayerSide
