"""Preprocessing by hand-computed numbers, and the names of classes from a local list."""

from __future__ import annotations

import hashlib
import json

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import Input, Model, zoo
from pellucid.zoo import imagenet

PIXELS = np.array([[[[0, 127.5, 255], [10, 20, 30]]]], "float32")  # (1, 1, 2, 3)
EXPECTED = {
    "tf": (PIXELS - 127.5) / 127.5,
    "torch": np.stack(
        [(PIXELS[..., i] / 255 - m) / d for i, (m, d) in enumerate(
            [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)])], -1,
    ),
    "caffe": np.stack(
        [PIXELS[..., 2] - 103.939, PIXELS[..., 1] - 116.779, PIXELS[..., 0] - 123.68], -1
    ),
    "none": PIXELS,
}  # fmt: skip


@pytest.mark.parametrize("mode", EXPECTED)
def test_arrays_graphs_and_integers_are_scaled_alike(mode):
    wanted = EXPECTED[mode]
    kept = PIXELS.copy()
    np.testing.assert_allclose(zoo.preprocess_input(PIXELS, mode=mode), wanted, atol=1e-5)
    np.testing.assert_array_equal(PIXELS, kept)
    np.testing.assert_allclose(
        zoo.preprocess_input(jnp.asarray(PIXELS), mode=mode), wanted, atol=1e-5
    )
    x = Input((1, 2, 3))
    graph = Model(x, zoo.preprocess_input(x * 1.0, mode=mode))
    np.testing.assert_allclose(graph.predict(PIXELS), wanted, atol=1e-5)
    whole = PIXELS.astype("uint8")
    assert np.allclose(
        zoo.preprocess_input(whole, mode=mode),
        zoo.preprocess_input(whole.astype("float32"), mode=mode),
    )


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
def test_channels_first(mode):
    first = zoo.preprocess_input(np.moveaxis(PIXELS, -1, 1), "channels_first", mode)
    np.testing.assert_allclose(np.moveaxis(first, 1, -1), EXPECTED[mode], atol=1e-5)
    one = zoo.preprocess_input(np.moveaxis(PIXELS[0], -1, 0), "channels_first", mode)
    np.testing.assert_allclose(np.moveaxis(one, 0, -1), EXPECTED[mode][0], atol=1e-5)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="caffe, none, tf, torch"):
        zoo.preprocess_input(PIXELS, mode="tensorflow")


@pytest.fixture
def classes(tmp_path, monkeypatch):
    """Put a list of classes where a local copy is looked for."""
    folder = tmp_path / "applications"
    folder.mkdir()
    content = json.dumps({str(i): [f"n{i:08d}", f"thing {i}"] for i in range(1000)})
    (folder / "imagenet_class_index.json").write_text(content)
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    name, address, _ = imagenet.CLASSES
    digest = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
    monkeypatch.setattr(imagenet, "CLASSES", (name, address, digest))
    imagenet._classes.cache_clear()
    yield folder
    imagenet._classes.cache_clear()


def test_the_likeliest_classes_are_named(classes):
    outputs = np.zeros((2, 1000), "float32")
    outputs[0, [3, 7]] = 0.25, 0.75
    outputs[1, 999] = 1.0
    first, second = zoo.decode_predictions(outputs, top=2)
    assert first == [("n00000007", "thing 7", 0.75), ("n00000003", "thing 3", 0.25)]
    assert second[0] == ("n00000999", "thing 999", 1.0)


def test_a_damaged_list_is_refused(classes):
    (classes / "imagenet_class_index.json").write_text("{}")
    with pytest.raises(ValueError, match="damaged or another file"):
        zoo.decode_predictions(np.zeros((1, 1000)))
