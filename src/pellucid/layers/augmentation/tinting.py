"""Other colours: the circle of hues turned, colours paled or taken away, several changes one after the other."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Limit, Real
from pellucid.functional.colours import hsv_to_rgb, rgb_to_grey, rgb_to_hsv
from pellucid.layers.augmentation.base import Augmentation, between, ends_of, for_each
from pellucid.layers.augmentation.colour import (
    Colouring,
    RandomBrightness,
    RandomContrast,
    RandomSaturation,
)


class RandomHue(Colouring):
    """Turns the colours of each image on the circle of hues: red towards green, green towards blue, or back.

    Equation: in hue, saturation and value, ``h' = (h + s f / 2) mod 1`` with ``f`` drawn evenly between the factor's
    ends and a sign ``s`` drawn.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``; 1 turns to the opposite hue.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, 3); images of other channels are given as they are

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomHue
        >>> opposite = RandomHue((1.0, 1.0), value_range=(0, 1))
        >>> opposite(jnp.array([1.0, 0.0, 0.0]).reshape(1, 1, 1, 3), training=True)[
        ...     0, 0, 0
        ... ].tolist()
        [0.0, 1.0, 1.0]

    Differs from Keras: images that are not of three channels pass. Differs from PyTorch: torchvision's ``ColorJitter``
    draws from ``-hue`` to ``hue`` in full turns.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ):
        super().__init__(value_range, seed, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``factor``, the part of the circle by which each image's hues turn: (batch,)."""
        amounts, signs = jax.random.split(key)
        amount = between(amounts, self.factor, images)
        forward = jax.random.bits(signs, (len(images),), "uint8") < 128
        return {"factor": jnp.where(forward, amount, -amount) / 2}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images in other hues."""
        if images.shape[-1] != 3:
            return images
        low, high = self.value_range
        colours = rgb_to_hsv((images - low) / (high - low))
        turn = for_each(jnp.asarray(drawn["factor"], images.dtype))
        hue = (colours[..., :1] + turn) % 1.0
        turned = hsv_to_rgb(jnp.concatenate([hue, colours[..., 1:]], -1))
        return low + jnp.clip(turned, 0, 1) * (high - low)


class RandomGrayscale(Augmentation):
    """Shows some of the images in grey, with as many channels as before.

    Equation: ``y = 0.2989 R + 0.587 G + 0.114 B`` in all three channels with the probability ``factor``, else ``x``.

    Args:
        factor: The probability, in [0, 1]. Default 0.5.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, 3); images of other channels are given as they are

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomGrayscale
        >>> RandomGrayscale(1.0)(jnp.array([[[[1.0, 0.0, 0.0]]]]), training=True)[0, 0, 0].tolist()
        [0.2989..., 0.2989..., 0.2989...]

    Differs from Keras: images that are not of three channels pass. Differs from PyTorch: torchvision's
    ``RandomGrayscale`` has the default 0.1.
    """

    limits: ClassVar[dict[str, Limit]] = {"factor": Real(0, 1)}

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed, data_format, **kwargs)
        self.factor = factor

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``should_apply``, whether each image becomes grey: (batch,)."""
        return {"should_apply": between(key, (0.0, 1.0), images) < self.factor}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return some of the images in grey."""
        if images.shape[-1] != 3:
            return images
        return jnp.where(for_each(drawn["should_apply"]), rgb_to_grey(images), images)


class RandomColorDegeneration(Colouring):
    """Pales the colours of each image.

    Equation: ``y = clip(x + a (g - x), low, high)`` with each pixel's grey ``g = 0.2989 R + 0.587 G + 0.114 B`` and
    ``a`` drawn evenly between the factor's ends: 0 leaves the colours, 1 takes them away.

    Args:
        factor: ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``.
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, 3); images of other channels are given as they are

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomColorDegeneration
        >>> layer = RandomColorDegeneration((0.5, 0.5), value_range=(0, 1))
        >>> layer(jnp.array([[[[0.0, 1.0, 0.0]]]]), training=True)[0, 0, 0].tolist()
        [0.2935..., 0.7935..., 0.2935...]

    Differs from Keras: a single number is drawn up to, where Keras's goes from ``-f`` to ``f`` and so strengthens
    colours as well; images that are not of three channels pass. Differs from PyTorch: torchvision's ``ColorJitter``
    has it as ``saturation``, to both sides.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ):
        super().__init__(value_range, seed, **kwargs)
        self.factor = ends_of(type(self).__name__, "factor", factor, 0, 1)

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, jax.Array]:
        """Return ``factor``, how much each image pales: (batch, 1, 1, 1)."""
        return {"factor": for_each(between(key, self.factor, images))}

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images with paler colours."""
        if images.shape[-1] != 3:
            return images
        amount = for_each(jnp.asarray(drawn["factor"], images.dtype))
        return self.clipped(images + amount * (rgb_to_grey(images) - images))


class RandomColorJitter(Colouring):
    """Varies brightness, contrast, saturation and hue of each image, one after the other.

    Equation: ``y = hue(saturation(contrast(brightness(x))))`` of the layers :class:`RandomBrightness`,
    :class:`RandomContrast`, :class:`RandomSaturation` and :class:`RandomHue`, those without a factor left out.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        brightness_factor: The factor of :class:`RandomBrightness`, within [-1, 1]; None leaves it out. Default None.
        contrast_factor: The factor of :class:`RandomContrast`, at least 0. Default None.
        saturation_factor: The factor of :class:`RandomSaturation`, within [0, 1]. Default None.
        hue_factor: The factor of :class:`RandomHue`, within [0, 1]. Default None.
        seed: An integer that is folded into the layer's key, or None. Default None.
        data_format: ``"channels_last"`` or ``"channels_first"``. Default None, channels last.
        **kwargs: ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor that its layer refuses; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import RandomColorJitter
        >>> layer = RandomColorJitter(brightness_factor=(0.2, 0.2), contrast_factor=0.0)
        >>> layer(jnp.full((1, 1, 1, 3), 100.0), training=True)[0, 0, 0].tolist()
        [151.0, 151.0, 151.0]

    Differs from Keras: saturation mixes with grey, as in :class:`RandomSaturation`. Differs from PyTorch: torchvision's
    ``ColorJitter`` draws the order as well.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, data_format, **kwargs)
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        self._parts()  # refuses wrong factors now

    def _parts(self) -> dict[str, Colouring]:
        """Return the layers whose factors are given, in their order."""
        kinds = {
            "brightness": (RandomBrightness, self.brightness_factor),
            "contrast": (RandomContrast, self.contrast_factor),
            "saturation": (RandomSaturation, self.saturation_factor),
            "hue": (RandomHue, self.hue_factor),
        }
        return {
            name: kind(factor, self.value_range)
            for name, (kind, factor) in kinds.items()
            if factor is not None
        }

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, Any]:
        """Return what each of the layers draws, by ``"brightness"``, ``"contrast"``, ``"saturation"``, ``"hue"``."""
        parts = self._parts()
        # A single change draws what its own layer would.
        keys = [key] if len(parts) == 1 else jax.random.split(key, max(len(parts), 1))
        return {
            name: part.draw(images, own)
            for (name, part), own in zip(parts.items(), keys, strict=False)
        }

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images after all changes."""
        for name, part in self._parts().items():
            images = part.vary(images, drawn[name])
        return images
