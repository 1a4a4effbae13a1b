"""Filters, feature maps, attention maps, embeddings in the plane: the numbers, then that they are drawn."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest

from pellucid import Input, Model, Sequential, insight, layers
from pellucid.core.errors import ArgumentError, ShapeError, UnknownNameError, UsageError
from pellucid.modules.tree import weights_of

RNG = np.random.default_rng(0)
PICTURES = RNG.normal(size=(3, 8, 8, 1)).astype("float32")
SERIES = RNG.normal(size=(2, 5, 8)).astype("float32")


def is_drawn(figure: Any) -> bool:
    """Tell whether a figure can be saved and holds more than white."""
    kept = BytesIO()
    figure.savefig(kept, format="rgba", dpi=40)
    return len(set(kept.getvalue()[::97])) > 3


def network(channels: int = 1) -> Sequential:
    """Return a small convolutional network."""
    model = Sequential(
        [
            layers.Conv2D(4, 3, name="first"),
            layers.DepthwiseConv2D(2, name="second"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    model.build((None, 8, 8, channels))
    return model


def test_filters_are_the_kernels() -> None:
    for channels in (1, 3, 2):
        model = network(channels)
        found = insight.filters(model)
        np.testing.assert_array_equal(found.kernel, model.get_weights()[0])
        assert found.path == "first"
        assert is_drawn(found.draw())
    deep = insight.filters(model, "second")
    np.testing.assert_array_equal(deep.kernel, model.get_weights()[2])
    assert is_drawn(deep.draw())
    with pytest.raises(UsageError, match=r"'dense' is not a convolution"):
        insight.filters(model, "dense")
    with pytest.raises(UnknownNameError) as told:
        insight.filters(model, "frist")
    assert told.value.repair == "'first'"
    with pytest.raises(UsageError, match="no layer that is a convolution"):
        insight.filters(Sequential([layers.Dense(2)]))


def test_feature_maps_are_the_activations() -> None:
    model = network()
    found = insight.feature_maps(model, PICTURES)
    np.testing.assert_array_equal(found.maps, model.activations(PICTURES, "first"))
    assert is_drawn(found.draw(row=2))
    of_series = insight.feature_maps(Sequential([layers.Conv1D(6, 3)]), SERIES)
    assert of_series.maps.shape == (2, 3, 6)
    assert is_drawn(of_series.draw())
    with pytest.raises(UsageError, match="gives no maps"):
        insight.feature_maps(model, PICTURES, "dense")


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return the softmax over the last axis."""
    exponents = np.exp(scores - scores.max(-1, keepdims=True))
    return exponents / exponents.sum(-1, keepdims=True)


def test_attention_maps_are_those_of_the_call_in_the_model() -> None:
    inputs = Input(shape=(5, 8))
    gathered = layers.MultiHeadAttention(2, 4, name="looks")(inputs, inputs, use_causal_mask=True)
    model = Model(inputs, layers.Dense(1)(gathered))
    before = model.predict(SERIES)
    found = insight.attention_maps(model, SERIES)
    assert found.path == "looks"
    by_path = {path: np.asarray(a, np.float64) for path, a in weights(model).items()}
    queries = np.einsum("bsf,fhd->bhsd", SERIES, by_path["looks/query/kernel"])
    keys = np.einsum("bsf,fhd->bhsd", SERIES, by_path["looks/key/kernel"])
    scores = np.einsum("bhsd,bhtd->bhst", queries, keys) / 2
    scores[:, :, ~np.tri(5, dtype=bool)] = -np.inf
    np.testing.assert_allclose(found.weights, softmax(scores), atol=1e-5)
    np.testing.assert_array_equal(model.predict(SERIES), before)
    assert is_drawn(found.draw(labels=["the", "cat", "sat", "on", "it"]))


def weights(model: Any) -> dict[str, Any]:
    """Return the weights by path."""
    return {path: slot.value for path, slot in weights_of(model)}


def test_attention_inside_a_block_under_masks() -> None:
    tokens = np.array([[3, 1, 2, 0, 0], [1, 2, 3, 4, 5]])
    model = Sequential(
        [
            layers.Embedding(6, 8, mask_zero=True),
            layers.TransformerEncoderBlock(num_heads=2, intermediate_dim=8, name="block"),
            layers.GlobalAveragePooling1D(),
        ]
    )
    found = insight.attention_maps(model, tokens)
    assert found.path == "block/attention"
    assert found.weights.shape == (2, 2, 5, 5)
    np.testing.assert_allclose(found.weights[0, :, :3, 3:], 0, atol=1e-7)
    np.testing.assert_allclose(found.weights[1].sum(-1), 1, atol=1e-6)
    simple = Input(shape=(5, 8))
    luong = Model(simple, layers.Attention()([simple, simple]))
    seen = insight.attention_maps(luong, SERIES).weights
    wanted = softmax(np.einsum("bsf,btf->bst", SERIES, SERIES).astype(np.float64))
    np.testing.assert_allclose(seen[:, 0], wanted, atol=1e-5)
    with pytest.raises(UsageError, match="no layer that is an attention layer"):
        insight.attention_maps(network(), PICTURES)


def test_principal_components() -> None:
    model = Sequential([layers.Dense(6, activation="tanh", name="hidden"), layers.Dense(1)])
    x = RNG.normal(size=(30, 4)).astype("float32")
    labels = np.arange(30) % 3
    found = insight.embedding_map(model, x, "hidden", labels=labels)
    hidden = model.activations(x, "hidden").astype(np.float64)
    centred = hidden - hidden.mean(0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(found.points), np.abs(left[:, :2] * sizes[:2]), atol=1e-5)
    assert found.explained == pytest.approx(tuple((sizes**2 / (sizes**2).sum())[:2]), rel=1e-5)
    assert is_drawn(found.draw())


def test_groups_that_a_table_has_stay_groups_in_the_plane() -> None:
    table = np.repeat(np.eye(4)[:2] * 5, 10, axis=0) + RNG.normal(0, 0.1, size=(20, 4))
    model = Sequential([layers.Embedding(20, 4, name="words"), layers.GlobalMaxPooling1D()])
    model.build((None, 3))
    model.set_weights([table])
    names = [f"w{number}" for number in range(20)]
    for method in ("pca", "tsne"):
        found = insight.embedding_map(model, None, "words", labels=names, method=method)
        one, two = found.points[:10], found.points[10:]
        apart = np.linalg.norm(one.mean(0) - two.mean(0))
        assert apart > 2 * max(one.std(0).max(), two.std(0).max())
        assert is_drawn(found.draw())


def test_mistakes_are_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    model, x = network(), PICTURES
    with pytest.raises(ArgumentError, match="pca, tsne, umap"):
        insight.embedding_map(model, x, "first", method="lda")
    with pytest.raises(ShapeError, match=r"labels have shape \(2,\)"):
        insight.embedding_map(model, x, "first", labels=[1, 2])
    with pytest.raises(UsageError, match="is not an Embedding"):
        insight.embedding_map(model, None, "first")
    monkeypatch.setattr("pellucid.insight.inside.embedding_map.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="umap-learn, which is not installed"):
        insight.embedding_map(model, x, "first", method="umap")
