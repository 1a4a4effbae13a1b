"""Pooling over windows, and into a fixed number of regions."""

from __future__ import annotations

from typing import Any

from pellucid import layers
from pellucid.torch.convolution import framed, kind_name, rank_of, same_places
from pellucid.torch.modules import several
from pellucid.torch.stack import Stack


def largest(module: Any, stack: Stack) -> None:
    """Convert ``MaxPool1d`` to ``MaxPool3d``.

    Padding counts for nothing there. Here that is ``"same"``, or zeros, where all numbers are at least 0 anyway.
    """
    rank = rank_of(module)
    if module.return_indices:
        raise stack.refuse(
            "return_indices=True: where the largest numbers stood is not given here."
        )
    if max(several(module.dilation, rank)) > 1:
        raise stack.refuse("dilation above 1: windows of poolings have no holes here.")
    _windows(module, stack, "MaxPooling", zeros_change_nothing=stack.positive)


def average(module: Any, stack: Stack) -> None:
    """Convert ``AvgPool1d`` to ``AvgPool3d``, whose padding counts as zeros unless ``count_include_pad=False``."""
    if getattr(module, "divisor_override", None) is not None:
        raise stack.refuse("`divisor_override` is no mean.", "AvgPool2d(2), and a factor behind it")
    _windows(module, stack, "AveragePooling", zeros_change_nothing=module.count_include_pad)


def _windows(module: Any, stack: Stack, kind: str, zeros_change_nothing: bool) -> None:
    rank = rank_of(module)
    stack.channels_last(rank)
    sizes, strides = several(module.kernel_size, rank), several(module.stride, rank)
    added = several(module.padding, rank)
    if module.ceil_mode and not _whole(stack.shape, sizes, strides, added):
        raise stack.refuse(
            "ceil_mode=True: windows that reach over one edge only have no counterpart.",
            "ceil_mode=False, or a ZeroPad before it",
        )
    padding = "valid"
    if any(added):
        zeros = kind == "AveragePooling" and zeros_change_nothing
        if not zeros and same_places(stack, sizes, strides, added):
            padding = "same"
        elif zeros_change_nothing:
            stack.add(framed("ZeroPadding", [(cells, cells) for cells in added]))
        else:
            raise stack.refuse(
                f"padding={module.padding} that counts for nothing has no counterpart with these sizes.",
                "a ReLU before a MaxPool: zeros then do the same; or padding=0",
            )
    made = getattr(layers, f"{kind}{rank}D")
    stack.add(made(sizes, strides=strides, padding=padding))


def _whole(shape: Any, sizes: Any, strides: Any, added: Any) -> bool:
    """Tell whether the windows end with the input, so that rounding up or down makes no difference."""
    spans = zip(shape, sizes, strides, added, strict=False)
    return all(n is not None and (n + 2 * p - k) % s == 0 for n, k, s, p in spans)


def adaptive(module: Any, stack: Stack) -> None:
    """Convert ``AdaptiveAvgPool1d`` to ``AdaptiveMaxPool3d``."""
    rank = rank_of(module)
    stack.channels_last(rank)
    if getattr(module, "return_indices", False):
        raise stack.refuse(
            "return_indices=True: where the largest numbers stood is not given here."
        )
    given = module.output_size
    wanted = (given,) * rank if given is None or isinstance(given, int) else tuple(given)
    sizes = [
        old if new is None else int(new) for new, old in zip(wanted, stack.shape, strict=False)
    ]
    kind = "Average" if "Avg" in kind_name(module) else "Max"
    stack.add(getattr(layers, f"Adaptive{kind}Pooling{rank}D")(tuple(sizes)))
