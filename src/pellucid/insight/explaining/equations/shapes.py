"""Layers that move numbers about, merge several arrays, pool, and resize."""

from __future__ import annotations

from pellucid.insight.explaining.equations.entry import Entry

SAME_NUMBERS = (r"\frac{\partial L}{\partial x} = \delta \text{ in the shape of } x",)
TO_LARGEST = (r"\frac{\partial L}{\partial x} = \delta \text{ at the largest, else } 0",)
SHARED = (r"\frac{\partial L}{\partial x} = \frac{\delta}{n} \text{ to each of the n numbers}",)
WINDOW = {"s": "strides", "p": "pool_size"}


def each(names: str, entry: Entry, sizes: tuple[int, ...] = (1, 2, 3)) -> dict[str, Entry]:
    """Return one entry for the layers of a name in one, two and three dimensions."""
    return {f"{names}{size}D": entry for size in sizes}


LARGEST = Entry(
    (r"y_i = \max_t x_{s i + t}",), TO_LARGEST, numbers=WINDOW, letters={"t": "the window's cells"}
)
MEAN = Entry(
    (r"y_i = \frac{1}{n} \sum_t x_{s i + t}",),
    SHARED,
    numbers=WINDOW,
    letters={"t": "the window's n cells"},
)
REGION = {"t": "the cells of region i"}

TABLE: dict[str, Entry] = {
    "Flatten": Entry((r"y = x \text{ as rows of numbers}",), SAME_NUMBERS),
    "Reshape": Entry((r"y = x \text{ in another shape}",), SAME_NUMBERS),
    "Permute": Entry(
        (r"y = x \text{ with its axes in the order } d",), SAME_NUMBERS, numbers={"d": "dims"}
    ),
    "RepeatVector": Entry(
        ("y_t = x, t = 1 \\ldots n",),
        (r"\frac{\partial L}{\partial x} = \sum_t \delta_t",),
        numbers={"n": "n"},
    ),
    "Add": Entry((r"y = \sum_k x_k",), (r"\frac{\partial L}{\partial x_k} = \delta",)),
    "Subtract": Entry(
        ("y = x_1 - x_2",),
        (r"\frac{\partial L}{\partial x_1} = \delta", r"\frac{\partial L}{\partial x_2} = -\delta"),
    ),
    "Multiply": Entry(
        (r"y = \prod_k x_k",),
        (r"\frac{\partial L}{\partial x_k} = \delta \odot \prod_{j \neq k} x_j",),
    ),
    "Average": Entry(
        (r"y = \frac{1}{n} \sum_{k=1}^{n} x_k",),
        (r"\frac{\partial L}{\partial x_k} = \frac{\delta}{n}",),
    ),
    "Maximum": Entry(
        (r"y = \max_k x_k",),
        (r"\frac{\partial L}{\partial x_k} = \delta \text{ where } x_k \text{ is the largest}",),
    ),
    "Minimum": Entry(
        (r"y = \min_k x_k",),
        (r"\frac{\partial L}{\partial x_k} = \delta \text{ where } x_k \text{ is the smallest}",),
    ),
    "Concatenate": Entry(
        (r"y = [x_1, x_2, \ldots]",),
        (r"\frac{\partial L}{\partial x_k} = \text{its part of } \delta",),
        numbers={r"\mathrm{axis}": "axis"},
    ),
    "Dot": Entry(
        (r"y = x_1 \cdot x_2",),
        (r"\frac{\partial L}{\partial x_1} = \delta x_2",),
        numbers={r"\mathrm{axes}": "axes"},
    ),
    **each("MaxPooling", LARGEST),
    **each("AveragePooling", MEAN),
    **each(
        "GlobalMaxPooling",
        Entry((r"y_c = \max_t x_{t,c}",), TO_LARGEST, letters={"t": "all cells"}),
    ),
    **each(
        "GlobalAveragePooling",
        Entry((r"y_c = \frac{1}{n} \sum_t x_{t,c}",), SHARED, letters={"t": "all n cells"}),
    ),
    **each("AdaptiveMaxPooling", Entry((r"y_i = \max_t x_t",), TO_LARGEST, letters=REGION)),
    **each(
        "AdaptiveAveragePooling", Entry((r"y_i = \frac{1}{n} \sum_t x_t",), SHARED, letters=REGION)
    ),
    **each(
        "UpSampling",
        Entry(
            (r"y_i = x_{\lfloor i / s \rfloor}",),
            (r"\frac{\partial L}{\partial x_j} = \sum_{i: \lfloor i / s \rfloor = j} \delta_i",),
            numbers={"s": "size"},
        ),
    ),
    **each(
        "ZeroPadding",
        Entry(
            (r"y = x \text{ with zeros around}",),
            (r"\frac{\partial L}{\partial x} = \delta \text{ inside}",),
            numbers={"p": "padding"},
        ),
    ),
    **each(
        "Cropping",
        Entry(
            (r"y = x \text{ without its borders}",),
            (r"\frac{\partial L}{\partial x} = \delta, \text{ and } 0 \text{ in the borders}",),
            numbers={"p": "cropping"},
        ),
    ),
    "Resizing": Entry(
        (r"y_i = \sum_j w_{i,j} x_j",),
        (r"\frac{\partial L}{\partial x_j} = \sum_i w_{i,j} \delta_i",),
        letters={"w": "the weights of the interpolation"},
    ),
    "CenterCrop": Entry(
        (r"y = x \text{ cut around the middle}",), numbers={"h": "height", "w": "width"}
    ),
    "RandomCrop": Entry(
        (r"y = x \text{ cut at a drawn place}",), numbers={"h": "height", "w": "width"}
    ),
}

VARIANTS = {
    "Dot": (
        lambda layer: layer.normalize,
        Entry(
            (r"y = \frac{x_1 \cdot x_2}{\lVert x_1 \rVert \lVert x_2 \rVert}",),
            numbers={r"\mathrm{axes}": "axes"},
        ),
    ),
}
