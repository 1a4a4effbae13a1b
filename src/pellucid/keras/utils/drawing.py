"""``plot_model`` and ``model_to_dot``: Pellucid's own pictures, asked for in Keras's words; no Graphviz is needed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pellucid.core.errors import ArgumentTypeError
from pellucid.keras.notices import differs
from pellucid.models.drawing import draw

_TAKEN = (
    "show_shapes",
    "show_dtype",
    "show_layer_names",
    "expand_nested",
    "show_layer_activations",
    "show_trainable",
)
_WITHOUT_EFFECT = ("rankdir", "splines", "subgraph", "layer_range")


def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    *arguments: Any,
    **options: Any,
) -> Any:
    """Draw a model as a graph of boxes into a file.

    Args:
        model: A model that knows its input's shape.
        to_file: A file name; .png, .svg, .pdf or .jpg. None for the picture alone.
        show_shapes: Whether boxes tell the shapes of their outputs.
        *arguments: ``show_dtype``, ``show_layer_names``, ``rankdir``, ``expand_nested``, ``dpi``,
            ``show_layer_activations``, ``show_trainable``, in this order.
        **options: The same by name. ``rankdir`` is without effect: boxes go from top to bottom.

    Returns:
        The matplotlib figure.
    """
    order = (
        "show_dtype",
        "show_layer_names",
        "rankdir",
        "expand_nested",
        "dpi",
        "show_layer_activations",
    )
    options |= dict(zip((*order, "show_trainable"), arguments, strict=False))
    dpi = options.pop("dpi", None) or 200
    figure = _figure(model, {**options, "show_shapes": show_shapes})
    if to_file is not None:
        path = Path(to_file)
        if path.parent != Path():
            path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path if path.suffix else path.with_suffix(".png"), dpi=dpi)
    return figure


def _figure(model: Any, options: dict[str, Any]) -> Any:
    chosen = {name: options.pop(name, False) for name in _TAKEN}
    if options.get("rankdir", "TB") != "TB":
        differs(
            "plot_model rankdir",
            "`plot_model` draws from top to bottom; `rankdir` is without effect.",
        )
    unknown = sorted(set(options) - set(_WITHOUT_EFFECT))
    if unknown:
        raise ArgumentTypeError(
            "plot_model",
            f"there is no argument {unknown}; there are {(*_TAKEN, 'rankdir', 'dpi')}.",
            "show_shapes=True",
        )
    return draw(model, style="boxes", **chosen)


class Dot:
    """A model's picture with the methods of Pydot's graphs that scripts use.

    Args:
        figure: The matplotlib figure.
        dpi: Dots per inch of pictures made of dots.
    """

    def __init__(self, figure: Any, dpi: int):
        self.figure, self.dpi = figure, dpi

    def create(self, prog: Any = None, format: str = "png") -> bytes:
        """Return the picture as a file's content."""
        held = io.BytesIO()
        self.figure.savefig(held, format=format, dpi=self.dpi)
        return held.getvalue()

    def create_svg(self, *programs: Any) -> bytes:
        """Return the picture as SVG."""
        return self.create(format="svg")

    def create_png(self, *programs: Any) -> bytes:
        """Return the picture as PNG."""
        return self.create(format="png")

    def write(self, path: Any, prog: Any = None, format: str | None = None) -> None:
        """Save the picture; the name's ending says its kind unless ``format`` does."""
        Path(path).write_bytes(self.create(format=format or Path(path).suffix[1:] or "png"))

    write_png = write_svg = write_pdf = write

    def _repr_svg_(self) -> str:
        return self.create_svg().decode()


def model_to_dot(model: Any, show_shapes: bool = False, **options: Any) -> Dot:
    """Return a model's picture; options are those of :func:`plot_model`."""
    dpi = options.pop("dpi", None) or 200
    return Dot(_figure(model, {**options, "show_shapes": show_shapes}), dpi)
