"""Convolutions and their transposes."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid import layers
from pellucid.modules import Layer
from pellucid.torch.modules import numbers, several
from pellucid.torch.stack import Stack


def rank_of(module: Any) -> int:
    """Return how many axes of places a module such as ``Conv2d`` has."""
    return next(int(letter) for letter in kind_name(module) if letter.isdigit())


def kind_name(module: Any) -> str:
    """Return the name of the first class of PyTorch that a module is of."""
    return next(c.__name__ for c in type(module).__mro__ if c.__module__.startswith("torch.nn"))


def same_places(stack: Stack, reach: Any, strides: Any, padding: Any) -> bool:
    """Tell whether ``"same"`` puts the windows where a padding of so many cells on both sides does.

    Args:
        stack: The stack, its numbers images with channels last.
        reach: How far a window reaches along each axis.
        strides: How far windows are apart.
        padding: Cells added before and after each axis.
    """
    for size, wide, stride, added in zip(stack.shape, reach, strides, padding, strict=False):
        if size is None:
            if stride != 1 or 2 * added != wide - 1:
                return False
            continue
        count = -(-size // stride)
        total = max((count - 1) * stride + wide - size, 0)
        if total // 2 != added or (size + 2 * added - wide) // stride + 1 != count:
            return False
    return True


def framed(kind: str, edges: list[tuple[int, int]]) -> Layer:
    """Return a ``ZeroPadding`` or ``Cropping`` of so many cells before and after each axis."""
    made = getattr(layers, f"{kind}{len(edges)}D")
    return made(tuple(edges) if len(edges) > 1 else edges[0])


def kernel_of(module: Any) -> np.ndarray:
    """Return a kernel with its two axes of channels last, in reverse order."""
    kernel = numbers(module.weight)
    return np.transpose(kernel, (*range(2, kernel.ndim), 1, 0))


def with_bias(module: Any) -> dict[str, np.ndarray]:
    """Return kernel and, where there is one, bias."""
    weights = {"kernel": kernel_of(module)}
    return weights if module.bias is None else {**weights, "bias": numbers(module.bias)}


def convolution(module: Any, stack: Stack) -> None:
    """Convert ``Conv1d`` to ``Conv3d``; a padding that ``"same"`` does not mean becomes a layer before it."""
    rank = rank_of(module)
    stack.channels_last(rank)
    if module.padding_mode != "zeros":
        raise stack.refuse(
            f"padding_mode={module.padding_mode!r}: only zeros are put around images here."
        )
    sizes, strides, holes = (
        several(value, rank) for value in (module.kernel_size, module.stride, module.dilation)
    )
    reach = [(size - 1) * hole + 1 for size, hole in zip(sizes, holes, strict=True)]
    stack.add(
        getattr(layers, f"Conv{rank}D")(
            module.out_channels,
            sizes,
            strides=strides,
            padding=_padded(module, stack, reach, strides),
            dilation_rate=holes,
            groups=module.groups,
            use_bias=module.bias is not None,
        ),
        **with_bias(module),
    )


def _padded(module: Any, stack: Stack, reach: Any, strides: Any) -> str:
    """Add the padding that a convolution needs before it, if any, and return its own."""
    rank = len(reach)
    if isinstance(module.padding, str):
        return module.padding
    padding = several(module.padding, rank)
    if not any(padding):
        return "valid"
    if same_places(stack, reach, strides, padding):
        return "same"
    stack.add(framed("ZeroPadding", [(cells, cells) for cells in padding]))
    return "valid"


def transposed(module: Any, stack: Stack) -> None:
    """Convert ``ConvTranspose1d`` to ``ConvTranspose3d``: whole kernels are written, then the edges cut off."""
    rank = rank_of(module)
    stack.channels_last(rank)
    if module.groups != 1:
        raise stack.refuse(f"groups={module.groups}: transposed convolutions have one group here.")
    padding, more = several(module.padding, rank), several(module.output_padding, rank)
    cut = [(cells, max(cells - end, 0)) for cells, end in zip(padding, more, strict=True)]
    added = tuple(max(end - cells, 0) for cells, end in zip(padding, more, strict=True))
    stack.add(
        getattr(layers, f"Conv{rank}DTranspose")(
            module.out_channels,
            several(module.kernel_size, rank),
            strides=several(module.stride, rank),
            padding="valid",
            output_padding=added,
            dilation_rate=several(module.dilation, rank),
            use_bias=module.bias is not None,
        ),
        **with_bias(module),
    )
    if any(any(pair) for pair in cut):
        stack.add(framed("Cropping", cut))
