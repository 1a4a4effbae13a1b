"""Some of many augmentations, drawn anew for each image."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Choice, Integer, Limit, Real
from pellucid.functional.colours import channels_sum
from pellucid.functional.resampling import INTERPOLATIONS, transform
from pellucid.layers.augmentation.base import for_each
from pellucid.layers.augmentation.colour import Colouring
from pellucid.layers.augmentation.rotating import turned_back

OPERATIONS = (
    "identity", "brightness", "contrast", "saturation", "sharpness", "posterize", "solarize", "invert", "rotate",
    "shear_x", "shear_y", "translate_x", "translate_y",
)  # fmt: skip


class RandAugment(Colouring):
    """Applies ``num_ops`` operations to each image, each drawn from thirteen, all of one strength.

    Equation: ``y = op_n(... op_1(x))`` with each ``op`` drawn evenly from: nothing, brightness, contrast,
    saturation, sharpness, fewer grey levels, solarize, invert, rotation, shear and shift along both axes. Their
    strength is ``factor`` of the largest one; direction is drawn. What comes in from outside is the middle of the
    value range.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        num_ops: How many operations follow each other, at least 0. Default 2.
        factor: The strength, in [0, 1]. Default 0.5.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandAugment
        >>> RandAugment()(jnp.ones((2, 8, 8, 3)), training=True).shape
        (2, 8, 8, 3)

    Source: Cubuk et al., RandAugment, 2020, https://arxiv.org/abs/1909.13719. Differs from Keras: each image draws
    its own operations; equalization and autocontrast, which need histograms, are not among them. Differs from
    PyTorch: likewise, and part of the compiled program.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_ops": Integer(0),
        "factor": Real(0, 1),
        "interpolation": Choice(options=INTERPOLATIONS),
    }

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: float = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, data_format, **kwargs)
        self.num_ops = int(num_ops)
        self.factor = factor
        self.interpolation = interpolation

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``layer_idxes``, places in the list of operations, and ``signs``: (batch, num_ops)."""

        def one(own: jax.Array) -> tuple[jax.Array, jax.Array]:
            kinds, signs = jax.random.split(own)
            kind = jax.random.randint(kinds, (len(images),), 0, len(OPERATIONS))
            return kind, jnp.where(jax.random.bits(signs, kind.shape, "uint8") < 128, 1.0, -1.0)

        kinds, signs = jax.vmap(one, out_axes=1)(jax.random.split(key, self.num_ops))
        return {"layer_idxes": kinds, "signs": signs}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images after their operations."""

        def varied(images: jax.Array, step: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
            kind, sign = step
            changes = jnp.any(kind != OPERATIONS.index("identity"))
            amount = sign * self.factor
            return jax.lax.cond(changes, self._varied, self._kept, images, kind, amount), None

        # Results of a scan and of a condition are arrays that are there. Else XLA would put one operation into the
        # gathers of the next and into the windows of a convolution behind, and on a CPU compute it anew for each pixel
        # that they take: ten times the whole cost.
        return jax.lax.scan(varied, images, (drawn["layer_idxes"].T, drawn["signs"].T))[0]

    def _varied(self, images: jax.Array, kind: jax.Array, amount: jax.Array) -> jax.Array:
        """Return the images after one operation each."""
        chosen = {name: kind == number for number, name in enumerate(OPERATIONS)}
        moved = self._moved(images, chosen, amount, sum(self.value_range) / 2)
        coloured = self._coloured(images, chosen, amount.astype(images.dtype))
        return self.clipped(jnp.where(for_each(_moves(chosen)), moved, coloured))

    def _kept(self, images: jax.Array, *_: jax.Array) -> jax.Array:
        return self.clipped(images)

    def _coloured(
        self, images: jax.Array, chosen: dict[str, jax.Array], amount: jax.Array
    ) -> jax.Array:
        """Return the images after those operations that change values: one formula with numbers for each image.

        Equation: ``y = b + a (x - b) + o``, with the base ``b``, the gain ``a`` and the offset ``o`` of the operation;
        then what is brighter than a threshold inverted, and the levels counted.
        """
        (low, high), strength = self.value_range, jnp.abs(amount)
        base, gain = jnp.asarray((low + high) / 2, images.dtype), jnp.ones_like(amount)
        means = {
            "contrast": (images.mean((1, 2), keepdims=True), 0.9),
            "saturation": (channels_sum(images, (1 / images.shape[-1],) * images.shape[-1]), 0.9),
            "sharpness": (smoothed(images), 1.0),
        }
        for name, (mean, most) in means.items():
            base = jnp.where(for_each(chosen[name]), mean, base)
            gain = jnp.where(chosen[name], 1 + most * amount, gain)
        gain = jnp.where(chosen["invert"], -1, gain)
        offset = jnp.where(chosen["brightness"], 0.5 * (high - low) * amount, 0)
        threshold = jnp.where(chosen["solarize"], high - strength * (high - low), jnp.inf)
        step = (high - low) / 2 ** (8 - jnp.round(4 * strength))
        # Images that nothing is drawn for keep every bit, which the formula would round.
        blended = base + for_each(gain) * (images - base)
        values = jnp.where(for_each(gain == 1), images, blended) + for_each(offset)
        values = jnp.where(images > for_each(threshold), low + high - images, values)
        counted = low + jnp.floor((images - low) / for_each(step)) * for_each(step)
        return jnp.where(for_each(chosen["posterize"]), counted, values)

    def _moved(
        self, images: jax.Array, chosen: dict[str, jax.Array], amount: jax.Array, fill: float
    ) -> jax.Array:
        """Return the images after those operations that move pixels: all are one linear map and a shift."""
        matrices, shifts = _maps(chosen, amount, images.shape[1:3])
        return transform(images, matrices, "constant", self.interpolation, fill, shifts)

    def vary_masks(self, masks: jax.Array, drawn: Any) -> jax.Array:
        """Return the masks after those operations that move pixels; 0 comes in from outside."""
        nearest = self.clone(interpolation="nearest")
        for chosen, amount in self._steps(drawn):
            moved = nearest._moved(masks, chosen, amount, 0)
            masks = jnp.where(for_each(_moves(chosen)), moved, masks)
        return masks

    def follow(self, points: jax.Array, drawn: Any, size: tuple[int, int]) -> jax.Array:
        """Return where points go: those operations that move pixels move them one after the other."""
        for chosen, amount in self._steps(drawn):
            matrices, shifts = _maps(chosen, amount, size)
            points = turned_back(points + shifts[:, None, ::-1], matrices, size)
        return points

    def _steps(self, drawn: Any) -> list[tuple[dict[str, jax.Array], jax.Array]]:
        """Return for each operation in turn which one it is for each image, and how strong."""
        kinds, signs = jnp.asarray(drawn["layer_idxes"]), drawn["signs"]
        return [
            (
                {name: kinds[:, i] == j for j, name in enumerate(OPERATIONS)},
                signs[:, i] * self.factor,
            )
            for i in range(self.num_ops)
        ]


def _moves(chosen: dict[str, jax.Array]) -> jax.Array:
    """Tell for each image whether its operation moves pixels."""
    return jnp.any(
        jnp.stack([chosen[name] for name in OPERATIONS[OPERATIONS.index("rotate") :]]), 0
    )


def _maps(
    chosen: dict[str, jax.Array], amount: jax.Array, size: tuple[int, ...]
) -> tuple[jax.Array, jax.Array]:
    """Return the matrices (batch, 2, 2) and the shifts (batch, 2) of those operations that move pixels."""
    angle = jnp.where(chosen["rotate"], amount * jnp.pi / 6, 0)
    along = jnp.where(chosen["shear_x"], 0.3 * amount, 0)
    down = jnp.where(chosen["shear_y"], 0.3 * amount, 0)
    sine, cosine = jnp.sin(angle), jnp.cos(angle)
    matrices = jnp.stack(
        [jnp.stack([cosine, sine + down], -1), jnp.stack([along - sine, cosine], -1)], 1
    )
    rows = jnp.where(chosen["translate_y"], jnp.round(0.3 * amount * size[0]), 0)
    columns = jnp.where(chosen["translate_x"], jnp.round(0.3 * amount * size[1]), 0)
    return matrices, jnp.stack([rows, columns], -1)


def smoothed(images: jax.Array) -> jax.Array:
    """Return each pixel's mean over its 3×3 neighbourhood, the edges repeated."""
    padded = jnp.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = images.shape[1:3]
    parts = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
    return sum(parts[1:], parts[0]) / 9
