"""Layers of images as scripts use them: one image, dicts with what belongs to images, Keras's two steps, data sets."""

from __future__ import annotations

import os

import jax
import numpy as np
import pytest

import pellucid
import pellucid.keras as keras
from pellucid.keras import layers, ops, tensorflow as tf
from pellucid.keras.tensor import Tensor

RNG = np.random.default_rng(5)
IMAGES = RNG.uniform(0, 255, (4, 12, 10, 3)).astype("float32")
MOVING = {
    "RandomFlip": {},
    "RandomRotation": {"factor": 0.1},
    "RandomShear": {"x_factor": 0.2, "y_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "RandomZoom": {"height_factor": 0.3, "width_factor": 0.3},
}
COLOURING = {
    "RandomBrightness": {"factor": 0.4},
    "RandomContrast": {"factor": 0.9},
    "RandomErasing": {"factor": (1.0, 1.0)},
    "RandomSaturation": {"factor": (0.0, 0.2)},
}


def boxes_of(count=4):
    """Two boxes in each image, as corners."""
    found = np.tile([[2.0, 3.0, 6.0, 8.0], [1.0, 1.0, 4.0, 3.0]], (count, 1, 1))
    return {"boxes": found.astype("float32"), "labels": np.tile([5, 6], (count, 1))}


@pytest.mark.parametrize("name", MOVING | COLOURING)
def test_images_vary_at_the_prompt_unless_nothing_is_trained(name):
    layer = getattr(layers, name)(**(MOVING | COLOURING)[name])
    assert not np.allclose(layer(IMAGES), IMAGES)
    np.testing.assert_array_equal(layer(IMAGES, training=False), IMAGES)
    assert layer(IMAGES[0]).shape == IMAGES.shape[1:]
    plain = getattr(pellucid.layers, name)(**(MOVING | COLOURING)[name])
    np.testing.assert_array_equal(plain(IMAGES), IMAGES)


def test_inside_models_they_vary_like_that_too_and_dropout_does_not():
    model = keras.Sequential([layers.RandomTranslation(0.4, 0.4), layers.Dropout(0.9)])
    ones = np.ones((4, 12, 10, 3), "float32")
    assert np.allclose(model(ones), 1)  # reflected: all pixels are 1, and none was dropped
    assert not np.allclose(model(IMAGES), IMAGES)
    assert not np.allclose(model(IMAGES, training=True), IMAGES)
    for still in (model(IMAGES, training=False), model.predict(IMAGES, verbose=0)):
        np.testing.assert_array_equal(still, IMAGES)


def test_a_layer_inside_that_is_told_no_training_stays_still():
    class Still(layers.Layer):
        def __init__(self):
            super().__init__()
            self.flip = layers.RandomBrightness((0.5, 0.5))

        def call(self, inputs):
            return self.flip(inputs, training=False) + 0 * self.flip(inputs)

    np.testing.assert_allclose(Still()(IMAGES), IMAGES)


@pytest.mark.parametrize("name", MOVING)
def test_boxes_are_around_what_they_showed(name):
    """A box's pixels are painted and moved: the new box is around the paint, to a pixel and a half."""
    options = {} if name == "RandomFlip" else {"fill_mode": "constant", "interpolation": "nearest"}
    layer = getattr(layers, name)(**MOVING[name], **options, bounding_box_format="xyxy")
    painted = np.zeros((6, 40, 30, 1), "float32")
    painted[:, 12:25, 9:20] = 1
    boxes = {"boxes": np.tile([[9.0, 12.0, 20.0, 25.0]], (6, 1, 1)), "labels": np.zeros((6, 1))}
    for _ in range(3):
        found = layer({"images": painted, "bounding_boxes": boxes, "segmentation_masks": painted})
        np.testing.assert_array_equal(found["images"], found["segmentation_masks"])
        for picture, box in zip(
            np.asarray(found["images"]), np.asarray(found["bounding_boxes"]["boxes"]), strict=True
        ):
            rows, columns = np.where(picture[..., 0] > 0.5)
            wanted = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            np.testing.assert_allclose(box[0], wanted, atol=1.5)


@pytest.mark.parametrize(
    "layer",
    [
        layers.RandomCrop(8, 6, bounding_box_format="xyxy"),
        layers.RandomCrop(16, 20, bounding_box_format="xyxy"),
        layers.CenterCrop(8, 6, bounding_box_format="xyxy"),
        layers.CenterCrop(16, 20, bounding_box_format="xyxy"),
        layers.Resizing(24, 20, bounding_box_format="xyxy"),
        layers.Resizing(24, 24, crop_to_aspect_ratio=True, bounding_box_format="xyxy"),
        layers.Resizing(24, 24, pad_to_aspect_ratio=True, bounding_box_format="xyxy"),
    ],
    ids=lambda layer: f"{layer.name} {layer.height}x{layer.width}",
)
def test_boxes_follow_images_of_a_new_size(layer):
    painted = np.zeros((2, 12, 10, 1), "float32")
    painted[:, 4:9, 3:8] = 100
    boxes = {"boxes": np.tile([[3.0, 4.0, 8.0, 9.0]], (2, 1, 1)), "labels": np.ones((2, 1))}
    found = layer({"images": painted, "bounding_boxes": boxes})
    assert found["images"].shape == (2, layer.height, layer.width, 1)
    for picture, box in zip(
        np.asarray(found["images"]), np.asarray(found["bounding_boxes"]["boxes"]), strict=True
    ):
        rows, columns = np.where(picture[..., 0] > 50)
        wanted = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(box[0], wanted, atol=1.01)


def test_boxes_that_leave_the_image_lose_their_labels():
    layer = layers.RandomTranslation((0.9, 0.9), 0.0, bounding_box_format="xyxy")
    found = layer({"images": IMAGES, "bounding_boxes": boxes_of()})["bounding_boxes"]
    assert (
        found["labels"].numpy().tolist() == [[-1, 6]] * 4 or (found["labels"].numpy() == -1).all()
    )
    assert (found["boxes"].numpy()[..., 1::2] <= 12).all()


def test_the_format_of_boxes_is_asked_for_and_kept():
    with pytest.raises(ValueError, match="format"):
        layers.RandomFlip()({"images": IMAGES, "bounding_boxes": boxes_of()})
    centred = layers.RandomFlip("horizontal", bounding_box_format="rel_center_xywh")
    assert type(centred).from_config(centred.get_config()).bounding_box_format == "rel_center_xywh"
    assert "bounding_box_format" not in layers.RandomFlip().get_config()
    drawn = {"flips": np.ones((4, 1, 1, 1), bool), "input_shape": IMAGES.shape}
    boxes = {"boxes": np.full((4, 1, 4), 0.25), "labels": np.ones((4, 1))}
    found = centred.transform_bounding_boxes(boxes, drawn)["boxes"]
    np.testing.assert_allclose(found, np.tile([0.75, 0.25, 0.25, 0.25], (4, 1, 1)))


def test_what_is_drawn_once_is_applied_to_all():
    layer = layers.RandomRotation(0.3)
    drawn = layer.get_random_transformation(IMAGES, training=True)
    once, twice = layer.transform_images(IMAGES, drawn), layer.transform_images(IMAGES, drawn)
    assert isinstance(once, Tensor)
    np.testing.assert_array_equal(once, twice)
    assert drawn["angle"].shape == (4,)
    assert layer.get_random_transformation(IMAGES, training=False) is None
    same = [layer.get_random_transformation(IMAGES, seed=7)["angle"] for _ in range(2)]
    np.testing.assert_array_equal(*same)


def test_colours_leave_masks_and_boxes_alone():
    masks = RNG.integers(0, 5, (4, 12, 10, 1)).astype("uint8")
    for name, options in COLOURING.items():
        layer = getattr(layers, name)(**options, bounding_box_format="xyxy")
        found = layer({"images": IMAGES, "segmentation_masks": masks, "bounding_boxes": boxes_of()})
        np.testing.assert_array_equal(found["segmentation_masks"], masks)
        np.testing.assert_array_equal(found["bounding_boxes"]["boxes"], boxes_of()["boxes"])


@pytest.mark.parametrize("name", ["RandomRotation", "RandomZoom", "RandAugment"])
def test_moved_masks_hold_classes_only(name):
    masks = RNG.integers(0, 5, (4, 12, 10, 1)).astype("int32") * 7
    layer = getattr(layers, name)(**MOVING.get(name, {}))
    found = layer({"images": IMAGES, "segmentation_masks": masks})["segmentation_masks"]
    assert found.dtype == "int32"
    assert set(np.unique(found)) <= set(range(0, 35, 7))


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
def test_labels_are_mixed_as_the_images_are(name):
    ones = np.arange(4.0)[:, None, None, None] * np.ones((4, 16, 16, 1), "float32")
    labels = np.eye(4, dtype="float32")
    found = getattr(layers, name)()({"images": ones, "labels": labels})
    np.testing.assert_allclose(found["labels"].numpy().sum(1), 1, rtol=1e-5)
    brightness = found["images"].numpy().mean((1, 2, 3))
    np.testing.assert_allclose(found["labels"].numpy() @ np.arange(4.0), brightness, atol=1e-4)


def test_a_scripts_own_layer_overrides_the_steps():
    class Darker(layers.RandomBrightness):
        def get_random_transformation(self, data, training=True, seed=None):
            shape = self.backend.shape(data)
            delta = self.backend.random.uniform((shape[0], 1, 1, 1), 0.25, 0.5, seed=seed)
            return {"factor": delta}

        def transform_images(self, images, transformation, training=True):
            assert isinstance(images, Tensor)
            return self.backend.numpy.multiply(images, transformation["factor"])

    share = (Darker(0.1)(IMAGES) / IMAGES).numpy()
    assert (share > 0.249).all()
    assert (share < 0.501).all()
    assert np.ptp(share[0]) < 1e-4
    assert np.ptp(share[:, 0, 0, 0]) > 1e-4
    assert np.allclose(
        keras.Sequential([Darker(0.1)]).predict(IMAGES, verbose=0).shape, IMAGES.shape
    )


def test_data_sets_map_layers_and_steps():
    layer = layers.RandomFlip("horizontal", bounding_box_format="xyxy")
    rows = {"images": IMAGES, "bounding_boxes": boxes_of()}
    seen = list(tf.data.Dataset.from_tensor_slices(rows).map(layer))
    assert len(seen) == 4
    for one, image in zip(seen, IMAGES, strict=True):
        mirrored = not np.allclose(one["images"], image)
        wanted = boxes_of(1)["boxes"][0]
        if mirrored:
            wanted = wanted[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [10, 0, 10, 0]
            np.testing.assert_array_equal(one["images"], image[:, ::-1])
        np.testing.assert_allclose(one["bounding_boxes"]["boxes"], wanted)
    batches = tf.data.Dataset.from_tensor_slices(IMAGES).batch(2).map(layers.RandomBrightness(0.5))
    assert [batch.shape for batch in batches] == [(2, 12, 10, 3)] * 2


def test_single_numbers_mean_what_they_mean_in_keras():
    assert layers.RandomErasing().factor == (0.0, 1.0)
    assert layers.RandomErasing(0.5, scale=0.5).scale == (0.0, 0.5)
    assert layers.RandomSaturation(0.2).factor == (0.0, 0.2)


def test_whole_numbers_stay_whole_when_resized():
    found = layers.Resizing(5, 4)(IMAGES.astype("uint8"))
    assert found.dtype == "uint8"
    wide = layers.Resizing(5, 4)(np.floor(IMAGES))
    assert wide.dtype == "float32"
    np.testing.assert_allclose(found, wide, atol=0.51)


def test_as_many_boxes_for_each_image():
    layer = layers.MaxNumBoundingBoxes(3, bounding_box_format="xyxy")
    found = layer({"images": IMAGES, "bounding_boxes": boxes_of()})
    assert found["bounding_boxes"]["labels"].numpy().tolist() == [[5, 6, -1]] * 4
    fewer = layers.MaxNumBoundingBoxes(1, bounding_box_format="xyxy")
    one = fewer({"images": IMAGES[0], "bounding_boxes": {k: v[0] for k, v in boxes_of().items()}})
    assert one["bounding_boxes"]["boxes"].numpy().tolist() == [[2.0, 3.0, 6.0, 8.0]]
    np.testing.assert_array_equal(one["images"], IMAGES[0])
    assert layer.get_config()["max_number"] == 3


def test_functions_of_boxes_take_dicts_and_tensors():
    tools = keras.utils.bounding_boxes
    found = tools.convert_format(boxes_of(), "xyxy", "rel_xywh", height=12, width=10)
    np.testing.assert_allclose(found["boxes"][0, 0], [0.2, 0.25, 0.4, 5 / 12], rtol=1e-6)
    beyond = {"boxes": np.array([[-5.0, 2.0, 3.0, 20.0], [11.0, 0, 15, 4]]), "labels": [1, 2]}
    clipped = tools.clip_to_image_size(beyond, height=12, width=10)
    assert clipped["boxes"].numpy().tolist() == [[0, 2, 3, 12], [10, 0, 10, 4]]
    assert clipped["labels"].numpy().tolist() == [1, -1]
    moved = tools.crop(ops.convert_to_tensor([[4.0, 5.0, 9.0, 9.0]]), 3, 2, 4, 5)
    assert moved.numpy().tolist() == [[2, 2, 5, 4]]
    assert tools.pad(moved, 1, 2).numpy().tolist() == [[4, 3, 7, 5]]
    levels = {"P3": boxes_of()["boxes"][0]}
    deltas = {"P3": tools.encode_box_to_deltas(levels["P3"], levels["P3"] + 1, "xyxy", "xyxy")}
    back = tools.decode_deltas_to_boxes(levels, deltas, "xyxy", "xyxy")
    np.testing.assert_allclose(back["P3"], levels["P3"] + 1, rtol=1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "name", ["RandomFlip", "RandomTranslation", "RandomZoom", "RandomRotation"]
)
def test_what_was_drawn_does_to_images_and_boxes_what_it_does_in_keras(name):
    os.environ.setdefault("KERAS_BACKEND", "jax")
    real = pytest.importorskip("keras", reason="oracle extra")
    options = {**MOVING[name], "bounding_box_format": "xyxy"}
    options |= {"mode": "horizontal"} if name == "RandomFlip" else {"fill_mode": "constant"}
    ours, theirs = getattr(layers, name)(**options), getattr(real.layers, name)(**options)
    with jax.legacy_prng_key("allow"):
        drawn = theirs.get_random_transformation(IMAGES, training=True)
    plain = {key: np.asarray(value) for key, value in drawn.items() if hasattr(value, "shape")}
    given = {**plain, "input_shape": IMAGES.shape}
    wanted = theirs.transform_images(IMAGES, drawn)
    np.testing.assert_allclose(ours.transform_images(IMAGES, given), wanted, atol=2e-2)
    boxes = theirs.transform_bounding_boxes(boxes_of(), drawn)
    found = ours.transform_bounding_boxes(boxes_of(), given)
    np.testing.assert_allclose(found["boxes"], boxes["boxes"], atol=1e-3)


def test_a_list_of_images_is_a_batch():
    images = [np.full((6, 8, 3), number, "float32") for number in range(2)]
    cropped = layers.CenterCrop(4, 4)(images)
    assert cropped.shape == (2, 4, 4, 3)
    np.testing.assert_array_equal(np.asarray(cropped)[:, 0, 0, 0], [0, 1])
