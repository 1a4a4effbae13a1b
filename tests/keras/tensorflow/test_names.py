"""Every name that programs use beside Keras is here, and a wrong one says what to do."""

from __future__ import annotations

import pytest

from pellucid.keras import tensorflow as tf

SURVEYED = """
    __version__ random.set_seed config.list_physical_devices config.experimental.list_physical_devices
    config.experimental.set_memory_growth get_logger device function
    data.Dataset.from_tensor_slices data.Dataset.batch data.Dataset.shuffle data.Dataset.map data.Dataset.prefetch
    data.AUTOTUNE data.experimental.AUTOTUNE data.Dataset.take data.Dataset.cache data.Dataset.repeat
    data.Dataset.zip data.Dataset.window data.Dataset.flat_map data.Dataset.skip data.Dataset.unbatch
    data.Dataset.concatenate data.Dataset.as_numpy_iterator data.Dataset.from_generator
    float32 cast constant int32 reshape expand_dims shape range zeros concat squeeze string Variable
    convert_to_tensor int64 newaxis transpose stack ones gather where tile
    reduce_mean reduce_sum argmax one_hot matmul reduce_max equal square abs exp sqrt math.log sigmoid clip_by_value
    maximum nn.relu nn.softmax nn.sparse_softmax_cross_entropy_with_logits nn.sigmoid random.normal random.uniform
    random.categorical GradientTape stop_gradient image.resize io.read_file io.decode_jpeg image.decode_jpeg
    io.decode_png image.decode_png image.random_flip_left_right image.convert_image_dtype
"""

ALSO = """
    keras.layers.Dense Tensor TensorShape TensorSpec DType bool uint8 float16 Module print cond while_loop map_fn
    scan custom_gradient boolean_mask gather_nd tensor_scatter_nd_update meshgrid linspace fill eye pad reverse roll
    unique sequence_mask cumsum clip_by_norm clip_by_global_norm norm einsum tensordot zeros_initializer
    random_normal_initializer losses.MeanSquaredError metrics.Mean optimizers.Adam initializers.GlorotUniform
    distribute.get_strategy data.Options autograph.experimental.do_not_convert test.is_gpu_available
    compat.v1.logging.set_verbosity compat.v2.constant dtypes.cast dtypes.float32 nest.map_structure
    errors.InvalidArgumentError sysconfig.get_build_info version.VERSION io.gfile.exists UnconnectedGradients
"""


def found(path: str):
    value = tf
    for part in path.split("."):
        value = getattr(value, part)
    return value


@pytest.mark.parametrize("path", [*SURVEYED.split(), *ALSO.split()])
def test_the_name_is_here(path):
    value = found(path)
    assert value is not None or path == "newaxis"


def test_every_listed_name_is_there():
    for module in (
        tf,
        tf.math,
        tf.nn,
        tf.linalg,
        tf.random,
        tf.image,
        tf.io,
        tf.strings,
        tf.data,
        tf.config,
    ):
        missing = [name for name in dir(module) if not hasattr(module, name)]
        assert not missing


def test_keras_is_keras():
    import pellucid.keras

    assert tf.keras is pellucid.keras
    assert tf.__version__.startswith("2.")
    assert "pellucid" in tf.__version__


def test_a_wrong_name_says_what_is_right():
    with pytest.raises(
        AttributeError,
        match=r"`tensorflow.reduce_men` does not exist here.*\n.*\n.*tensorflow.reduce_mean",
    ):
        tf.reduce_men  # noqa: B018
    with pytest.raises(AttributeError, match=r"tensorflow.image.resize"):
        tf.image.resise  # noqa: B018
