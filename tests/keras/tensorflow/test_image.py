"""``tf.image`` and images in ``tf.io``."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.core.errors import ArgumentError, FileFormatError
from pellucid.keras import tensorflow as tf

RNG = np.random.default_rng(2)
IMAGE = RNG.uniform(size=(6, 8, 3)).astype(np.float32)
BATCH = np.stack([IMAGE, IMAGE[::-1]])


def same(found, expected, tolerance=1e-5) -> None:
    np.testing.assert_allclose(np.asarray(found), expected, tolerance, tolerance)


def test_resizing():
    ramp = np.array([[0.0], [4.0]], np.float32)[None]
    same(tf.image.resize(ramp.transpose(1, 0, 2), [4, 1])[:, 0, 0], [0, 1, 3, 4])
    same(tf.image.resize(IMAGE, (6, 8)), IMAGE)
    same(tf.image.resize(IMAGE, [3, 4], method="area"), IMAGE.reshape(3, 2, 4, 2, 3).mean((1, 3)))
    same(tf.image.resize(IMAGE, [12, 16], method="nearest"), IMAGE.repeat(2, 0).repeat(2, 1))
    assert tf.image.resize(BATCH, [3, 4]).shape == (2, 3, 4, 3)
    assert tf.image.resize(IMAGE, [3, 100], preserve_aspect_ratio=True).shape == (3, 4, 3)
    grey = (IMAGE[..., :1] * 255).astype(np.uint8)
    assert tf.image.resize(grey, [2, 2]).dtype == tf.float32
    assert tf.image.resize(grey, [2, 2], tf.image.ResizeMethod.NEAREST_NEIGHBOR).dtype == tf.uint8
    with pytest.raises(
        ArgumentError, match=r"`method` must be one of bilinear, .* but it is 'linear'"
    ):
        tf.image.resize(IMAGE, [2, 2], "linear")


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "lanczos3", "lanczos5", "nearest"])
@pytest.mark.parametrize("size", [(9, 5), (3, 16)])
def test_resizing_is_that_of_jax(method, size):
    import jax

    names = {"bilinear": "linear", "bicubic": "cubic"}
    for smooth in (False, True):
        expected = jax.image.resize(IMAGE, (*size, 3), names.get(method, method), antialias=smooth)
        same(tf.image.resize(IMAGE, size, method, antialias=smooth), expected, 1e-4)


def test_resizing_in_a_program_and_on_a_tape_is_the_same():
    compiled = tf.function(lambda x: tf.image.resize(x, [3, 3], "bicubic"))
    same(compiled(tf.constant(IMAGE)), tf.image.resize(IMAGE, [3, 3], "bicubic"))
    x = tf.Variable(IMAGE)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.image.resize(x, [12, 16]))
    same(tape.gradient(y, x), np.full(IMAGE.shape, 4.0), 1e-4)


def test_framing():
    same(tf.image.flip_left_right(IMAGE), IMAGE[:, ::-1])
    same(tf.image.flip_up_down(BATCH), BATCH[:, ::-1])
    same(tf.image.rot90(IMAGE), np.rot90(IMAGE))
    same(tf.image.rot90(BATCH, k=3), np.rot90(BATCH, 3, (1, 2)))
    same(tf.image.transpose(IMAGE), IMAGE.swapaxes(0, 1))
    same(tf.image.central_crop(IMAGE, 0.5), IMAGE[1:5, 2:6])
    same(tf.image.crop_to_bounding_box(IMAGE, 1, 2, 3, 4), IMAGE[1:4, 2:6])
    same(tf.image.pad_to_bounding_box(IMAGE, 1, 2, 8, 12), np.pad(IMAGE, [(1, 1), (2, 2), (0, 0)]))
    same(
        tf.image.resize_with_crop_or_pad(IMAGE, 4, 10), np.pad(IMAGE[1:5], [(0, 0), (1, 1), (0, 0)])
    )
    assert tf.image.resize_with_pad(IMAGE, 12, 12).shape == (12, 12, 3)
    with pytest.raises(ArgumentError, match="must lie in the image of 6 x 8"):
        tf.image.crop_to_bounding_box(IMAGE, 5, 0, 3, 3)


def test_patches():
    found = tf.image.extract_patches(BATCH, [1, 3, 4, 1], [1, 3, 4, 1], [1, 1, 1, 1], "VALID")
    expected = BATCH.reshape(2, 2, 3, 2, 4, 3).swapaxes(2, 3).reshape(2, 2, 2, 36)
    same(found, expected)


def test_colours():
    same(tf.image.adjust_brightness(IMAGE, 0.1), IMAGE + 0.1)
    mean = IMAGE.mean((0, 1), keepdims=True)
    same(tf.image.adjust_contrast(IMAGE, 2.0), (IMAGE - mean) * 2 + mean)
    same(tf.image.rgb_to_grayscale(IMAGE)[..., 0], IMAGE @ [0.2989, 0.5870, 0.1140], 1e-4)
    assert tf.image.grayscale_to_rgb(IMAGE[..., :1]).shape == (6, 8, 3)
    same(tf.image.hsv_to_rgb(tf.image.rgb_to_hsv(IMAGE)), IMAGE)
    same(tf.image.rgb_to_hsv([[[1.0, 0.0, 0.0], [0.0, 0.5, 0.0]]])[0], [[0, 1, 1], [1 / 3, 1, 0.5]])
    same(tf.image.adjust_saturation(IMAGE, 1.0), IMAGE)
    same(tf.image.adjust_hue(tf.constant([[[1.0, 0.0, 0.0]]]), 1 / 3), [[[0, 1, 0]]])
    found = tf.image.per_image_standardization(BATCH).numpy()
    same(found.mean((1, 2, 3)), [0, 0])
    same(found.std((1, 2, 3)), [1, 1])


def test_dtypes_of_images():
    whole = np.array([[[0], [255]]], np.uint8)
    floats = tf.image.convert_image_dtype(whole, tf.float32)
    same(floats, [[[0], [1]]])
    assert tf.image.convert_image_dtype(floats, tf.uint8).numpy().tolist() == whole.tolist()
    brighter = tf.image.adjust_brightness(whole, 0.2)
    assert (brighter.dtype, brighter.numpy().ravel().tolist()) == (tf.uint8, [51, 255])


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("random_flip_left_right", ()),
        ("random_flip_up_down", ()),
        ("random_brightness", (0.3,)),
        ("random_contrast", (0.5, 1.5)),
        ("random_saturation", (0.5, 1.5)),
        ("random_hue", (0.2,)),
    ],
)
def test_varying(name, args):
    tf.random.set_seed(0)
    function = getattr(tf.image, name)
    found = [function(IMAGE, *args).numpy() for _ in range(12)]
    assert all(one.shape == IMAGE.shape for one in found)
    assert any(not np.allclose(found[0], other) for other in found)
    fixed = getattr(tf.image, f"stateless_{name}")
    same(fixed(IMAGE, *args, seed=(1, 2)), fixed(IMAGE, *args, seed=(1, 2)))


def test_random_crops_are_parts():
    crop = tf.image.random_crop(IMAGE, [3, 4, 3]).numpy()
    parts = [IMAGE[i : i + 3, j : j + 4] for i in range(4) for j in range(5)]
    assert any(np.array_equal(crop, part) for part in parts)


def test_measures():
    noisy = np.clip(BATCH.repeat(3, 1).repeat(3, 2) + 0.05, 0, 1)
    clean = BATCH.repeat(3, 1).repeat(3, 2)
    error = ((noisy - clean) ** 2).mean((1, 2, 3))
    same(tf.image.psnr(noisy, clean, 1.0), 10 * np.log10(1 / error), 1e-3)
    same(tf.image.ssim(clean, clean, 1.0), [1, 1])
    assert (tf.image.ssim(noisy, clean, 1.0).numpy() < 1).all()
    down, right = np.abs(np.diff(IMAGE, axis=0)).sum(), np.abs(np.diff(IMAGE, axis=1)).sum()
    same(tf.image.total_variation(IMAGE), down + right, 1e-4)
    dy, dx = tf.image.image_gradients(BATCH)
    same(dy[:, :-1], np.diff(BATCH, axis=1))
    same(dx[:, :, :-1], np.diff(BATCH, axis=2))


def test_files_of_images(tmp_path):
    pytest.importorskip("PIL", reason="images are read by Pillow, which is optional")
    pixels = (IMAGE * 255).astype(np.uint8)
    path = str(tmp_path / "folder" / "a.png")
    tf.io.write_file(path, tf.io.encode_png(pixels))
    found = tf.io.decode_png(tf.io.read_file(path), channels=3)
    np.testing.assert_array_equal(found, pixels)
    assert tf.image.decode_image(tf.io.read_file(path), channels=1).shape == (6, 8, 1)
    jpeg = tf.io.encode_jpeg(np.full((8, 8, 3), 100, np.uint8))
    assert tf.io.is_jpeg(jpeg)
    same(tf.io.decode_jpeg(jpeg), np.full((8, 8, 3), 100), 0.05)

    def load(name):
        image = tf.image.decode_png(tf.io.read_file(name), channels=3)
        return tf.image.resize(tf.image.convert_image_dtype(image, tf.float32), [3, 4])

    data = tf.data.Dataset.list_files(f"{tmp_path}/folder/*.png").map(load).batch(1)
    same(next(iter(data))[0], tf.image.resize(pixels / 255, [3, 4]))
    with pytest.raises(FileFormatError, match="no image that is known"):
        tf.io.decode_jpeg(b"nothing")
    with pytest.raises(ArgumentError, match="there is no file"):
        tf.io.read_file("missing.png")


def test_folders(tmp_path):
    tf.io.gfile.makedirs(tmp_path / "a" / "b")
    with tf.io.gfile.GFile(str(tmp_path / "a" / "x.txt"), "w") as file:
        file.write("text")
    assert tf.io.gfile.listdir(str(tmp_path / "a")) == ["b", "x.txt"]
    assert tf.io.gfile.exists(str(tmp_path / "a" / "x.txt"))
    assert tf.io.gfile.isdir(str(tmp_path / "a" / "b"))
    assert tf.io.gfile.glob(str(tmp_path / "a" / "*.txt")) == [str(tmp_path / "a" / "x.txt")]
    assert tf.io.read_file(str(tmp_path / "a" / "x.txt")).numpy() == b"text"
    tf.io.gfile.rmtree(tmp_path / "a")
    assert not tf.io.gfile.exists(tmp_path / "a")
