"""What layers of images get: one image without a batch, what belongs to images beside them, Keras's two steps.

Keras's layers of images draw in ``get_random_transformation`` and apply what was drawn to images, labels, boxes and
masks in one method each. Pellucid's draw in ``draw`` and apply in ``vary``; the methods here are those of Keras over
these two. They take and give tensors, and arrays inside programs. A script may override each.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp

from pellucid.core.errors import ArgumentError, ShapeError
from pellucid.functional import boxes as geometry
from pellucid.keras.late import late
from pellucid.keras.random_keys import next_key
from pellucid.keras.sides.dynamic_backend import DynamicBackend
from pellucid.keras.sides.eager import UNSAID
from pellucid.keras.sides.functions import translated_method
from pellucid.keras.sides.layer import LayerSide, has_tensors
from pellucid.keras.tensor import unwrapped, wrapped
from pellucid.layers.checks import as_float, who
from pellucid.layers.noise import seeded_key
from pellucid.modules.graph import find_symbolic

STEPS = (
    "get_random_transformation", "transform_images", "transform_labels", "transform_bounding_boxes",
    "transform_segmentation_masks",
)  # fmt: skip


def on_both(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of arrays that a script may call with anything: outside programs it gives tensors."""

    @wraps(method)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        inside = self._scope is not None and not has_tensors((args, kwargs))
        found = method(self, *_arrays(args), **_arrays(kwargs))
        return found if inside else wrapped(found)

    return called


class ImageSide(LayerSide):
    """Mixed into every layer of images; in training they vary wherever nobody says that it is no training.

    Attributes:
        varies_unasked: Whether it acts as in training where nothing was said of it.
        gives_batches: Whether ``transform_images`` makes a batch of one of a single image, as some of Keras's do.
        bounding_box_format: The format of boxes beside the images, or None.
        backend: Where a script's code finds functions.
    """

    varies_unasked = True
    gives_batches = False
    bounding_box_format: Any = None
    backend = DynamicBackend()
    vary: Any
    vary_masks: Any
    follow: Any

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "plain" in vars(cls):
            cls.__init__ = with_format(cls.__init__)
        elif not cls.__module__.startswith("pellucid."):
            for name in STEPS:
                if name in vars(cls):
                    setattr(cls, name, translated_method(vars(cls)[name]))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer; who says nothing about training gets varied images."""
        unsaid = len(args) < 2 and kwargs.get("training") is None
        at_prompt = self._scope is None and find_symbolic(args, kwargs) is None
        if unsaid and (at_prompt or getattr(self._scope, "training", None) is UNSAID):
            kwargs["training"] = True
        return super().__call__(*args, **kwargs)

    def call(self, data: Any, training: Any = True) -> Any:
        """Return the images, or a dict of them and of what belongs to them, varied in training."""
        if isinstance(data, (list, tuple)):
            data = jnp.stack([jnp.asarray(image) for image in data])
        drawn = self.get_random_transformation(data, training=training)
        if not isinstance(data, dict):
            return self._each_step("transform_images", data, drawn, training, self._is_alone(data))
        alone, found = self._is_alone(data["images"]), dict(data)
        for name in ("images", "labels", "segmentation_masks"):
            if name in data:
                found[name] = self._each_step(
                    f"transform_{name}", data[name], drawn, training, alone
                )
        if "bounding_boxes" in data:
            found["bounding_boxes"] = self._boxes_beside(
                data["bounding_boxes"], drawn, training, alone
            )
        return found

    def _is_alone(self, images: Any) -> bool:
        """Tell one image from a batch."""
        if images.ndim not in (3, 4):
            repair = "x[..., None] gives grey images a channel axis"
            shapes = "(height, width, channels) or (batch, height, width, channels)"
            raise ShapeError(who(self), f"it needs images, {shapes}, not {images.shape}.", repair)
        return images.ndim == 3

    def _each_step(self, step: str, value: Any, drawn: Any, training: Any, alone: bool) -> Any:
        """Apply a step to a batch, or to one image as a batch of one."""
        if not alone:
            return getattr(self, step)(value, drawn, training=training)
        found = getattr(self, step)(jax.tree.map(_batch, value), drawn, training=training)
        return jax.tree.map(lambda array: array[0], found)

    def _boxes_beside(self, boxes: Any, drawn: Any, training: Any, alone: bool) -> Any:
        if not self.bounding_box_format:
            raise ArgumentError(
                who(self),
                "there are `bounding_boxes` among the inputs, but their format was not said.",
                f'{type(self).__name__}(..., bounding_box_format="xyxy")',
            )
        if not isinstance(boxes, dict) or not {"boxes", "labels"} <= set(boxes):
            raise ArgumentError(
                who(self),
                "`bounding_boxes` is a dict with `boxes` and `labels`.",
                '{"images": images, "bounding_boxes": {"boxes": boxes, "labels": labels}}',
            )
        return self._each_step("transform_bounding_boxes", boxes, drawn, training, alone)

    # The steps.

    @on_both
    def get_random_transformation(self, data: Any, training: Any = True, seed: Any = None) -> Any:
        """Return what was drawn for the images, a dict of arrays by Keras's names; None outside training."""
        if not training:
            return None
        images = data["images"] if isinstance(data, dict) else data
        batch = self._as_batch(images)
        drawn = self.draw(batch, self._key_of_draw(seed))
        return {**drawn, "input_shape": tuple(images.shape)}

    @on_both
    def transform_images(
        self, images: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return the images varied by what was drawn."""
        return self._on_batch(images, transformation, training, self.vary)

    @on_both
    def transform_labels(
        self, labels: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return the labels: they stay as they are."""
        return labels

    @on_both
    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return masks moved as the images are, each pixel of one class, in their own dtype."""
        if not training or transformation is None or not self.moves:
            return segmentation_masks
        found = self._on_batch(segmentation_masks, transformation, training, self.vary_masks)
        return found.astype(segmentation_masks.dtype)

    @on_both
    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any = None, training: Any = True
    ) -> Any:
        """Return boxes around what they showed, cut off at the edges; the label of what is gone is -1."""
        if not training or transformation is None or not self.moves:
            return bounding_boxes
        return self._boxes_moved(bounding_boxes, transformation)

    def _boxes_moved(self, bounding_boxes: Any, transformation: Any) -> Any:
        height, width = self._image_size(transformation["input_shape"])
        given = jnp.asarray(bounding_boxes["boxes"], jnp.float32)
        corners = geometry.convert_format(given, self.bounding_box_format, "xyxy", height, width)
        points = geometry.corner_points(corners if given.ndim == 3 else corners[None])
        flat = points.reshape(len(points), -1, 2)
        moved = self.follow(flat, transformation, (height, width))
        found = geometry.enclosing(moved.reshape(*moved.shape[:1], *points.shape[1:]))
        return self._boxes_cut(
            bounding_boxes, found if given.ndim == 3 else found[0], (height, width)
        )

    def _boxes_cut(self, bounding_boxes: Any, corners: jax.Array, size: tuple[int, int]) -> Any:
        """Return boxes cut off at the edges of the images that come out, in the script's format."""
        height, width = self._image_size_after(size)
        corners = geometry.clip_to_size(corners, height, width)
        labels = geometry.labels_left(bounding_boxes["labels"], corners)
        boxes = geometry.convert_format(corners, "xyxy", self.bounding_box_format, height, width)
        return {**bounding_boxes, "boxes": boxes, "labels": labels}

    def _image_size_after(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return height and width of what comes out."""
        return getattr(self, "height", size[0]), getattr(self, "width", size[1])

    def _on_batch(self, images: Any, drawn: Any, training: Any, vary: Callable[..., Any]) -> Any:
        batch = self._as_batch(images)
        found = self.rest(batch) if not training else vary(batch, drawn)
        found = jnp.moveaxis(found, -1, 1) if self.data_format == "channels_first" else found
        return found[0] if images.ndim == 3 and not self.gives_batches else found

    def _as_batch(self, images: Any) -> jax.Array:
        """Return images as Pellucid has them: a batch of floats, channels last."""
        batch = as_float(images, self)
        batch = batch[None] if self._is_alone(batch) else batch
        return jnp.moveaxis(batch, 1, -1) if self.data_format == "channels_first" else batch

    def _image_size(self, shape: Any) -> tuple[int, int]:
        """Return height and width of images of a shape."""
        sides = shape[-2:] if self.data_format == "channels_first" else shape[-3:-1]
        return int(sides[0]), int(sides[1])

    def _key_of_draw(self, seed: Any) -> jax.Array:
        """Return the key of a draw: a seed's, the running program's, or a fresh one."""
        if seed is not None:
            return late("random").draw_seed(seed)
        own = getattr(self, "seed", None)
        if self._scope is not None:
            return seeded_key(self, own)
        return next_key() if own is None else jax.random.fold_in(next_key(), own)

    # The configuration.

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments; the format of boxes only if there is one."""
        config = super().get_config()
        if config.get("bounding_box_format") is None:
            config.pop("bounding_box_format", None)
        return config

    def compute_output_shape(self, *shapes: Any, **named: Any) -> Any:
        """Return the shape of the images that come out."""
        shape = tuple(shapes[0] if shapes else next(iter(named.values())))
        if len(shape) == 3:
            return super().compute_output_shape((None, *shape))[1:]
        return super().compute_output_shape(shape)


def with_format(init: Callable[..., None]) -> Callable[..., None]:
    """Return a constructor that takes ``bounding_box_format=`` too, in which boxes beside the images are given."""

    @wraps(init)
    def made(self: Any, *args: Any, bounding_box_format: str | None = None, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.bounding_box_format = bounding_box_format

    sign = inspect.signature(init)
    rest = [p for p in sign.parameters.values() if p.kind is inspect.Parameter.VAR_KEYWORD]
    known = [p for p in sign.parameters.values() if p not in rest]
    extra = inspect.Parameter("bounding_box_format", inspect.Parameter.KEYWORD_ONLY, default=None)
    vars(made)["__signature__"] = sign.replace(parameters=[*known, extra, *rest])
    return made


def _batch(array: Any) -> Any:
    return array[None]


def _arrays(tree: Any) -> Any:
    """Return a tree with arrays for tensors; what is no array (texts, shapes) stays."""
    return unwrapped(tree)
