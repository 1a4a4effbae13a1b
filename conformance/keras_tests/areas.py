"""Which test files belong to which area of the report; the folders are those below ``keras/src``."""

from __future__ import annotations

from collections.abc import Iterable

AREAS = {
    "losses": ("losses/",),
    "metrics": ("metrics/",),
    "optimizers": ("optimizers/",),
    "activations": ("activations/", "layers/activations/"),
    "core": ("layers/core/",),
    "rnn": ("layers/rnn/",),
    "attention": ("layers/attention/",),
    "convolutional": ("layers/convolutional/",),
    "pooling": ("layers/pooling/",),
    "normalization": ("layers/normalization/",),
    "merging": ("layers/merging/",),
    "reshaping": ("layers/reshaping/",),
    "regularization": ("layers/regularization/",),
    "preprocessing": ("layers/preprocessing/",),
    "layer": ("layers/layer_test.py",),
}
"""Areas by name: the beginnings of the paths of their files. Other folders of Keras's tests stay unread."""


def files_of(area: str, paths: Iterable[str]) -> list[str]:
    """Return the test files of an area, sorted."""
    return sorted(path for path in paths if path.startswith(AREAS[area]))


def area_of(path: str) -> str:
    """Return the area of a test file."""
    return next(area for area, beginnings in AREAS.items() if path.startswith(beginnings))


def chosen(text: str | None) -> list[str]:
    """Return the areas that a comma-separated text names, or all of them.

    >>> chosen("losses,core")
    ['losses', 'core']
    """
    if text is None:
        return list(AREAS)
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in AREAS]
    if unknown:
        raise SystemExit(f"no area {', '.join(unknown)}; there are {', '.join(AREAS)}")
    return names
