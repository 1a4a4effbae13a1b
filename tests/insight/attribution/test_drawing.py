"""Attributions as text and as pictures."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest

from pellucid import Sequential, insight, layers
from pellucid.core.errors import ArgumentError
from pellucid.insight.attribution.drawing import kind_of
from tests.insight.attribution import planted


def is_drawn(figure: Any) -> bool:
    """Tell whether a figure can be saved and holds more than white."""
    kept = BytesIO()
    figure.savefig(kept, format="rgba", dpi=40)
    return len(set(kept.getvalue()[::97])) > 3


def words(figure: Any) -> list[str]:
    """Return all that is written in a figure."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))]


def test_a_picture_has_a_heat_map() -> None:
    x, _, _ = planted.pictures(3, seed=2)
    for method in (insight.saliency, insight.integrated_gradients, insight.grad_cam):
        found = method(planted.picture_model(), x, target=1)
        assert kind_of(found) == "image"
        figure = found.draw(rows=2)
        assert is_drawn(figure)
        assert sum("logit of 1" in word for word in words(figure)) == 2


def test_a_heat_map_is_darkest_where_the_values_are_largest() -> None:
    x, _, corners = planted.pictures(2, seed=2)
    found = insight.occlusion(planted.picture_model(), x[1:], target=1, patch=1)
    heat = found.draw().axes[1].images[-1].get_array()
    place = np.unravel_index(np.argmax(np.abs(heat)), heat.shape)
    assert planted.inside(tuple(int(i) for i in place), corners[1])


def test_a_table_has_bars_with_names() -> None:
    x, _ = planted.table(3, seed=1)
    found = insight.gradient_x_input(planted.table_model(), x)
    figure = found.draw()
    assert kind_of(found) == "table"
    assert is_drawn(figure)
    assert any(word.startswith(f"feature {planted.CAUSE} = ") for word in words(figure))
    widths = sorted(abs(bar.get_width()) for bar in figure.axes[0].patches)
    np.testing.assert_allclose(widths, np.sort(np.abs(found.values[0])), rtol=1e-6)


def test_a_data_frame_gives_its_names() -> None:
    pandas = pytest.importorskip("pandas")
    x, y = planted.table(40, seed=1)
    frame = pandas.DataFrame(x, columns=["age", "income", "weight", "height", "pulse"])
    found = insight.saliency(planted.table_model(), frame)
    assert "at weight" in str(found)
    importance = insight.permutation_importance(planted.table_model(), frame, y, repeats=2)
    assert str(importance).splitlines()[1].split()[0] == "weight"
    figure = importance.draw(features=3)
    assert is_drawn(figure)
    assert len(figure.axes[0].patches) == 3


def test_a_series_has_bands_and_a_text_bars_in_order() -> None:
    series = np.random.default_rng(0).normal(size=(2, 20, 2)).astype("float32")
    reads = Sequential([layers.Conv1D(3, 3), layers.GlobalMaxPooling1D(), layers.Dense(2)])
    found = insight.gradient_x_input(reads, series, target=0)
    assert kind_of(found) == "series"
    assert is_drawn(found.draw())
    tokens = np.array([[3, 1, 2, 5]])
    text = Sequential([layers.Embedding(6, 3), layers.Flatten(), layers.Dense(1)])
    spoken = insight.integrated_gradients(text, tokens)
    assert kind_of(spoken) == "table"
    labels = [label.get_text() for label in spoken.draw().axes[0].get_yticklabels()]
    assert labels == ["step 0: 3", "step 1: 1", "step 2: 2", "step 3: 5"]
    assert "at the output of 'embedding'" in str(spoken)


def test_many_features_are_the_largest_ones() -> None:
    model = Sequential([layers.Dense(1)])
    x = np.random.default_rng(0).normal(size=(1, 50)).astype("float32")
    found = insight.gradient_x_input(model, x)
    figure = found.draw()
    assert len(figure.axes[0].patches) == 20
    assert abs(figure.axes[0].patches[0].get_width()) == pytest.approx(np.abs(found.values).max())


def test_an_unknown_kind_is_taught() -> None:
    x, _ = planted.table(3)
    with pytest.raises(ArgumentError, match="auto, image, series, table"):
        insight.saliency(planted.table_model(), x).draw(kind="picture")


def test_at_the_prompt_it_is_the_text() -> None:
    x, _ = planted.table(4)
    found = insight.saliency(planted.table_model(), x)
    assert repr(found) == str(found)
    assert str(found).startswith("saliency: 4 rows of 5 numbers at the inputs")
    assert "... 4 rows in all" in str(found)
