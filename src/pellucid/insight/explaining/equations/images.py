"""Layers that vary or prepare images, sound and categories."""

from __future__ import annotations

from pellucid.insight.explaining.equations.entry import Entry

MOVED = Entry(
    (r"y_i = x_{T^{-1}(i)}",),
    letters={"T": "the drawn movement of the pixels", "T^{-1}": "where each pixel comes from"},
)
RECOLOURED = Entry(
    (r"y = g(x)",), letters={"g": "the drawn change of colours; outside training y = x"}
)

TABLE: dict[str, Entry] = {
    **dict.fromkeys(
        (
            "RandomElasticTransform",
            "RandomFlip",
            "RandomPerspective",
            "RandomRotation",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
        ),
        MOVED,
    ),
    **dict.fromkeys(
        ("AugMix", "RandAugment", "RandomColorDegeneration", "RandomColorJitter", "RandomHue"),
        RECOLOURED,
    ),
    "RandomBrightness": Entry(("y = x + u",), letters={"u": "a drawn number for each image"}),
    "RandomContrast": Entry(
        (r"y = u (x - \bar{x}) + \bar{x}",),
        letters={"u": "a drawn number", r"\bar{x}": "the image's mean"},
    ),
    "RandomSaturation": Entry(
        ("y = u x + (1 - u) g",), letters={"u": "a drawn number", "g": "the grey image"}
    ),
    "RandomSharpness": Entry(
        ("y = u x + (1 - u) s",), letters={"u": "a drawn number", "s": "the smoothed image"}
    ),
    "RandomGrayscale": Entry(
        (r"y = 0.299 r + 0.587 g + 0.114 b",),
        letters={"r, g, b": "the channels, where it is drawn"},
    ),
    "RandomGaussianBlur": Entry(
        (r"y = x \ast k",), letters={"k": "a normal kernel of drawn width"}
    ),
    "RandomInvert": Entry(("y = m - x",), letters={"m": "the greatest value, where it is drawn"}),
    "RandomPosterization": Entry((r"y = x \text{ with fewer bits}",), numbers={"f": "factor"}),
    "RandomErasing": Entry((r"y = x, \text{ and the fill value in a drawn rectangle}",)),
    "Solarization": Entry(
        (r"y = x \text{ below the threshold, else } m - x",), letters={"m": "the greatest value"}
    ),
    "AutoContrast": Entry(
        (r"y = m \frac{x - \min(x)}{\max(x) - \min(x)}",), letters={"m": "the greatest value"}
    ),
    "Equalization": Entry(
        (r"y = m F(x)",), letters={"F": "the share of pixels below x", "m": "the greatest value"}
    ),
    "ContrastLimitedAdaptiveHistogramEqualization": Entry(
        (r"y = m F(x)",),
        letters={
            "F": "the share of pixels below x near the pixel, its histogram cut",
            "m": "the greatest value",
        },
    ),
    "MixUp": Entry(
        (r"y = \lambda x + (1 - \lambda) x'",),
        letters={r"\lambda": "a drawn share", "x'": "the rows in another order"},
    ),
    "CutMix": Entry(
        (r"y = x, \text{ and } x' \text{ in a drawn rectangle}",),
        letters={"x'": "the rows in another order"},
    ),
    "STFTSpectrogram": Entry(
        (r"y_{t,k} = \lvert \sum_n w_n x_{t s + n} e^{-2 \pi i k n / N} \rvert",),
        letters={"w": "the window", "s": "the stride", "N": "the length of the transform"},
    ),
    "MelSpectrogram": Entry(
        (r"y_{t,m} = \log \sum_k M_{m,k} \lvert X_{t,k} \rvert",),
        letters={"X": "the spectrum of window t", "M": "the mel filters"},
    ),
    "CategoryEncoding": Entry(
        (r"y_k = \text{whether, or how often, } k \text{ is in } x",),
        letters={"k": "the categories"},
    ),
    "Discretization": Entry((r"y = \text{how many boundaries lie at or below } x",)),
    "Hashing": Entry((r"y = \mathrm{hash}(x) \text{ mod } n",), numbers={"n": "num_bins"}),
    "HashedCrossing": Entry(
        (r"y = \mathrm{hash}(x_1, x_2, \ldots) \text{ mod } n",), numbers={"n": "num_bins"}
    ),
    "IntegerLookup": Entry((r"y = \text{the place of } x \text{ in the vocabulary}",)),
}

HOST_ONLY = ("StringLookup", "TextVectorization")
"""Layers that read texts before any program: a pass begins behind them."""
