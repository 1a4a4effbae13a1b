"""``tf.nn``: activations, convolution, pooling, normalisation, losses from logits."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow"

ACTIVATIONS = "relu relu6 leaky_relu crelu elu selu gelu silu swish=silu softmax log_softmax"

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.nn.activations": ACTIVATIONS,
        f"{_HERE}.nn.windows": """conv1d conv2d conv3d convolution depthwise_conv2d separable_conv2d conv1d_transpose
            conv2d_transpose conv3d_transpose conv_transpose max_pool max_pool1d max_pool2d max_pool3d avg_pool
            avg_pool1d avg_pool2d avg_pool3d bias_add depth_to_space space_to_depth""",
        f"{_HERE}.nn.losses": """softmax_cross_entropy_with_logits sparse_softmax_cross_entropy_with_logits
            sigmoid_cross_entropy_with_logits weighted_cross_entropy_with_logits l2_loss compute_average_loss
            scale_regularization_loss log_poisson_loss""",
        f"{_HERE}.nn.normalizing": """dropout moments batch_normalization embedding_lookup
            local_response_normalization lrn=local_response_normalization""",
        f"{_HERE}.math.elementwise": "sigmoid tanh softplus softsign",
        f"{_HERE}.math.grouping": "in_top_k zero_fraction",
        f"{_HERE}.picking": "top_k",
        f"{_HERE}.linalg": "l2_normalize",
    },
)
