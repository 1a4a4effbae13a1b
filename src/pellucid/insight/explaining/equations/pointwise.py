"""Layers that treat every number alike: activations, scales, noise, dropout, normalisation, masks."""

from __future__ import annotations

from pellucid.insight.explaining.equations.entry import Entry

ARRIVES = r"\frac{\partial L}{\partial x} = \delta"
GAMMA, BETA = {r"\gamma": "gamma"}, {r"\beta": "beta"}
SCALED = r"y = «\gamma:\gamma \odot» \hat{x} «\beta:+ \beta»"
SHIFTED = (
    r"«\gamma:\frac{\partial L}{\partial \gamma} = \sum \delta \odot \hat{x}»",
    r"«\beta:\frac{\partial L}{\partial \beta} = \sum \delta»",
)
STANDARD = r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}"
EPSILON = {r"\epsilon": "epsilon"}
DROPPED = Entry(
    (r"y = \frac{m \odot x}{1 - p} \text{ in training, else } y = x",),
    (rf"{ARRIVES} \odot \frac{{m}}{{1 - p}} \text{{ in training}}",),
    numbers={"p": "rate"},
    letters={"m": "1 for what stays, 0 for what is dropped"},
)

TABLE: dict[str, Entry] = {
    "Activation": Entry(("z = x",)),
    "Identity": Entry(("y = x",), (ARRIVES,)),
    "InputLayer": Entry(("y = x",), (ARRIVES,)),
    "ActivityRegularization": Entry(
        ("y = x", r"L \leftarrow L + \frac{1}{n} (l_1 \sum \lvert x \rvert + l_2 \sum x^2)"),
        (),
        numbers={"l_1": "l1", "l_2": "l2"},
        letters={"n": "the rows"},
    ),
    "ReLU": Entry(
        (r"@y = «m:\min(»@x«m:, m)» \text{ for } @x \geq t, \text{ else } s (@x - t)",),
        numbers={"m": "max_value", "s": "negative_slope", "t": "threshold"},
        whole=True,
    ),
    "LeakyReLU": Entry(
        (r"@y = @x \text{ for } @x \geq 0, \text{ else } s @x",),
        numbers={"s": "negative_slope"},
        whole=True,
    ),
    "PReLU": Entry(
        (r"y = x \text{ for } x \geq 0, \text{ else } s \odot x",),
        (
            r"\frac{\partial L}{\partial x} = \delta \odot (1 \text{ or } s)",
            r"\frac{\partial L}{\partial s} = \sum \delta \odot \min(x, 0)",
        ),
        {"s": "alpha"},
    ),
    "ELU": Entry(
        (r"@y = @x \text{ for } @x > 0, \text{ else } s (e^{@x} - 1)",),
        numbers={"s": "alpha"},
        whole=True,
    ),
    "Softmax": Entry(
        (r"@y_i = \frac{e^{@x_i}}{\sum_j e^{@x_j}}",),
        numbers={r"\mathrm{axis}": "axis"},
        whole=True,
    ),
    "Dropout": DROPPED,
    **dict.fromkeys(("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), DROPPED),
    "AlphaDropout": Entry(
        (r"y = q (m \odot x + (1 - m) c) + r \text{ in training, else } y = x",),
        (),
        numbers={"p": "rate"},
        letters={
            "m": "1 for what stays",
            "c": "selu's smallest value",
            "q, r": "what keeps mean and spread",
        },
    ),
    "GaussianDropout": Entry(
        (r"y = x \odot u \text{ in training, else } y = x",),
        (),
        numbers={"p": "rate"},
        letters={"u": "normal numbers around 1, of variance p/(1 − p)"},
    ),
    "GaussianNoise": Entry(
        (r"y = x + u \text{ in training, else } y = x",),
        (ARRIVES,),
        numbers={"s": "stddev"},
        letters={"u": "normal numbers around 0, of spread s"},
    ),
    "Rescaling": Entry(
        ("y = s x + t",),
        (r"\frac{\partial L}{\partial x} = s \delta",),
        numbers={"s": "scale", "t": "offset"},
    ),
    "Normalization": Entry(
        (r"y = \frac{x - \mu}{\sigma}",),
        (),
        letters={r"\mu": "the mean of the data adapted to", r"\sigma": "its spread"},
    ),
    "BatchNormalization": Entry(
        (STANDARD, SCALED),
        SHIFTED,
        GAMMA | BETA,
        EPSILON,
        {r"\mu, \sigma^2": "mean and variance of the batch in training, else the moving ones"},
    ),
    "LayerNormalization": Entry(
        (STANDARD, SCALED),
        SHIFTED,
        GAMMA | BETA,
        EPSILON,
        {r"\mu, \sigma^2": "mean and variance of each row"},
    ),
    "GroupNormalization": Entry(
        (STANDARD, SCALED),
        SHIFTED,
        GAMMA | BETA,
        EPSILON | {"g": "groups"},
        {r"\mu, \sigma^2": "mean and variance of each row's group of channels"},
    ),
    "RMSNormalization": Entry(
        (
            r"\hat{x} = \frac{x}{\sqrt{\frac{1}{d} \sum_i x_i^2 + \epsilon}}",
            r"y = «\gamma:\gamma \odot» \hat{x}",
        ),
        (SHIFTED[0],),
        {r"\gamma": "scale"},
        EPSILON,
        {"d": "the features"},
    ),
    "UnitNormalization": Entry((r"y = \frac{x}{\lVert x \rVert}",)),
    "SpectralNormalization": Entry(
        (r"W \leftarrow \frac{W}{\sigma(W)}", r"y = f(x; W)"),
        letters={"f": "the layer inside", r"\sigma(W)": "the largest singular value of its kernel"},
    ),
    "Masking": Entry(
        ("y = m \\odot x",), letters={"m": "0 for steps in which all numbers are the mask value"}
    ),
}

VARIANTS = {
    "Normalization": (
        lambda layer: layer.invert,
        Entry((r"y = \sigma x + \mu",), letters=TABLE["Normalization"].letters),
    ),
}
"""Layers with another equation where an argument says so."""
