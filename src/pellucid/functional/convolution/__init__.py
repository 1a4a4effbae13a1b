"""Convolutions: one function per operation, and behind it the lowering that is best for platform and shape."""

from pellucid.functional.convolution.operations import (
    convolution as convolution,
    depthwise_convolution as depthwise_convolution,
    transposed_convolution as transposed_convolution,
)
