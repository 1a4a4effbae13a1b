"""``run_layer_test``, written anew: what Keras's tests ask of every layer.

Asked are: its configuration, the counts of its weights and losses after ``build``, after a symbolic call and after a
call on numbers; shapes, dtypes and values of the outputs; one step of training; the dtypes in mixed precision. How many
seed generators a layer holds is not asked: they are a means of Keras's backends.
"""

# ruff: noqa: PT009 - unittest's assertions tell both values wherever they stand

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras

from conformance.keras_tests.facade.one_step import train_one_step
from conformance.keras_tests.facade.trees import (
    eager_inputs,
    leaves,
    map_shapes,
    map_tensors,
    pairs,
    symbolic_inputs,
)


@dataclass
class Asked:
    """The arguments of ``run_layer_test`` after the layer's; None asks nothing."""

    input_shape: Any = None
    input_dtype: Any = None
    input_sparse: bool = False
    input_ragged: bool = False
    input_data: Any = None
    call_kwargs: Any = None
    expected_output_shape: Any = None
    expected_output_dtype: Any = None
    expected_output_sparse: bool = False
    expected_output_ragged: bool = False
    expected_output: Any = None
    expected_num_trainable_weights: int | None = None
    expected_num_non_trainable_weights: int | None = None
    expected_num_non_trainable_variables: int | None = None
    expected_num_seed_generators: int | None = None
    expected_num_losses: int | None = None
    supports_masking: bool | None = None
    expected_mask_shape: Any = None
    custom_objects: Any = None
    run_training_check: bool = True
    run_mixed_precision_check: bool = True
    assert_built_after_instantiation: bool = False
    tpu_atol: float | None = None
    tpu_rtol: float | None = None

    @property
    def has_input(self) -> bool:
        """Whether the layer is to be called."""
        return self.input_shape is not None or self.input_data is not None


class LayerCheck:
    """One check of one layer.

    Args:
        test: The test case, which compares.
        kind: The layer's class.
        init_kwargs: The arguments that make it.
        asked: What is expected.
    """

    def __init__(self, test: Any, kind: Any, init_kwargs: dict[str, Any], asked: Asked):
        self.test = test
        self.kind = kind
        self.init_kwargs = init_kwargs
        self.asked = asked

    def run(self) -> None:
        """Check everything that is asked."""
        self.test.run_class_serialization_test(self.made(), self.asked.custom_objects)
        if self.asked.supports_masking is not None:
            self.test.assertEqual(self.made().supports_masking, self.asked.supports_masking)
        if self.asked.has_input:
            self.check_build()
            self.check_symbolic_call()
            if self.asked.assert_built_after_instantiation:
                self.check_built_at_once()
            self.check_call()
            if self.asked.run_mixed_precision_check:
                self.check_mixed_precision()

    def made(self, **more: Any) -> Any:
        """Make the layer."""
        return self.kind(**self.init_kwargs, **more)

    # Inputs.

    @cached_property
    def shapes(self) -> Any:
        """The inputs' shapes."""
        if self.asked.input_shape is not None:
            return self.asked.input_shape
        return map_tensors(lambda tensor: tuple(tensor.shape), self.asked.input_data)

    @cached_property
    def dtypes(self) -> Any:
        """The inputs' dtypes."""
        if self.asked.input_data is not None:
            return map_tensors(
                lambda tensor: keras.backend.standardize_dtype(tensor.dtype), self.asked.input_data
            )
        if self.asked.input_dtype is not None:
            return self.asked.input_dtype
        return map_shapes(lambda shape: "float32", self.shapes)

    @cached_property
    def inputs(self) -> Any:
        """The inputs as numbers."""
        if self.asked.input_data is not None:
            return self.asked.input_data
        return eager_inputs(self.shapes, self.dtypes, self.asked.input_sparse)

    def symbols(self) -> Any:
        """The inputs as symbolic tensors."""
        return symbolic_inputs(
            self.shapes, self.dtypes, self.asked.input_sparse, self.asked.input_ragged
        )

    def called(self, layer: Any, inputs: Any) -> Any:
        """Call a layer; a dict of inputs goes by name."""
        kwargs = self.asked.call_kwargs or {}
        return layer(**inputs, **kwargs) if isinstance(inputs, dict) else layer(inputs, **kwargs)

    # What is asked of a layer that has its weights.

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many weights there are, trainable and not: as expected, else as a called layer has them."""
        layer = self.made()
        self.called(layer, self.inputs)
        given = (
            self.asked.expected_num_trainable_weights,
            self.asked.expected_num_non_trainable_weights,
        )
        found = (len(layer.trainable_weights), len(layer.non_trainable_weights))
        return tuple(
            count if wanted is None else wanted for wanted, count in zip(given, found, strict=True)
        )

    def compare_weights(self, layer: Any) -> None:
        """Compare the counts of weights."""
        self.test.assertTrue(layer.built)
        trainable, fixed = self.counts
        self.test.assertLen(
            layer.trainable_weights, trainable, "Unexpected number of trainable_weights"
        )
        self.test.assertLen(
            layer.non_trainable_weights, fixed, "Unexpected number of non_trainable_weights"
        )

    def compare_outputs(self, outputs: Any) -> None:
        """Compare shapes, None standing for any size, and dtypes."""
        asked = self.asked
        if asked.expected_output_shape is not None:
            for tensor, expected in pairs(outputs, asked.expected_output_shape):
                found = tuple(tensor.shape)
                fits = len(found) == len(expected) and all(
                    wanted is None or wanted == size
                    for wanted, size in zip(expected, found, strict=True)
                )
                self.test.assertTrue(fits, f"Expected output shape {expected}, got {found}")
        if asked.expected_output_dtype is not None:
            for tensor, expected in pairs(outputs, asked.expected_output_dtype):
                self.test.assertEqual(expected, keras.backend.standardize_dtype(tensor.dtype))
        for tensor in leaves(outputs):
            if asked.expected_output_sparse:
                self.test.assertSparse(tensor)
            if asked.expected_output_ragged:
                self.test.assertRagged(tensor)

    # The checks.

    def check_build(self) -> None:
        """Build from the shapes alone."""
        layer = self.made()
        if isinstance(self.shapes, dict):
            layer.build(**self.shapes)
        else:
            layer.build(self.shapes)
        self.compare_weights(layer)

    def check_symbolic_call(self) -> None:
        """Call on symbolic tensors."""
        layer = self.made()
        outputs = self.called(layer, self.symbols())
        self.compare_weights(layer)
        self.compare_outputs(outputs)
        if self.asked.expected_mask_shape is not None:
            mask = layer.compute_mask(self.symbols())
            self.test.assertEqual(self.asked.expected_mask_shape, tuple(mask.shape))

    def check_built_at_once(self) -> None:
        """A layer without weights is built when it is made, unless a subclass has a ``build`` of its own."""
        self.test.assertTrue(self.made().built, "a layer without weights is built when it is made")
        own = type("OwnBuild", (self.kind,), {"build": lambda self, *args, **kwargs: None})
        self.test.assertFalse(
            own(**self.init_kwargs).built, "a layer with a build of its own is not built yet"
        )

    def check_call(self) -> None:
        """Call on numbers, compare values and losses, and train one step."""
        layer = self.made()
        outputs = self.called(layer, self.inputs)
        self.compare_outputs(outputs)
        if self.asked.expected_output is not None:
            for tensor, expected in pairs(outputs, self.asked.expected_output):
                self.test.assertAllClose(expected, tensor, msg="Unexpected output value")
        if self.asked.expected_num_losses is not None:
            self.test.assertLen(layer.losses, self.asked.expected_num_losses)
        if self.asked.run_training_check:
            train_one_step(layer, self.inputs, outputs)

    def check_mixed_precision(self) -> None:
        """Outputs have the dtype that a symbolic call promises; weights stay in float32."""
        layer = self.made(dtype="mixed_float16") if "dtype" not in self.init_kwargs else None
        if layer is None:
            layer = self.kind(**{**self.init_kwargs, "dtype": "mixed_float16"})
        outputs = self.called(layer, self.inputs)
        promised = self.called(layer, self.symbols())
        for tensor, spec in zip(leaves(outputs), leaves(promised), strict=True):
            self.test.assertEqual(
                keras.backend.standardize_dtype(tensor.dtype),
                keras.backend.standardize_dtype(spec.dtype),
            )
        for weight in layer.weights:
            dtype = keras.backend.standardize_dtype(weight.dtype)
            self.test.assertTrue("float" not in dtype or dtype == "float32", f"a weight of {dtype}")
