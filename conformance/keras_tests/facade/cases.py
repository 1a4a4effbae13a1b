"""The base class of Keras's tests, written anew: comparisons of numbers, round trips of configurations, folders.

A refusal in other words than Keras's is noted and told at the end of the test (:class:`OtherWordsError`), so that the
rest of the test is still run and a wrong number is never hidden behind a text.
"""

# ruff: noqa: PT009 - unittest's assertions tell both values wherever they stand

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from absl.testing import parameterized

from conformance.keras_tests.facade.layer_check import Asked, LayerCheck

REFUSALS = (ValueError, TypeError)
"""Errors that refuse an argument; one in place of the other counts as other words."""


class OtherWordsError(AssertionError):
    """What the test wants refused was refused, in other words."""


class Refusal:
    """A block that must raise an error of a class; its words are compared, and noted when they differ.

    Args:
        test: The test that notes them.
        kind: The class, or a tuple of them.
        words: A regular expression.
    """

    def __init__(self, test: TestCase, kind: Any, words: Any):
        self.test = test
        self.kind = kind
        self.words = words
        self.exception: BaseException | None = None

    def __enter__(self) -> Refusal:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if kind is None:
            self.test.fail(f"{self.kind} not raised")
        if not issubclass(kind, (self.kind, *REFUSALS) if self.kind in REFUSALS else self.kind):
            return False
        self.exception = error.with_traceback(None)
        if not issubclass(kind, self.kind):
            self.test.note_other_words(
                f"{self.kind.__name__} wanted, {kind.__name__} came: {str(error)[:200]!r}"
            )
        elif not re.search(self.words, str(error)):
            self.test.note_other_words(f"{self.words!r} wanted, {str(error)[:200]!r} said")
        return True


class TestCase(parameterized.TestCase):
    """What ``keras.src.testing.TestCase`` gives to tests."""

    maxDiff = None

    def setUp(self) -> None:
        super().setUp()
        keras.utils.clear_session(free_memory=False)

    def get_temp_dir(self) -> str:
        """Return a folder that is removed after the test."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def convert_to_numpy(self, value: Any) -> np.ndarray:
        """Return a tensor, a variable, or lists of numbers as NumPy."""
        if isinstance(value, np.ndarray) or not hasattr(value, "dtype"):
            return np.array(value)
        return np.asarray(keras.ops.convert_to_numpy(value))

    def assertAllClose(
        self,
        actual: Any,
        desired: Any,
        atol: float = 1e-6,
        rtol: float = 1e-6,
        tpu_atol: float | None = None,
        tpu_rtol: float | None = None,
        msg: str | None = None,
    ) -> None:
        """Compare shapes, and numbers within tolerances."""
        actual, desired = self.convert_to_numpy(actual), self.convert_to_numpy(desired)
        np.testing.assert_allclose(actual, desired, atol=atol, rtol=rtol, err_msg=msg or "")

    def assertNotAllClose(
        self,
        first: Any,
        second: Any,
        atol: float = 1e-6,
        rtol: float = 1e-6,
        msg: str | None = None,
    ) -> None:
        """Ask for a difference."""
        try:
            self.assertAllClose(first, second, atol=atol, rtol=rtol)
        except AssertionError:
            return
        self.fail(msg or f"equal, and should not be: {first}")

    def assertAlmostEqual(
        self,
        actual: Any,
        desired: Any,
        decimal: int = 3,
        tpu_decimal: int | None = None,
        msg: str | None = None,
    ) -> None:
        """Compare numbers to so many decimal places."""
        actual, desired = self.convert_to_numpy(actual), self.convert_to_numpy(desired)
        np.testing.assert_almost_equal(actual, desired, decimal=decimal, err_msg=msg or "")

    def assertAllEqual(self, actual: Any, desired: Any, msg: str | None = None) -> None:
        """Compare exactly."""
        actual, desired = self.convert_to_numpy(actual), self.convert_to_numpy(desired)
        np.testing.assert_array_equal(actual, desired, err_msg=msg or "")

    def assertLen(self, container: Any, expected_len: int, msg: str | None = None) -> None:
        """Compare a length."""
        self.assertEqual(len(container), expected_len, msg=msg)

    def assertDType(self, x: Any, dtype: Any, msg: str | None = None) -> None:
        """Compare a dtype, or the dtype that a Python number has."""
        found = keras.backend.standardize_dtype(x.dtype if hasattr(x, "dtype") else type(x))
        self.assertEqual(found, keras.backend.standardize_dtype(dtype), msg=msg)

    def assertSparse(self, x: Any, sparse: bool = True) -> None:
        """Ask whether a tensor, symbolic or not, is sparse."""
        found = x.sparse if isinstance(x, keras.KerasTensor) else type(x).__name__ == "BCOO"
        self.assertEqual(bool(found), sparse)

    def assertRagged(self, x: Any, ragged: bool = True) -> None:
        """Ask whether a tensor is ragged; JAX has no such tensors."""
        self.assertEqual(bool(getattr(x, "ragged", False)), ragged)

    def assertFileExists(self, path: str) -> None:
        """Ask for a file."""
        self.assertTrue(Path(path).is_file(), f"{path} does not exist")

    def assertRaisesRegex(self, kind: Any, words: Any, *call: Any, **kwargs: Any) -> Any:
        """Ask for an error, as a block or of a call."""
        refusal = Refusal(self, kind, words)
        if not call:
            return refusal
        with refusal:
            call[0](*call[1:], **kwargs)
        return None

    def note_other_words(self, text: str) -> None:
        """Note a refusal in other words; the test fails with it at its end, unless it failed before."""
        self.addCleanup(self._tell, text)

    def _tell(self, text: str) -> None:
        raise OtherWordsError(text)

    def run_class_serialization_test(self, instance: Any, custom_objects: Any = None) -> None:
        """Make the object again from its configuration, and from its serialized form; compare configurations."""
        config = as_json(instance.get_config())
        with keras.saving.custom_object_scope(custom_objects or {}):
            again = type(instance).from_config(instance.get_config())
        self.assertEqual(config, as_json(again.get_config()))
        text = as_json(keras.saving.serialize_keras_object(instance))
        with keras.saving.custom_object_scope(custom_objects or {}):
            again = keras.saving.deserialize_keras_object(from_json(text))
        self.assertEqual(config, as_json(again.get_config()))

    def run_layer_test(self, layer_cls: Any, init_kwargs: Any, **asked: Any) -> None:
        """Check a layer through and through; :mod:`.layer_check` says what is asked."""
        LayerCheck(self, layer_cls, init_kwargs or {}, Asked(**asked)).run()


def as_json(value: Any) -> str:
    """Write JSON that tells tuples from lists."""

    def marked(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: marked(inner) for key, inner in part.items()}
        if isinstance(part, (list, tuple)):
            inner = [marked(entry) for entry in part]
            return {"tuple of": inner} if isinstance(part, tuple) else inner
        return part

    return json.dumps(marked(value), sort_keys=True, indent=1)


def from_json(text: str) -> Any:
    """Read what :func:`as_json` wrote."""
    return json.loads(
        text, object_hook=lambda found: tuple(found["tuple of"]) if "tuple of" in found else found
    )
