"""Notes on errors: what JAX's errors mean, the user's line, once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Layer, layers
from pellucid.modules.notes import advice, code_of, is_our_class, last_line, line_of, noted
from pellucid.modules.signatures import check_signatures


def error_of(function, *arguments):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (of many classes)
        jax.eval_shape(function, *arguments)
    return caught.value


X = np.ones((4, 3), "float32")

MEANINGS = {
    "if": (lambda x: x if x.sum() > 0 else -x, "", "jnp.where(condition, a, b)"),
    "max": (lambda x: max(x.sum(), 0), "max(x.sum(), 0)", "jnp.maximum(a, b)"),
    "numpy": (lambda x: np.log(x) + 1, "np.log(x)", "jnp.log instead of np.log"),
    "float": (lambda x: float(x.sum()), "float(x.sum())", "`float(...)` needs a value now"),
    "range": (lambda x: list(range(jnp.argmax(x))), "", "fori_loop"),
    "mask": (lambda x: x[x > 0], "", "boolean mask"),
    "unique": (lambda x: jnp.unique(x) + 1, "jnp.unique(x)", "size=..."),
    "item": (lambda x: x.numpy(), "", "leave it away"),
    "shape": (lambda x: x @ jnp.ones((2, 2)), "", "print(x.shape)"),
    "none": (lambda x: x + None, "", None),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_errors_of_jax_are_told_in_plain_words(name):
    function, source, words = MEANINGS[name]
    found = advice(error_of(function, X), source) or ""
    if words is None:
        assert not found or "Repair" in found
    else:
        assert words in found
        assert "Repair:" in found


def test_what_is_no_error_of_jax_gets_no_advice():
    assert advice(ValueError("something of the user's own")) is None


def test_an_error_is_noted_once_with_the_innermost_line_of_the_user():
    def inner(x):
        return np.sin(x)  # the line

    def outer(x):
        with noted("In the outer one."), noted("In the inner one."):
            return inner(x)

    error = error_of(outer, X)
    notes = [note for note in error.__notes__ if "JAX" not in note]
    assert notes[0] == "In the inner one."
    assert notes[1].startswith("  at test_notes.py:")
    assert notes[1].endswith("# the line")
    assert not any("outer" in note for note in notes)
    assert "# the line" in (last_line(error.__traceback__) or "")


def one_return(x):
    if x:
        x = 2
    return x  # here


def two_returns(x):
    if x:
        return 1
    return 2


def test_the_line_of_a_function_is_its_only_return_or_its_def():
    assert line_of(one_return).endswith("return x  # here")
    assert line_of(one_return, of_return=False).endswith("def one_return(x)")
    assert line_of(two_returns).endswith("def two_returns(x)")
    assert line_of(one_return, pattern=r"x = 2").endswith("x = 2")
    assert line_of(one_return, pattern=r"nowhere") is None
    assert line_of(np.sum) is None
    assert line_of(layers.Dense.call) is None


def test_own_classes_are_told_from_ours():
    class Mine(layers.Dense):
        def call(self, inputs):
            return super().call(inputs)

    class Renamed(layers.Dense):
        pass

    assert is_our_class(layers.Dense)
    assert is_our_class(Renamed)
    assert not is_our_class(Mine)
    assert code_of(Mine(3).call) is Mine.call.__code__


def test_signatures_that_layers_may_have():
    class Several(Layer):
        def build(self, query_shape, value_shape, extra=None):
            """Declare nothing."""

        def call(self, query, value):
            return query + value

    class Open(Layer):
        def build(self, *shapes):
            """Declare nothing."""

        def call(self, *inputs):
            return inputs[0]

    for cls in (Several, Open, Layer, layers.Dense):
        check_signatures(cls, "a layer")
