"""What can be made of features: vectors of their categories, crosses, one vector of all; and what is refused."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import ArgumentError
from pellucid.keras import layers
from pellucid.keras.utils.feature_kinds import Cross


def require_arguments(features: Any, output_mode: str) -> None:
    """Refuse a feature space without features, or of an unknown output mode."""
    if not features:
        raise ArgumentError(
            "FeatureSpace",
            "`features` cannot be None or empty.",
            'FeatureSpace({"age": "float_normalized"})',
        )
    if output_mode not in ("concat", "dict"):
        raise ArgumentError(
            "FeatureSpace",
            f"the value for argument `output_mode` must be 'concat' or 'dict', but it is {output_mode!r:.60}.",
            'output_mode="concat"',
        )


def encoder(owner: str, name: str, layer: Any, dtype: str) -> Any:
    """Return the layer that makes vectors of a feature's categories.

    Args:
        owner: Who complains.
        name: The feature's name, or that of a cross.
        layer: The layer that gives the numbers of the categories.
        dtype: The dtype that it gives.

    Raises:
        ArgumentError: It gives no integers, or it does not say how many categories there are.
    """
    if "int" not in dtype:
        raise ArgumentError(
            owner,
            f"feature '{name}' has output_mode='one_hot', so its layer must give integers, but it gives {dtype}.",
            "FeatureSpace.feature(dtype, preprocessor, output_mode='float')",
        )
    size = _categories(layer)
    if size is None:
        raise ArgumentError(
            owner,
            f"feature '{name}' has output_mode='one_hot', but how many categories its layer knows is not said.",
            "FeatureSpace.feature(dtype, preprocessor, output_mode='int'), and FeatureSpace(output_mode='dict')",
        )
    return layers.CategoryEncoding(size, name=f"{name}_one_hot")


def _categories(layer: Any) -> int | None:
    """Return how many categories a layer tells apart, or None if that is not known."""
    if isinstance(layer, (layers.IntegerLookup, layers.StringLookup)):
        return layer.vocabulary_size()
    if isinstance(layer, layers.Discretization) and layer.num_bins is None:
        return len(layer.bin_boundaries or ()) + 1
    if isinstance(layer, (layers.Discretization, layers.Hashing, layers.HashedCrossing)):
        return layer.num_bins
    return None


def require_categories(owner: str, cross: Cross, dtypes: dict[str, str]) -> None:
    """Refuse a cross of features that are prepared as measured numbers."""
    for name in cross.feature_names:
        if dtypes[name].startswith("float"):
            raise ArgumentError(
                owner,
                f"the cross '{cross.name}' needs categories, but '{name}' is prepared as {dtypes[name]}.",
                f"features={{..., '{name}': 'float_discretized'}}",
            )


def require_floats(owner: str, name: str, dtype: str) -> None:
    """Refuse to put a feature that is not encoded into one vector with others."""
    if "float" not in dtype:
        raise ArgumentError(
            owner,
            f"features cannot be put into one vector, for '{name}' is not encoded: its dtype is {dtype}.",
            "FeatureSpace(..., output_mode='dict')",
        )


def works_on_host(layer: Any) -> bool:
    """Tell whether a layer, or a model as a feature's layer, reads text."""
    return bool(getattr(layer, "on_host", False) or getattr(layer, "_works_on_host", bool)())
