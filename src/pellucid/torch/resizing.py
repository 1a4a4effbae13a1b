"""Larger images, and frames of zeros around them."""

from __future__ import annotations

from typing import Any

from pellucid import layers
from pellucid.torch.convolution import framed
from pellucid.torch.stack import Stack


def upsample(module: Any, stack: Stack) -> None:
    """Convert ``Upsample`` by whole factors."""
    rank = len(stack.shape) - 1
    stack.channels_last(rank)
    options: dict[str, Any] = {}
    if module.mode == "bilinear" and not module.align_corners:
        options["interpolation"] = "bilinear"
    elif module.mode != "nearest":
        raise stack.refuse(
            f"mode={module.mode!r}"
            + (" with align_corners=True" if module.align_corners else "")
            + ": its weights are other ones than here.",
            "mode='nearest', or mode='bilinear' with align_corners=False",
        )
    made = getattr(layers, f"UpSampling{rank}D")
    factors = _factors(module, stack, rank)
    stack.add(made(factors if rank > 1 else factors[0], **options))


def _factors(module: Any, stack: Stack, rank: int) -> tuple[int, ...]:
    given, sizes = module.scale_factor, module.size
    if given is None:
        wanted = (sizes,) * rank if isinstance(sizes, int) else tuple(sizes)
        given = tuple(
            new / old if old else 0.5 for new, old in zip(wanted, stack.shape, strict=False)
        )
    factors = tuple(given) if isinstance(given, (tuple, list)) else (given,) * rank
    if any(factor < 1 or factor != int(factor) for factor in factors):
        raise stack.refuse(
            f"factors {tuple(map(float, factors))}: images grow by whole factors here.",
            "Upsample(scale_factor=2)",
        )
    return tuple(int(factor) for factor in factors)


def pad(module: Any, stack: Stack) -> None:
    """Convert ``ZeroPad1d`` to ``ZeroPad3d``; there the last axis comes first."""
    rank = len(stack.shape) - 1
    stack.channels_last(rank)
    flat = tuple(module.padding)
    if len(flat) != 2 * rank or min(flat) < 0:
        raise stack.refuse(f"padding={flat} is not a number of cells for each side of the image.")
    if getattr(module, "value", 0) != 0:
        raise stack.refuse(f"it pads with {module.value}: only zeros are put around images here.")
    edges = [(flat[2 * axis], flat[2 * axis + 1]) for axis in reversed(range(rank))]
    stack.add(framed("ZeroPadding", edges))
