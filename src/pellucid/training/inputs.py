"""Several inputs of a model: which array is for which, and whether their rows have the shapes that the model knows."""

from __future__ import annotations

from typing import Any

from pellucid.core.errors import ArgumentError, ShapeError, nearest
from pellucid.core.specs import shape_in_words


def check_several(model: Any, expected: Any, inputs: Any) -> None:
    """Refuse inputs that are not those of the model: by number, by key, by the shape of their rows.

    Args:
        model: The model.
        expected: The shapes that it was built for: one, or a list, tuple or dict of them.
        inputs: The inputs as arrays: one, or a list or dict of them.

    Raises:
        ArgumentError: Too few, too many, a key that is missing or unknown.
        ShapeError: Rows of another shape.
    """
    wanted = _named(expected, model.input_names, _is_shape)
    given = _named(inputs, model.input_names, lambda each: hasattr(each, "shape"))
    if wanted is None or given is None:  # nested deeper: the model itself says what it lacks
        return
    who = f"{type(model).__name__} '{model.name}'"
    _check_kind(who, wanted, expected, inputs)
    for name in (*wanted, *given):
        if name not in given or name not in wanted:
            raise _wrong_names(who, list(wanted), list(given))
    for name, shape in wanted.items():
        came = tuple(given[name].shape)
        if not fits(shape, came) and not is_column(model, shape, came):
            raise ShapeError(
                who,
                f"its input '{name}' was built for {shape_in_words(shape)}, but it got "
                f"{shape_in_words((None, *came[1:]))} (shape {came}).",
                f"check the order of the arrays, or name them: x={{'{name}': ...}}",
            )


def fits(expected: tuple[int | None, ...], came: tuple[int, ...]) -> bool:
    """Tell whether an array's rows have the expected shape.

    >>> fits((None, None, 3), (8, 5, 3)), fits((None, 3), (8, 4))
    (True, False)
    """
    return len(came) == len(expected) and all(
        want is None or want == have for want, have in zip(expected[1:], came[1:], strict=True)
    )


def is_column(model: Any, expected: tuple[int | None, ...], came: tuple[int, ...]) -> bool:
    """Tell whether a graph's input will add or drop the axis of a single column: ``(rows,)`` for ``(rows, 1)``."""
    return "_graph" in vars(model) and {tuple(expected[1:]), came[1:]} == {(), (1,)}


def is_one(expected: Any) -> bool:
    """Tell whether the shapes that a model was built for are those of a single input."""
    return _is_shape(expected)


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(size is None or isinstance(size, int) for size in value)


def _named(tree: Any, names: list[str] | None, is_leaf: Any) -> dict[str, Any] | None:
    """Return one, a list or a dict of leaves by name; None for what is nested."""
    if is_leaf(tree):
        return {names[0] if names and len(names) == 1 else "x": tree}
    if isinstance(tree, dict):
        found = {str(name): value for name, value in tree.items()}
    elif names and len(names) == len(tree) and len(set(names)) == len(names):
        found = dict(zip(names, tree, strict=True))
    else:
        found = {f"x[{number}]": value for number, value in enumerate(tree)}
    return found if all(map(is_leaf, found.values())) else None


def _check_kind(who: str, wanted: dict[str, Any], expected: Any, inputs: Any) -> None:
    """Refuse another number of inputs, or a list where the model takes a dict."""
    by_key = isinstance(expected, dict) and not isinstance(inputs, dict)
    count = 1 if hasattr(inputs, "shape") else len(inputs)
    if by_key or (count != len(wanted) and not isinstance(inputs, dict)):
        takes = "one input" if len(wanted) == 1 else f"{len(wanted)} inputs ({', '.join(wanted)})"
        came = "one array" if hasattr(inputs, "shape") else f"a {type(inputs).__name__} of {count}"
        entries = ", ".join(f"'{name}': ..." for name in wanted)
        listed = f"x=[{', '.join(['...'] * len(wanted))}]"
        repair = f"x={{{entries}}}" if by_key else "x=array" if len(wanted) == 1 else listed
        raise ArgumentError(who, f"it takes {takes}, but x is {came}.", repair)


def _wrong_names(who: str, wanted: list[str], given: list[str]) -> ArgumentError:
    missing = [name for name in wanted if name not in given]
    surplus = [name for name in given if name not in wanted]
    told = [f"lacks '{missing[0]}'"] if missing else []
    told += [f"has '{surplus[0]}', which no input is called"] if surplus else []
    close = nearest(surplus[0], missing) if missing and surplus else None
    entries = ", ".join(f"'{name}': ..." for name in wanted)
    repair = f"write '{close}' instead of '{surplus[0]}'" if close else f"x={{{entries}}}"
    return ArgumentError(
        who, f"x {' and '.join(told)}; the inputs are: {', '.join(wanted)}.", repair
    )
