"""What is said on an error that a layer, loss or step of the user's own raised: where, in which line, what repairs it.

JAX's own errors speak of tracers; here each gets one sentence in plain words and one line that repairs it. The error
itself stays as it is, with its class and its traceback: the words are notes on it (``Exception.add_note``).
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FunctionType, TracebackType
from typing import Any

from jax import errors

from pellucid.core.errors import PellucidError, is_ours, is_users, line_in_words

# Classes of JAX's errors, the special ones first, and what they mean.
BY_CLASS: dict[type[Exception], str] = {
    errors.TracerBoolConversionError: "{truth}",
    errors.NonConcreteBooleanIndexError: (
        "how many rows a boolean mask picks is not known before the program runs, and shapes must be. "
        "Repair: jnp.where(mask, x, 0), or a weighted mean: (x * mask).sum() / mask.sum()"
    ),
    errors.TracerIntegerConversionError: (
        "`range`, list indices and shapes need a number now, but arrays get theirs only when the program runs. "
        "Repair: x.shape[0] for sizes; jnp.take(table, index, axis=0) for looking up; jax.lax.fori_loop for loops"
    ),
    errors.TracerArrayConversionError: (
        "NumPy computes at once, but inside a program arrays get their values later. Repair: {numpy}"
    ),
    errors.ConcretizationTypeError: (
        "{function} needs a value now, but arrays get theirs only when the program runs. Repair: {concrete}"
    ),
    errors.UnexpectedTracerError: (
        "an array of one trace was kept in a list, a global or an attribute and used in another. "
        "Repair: return it, or declare state: self.name = self.add_weight(shape=..., trainable=False)"
    ),
}

# Patterns in the text of other errors, and what they mean.
BY_TEXT: tuple[tuple[str, str], ...] = (
    (
        r"does not support item assignment|JAX arrays are immutable",
        "arrays do not change in place. Repair: x = x.at[index].set(value), or .add(value)",
    ),
    (
        r"Shapes must be 1D sequences of concrete values",
        "a shape cannot depend on values in arrays. Repair: take it from x.shape, or give a fixed size",
    ),
    (
        r"(Tracer|ArrayImpl).* has no attribute '?(numpy|detach|cpu|item|tolist|eval|backward)\b",
        "inside a program arrays have no values to take out. Repair: leave it away; jnp takes arrays as they are",
    ),
    (
        r"(Tracer|ArrayImpl).* has no attribute '?(unsqueeze|view|permute|size|float|long)\b",
        "arrays are JAX's, not PyTorch's. Repair: x[..., None], x.reshape(...), x.transpose(...), x.shape, "
        "x.astype('float32')",
    ),
    (
        r"must be Tensor, not|(torch|tensorflow|tf\b).*Tracer|Tracer.*(torch|tensorflow)"
        r"|Attempt to convert a value .*Tracer",
        "functions of PyTorch and TensorFlow cannot take part in a program of JAX. Repair: the same function of jnp, "
        "jax.nn or pellucid.activations",
    ),
    (r"truth value of an array with more than one element", "{truth}"),
    (
        r"iteration over a 0-d array",
        "one number came where several are needed. Repair: x[None], or leave the loop away",
    ),
    (
        r"unsupported format string passed to .*(Tracer|ArrayImpl)",
        "an array has no digits to print while the program is traced. Repair: jax.debug.print('{{x}}', x=x)",
    ),
    (
        r"Indexer must have integer or boolean type",
        "places are whole numbers. Repair: index.astype('int32')",
    ),
    (
        r"does not accept dtype|requires .* dtypes?|Accepted dtypes",
        "this is not defined for numbers of that dtype. Repair: a comparison first (x > 0), or x.astype('int32')",
    ),
    (
        r"but it is \w*Tracer",
        "an array came where a number for a layer is needed: the class was called in the place of a layer. "
        "Repair: in __init__: self.dense = layers.Dense(4), with parentheses",
    ),
    (
        r"(dot_general|matmul).*(shape|dimension|size)|(Incompatible|incompatible) shapes",
        "the arrays' shapes do not fit each other. Repair: print(x.shape) before this line shows them",
    ),
    (
        r"requires real- or complex-valued|grad requires|must be a scalar|scalar-output functions",
        "a gradient needs one floating-point number to start from. Repair: jnp.mean(...) of a float array",
    ),
    (
        r"unsupported operand type.*NoneType|NoneType.* has no attribute|'NoneType' object",
        "a value is None: something before this line returned nothing. Repair: add `return` there",
    ),
)


def advice(error: BaseException, source: str = "") -> str | None:
    """Return what an error means in plain words, with the line that repairs it; None if there is nothing to add.

    Args:
        error: Any exception.
        source: The user's line, from which the words name the function that was called.

    >>> import jax
    >>> try:
    ...     jax.eval_shape(lambda x: 1 if x > 0 else 0, 1.0)
    ... except Exception as error:
    ...     print(advice(error))
    `if`, `while`, `and`, `or`, `not` need a value now, but arrays get theirs only when the program runs. Repair:
    jnp.where(condition, a, b); for `and`, `or`, `not`: &, |, ~
    """
    text = " ".join(str(error).split())
    found = next((words for cls, words in BY_CLASS.items() if isinstance(error, cls)), None)
    if found is None:
        found = next((words for pattern, words in BY_TEXT if re.search(pattern, text)), None)
    return None if found is None else found.format_map(_Fill(source, text))


class _Fill(dict[str, str]):
    """The words that stand for what the user's line says."""

    def __init__(self, source: str, text: str):
        super().__init__(
            truth=_truth(source),
            numpy=_jax_twin(source),
            function=_called(source, text),
            concrete=_concrete_repair(source, text),
        )


def _truth(source: str) -> str:
    found = re.search(r"(?<![.\w])(max|min)\(", source)
    if found:
        return (
            f"`{found[1]}` of Python compares now, but arrays get their values only when the program runs. "
            f"Repair: jnp.{found[1]}imum(a, b)"
        )
    return (
        "`if`, `while`, `and`, `or`, `not` need a value now, but arrays get theirs only when the program runs. "
        "Repair: jnp.where(condition, a, b); for `and`, `or`, `not`: &, |, ~"
    )


def _jax_twin(source: str) -> str:
    found = re.search(r"\b(?:np|numpy)\.([\w.]+)", source)
    if found and not found[1].startswith("random"):
        return f"jnp.{found[1]} instead of {found[0]} (import jax.numpy as jnp)"
    return "the same function of jax.numpy (import jax.numpy as jnp)"


def _called(source: str, text: str) -> str:
    found = re.search(r"\b(float|int|complex|bool)\(", source) or re.search(
        r"`(float|int)` function", text
    )
    return f"`{found[1]}(...)`" if found else "this"


def _concrete_repair(source: str, text: str) -> str:
    if "nonzero" in text or re.search(r"\.(nonzero|unique|argwhere|flatnonzero|where)\(", source):
        return "a fixed number of results: size=..., or jnp.where(mask, x, 0)"
    return "leave it away, or x.astype('float32'): jnp functions take arrays as they are"


def note_error(error: BaseException, where: str) -> None:
    """Say once, on the error, where it happened, the user's line, and what repairs it.

    Args:
        error: The error that is on its way.
        where: The layer, loss or method, as a sentence.
    """
    if getattr(error, "_pellucid_noted", False):
        return
    error.add_note(where)
    ours = isinstance(error, PellucidError)
    line = None if ours else last_line(error.__traceback__)
    if line:
        error.add_note(f"  at {line}")
    words = None if isinstance(error, PellucidError) and error.repair else advice(error, line or "")
    if words:
        error.add_note(f"  {words}")
    error._pellucid_noted = True  # pyright: ignore[reportAttributeAccessIssue]


@contextmanager
def noted(where: str) -> Iterator[None]:
    """Note on any error from inside where it happened; see :func:`note_error`."""
    try:
        yield
    except Exception as error:
        note_error(error, where)
        raise


def last_line(traceback: TracebackType | None) -> str | None:
    """Return the innermost line of the user's in a traceback, as ``"file.py:12: source line"``."""
    found = None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if is_users(name):
            found = line_in_words(name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return found


def code_of(function: Any) -> CodeType | None:
    """Return the code of a function or method behind its decorators, or None where Python has none."""
    return getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)


def is_our_function(function: Any) -> bool:
    """Tell whether a function is written in Pellucid, not by a user or in another package."""
    code = code_of(function)
    return code is not None and is_ours(code.co_filename)


@lru_cache(maxsize=4096)
def is_our_class(cls: type) -> bool:
    """Tell whether all methods of a class, inherited ones too, are written in Pellucid or in Python itself."""
    bases = [base for base in cls.__mro__ if base.__module__ != "builtins"]
    methods = [value for base in bases for value in vars(base).values()]
    return all(is_our_function(method) for method in methods if isinstance(method, FunctionType))


def line_of(
    function: Callable[..., Any], of_return: bool = True, pattern: str | None = None
) -> str | None:
    """Return the line of a function's only ``return``, else the line of its ``def``; None if it is not the user's.

    For what is wrong with the value that a function gave: when that is seen, the function is no longer on the stack.

    Args:
        function: The function or method.
        of_return: Whether the line of its ``return`` is meant, not that of its ``def``.
        pattern: The first line that matches it is meant; None where none does.
    """
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = code_of(function)
    if code is None or not is_users(code.co_filename):
        return None
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, SyntaxError, TypeError, IndexError):
        return None if pattern else line_in_words(code.co_filename, code.co_firstlineno)
    if pattern:
        lines = enumerate(source.splitlines())
        number = next((i for i, line in lines if re.search(pattern, line)), None)
        return (
            None
            if number is None
            else line_in_words(code.co_filename, code.co_firstlineno + number)
        )
    returns = [node for node in _own_nodes(tree.body[0]) if isinstance(node, ast.Return)]
    offset = returns[0].lineno - 1 if of_return and len(returns) == 1 else 0
    return line_in_words(code.co_filename, code.co_firstlineno + offset)


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield child
            yield from _own_nodes(child)
