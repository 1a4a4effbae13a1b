"""What all public classes and functions share: limits that refuse, docstrings with an example."""

import inspect

import pytest

import pellucid
from pellucid.core.errors import PellucidError
from pellucid.core.limits import Boolean, Choice, Instance, Integer, Real
from pellucid.core.record import Recorded, signature

PACKAGES = {
    "activations": pellucid.activations,
    "callbacks": pellucid.callbacks,
    "constraints": pellucid.constraints,
    "initializers": pellucid.initializers,
    "layers": pellucid.layers,
    "losses": pellucid.losses,
    "metrics": pellucid.metrics,
    "models": pellucid.models,
    "optimizers": pellucid.optimizers,
    "regularizers": pellucid.regularizers,
    "schedules": pellucid.optimizers.schedules,
}

PUBLIC = {
    f"{package}.{name}": getattr(module, name)
    for package, module in PACKAGES.items()
    for name in module.__all__
    if callable(getattr(module, name))
}

LIMITED = [
    pytest.param(thing, name, limit, id=f"{path}-{name}")
    for path, thing in PUBLIC.items()
    if isinstance(thing, type) and issubclass(thing, Recorded)
    for name, limit in thing.all_limits().items()
    if name in signature(thing).parameters
]


def allowed(limit):
    """Return a value that a limit allows."""
    if isinstance(limit, Integer):
        return limit.low if limit.low is not None else 1
    if isinstance(limit, Real):
        candidates = [0.5, 1.5, 0.0, 2.0, -0.5]
        return next(value for value in candidates if limit.allows(value))
    if isinstance(limit, Boolean):
        return True
    if isinstance(limit, Choice):
        return limit.options[0]
    assert isinstance(limit, Instance)
    candidates = ("a", [], 1, 0.5, pellucid.optimizers.SGD(), None)
    return next(v for v in candidates if v is None or limit.allows(v))


@pytest.mark.parametrize(("cls", "name", "limit"), LIMITED)
def test_every_limit_refuses_a_bad_value_and_names_the_argument(cls, name, limit):
    parameters = signature(cls).parameters.values()
    limits = cls.all_limits()
    required = {
        p.name: allowed(limits[p.name]) if p.name in limits else 1
        for p in parameters
        if p.default is inspect.Parameter.empty
        and p.kind not in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    }
    with pytest.raises(PellucidError, match=f"`{name}`"):
        cls(**{**required, name: limit.bad_value()})


@pytest.mark.parametrize("path", PUBLIC)
def test_docstring_says_what_it_is_and_shows_an_example(path):
    text = inspect.getdoc(PUBLIC[path]) or ""
    first = text.split("\n")[0]
    assert first.endswith((".", ":")), f"{path}: the first line is no sentence: {first!r}"
    if path.split(".")[1] != "get":
        assert ">>>" in text, f"{path}: no example"


def test_tables_cover_a_package_each():
    """Every package of parts has a conformance table of its own, which asserts that it is complete."""
    import pathlib

    here = pathlib.Path(__file__).parent
    written = {file.stem.removeprefix("test_") for file in here.glob("test_*.py")}
    assert set(PACKAGES) - written <= {"callbacks", "models", "constraints"}, written
    assert len(LIMITED) > 100
