"""AugMix: an image mixed with what chains of other augmentations make of it."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from pellucid.core.limits import Boolean, Choice, Integer, Limit, Real
from pellucid.functional.resampling import INTERPOLATIONS
from pellucid.layers.augmentation.base import Augmentation, ends_of, for_each
from pellucid.layers.augmentation.colour import Colouring, RandomBrightness, RandomContrast
from pellucid.layers.augmentation.histogram import AutoContrast, Equalization
from pellucid.layers.augmentation.inverting import BITS, RandomPosterization, Solarization
from pellucid.layers.augmentation.moving import RandomTranslation
from pellucid.layers.augmentation.rotating import RandomRotation, RandomShear
from pellucid.layers.augmentation.sharpness import RandomSharpness
from pellucid.layers.augmentation.tinting import RandomColorDegeneration


class AugMix(Colouring):
    """Mixes each image with what several chains of augmentations make of it, so that it keeps its look and varies.

    Equation: ``y = clip(m x + (1 - m) sum_i w_i chain_i(x), low, high)`` with ``m`` from ``Beta(alpha, alpha)`` and
    ``w`` from ``Dirichlet(alpha, ...)``, drawn for each image. A chain is ``chain_depth`` operations, each drawn evenly
    from: nothing, shear, translation, rotation, fewer bits, solarization, autocontrast, equalization, and with
    ``all_ops`` brightness, paler colours, contrast and sharpness. The operations are the batch's, their strengths each
    image's own.

    Args:
        value_range: ``(low, high)`` of the pixels. Default ``(0, 255)``.
        num_chains: How many chains are mixed, at least 1. Default 3.
        chain_depth: Operations of a chain, "nothing" counted, at least 1. Default 3.
        factor: The factor of all operations, ``(from, to)`` within [0, 1], or ``f`` for ``(0, f)``. Default 0.3.
        alpha: How evenly is mixed, above 0; 1 draws all mixtures alike. Default 1.
        all_ops: Whether the last four operations are there too. Default True.
        interpolation: ``"bilinear"`` or ``"nearest"``. Default ``"bilinear"``.
        seed: An integer that is folded into the layer's key, or None. Default None.
        **kwargs: ``data_format``, ``name`` and others as in :class:`~pellucid.Layer`.

    Shapes:
        inputs and outputs: (batch, height, width, channels)

    Raises:
        ArgumentError: A factor outside [0, 1]; a value range whose ends are not in order.

    Example:
        >>> import jax.numpy as jnp
        >>> from pellucid.layers import AugMix
        >>> AugMix()(jnp.ones((2, 8, 8, 3)), training=True).shape
        (2, 8, 8, 3)

    Source: Hendrycks et al., AugMix, 2020, https://arxiv.org/abs/1912.02781. Differs from Keras: each image draws its
    own mixture; the operations are drawn anew in each step, where Keras's compiled training keeps those of its first.
    Differs from PyTorch: torchvision's ``AugMix`` draws operations for each image.
    """

    limits: ClassVar[dict[str, Limit]] = {
        "num_chains": Integer(1),
        "chain_depth": Integer(1),
        "alpha": Real(0, closed="neither"),
        "all_ops": Boolean(),
        "interpolation": Choice(options=INTERPOLATIONS),
    }

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(value_range, seed, **kwargs)
        self.num_chains = int(num_chains)
        self.chain_depth = int(chain_depth)
        self.factor = ends_of(type(self).__name__, "factor", factor, 0, 1)
        self.alpha = alpha
        self.all_ops = all_ops
        self.interpolation = interpolation

    def _operations(self) -> dict[str, Augmentation]:
        """Return the layers that operations are drawn from."""
        factor, values, how = self.factor, self.value_range, self.interpolation
        some = {
            "shear": RandomShear(factor, factor, interpolation=how),
            "translation": RandomTranslation(factor, factor, interpolation=how),
            "rotation": RandomRotation(factor, interpolation=how),
            "posterization": RandomPosterization(max(1, int(BITS * factor[1])), values),
            "solarization": Solarization(factor, factor, values),
            "auto_contrast": AutoContrast(values),
            "equalization": Equalization(values),
        }
        more = {
            "brightness": RandomBrightness(factor, values),
            "color_degeneration": RandomColorDegeneration(factor, values),
            "contrast": RandomContrast(factor, values),
            "sharpness": RandomSharpness(factor, values),
        }
        return {**some, **more} if self.all_ops else some

    def draw(self, images: jax.Array, key: jax.Array) -> dict[str, Any]:
        """Return mixtures, and for each place of each chain the operation and what every layer draws there.

        Returns:
            ``chain_mixing_weights`` (batch, chains), ``weight_sample`` (batch,), ``operations`` (chains, depth) with 0
            for nothing, and ``transformations`` by layer, arrays of (chains, depth, ...).
        """
        mixtures, kinds, rest = jax.random.split(key, 3)
        batch, places = len(images), (self.num_chains, self.chain_depth)
        layers = self._operations()
        keys = jax.random.split(rest, (len(layers), *places))
        drawn = {
            name: jax.vmap(jax.vmap(lambda own, layer=layer: layer.draw(images, own)))(own)
            for (name, layer), own in zip(layers.items(), keys, strict=True)
        }
        # Shares from Beta and Dirichlet are numbers from Gamma over their sum; one draw compiles faster than two.
        logs = jax.random.loggamma(mixtures, self.alpha, (batch, self.num_chains + 2))
        return {
            "chain_mixing_weights": jax.nn.softmax(logs[:, 2:]),
            "weight_sample": jax.nn.softmax(logs[:, :2])[:, 0],
            "operations": jax.random.randint(kinds, places, 0, len(layers) + 1),
            "transformations": drawn,
        }

    def vary(self, images: jax.Array, drawn: Any) -> jax.Array:
        """Return the images mixed with the results of the chains."""
        layers = self._operations()

        def nothing(images: jax.Array, drawn: Any) -> jax.Array:
            return images

        def operation(name: str) -> Any:
            return lambda images, drawn: layers[name].vary(images, drawn[name]).astype(images.dtype)

        every = [nothing, *map(operation, layers)]

        def step(images: jax.Array, one: Any) -> tuple[jax.Array, None]:
            return jax.lax.switch(one[0], every, images, one[1]), None

        def chain(total: jax.Array, one: Any) -> tuple[jax.Array, None]:
            end, _ = jax.lax.scan(step, images, one[:2])
            return total + for_each(one[2]).astype(images.dtype) * end, None

        weights = jnp.asarray(drawn["chain_mixing_weights"]).T
        given = (drawn["operations"], drawn["transformations"], weights)
        mixed, _ = jax.lax.scan(chain, jnp.zeros_like(images), given)
        share = for_each(jnp.asarray(drawn["weight_sample"], images.dtype))
        return self.clipped(share * images + (1 - share) * mixed)
