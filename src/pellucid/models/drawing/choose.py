"""``draw`` and ``plot_model``: a picture of a model, in the style that suits it."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from pellucid.core.errors import ArgumentError
from pellucid.models.drawing import words
from pellucid.models.drawing.boxes import draw_boxes
from pellucid.models.drawing.diagram import Diagram, describe
from pellucid.models.drawing.neurons import draw_neurons, has_neurons
from pellucid.models.drawing.volumes import draw_volumes, has_volumes
from pellucid.modules import Layer

STYLES = ("auto", "neurons", "volumes", "boxes")
FEW = 9
"""Up to so many layers with weights a network is drawn as neurons of its own accord."""
SEVERAL = 40
"""The same for volumes."""


def draw(
    model: Layer,
    path: str | Path | None = None,
    *,
    style: str = "auto",
    show_shapes: bool = True,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    show_layer_activations: bool = True,
    show_trainable: bool = False,
    expand_nested: bool = False,
    dpi: int = 150,
) -> Figure:
    r"""Draw a model, and save the picture when a path is given.

    Args:
        model: A model that knows its input's shape.
        path: A file name ending in .svg, .png or .pdf, or None.
        style: ``"neurons"`` for fully connected networks: units as circles, weights as lines, blue where positive,
            orange where negative, the thicker the larger; ``"volumes"`` for convolutional ones: feature maps as
            blocks; ``"boxes"`` for any graph; ``"auto"`` takes the first of these that suits, and boxes for a
            subclassed model, whose code decides how its layers are connected. Default ``"auto"``.
        show_shapes: Whether boxes tell the shapes of their outputs, without the batch. Default True.
        show_dtype: Whether boxes tell the dtypes. Default False.
        show_layer_names: Whether boxes tell the layers' names. Default True.
        show_layer_activations: Whether boxes tell the activations. Default True.
        show_trainable: Whether boxes tell which layers training changes. Default False.
        expand_nested: Whether the layers of nested models are drawn. Default False.
        dpi: Dots per inch of a PNG. Default 150.

    Returns:
        The matplotlib figure, which belongs to no window.

    Raises:
        ArgumentError: An unknown style, one that does not suit the model, or a file of another kind.

    Example:
        >>> from pellucid import Input, Sequential, layers
        >>> model = Sequential([Input(shape=(4,)), layers.Dense(5, "tanh"), layers.Dense(3)])
        >>> [text.get_text() for text in draw(model).axes[0].texts][:2]
        ['sequential', 'input\n4 features']

    Differs from Keras: needs neither Graphviz nor pydot, and draws networks as courses do.
    """
    diagram = describe(model, expand_nested)
    chosen = _suitable(style, diagram)
    if chosen == "neurons":
        figure = draw_neurons(diagram)
    elif chosen == "volumes":
        figure = draw_volumes(diagram)
    else:
        figure = draw_boxes(
            diagram,
            lambda box: words.lines(
                box,
                names=show_layer_names,
                shapes=show_shapes,
                dtype=show_dtype,
                activations=show_layer_activations,
                trainable=show_trainable,
            ),
        )
    if path is not None:
        _save(figure, Path(path), dpi)
    return figure


def plot_model(
    model: Layer,
    to_file: str | Path = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
) -> Figure:
    """Draw a model as a graph of boxes into a file, with Keras's arguments; :func:`draw` knows more styles.

    Args:
        model: A model that knows its input's shape.
        to_file: A file name ending in .png, .svg or .pdf. Default ``"model.png"``.
        show_shapes: As in :func:`draw`. Default False.
        show_dtype: As in :func:`draw`. Default False.
        show_layer_names: As in :func:`draw`. Default False.
        rankdir: ``"TB"``, top to bottom; other directions are refused.
        expand_nested: As in :func:`draw`. Default False.
        dpi: Dots per inch of a PNG. Default 200.
        show_layer_activations: As in :func:`draw`. Default False.
        show_trainable: As in :func:`draw`. Default False.

    Example:
        >>> import os, tempfile
        >>> from pellucid import Input, Sequential, layers
        >>> model = Sequential([Input(shape=(4,)), layers.Dense(3)])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     figure = plot_model(model, os.path.join(folder, "model.svg"), show_shapes=True)
        ...     os.listdir(folder)
        ['model.svg']
    """
    if rankdir != "TB":
        raise ArgumentError("plot_model", f"`rankdir` must be 'TB', but it is {rankdir!r}.")
    return draw(
        model,
        to_file,
        style="boxes",
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        expand_nested=expand_nested,
        dpi=dpi,
    )


def _suitable(style: str, diagram: Diagram) -> str:
    """Return the style to draw in; one that does not suit the model is refused."""
    if style not in STYLES:
        raise ArgumentError("draw", f"`style` must be one of {STYLES}, but it is {style!r}.")
    neurons, volumes = has_neurons(diagram), has_volumes(diagram)
    if style == "auto":
        if diagram.inferred:
            return "boxes"
        if neurons and len(diagram.boxes) <= FEW:
            return "neurons"
        return "volumes" if volumes and len(diagram.boxes) <= SEVERAL else "boxes"
    if (style == "neurons" and not neurons) or (style == "volumes" and not volumes):
        kind = (
            "one chain of fully connected layers" if style == "neurons" else "one chain over images"
        )
        raise ArgumentError(
            "draw", f"style {style!r} draws {kind}, which this model is not.", "style='boxes'"
        )
    return style


def _save(figure: Figure, path: Path, dpi: int) -> None:
    kinds = (".svg", ".png", ".pdf")
    if path.suffix.lower() not in kinds:
        raise ArgumentError(
            "draw",
            f"the file must end in {', '.join(kinds)}, but it is '{path.name}'.",
            f"path='{path.with_suffix('.svg')}'",
        )
    figure.savefig(path, dpi=dpi)
