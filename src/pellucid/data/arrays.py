"""Whatever the user calls data becomes NumPy arrays that a program can take: finite, 32-bit, rows first.

The checks happen here, on the host, because a compiled program has no errors: a NaN in one pixel would only show as
a loss of NaN much later.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.core.dtypes import host_dtype
from pellucid.core.errors import DataError
from pellucid.data.frames import is_frame, is_number, to_numbers, wrap

Tree = Any
"""An array, or a list or dict of arrays."""


def as_inputs(x: Any, name: str = "x") -> Tree:
    """Return inputs as NumPy arrays that a model can take, or say what is wrong with them.

    Args:
        x: An array of NumPy, JAX, PyTorch or TensorFlow; nested lists of numbers; a data frame or series of any
            library; or a list or dict of these, one for each input of the model.
        name: What the messages call it.

    Returns:
        The same structure of arrays with rows first, e.g. ``(rows, features)``. 64-bit numbers become 32-bit; small
        integers (images of uint8) stay. An array that is right already is returned as it is, not copied.

    Raises:
        DataError: Empty, ragged or complex data, text or objects, NaN or infinity, numbers beyond 32 bits.

    >>> as_inputs([[1.0, 2.0], [3.0, 4.0]]).dtype
    dtype('float32')
    >>> as_inputs({"left": np.zeros((2, 3)), "right": np.ones(2, "uint8")})["right"]
    array([1, 1], dtype=uint8)

    Keras and PyTorch train on NaN without a word; here it is refused, with its place.
    """
    if isinstance(x, dict):
        if not x:
            raise DataError(name, "the dict of inputs is empty.")
        return {key: as_inputs(value, f"{name}[{key!r}]") for key, value in x.items()}
    if isinstance(x, (list, tuple)) and x and _is_input(x[0]):
        return [as_inputs(value, f"{name}[{number}]") for number, value in enumerate(x)]
    return as_array(x, name)


def as_array(x: Any, name: str = "x") -> np.ndarray:
    """Return one array of numbers, checked and narrowed as :func:`as_inputs` says."""
    array = to_numbers(x, name) if is_frame(x) else to_numpy(x, name)
    if array.ndim == 0:
        raise DataError(
            name,
            f"a single {type(x).__name__} came, but rows are needed.",
            f"{name} = np.array([...])",
        )
    if array.size == 0:
        raise DataError(
            name,
            f"the data are empty: shape {array.shape}.",
            f"check how {name} was loaded or sliced",
        )
    _check_kind(array, name)
    return np.ascontiguousarray(narrow(array, name))


def to_numpy(x: Any, name: str = "x") -> np.ndarray:
    """Return ``x`` as a NumPy array of whatever dtype; tensors are detached and brought to the host.

    Raises:
        DataError: The rows of a nested list have different lengths, or ``x`` is a sparse matrix or no array at all.
    """
    if isinstance(x, np.ma.MaskedArray):
        return np.ma.filled(x.astype(float), np.nan) if np.ma.is_masked(x) else np.asarray(x)
    if isinstance(x, np.ndarray):
        return np.asarray(x)
    if hasattr(x, "toarray"):
        raise DataError(
            name, "a sparse matrix came; dense arrays are needed.", f"{name} = {name}.toarray()"
        )
    if hasattr(x, "detach"):  # a PyTorch tensor, perhaps on a GPU or part of a graph
        x = x.detach().cpu()
        x = x.float() if "bfloat16" in str(x.dtype) else x
    try:
        return np.asarray(x)
    except (ValueError, TypeError):
        raise _ragged(x, name) from None


def narrow(array: np.ndarray, name: str = "x") -> np.ndarray:
    """Return a numeric array in its 32-bit (or smaller) dtype, refusing NaN, infinity and what does not fit.

    >>> narrow(np.array([1, 2])).dtype, narrow(np.array([0.5], "float16")).dtype
    (dtype('int32'), dtype('float32'))
    """
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        return _narrow_integers(array, name)
    if array.dtype.kind in "iub":
        return array
    wide = array.dtype.kind != "f" or array.dtype.itemsize > 4
    target = np.dtype("float32") if wide else host_dtype(array.dtype)
    with np.errstate(over="ignore"):
        narrowed = array.astype(target, copy=False)
    if not all_finite(narrowed):
        raise _not_finite(array, narrowed, name)
    return narrowed


def all_finite(array: np.ndarray) -> bool:
    """Tell whether every number is finite; integers are at once.

    The sum is finite only if every term is, and it needs no temporary array; only when it is not (or when it
    overflows) is every element looked at.
    """
    if array.dtype.kind != "f":
        return True
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())


def rows(tree: Tree, name: str = "x") -> int:
    """Return the number of rows, equal in all arrays of the tree.

    Raises:
        DataError: The arrays differ in their number of rows.

    >>> rows([np.zeros((5, 2)), np.zeros(5)])
    5
    """
    counts = {path: len(array) for path, array in leaves(tree, name)}
    if len(set(counts.values())) > 1:
        shown = ", ".join(f"{path} has {count}" for path, count in counts.items())
        raise DataError(
            name,
            f"all inputs must have the same number of rows, but {shown}.",
            "a list of arrays means several inputs; for one input of many rows: "
            f"{name} = np.stack({name})",
        )
    return next(iter(counts.values()))


def check_same_rows(x: Tree, y: Tree = None, sample_weight: Tree = None) -> int:
    """Refuse data whose parts differ in length; return the number of rows.

    Args:
        x: Inputs as :func:`as_inputs` gave them.
        y: Targets as the user gave them: array, list, series or frame, or several for several outputs; or None.
        sample_weight: One weight per row, or None.

    Raises:
        DataError: With both lengths and, where it is clear, the repair.

    >>> check_same_rows(np.zeros((3, 2)), ["cat", "dog", "cat"])
    3
    """
    count = rows(x)
    for name, part in (("y", y), ("sample_weight", sample_weight)):
        if part is not None:
            check_length(x, part, name)
    return count


def check_length(x: Tree, part: Tree, name: str) -> int:
    """Refuse targets or weights that have not one entry for each row of ``x``; return the number of rows.

    Args:
        x: Inputs as :func:`as_inputs` gave them.
        part: As the user gave it: array, list, series or frame, or several.
        name: What the messages call it.

    Raises:
        DataError: With both lengths and, where it is clear, the repair.

    >>> check_length(np.zeros((3, 2)), ["cat", "dog", "cat"], "y")
    3
    """
    count = rows(x)
    found = _length(part, name, count)
    if found != count:
        raise DataError(
            "",
            f"x has {count} rows but {name} has {found}; each row of x needs one of {name}.",
            _length_repair(x, part, name, count, found),
        )
    return count


def leaves(tree: Tree, name: str = "x") -> list[tuple[str, Any]]:
    """Return the arrays of a tree with the names that messages use; a list of labels is one array."""
    if isinstance(tree, dict):
        return [leaf for key, part in tree.items() for leaf in leaves(part, f"{name}[{key!r}]")]
    if isinstance(tree, (list, tuple)) and any(_is_input(part) for part in tree):
        return [leaf for i, part in enumerate(tree) for leaf in leaves(part, f"{name}[{i}]")]
    return [(name, tree)]


def _length(part: Tree, name: str, count: int) -> int:
    """Return the rows of targets as the user gave them; of a list of arrays, one for each output or row by row."""
    if isinstance(part, dict):
        return rows(part, name)
    if isinstance(part, (list, tuple)) and part and _is_input(part[0]) and len(part) != count:
        return rows(part, name)
    if is_frame(part) and not hasattr(part, "__len__"):
        return len(wrap(part))
    shape = getattr(part, "shape", None)
    if shape == () or (shape is None and not hasattr(part, "__len__")):
        raise DataError(
            name, f"a single {type(part).__name__} came, but one value per row is needed."
        )
    return len(part)


def _is_input(item: Any) -> bool:
    return isinstance(item, dict) or getattr(item, "ndim", 0) > 0 or is_frame(item)


def _length_repair(x: Tree, part: Tree, name: str, count: int, found: int) -> str:
    if isinstance(part, np.ndarray) and part.ndim == 2 and part.shape == (1, count):
        return f"{name} is one row of {count} numbers; turn it into a column: {name} = {name}.reshape(-1)"
    if isinstance(x, list) and len(x) == found:
        return "a list of arrays means several inputs; for one input: x = np.stack(x)"
    if isinstance(x, np.ndarray) and x.ndim == 2 and x.shape[1] == found:
        return "x looks transposed (rows come first): x = x.T"
    short = min(count, found)
    return f"check how both were loaded; the first {short} rows: x, {name} = x[:{short}], {name}[:{short}]"


def _check_kind(array: np.ndarray, name: str) -> None:
    if array.dtype.kind in "fiub" or "float" in array.dtype.name:
        return
    if array.dtype.kind == "c":
        raise DataError(
            name,
            f"the numbers are complex ({array.dtype}); real ones are needed.",
            f"{name} = np.stack([{name}.real, {name}.imag], axis=-1)",
        )
    if array.dtype.kind == "O":
        raise _object_error(array, name)
    words = {"U": "text", "S": "text", "M": "dates", "m": "time differences"}
    first = array.reshape(-1)[0]
    raise DataError(
        name,
        f"numbers are needed, but these are {words.get(array.dtype.kind, str(array.dtype))}: "
        f"the first is {first.item() if hasattr(first, 'item') else first!r}.",
        f'{name} = {name}.astype("float32") if they are numbers written as text; for a table with categories '
        "pellucid.data.TablePreprocessor",
    )


def _object_error(array: np.ndarray, name: str) -> DataError:
    if array.ndim == 1 and any(
        hasattr(item, "__len__") and not isinstance(item, str) for item in array
    ):
        return _ragged(list(array), name)
    flat = array.reshape(-1)
    bad = next((i for i, value in enumerate(flat) if not is_number(value)), None)
    if bad is None:
        return DataError(
            name,
            "the array has dtype object, though it holds only numbers.",
            f'{name} = {name}.astype("float32")',
        )
    return DataError(
        name,
        f"the array has dtype object and holds something that is no number: {flat[bad]!r} in "
        f"{place(np.unravel_index(bad, array.shape))}.",
        "remove or encode that column; for a table with text use pellucid.data.TablePreprocessor",
    )


def _ragged(x: Any, name: str) -> DataError:
    lengths = (
        [len(row) if hasattr(row, "__len__") else 0 for row in x] if hasattr(x, "__iter__") else []
    )
    odd = next((i for i, length in enumerate(lengths) if length != lengths[0]), None)
    if odd is None:
        return DataError(
            name, f"a {type(x).__name__} is no array of numbers.", f"{name} = np.array(...)"
        )
    return DataError(
        name,
        f"all rows must have the same length, but row 0 has {lengths[0]} and row {odd} has {lengths[odd]}.",
        "pad the short rows or cut the long ones to one length",
    )


def _narrow_integers(array: np.ndarray, name: str) -> np.ndarray:
    target = host_dtype(array.dtype)
    low, high = np.iinfo(target).min, np.iinfo(target).max
    if array.min() < low or array.max() > high:
        beyond = int(np.argmax((array < low).reshape(-1) | (array > high).reshape(-1)))
        raise DataError(
            name,
            f"{array.reshape(-1)[beyond]} in {place(np.unravel_index(beyond, array.shape))} does not fit "
            f"into {target}.",
            f'{name} = {name}.astype("float32"), or scale it',
        )
    return array.astype(target)


def _not_finite(array: np.ndarray, narrowed: np.ndarray, name: str) -> DataError:
    bad = ~np.isfinite(narrowed)
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    count = int(bad.sum())
    if np.isfinite(np.asarray(array[first], np.float64)):
        return DataError(
            name,
            f"{count} of the {array.size} numbers are too large for float32, the first in {place(first)}: "
            f"{array[first]:g}.",
            f"scale the data, e.g. {name} = {name} / abs({name}).max()",
        )
    axes = tuple(range(1, array.ndim))
    inside = f".all(axis={axes if len(axes) > 1 else 1})" if axes else ""
    return DataError(
        name,
        f"{count} of the {array.size} numbers {'is' if count == 1 else 'are'} NaN or infinite, the first in "
        f"{place(first)}.",
        f"keep the finite rows: keep = np.isfinite({name}){inside}; {name} = {name}[keep] (and the targets too)",
    )


def place(index: tuple[Any, ...]) -> str:
    """Say where in an array something is.

    >>> place((3,)), place((3, 5)), place((3, 1, 2))
    ('row 3', 'row 3, column 5', 'row 3, position (1, 2)')
    """
    if len(index) == 1:
        return f"row {int(index[0])}"
    if len(index) == 2:
        return f"row {int(index[0])}, column {int(index[1])}"
    return f"row {int(index[0])}, position {tuple(int(i) for i in index[1:])}"
