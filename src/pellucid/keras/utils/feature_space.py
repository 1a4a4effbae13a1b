"""``FeatureSpace``: the columns of a table, each prepared in its own way, as one vector or a dict of tensors.

Its layers are called once on symbolic tensors: that graph is what ``get_inputs`` and ``get_encoded_features`` give. On
data, layers that read text run on the host first, and all others are one compiled program.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pellucid.core.errors import UsageError
from pellucid.core.limits import Integer, Limit
from pellucid.keras import layers
from pellucid.keras.models import Functional, Model
from pellucid.keras.utils.describing import serialize_keras_object
from pellucid.keras.utils.feature_codes import (
    encoder,
    require_arguments,
    require_categories,
    require_floats,
    works_on_host,
)
from pellucid.keras.utils.feature_columns import Column, batches, columns
from pellucid.keras.utils.feature_kinds import FeatureKinds, as_cross, as_feature
from pellucid.modules.graph import find_symbolic


class FeatureSpace(FeatureKinds, Model):  # pyright: ignore[reportIncompatibleMethodOverride]
    """Prepares the columns of a table, each in its own way, and puts them together.

    Args:
        features: Names of columns, each with a kind: ``"float"``, ``"float_normalized"``, ``"float_rescaled"``,
            ``"float_discretized"``, ``"integer_categorical"``, ``"integer_hashed"``, ``"string_categorical"``,
            ``"string_hashed"``; or what the class methods of these names, or :meth:`feature`, give.
        output_mode: ``"concat"``: one vector for each row; ``"dict"``: a tensor for each feature. Default
            ``"concat"``.
        crosses: Groups of names of features whose combinations are hashed to categories of their own; or what
            :meth:`cross` gives. Default None.
        crossing_dim: The number of categories of a cross, at least 1. Default 32.
        hashing_dim: The number of categories of hashed features, at least 1. Default 32.
        num_discretization_bins: The number of buckets of ``"float_discretized"``, at least 1. Default 32.
        name: Its name.

    Shapes:
        inputs: a dict of columns (batch,) or (batch, 1), or of single values; outputs: (batch, sum of all sizes) or a
        dict of (batch, size), features in the order of their names before crosses; without the batch for single values

    Raises:
        ArgumentError: No features; a cross of features that are not there; an output mode that does not fit the layer.
        UsageError: It is used before :meth:`adapt`, and a layer has something to learn.

    Example:
        >>> data = {"age": [20.0, 40.0], "town": ["Ulm", "Bonn"]}
        >>> space = FeatureSpace({"age": "float_normalized", "town": "string_categorical"})
        >>> space.adapt(data)
        >>> space(data).numpy().tolist()
        [[-1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]]
        >>> space({"age": 30.0, "town": "Rome"}).numpy().tolist()
        [0.0, 1.0, 0.0, 0.0]

    Differs from Keras: ``adapt`` reads a data set once and keeps its columns in memory meanwhile; boundaries and
    vocabularies that were given, to layers of one's own too, are kept; ``get_config`` holds what was learned.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "crossing_dim": Integer(1, optional=True),
        "hashing_dim": Integer(1),
        "num_discretization_bins": Integer(1),
    }

    def __init__(
        self,
        features: Any,
        output_mode: str = "concat",
        crosses: Any = None,
        crossing_dim: int | None = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ):
        super().__init__(name=name)
        require_arguments(features, output_mode)
        self.output_mode = output_mode
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        bins = {
            "float_discretized": num_discretization_bins,
            "integer_hashed": hashing_dim,
            "string_hashed": hashing_dim,
        }
        self.features = {key: as_feature(given, key, bins) for key, given in features.items()}
        self.crosses = [as_cross(given, self.features, crossing_dim) for given in crosses or ()]
        self.crosses_by_name = {cross.name: cross for cross in self.crosses}
        self.preprocessors = {key: each.preprocessor for key, each in self.features.items()}
        self.crossers = {
            each.name: layers.HashedCrossing(each.crossing_dim, name=each.name)
            for each in self.crosses
        }
        self.one_hot_encoders: dict[str, Any] = {}
        self.inputs = {
            key: layers.Input(shape=(1,), dtype=each.dtype, name=key)
            for key, each in self.features.items()
        }
        self.concat = layers.Concatenate(axis=-1, name="concat")
        self.encoded_features: Any = None
        self._dtypes = {key: each.dtype for key, each in self.features.items()}
        self._learning = [key for key, each in self.features.items() if each.learns]
        self._adapted = not self._learning

    # Learning.

    def adapt(self, dataset: Any) -> None:
        """Let the layers learn from raw columns: vocabularies, boundaries, means and variances.

        Args:
            dataset: A ``tf.data.Dataset`` of dicts, of single samples or of batches; or a dict of columns. It may hold
                more columns than there are features.

        Raises:
            ArgumentTypeError: It is something else, such as a data set with targets.
            DataError: A column lacks, or a layer cannot learn from it.
        """
        read = batches(self._who(), self._learning, dataset)
        for name in self._learning:
            self.preprocessors[name].adapt(type(read)(Column(read.source, name)))
        self._adapted = True
        self._connect()

    def _require_connected(self) -> None:
        if not self._adapted:
            raise UsageError(
                self._who(),
                "You need to call `.adapt(dataset)` before it is used: "
                f"{', '.join(map(repr, self._learning[:5]))} learn from data.",
                f"{self.name}.adapt(dataset)",
            )
        if self.encoded_features is None:
            self._connect()

    def _who(self) -> str:
        return f"FeatureSpace '{self.name}'"

    # The graph.

    def get_inputs(self) -> dict[str, Any]:
        """Return the symbolic inputs by name, for ``keras.Model(inputs, ...)``: raw columns come in."""
        self._require_connected()
        return self.inputs

    def get_encoded_features(self) -> Any:
        """Return what becomes of the inputs, a symbolic tensor or a dict: the inputs of a model of prepared columns."""
        self._require_connected()
        return self.encoded_features

    def _connect(self) -> None:
        """Call the layers on the symbolic inputs, and make a program of what does not read text."""
        who, ready = self._who(), self._prepared(self.inputs)
        dtypes = {name: str(tensor.dtype) for name, tensor in ready.items()}
        for cross in self.crosses:
            require_categories(who, cross, dtypes)
        dtypes |= dict.fromkeys(self.crossers, "int32")
        parts = {**self.features, **self.crosses_by_name}
        made = {**self.preprocessors, **self.crossers}
        self.one_hot_encoders = {
            name: encoder(who, name, made[name], dtypes[name])
            for name, part in parts.items()
            if part.output_mode == "one_hot"
        }
        self.encoded_features = self._merged(ready)
        self._on_host = [name for name, each in self.preprocessors.items() if works_on_host(each)]
        begin = {**self.inputs, **{name: ready[name] for name in self._on_host}}
        # Held as a function: the model is a view of the layers, not one more of them.
        self._program = Functional(begin, self.encoded_features).__call__
        self.built = True

    def _prepared(self, inputs: Any) -> dict[str, Any]:
        return {name: self.preprocessors[name](inputs[name]) for name in self.features}

    def _merged(self, ready: dict[str, Any]) -> Any:
        """Return prepared features with crosses, encoded and put together."""
        crossed = {
            name: self.crossers[name]([ready[each] for each in cross.feature_names])
            for name, cross in self.crosses_by_name.items()
        }
        found = {name: part[name] for part in (ready, crossed) for name in sorted(part)}
        found |= {name: each(found[name]) for name, each in self.one_hot_encoders.items()}
        if self.output_mode == "dict":
            return found
        for name, tensor in found.items():
            require_floats(self._who(), name, str(tensor.dtype))
        several = list(found.values())
        return self.concat(several) if len(several) > 1 else several[0]

    # Calls.

    def __call__(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """Prepare raw columns: a batch, or one sample if a value is a single one.

        Args:
            data: A dict with a column for each feature and nothing else: numbers, texts, lists, arrays or tensors.
            *args: As of any layer.
            **kwargs: As of any layer.

        Raises:
            DataError: Columns that lack, that are not known, of another dtype or of different lengths.
        """
        self._require_connected()
        if find_symbolic((data,), {}) is not None:
            return self.call(data)  # its layers take part in the graph, for some work on the host
        if self._scope is not None:
            return super().__call__(data, *args, **kwargs)
        values, single = columns(self._who(), self._dtypes, data)
        for name in self._on_host:
            values[name] = self.preprocessors[name](values[name])
        found = self._program(values)
        if self.output_mode == "concat":
            return found[0] if single else found
        return {name: found[name][0] if single else found[name] for name in self.encoded_features}

    def call(self, inputs: Any) -> Any:
        """Return the prepared columns, inside a larger program."""
        return self._merged(self._prepared(inputs))

    # As data.

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, and whether the layers have learned, as plain data."""
        return {
            "features": serialize_keras_object(self.features),
            "output_mode": self.output_mode,
            "crosses": serialize_keras_object(self.crosses),
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
            "name": self.name,
            "adapted": self._adapted,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], **options: Any) -> Any:
        """Make a feature space of :meth:`get_config`'s answer."""
        arguments = dict(config)
        adapted = arguments.pop("adapted", False)
        made = cls(**arguments)
        if adapted:
            made._adapted = True
            made._connect()
        return made
