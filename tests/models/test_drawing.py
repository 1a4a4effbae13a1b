"""Pictures of models: every box is there, in its place, and says what it is; lines follow weights."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

import pellucid
from pellucid import Input, Model, Sequential, layers
from pellucid.core.errors import ArgumentError
from pellucid.models.drawing.diagram import describe
from pellucid.models.drawing.layout import RANKS, arrange
from pellucid.models.drawing.neurons import MOST, NEGATIVE, POSITIVE
from pellucid.models.drawing.volumes import Scale


def mlp(units=(4, 5, 3)):
    first, *rest = units
    return Sequential([Input(shape=(first,)), *(layers.Dense(size, "tanh") for size in rest)])


def residual(blocks):
    x = Input(shape=(8,), name="x")
    h = x
    for _ in range(blocks):
        before = h
        h = layers.Dense(8, "relu")(h)
        h = layers.BatchNormalization()(h)
        h = layers.Dense(8)(h)
        h = layers.Activation("relu")(h + before)
    return Model(x, h)


def cnn():
    return Sequential(
        [
            Input(shape=(28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(10, "softmax"),
        ]
    )


class Net(Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(2)
        self.first = layers.Dense(5)

    def call(self, inputs):
        return self.last(self.first(inputs))


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def of_kind(figure, kind):
    return [artist for artist in figure.axes[0].get_children() if isinstance(artist, kind)]


def boxes(figure):
    return [patch.get_window_extent() for patch in of_kind(figure, FancyBboxPatch)]


# The diagram.


def test_a_stack_is_a_chain():
    diagram = describe(mlp())
    assert [box.name for box in diagram.boxes] == ["input", "dense", "dense_1"]
    assert [box.shape for box in diagram.boxes] == [(4,), (5,), (3,)]
    assert diagram.is_chain
    assert not diagram.inferred


def test_a_graph_has_an_arrow_for_every_use_of_a_layer():
    left, right = Input(shape=(3,), name="left"), Input(shape=(3,), name="right")
    shared = layers.Dense(4, name="shared")
    model = Model([left, right], layers.Dense(1, name="last")(shared(left) * shared(right)))
    diagram = describe(model)
    names = [box.name for box in diagram.boxes]
    assert sorted(names) == ["last", "left", "multiply", "right", "shared", "shared"]
    arrows = sorted((names[start], names[end]) for start, end in diagram.arrows)
    assert arrows == [
        ("left", "shared"),
        ("multiply", "last"),
        ("right", "shared"),
        ("shared", "multiply"),
        ("shared", "multiply"),
    ]


def test_shapes_of_several_inputs_are_known():
    model = Model([a := Input(shape=(3,)), b := Input(shape=(3,))], layers.Dense(1)(a + b))
    assert [box.shape for box in describe(model).boxes] == [(3,), (3,), (3,), (1,)]


def test_nested_models_are_one_box_or_their_layers():
    inner = Sequential([Input(shape=(5,)), layers.Dense(6), layers.Dense(7)], name="inner")
    x = Input(shape=(4,), name="x")
    graph = Model(x, layers.Dense(2)(inner(layers.Dense(5)(x))), name="graph")
    model = Sequential([Input(shape=(4,)), graph, layers.Dense(1)])
    assert [box.name for box in describe(model).boxes] == ["input", "graph", "dense"]
    opened = describe(model, expand_nested=True)
    assert [type(box.layer).__name__ for box in opened.boxes] == ["NoneType"] + ["Dense"] * 5
    assert opened.is_chain


def test_a_subclassed_model_says_that_its_order_is_that_of_its_calls():
    net = Net()
    net.build((None, 3))
    diagram = describe(net)
    assert [box.name for box in diagram.boxes] == ["input", "first", "last"]
    assert "order of their calls" in words(net.draw())[0]


# The layout.


@pytest.mark.parametrize("blocks", [1, 4, 30])
def test_arrows_lead_downwards_and_columns_fit_a_page(blocks):
    diagram = describe(residual(blocks))
    layout = arrange(len(diagram.boxes), diagram.arrows)
    assert all(layout.rank[start] < layout.rank[end] for start, end in diagram.arrows)
    assert max(layout.column.count(column) for column in set(layout.column)) <= RANKS
    for arrow, (start, end) in enumerate(diagram.arrows):
        assert len(layout.bends[arrow]) == layout.rank[end] - layout.rank[start] - 1


def test_a_long_graph_is_cut_where_one_arrow_crosses():
    diagram = describe(residual(30))
    layout = arrange(len(diagram.boxes), diagram.arrows)
    for cut in range(1, len(layout.column)):
        if layout.column[cut] != layout.column[cut - 1]:
            crossing = [a for a in diagram.arrows if layout.rank[a[0]] < cut <= layout.rank[a[1]]]
            assert len(crossing) == 1


@pytest.mark.parametrize("model", [residual(30), mlp((3, *[4] * 150))], ids=["graph", "chain"])
def test_150_layers_have_150_boxes_that_do_not_overlap_and_words_that_fit(model):
    figure = model.draw(style="boxes")
    figure.draw_without_rendering()
    found = boxes(figure)
    assert len(found) == 151
    for one, other in itertools.combinations(found, 2):
        assert not (
            one.x0 < other.x1 - 1
            and other.x0 < one.x1 - 1
            and one.y0 < other.y1 - 1
            and other.y0 < one.y1 - 1
        )
    page = figure.bbox
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert page.x0 <= extent.x0 and extent.x1 <= page.x1
        assert page.y0 <= extent.y0 and extent.y1 <= page.y1
        inside = [box for box in found if box.x0 <= (extent.x0 + extent.x1) / 2 <= box.x1]
        if text.get_text().startswith("batch_normalization"):
            assert any(box.x0 <= extent.x0 and extent.x1 <= box.x1 for box in inside)


# Neurons.


def test_lines_follow_the_weights():
    model = mlp((3, 2))
    kernel = np.array([[1.0, -2.0], [0.5, 0.25], [-4.0, 3.0]], "float32")
    model.layers[0].set_weights([kernel, np.zeros(2)])
    figure = model.draw(style="neurons")
    assert len(of_kind(figure, Circle)) == 5
    (lines,) = of_kind(figure, LineCollection)
    colours = [to_hex(colour) for colour in lines.get_colors()]
    wanted = [POSITIVE if weight > 0 else NEGATIVE for weight in kernel.reshape(-1)]
    assert colours == wanted
    np.testing.assert_array_equal(
        np.argsort(lines.get_linewidths()), np.argsort(np.abs(kernel).reshape(-1))
    )


def test_of_many_units_some_are_shown_with_dots():
    figure = mlp((784, 128, 10)).draw()
    assert len(of_kind(figure, Circle)) == 10 + 10 + 10
    assert words(figure).count("⋮") == 2
    assert "input\n784 features" in words(figure)
    assert "dense\n128 units\ntanh" in words(figure)
    assert len(of_kind(mlp((MOST, 1)).draw(), Circle)) == MOST + 1


def test_layers_between_become_notes():
    model = Sequential(
        [
            Input(shape=(2, 2)),
            layers.Flatten(),
            layers.Dense(3),
            layers.Activation("relu"),
            layers.Dropout(0.5),
            layers.Dense(1, "sigmoid"),
        ]
    )
    said = words(model.draw())
    assert {"Flatten", "Dropout 0.5", "dense\n3 units\nrelu"} <= set(said)


def test_a_deep_network_of_neurons_goes_on_in_the_next_row():
    figure = mlp((2, *[2] * 12)).draw(style="neurons")
    assert len(of_kind(figure, LineCollection)) == 12
    assert len({round(circle.center[1], 3) for circle in of_kind(figure, Circle)}) == 4


# Volumes.


def test_a_convolutional_network_is_drawn_as_volumes():
    figure = cnn().draw()
    said = words(figure)
    for text in ("28×28×1", "26×26×8", "13×13×8", "1352", "10"):
        assert text in said
    assert "MaxPooling2D 2×2\nDropout 0.25" in said
    faces = [patch for patch in of_kind(figure, Polygon) if patch.get_fill()]
    assert len(faces) == 3 * 5
    figure.draw_without_rendering()
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert extent.x0 >= 0 and extent.x1 <= figure.bbox.x1


def test_larger_maps_and_more_channels_are_larger_blocks():
    scale = Scale(size=64, channels=256)
    sizes = [scale.box((size, size, 8)) for size in (1, 8, 32, 64)]
    assert [box[1] for box in sizes] == sorted(box[1] for box in sizes)
    assert [box[2] for box in sizes] == sorted(box[2] for box in sizes)
    widths = [scale.box((8, 8, channels))[0] for channels in (1, 3, 64, 256)]
    assert widths == sorted(widths)


# Files and arguments.


@pytest.mark.parametrize(
    ("model", "style"), [(mlp(), "neurons"), (cnn(), "volumes"), (residual(1), "boxes")]
)
def test_files_are_written_without_any_other_program(tmp_path, model, style):
    model.draw(tmp_path / "model.svg", style=style)
    root = ElementTree.parse(tmp_path / "model.svg").getroot()
    assert root.tag.endswith("svg")
    model.draw(tmp_path / "model.png", style=style, dpi=50)
    assert (tmp_path / "model.png").read_bytes().startswith(b"\x89PNG")


def test_plot_model_has_keras_arguments(tmp_path):
    figure = pellucid.plot_model(mlp(), tmp_path / "m.png", show_shapes=True, show_layer_names=True)
    assert {"dense_1", "5", "3"} <= set(words(figure))
    plain = words(pellucid.plot_model(mlp(), tmp_path / "m.png"))
    assert plain.count("Dense") == 2
    assert "tanh" not in plain


def test_a_box_says_what_was_asked_for():
    model = mlp()
    model.layers[0].trainable = False
    said = words(model.draw(style="boxes", show_dtype=True, show_trainable=True))
    assert said.count("float32") == 2
    assert said.count("frozen") == said.count("trainable") == 1


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"style": "cubes"}, "`style` must be one of"),
        ({"style": "neurons"}, "one chain of fully connected layers, which this model is not"),
        ({"style": "volumes"}, "one chain over images, which this model is not"),
        ({"path": "model.docx"}, r"must end in \.svg, \.png, \.pdf"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, problem):
    with pytest.raises(ArgumentError, match=problem):
        residual(1).draw(**options)


def test_other_directions_are_refused():
    with pytest.raises(ArgumentError, match="`rankdir` must be 'TB'"):
        pellucid.plot_model(mlp(), rankdir="LR")


def test_windows_lie_on_the_sides_of_their_volumes():
    model = Sequential([Input((8, 8, 1)), layers.MaxPooling2D(), layers.Conv2D(32, 3)])
    (axes,) = model.draw().axes
    polygons = [patch for patch in axes.patches if hasattr(patch, "get_xy")]
    windows = [patch.get_xy() for patch in polygons if not patch.get_fill()]
    volumes = [patch.get_xy() for patch in polygons if patch.get_fill()]
    assert len(windows) == 2
    for window in windows:
        around = [v for v in volumes if v[:, 0].min() <= window[0, 0] <= v[:, 0].max()]
        assert window[:, 1].max() <= max(v[:, 1].max() for v in around) + 1e-9
        assert window[:, 0].max() <= max(v[:, 0].max() for v in around) + 1e-9
