"""How single columns are prepared: ``Feature``, ``Cross``, and the kinds of features that have names."""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.core.errors import ArgumentError, unknown_name
from pellucid.core.limits import Choice, Integer, Limit
from pellucid.core.record import Recorded
from pellucid.keras import layers
from pellucid.keras.utils.describing import deserialize_keras_object

GIVEN = ("vocabulary", "mean", "bin_boundaries")
"""Arguments that hold what ``adapt`` would learn."""


class Cross(Recorded):
    """Several features whose combinations become categories of their own, by hashing.

    Args:
        feature_names: The names of two or more features.
        crossing_dim: The number of categories, at least 1.
        output_mode: ``"one_hot"``: a vector with a 1; ``"int"``: the category's number. Default ``"one_hot"``.

    >>> Cross(("city", "age"), crossing_dim=32).name
    'city_X_age'
    """

    limits: ClassVar[dict[str, Limit]] = {
        "crossing_dim": Integer(1),
        "output_mode": Choice(options=("int", "one_hot")),
    }

    def __init__(self, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot"):
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """The names of the features, with ``_X_`` between them."""
        return "_X_".join(self.feature_names)


class Feature(Recorded):
    """A column: its dtype, the layer that prepares it, and what is made of the layer's outputs.

    Args:
        dtype: The dtype of the raw values: ``"float32"``, ``"int32"``, ``"string"``.
        preprocessor: A layer, or a function of a tensor, for values of shape (batch, 1).
        output_mode: ``"float"`` or ``"int"``: the outputs as they are; ``"one_hot"``: vectors of its categories.
        learns: Whether ``adapt`` of the feature space reaches the layer. Default None: if it has the method, and was
            given neither vocabulary nor boundaries nor mean.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "output_mode": Choice(options=("int", "one_hot", "float")),
    }

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str, learns: bool | None = None):
        self.dtype = dtype
        self.preprocessor = preprocessor
        self.output_mode = output_mode
        # What a layer learns later looks like what it was given, so this is noted before.
        self.learns = _learns(preprocessor) if learns is None else learns

    def get_config(self) -> dict[str, Any]:
        """Return the arguments; what was learned is among those of the layer."""
        return {
            "dtype": self.dtype,
            "preprocessor": _with_statistics(self.preprocessor),
            "output_mode": self.output_mode,
            "learns": self.learns,
        }


def _learns(preprocessor: Any) -> bool:
    arguments = getattr(preprocessor, "_arguments", {})
    given = any(arguments.get(name) is not None for name in GIVEN)
    return hasattr(preprocessor, "adapt") and not given


def _with_statistics(preprocessor: Any) -> Any:
    """Return a ``Normalization`` that was given what it learned as weights; any other layer as it is."""
    if not isinstance(preprocessor, layers.Normalization):
        return preprocessor
    learned = {name: preprocessor._weights.get(name) for name in ("mean", "variance")}
    if any(weight is None or weight.value is None for weight in learned.values()):
        return preprocessor
    given = {name: weight.value.tolist() for name, weight in learned.items()}
    return preprocessor.clone(**given, name=preprocessor._given_name)


class FeatureKinds:
    """The class methods of ``FeatureSpace`` that make features and crosses."""

    @classmethod
    def cross(cls, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """Return a cross of features; :class:`Cross` tells the arguments."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """Return a feature that a layer of one's own prepares; :class:`Feature` tells the arguments."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Return numbers as they are."""
        return Feature("float32", layers.Identity(**_named(name), dtype="float32"), "float")

    @classmethod
    def float_rescaled(
        cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None
    ) -> Feature:
        """Return numbers times ``scale`` plus ``offset``."""
        return Feature("float32", layers.Rescaling(scale, offset, **_named(name)), "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Return numbers brought to mean 0 and variance 1 by what ``adapt`` saw."""
        return Feature("float32", layers.Normalization(axis=-1, **_named(name)), "float")

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Any = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Return numbers in buckets: as many as ``num_bins``, equally full, or between boundaries that are given."""
        layer = layers.Discretization(bin_boundaries, num_bins, **_named(name))
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Return integers as categories: those that ``adapt`` saw, and ``num_oov_indices`` for all others."""
        layer = layers.IntegerLookup(max_tokens, num_oov_indices, **_named(name))
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Return texts as categories: those that ``adapt`` saw, and ``num_oov_indices`` for all others."""
        layer = layers.StringLookup(max_tokens, num_oov_indices, **_named(name))
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Return texts in ``num_bins`` categories by hashing."""
        return Feature("string", layers.Hashing(num_bins, **_named(name)), output_mode)

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Return integers in ``num_bins`` categories by hashing."""
        return Feature("int32", layers.Hashing(num_bins, **_named(name)), output_mode)


KINDS = (
    "float", "float_discretized", "float_normalized", "float_rescaled", "integer_categorical", "integer_hashed",
    "string_categorical", "string_hashed",
)  # fmt: skip
"""The kinds that a feature may be called by their names."""


def _named(name: str | None) -> dict[str, str]:
    """Return the name of a feature's layer, if the feature has a name."""
    return {} if name is None else {"name": f"{name}_preprocessor"}


def as_feature(given: Any, name: str, bins: dict[str, int]) -> Feature:
    """Return a feature for what stands in ``features``: one of ``KINDS``, a feature, or its configuration.

    Args:
        given: What stands there.
        name: The column's name.
        bins: The number of categories of those kinds that must be told one.
    """
    if isinstance(given, Feature):
        return given
    if isinstance(given, dict):
        return Feature(**deserialize_keras_object(given["config"]))
    if given not in KINDS:
        raise unknown_name("kind of feature", given, KINDS)
    size = {"num_bins": bins[given]} if given in bins else {}
    return getattr(FeatureKinds, given)(**size, name=name)


def as_cross(given: Any, features: dict[str, Feature], crossing_dim: int | None) -> Cross:
    """Return a cross for what stands in ``crosses``: names of features, a cross, or its configuration.

    Raises:
        ArgumentError: A feature that is not there; names alone, and no number of categories.
    """
    if isinstance(given, dict):
        given = Cross(**deserialize_keras_object(given["config"]))
    names = given.feature_names if isinstance(given, Cross) else tuple(given)
    unknown = [name for name in names if name not in features]
    if unknown:
        raise ArgumentError(
            "FeatureSpace",
            f"all features of `crosses` should be present in `features`, but {unknown[0]!r} is not.",
            f"features={{..., {unknown[0]!r}: 'integer_categorical'}}",
        )
    if isinstance(given, Cross):
        return given
    if crossing_dim is None:
        raise ArgumentError(
            "FeatureSpace",
            "`crosses` need `crossing_dim`, the number of categories of each, but it is None.",
            "crossing_dim=32",
        )
    return Cross(names, crossing_dim)
