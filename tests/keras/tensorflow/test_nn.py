"""``tf.nn``: convolution, pooling, losses from logits, normalisation, against NumPy written with loops."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from pellucid.core.errors import ArgumentError
from pellucid.keras import tensorflow as tf

RNG = np.random.default_rng(1)
IMAGES = RNG.normal(size=(2, 5, 6, 3)).astype(np.float32)
KERNEL = RNG.normal(size=(3, 3, 3, 4)).astype(np.float32)


def same(found, expected) -> None:
    np.testing.assert_allclose(np.asarray(found), expected, 2e-5, 2e-5)


def convolved(x, kernel, stride=1):
    """Convolve without padding, by loops."""
    rows, columns = kernel.shape[:2]
    down, right = ((n - k) // stride + 1 for n, k in zip(x.shape[1:3], kernel.shape, strict=False))
    found = np.zeros((len(x), down, right, kernel.shape[-1]))
    for i in range(down):
        for j in range(right):
            part = x[:, i * stride : i * stride + rows, j * stride : j * stride + columns]
            found[:, i, j] = np.tensordot(part, kernel, 3)
    return found


@pytest.mark.parametrize("strides", [1, 2, [1, 2, 2, 1]])
def test_convolution(strides):
    step = 1 if strides == 1 else 2
    same(tf.nn.conv2d(IMAGES, KERNEL, strides, "VALID"), convolved(IMAGES, KERNEL, step))
    padded = np.pad(IMAGES, [(0, 0), (1, 1), (1, 1), (0, 0)])
    same(tf.nn.conv2d(IMAGES, KERNEL, 1, "SAME"), convolved(padded, KERNEL))
    first = tf.nn.conv2d(IMAGES.transpose(0, 3, 1, 2), KERNEL, step, "VALID", data_format="NCHW")
    same(tf.transpose(first, [0, 2, 3, 1]), convolved(IMAGES, KERNEL, step))


def test_convolution_of_series_and_of_each_channel():
    series, kernel = IMAGES[:, 0], KERNEL[0]
    expected = np.stack([np.tensordot(series[:, i : i + 3], kernel, 2) for i in range(4)], 1)
    same(tf.nn.conv1d(series, kernel, stride=1, padding="VALID"), expected)
    each = KERNEL[..., :1]
    expected = np.concatenate(
        [convolved(IMAGES[..., c : c + 1], each[:, :, c : c + 1]) for c in range(3)], -1
    )
    same(tf.nn.depthwise_conv2d(IMAGES, each, [1, 1, 1, 1], "VALID"), expected)


def test_transposed_convolution_is_the_transpose():
    upstream = convolved(IMAGES, KERNEL)
    found = tf.nn.conv2d_transpose(upstream, KERNEL, IMAGES.shape, strides=1, padding="VALID")
    # <conv(x), u> = <x, transpose(u)> for every x.
    same((convolved(IMAGES, KERNEL) * upstream).sum(), (IMAGES * np.asarray(found)).sum())
    with pytest.raises(ArgumentError, match=r"`output_shape` must be \(None, 5, 6, 3\)"):
        tf.nn.conv2d_transpose(upstream, KERNEL, (2, 9, 9, 3), strides=1, padding="VALID")


def test_pooling():
    blocks = IMAGES[:, :4].reshape(2, 2, 2, 3, 2, 3)
    same(tf.nn.max_pool2d(IMAGES, 2, 2, "VALID"), blocks.max((2, 4)))
    same(tf.nn.avg_pool(IMAGES, [1, 2, 2, 1], [1, 2, 2, 1], "VALID"), blocks.mean((2, 4)))
    assert tf.nn.max_pool(IMAGES, 2, 2, "SAME").shape == (2, 3, 3, 3)


def test_pixels_and_channels():
    deep = tf.nn.space_to_depth(IMAGES[:, :4], 2)
    assert deep.shape == (2, 2, 3, 12)
    same(deep[0, 0, 0], IMAGES[0, :2, :2].ravel())
    same(tf.nn.depth_to_space(deep, 2), IMAGES[:, :4])


def test_losses_from_logits():
    logits, labels = RNG.normal(size=(4, 3)), np.array([0, 2, 1, 1])
    logs = special.log_softmax(logits, -1)
    expected = -logs[np.arange(4), labels]
    same(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits), expected)
    same(tf.nn.softmax_cross_entropy_with_logits(np.eye(3)[labels], logits), expected)
    flags, p = np.eye(3)[labels], special.expit(logits)
    same(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=flags, logits=logits),
        -flags * np.log(p) - (1 - flags) * np.log(1 - p),
    )
    same(
        tf.nn.weighted_cross_entropy_with_logits(flags, logits, 3.0),
        -3 * flags * np.log(p) - (1 - flags) * np.log(1 - p),
    )
    same(tf.nn.compute_average_loss([2.0, 4.0], global_batch_size=4), 1.5)


def test_moments_and_normalisation():
    mean, variance = tf.nn.moments(IMAGES, axes=[0, 1, 2])
    same(mean, IMAGES.mean((0, 1, 2)))
    same(variance, IMAGES.var((0, 1, 2)))
    found = tf.nn.batch_normalization(IMAGES, mean, variance, 1.0, [1.0, 2.0, 3.0], 1e-3)
    standard = (IMAGES - IMAGES.mean((0, 1, 2))) / np.sqrt(IMAGES.var((0, 1, 2)) + 1e-3)
    same(found, standard * [1, 2, 3] + 1)
    near = tf.nn.local_response_normalization(IMAGES, depth_radius=1)
    same(near[..., 0], IMAGES[..., 0] / np.sqrt(1 + (IMAGES[..., :2] ** 2).sum(-1)))


def test_embedding_and_dropout():
    table = np.arange(6.0).reshape(3, 2)
    same(tf.nn.embedding_lookup(table, [2, 0]), table[[2, 0]])
    tf.random.set_seed(0)
    dropped = tf.nn.dropout(tf.ones([1000]), rate=0.25).numpy()
    assert sorted(set(np.round(dropped, 4).tolist())) == pytest.approx([0, 4 / 3], abs=1e-3)
    assert 0.7 < (dropped > 0).mean() < 0.8


def test_windows_over_channels():
    found = tf.nn.max_pool(IMAGES, ksize=(1, 1, 1, 3), strides=(1, 1, 1, 3), padding="VALID")
    np.testing.assert_array_equal(found.numpy(), IMAGES.max(-1, keepdims=True))
    with pytest.raises(ArgumentError, match="over channels"):
        tf.nn.max_pool(IMAGES, ksize=(1, 2, 2, 3), strides=(1, 2, 2, 3), padding="VALID")
