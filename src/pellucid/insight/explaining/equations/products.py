"""Layers that multiply by weights: fully connected ones, convolutions, embeddings, layers on graphs."""

from __future__ import annotations

from pellucid.insight.explaining.equations.entry import Entry

W, B = {"W": "kernel"}, {"b": "bias"}
DOWN = r"\frac{\partial L}{\partial W}"
PUSHED = r"\frac{\partial L}{\partial x}"
STEPS = {"s": "strides", "d": "dilation_rate"}
OVER = {
    "t": "the kernel's cells",
    "c": "the channels of the input",
    "o": "the channels of the output",
}

CONVOLUTION = Entry(
    (r"@_{i,o} = \sum_{t,c} x_{s i + d t, c} W_{t,c,o} «b:+ b_o»",),
    (
        rf"{DOWN}_{{t,c,o}} = \sum_i x_{{s i + d t, c}} \delta_{{i,o}}",
        r"«b:\frac{\partial L}{\partial b_o} = \sum_i \delta_{i,o}»",
        rf"{PUSHED}_{{s i + d t, c}} \text{{ gets }} \sum_o W_{{t,c,o}} \delta_{{i,o}}",
    ),
    W | B,
    STEPS,
    OVER,
)
TRANSPOSED = Entry(
    (
        r"@_{s i + d t, o} \text{ gets } \sum_c x_{i,c} W_{t,o,c} \text{ from every } i, t «b:; @ \leftarrow @ + b»",
    ),
    (rf"{PUSHED}_{{i,c}} = \sum_{{t,o}} W_{{t,o,c}} \delta_{{s i + d t, o}}",),
    W | B,
    STEPS,
    OVER,
)
DEPTHWISE = Entry(
    (r"@_{i,c m + k} = \sum_t x_{s i + d t, c} W_{t,c,k} «b:+ b_{c m + k}»",),
    (rf"{DOWN}_{{t,c,k}} = \sum_i x_{{s i + d t, c}} \delta_{{i,c m + k}}",),
    W | B,
    STEPS | {"m": "depth_multiplier"},
    {"t": "the kernel's cells", "c": "the channels"},
)
SEPARABLE = Entry(
    (
        r"u_{i,c m + k} = \sum_t x_{s i + d t, c} D_{t,c,k}",
        r"@_{i,o} = \sum_q u_{i,q} P_{q,o} «b:+ b_o»",
    ),
    (),
    {"D": "depthwise_kernel", "P": "pointwise_kernel"} | B,
    STEPS | {"m": "depth_multiplier"},
    {"t": "the kernel's cells", "c": "the channels"},
)

TABLE: dict[str, Entry] = {
    "Dense": Entry(
        ("@ = x W «b:+ b»",),
        (
            rf"{DOWN} = x^\top \delta",
            r"«b:\frac{\partial L}{\partial b} = \sum_{\text{rows}} \delta»",
            rf"{PUSHED} = \delta W^\top",
        ),
        W | B,
    ),
    "EinsumDense": Entry((r"@ = \mathrm{einsum}(x, W) «b:+ b»",), (), W | B, {"e": "equation"}),
    "Maxout": Entry((r"@_j = \max_k (x W «b:+ b»)_{k,j}",), (), W | B, {"k": "pieces"}),
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), CONVOLUTION),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), TRANSPOSED),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), DEPTHWISE),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), SEPARABLE),
    "Embedding": Entry(
        ("y_t = E_{x_t}",),
        (r"\frac{\partial L}{\partial E_v} = \sum_{t: x_t = v} \delta_t",),
        {"E": "embeddings"},
    ),
    "ReversibleEmbedding": Entry(("y_t = E_{x_t}",), (), {"E": "embeddings"}),
    "Tied": Entry(("@ = x W^\\top «b:+ b»",), (), B, letters={"W": "the other layer's kernel"}),
    "GraphConvolution": Entry(
        ("@ = P x W «b:+ b»", r"P = D^{-1/2} (A + I) D^{-1/2}"),
        (rf"{DOWN} = (P x)^\top \delta",),
        W | B,
        letters={"A": "the links between the nodes", "D": "the nodes' degrees", "I": "self-loops"},
    ),
    "GraphAttention": Entry(
        (
            "h = x W",
            r"w_{ij} = \mathrm{softmax}_j(\mathrm{leaky\_relu}(r \cdot h_i + q \cdot h_j))",
            r"@_i = \sum_j w_{ij} h_j «b:+ b»",
        ),
        (),
        W | B | {"r": "receiver", "q": "sender"},
        letters={"j": "the neighbours of node i"},
    ),
    "MessagePassing": Entry(
        (r"m_{ij} = x_j W", r"@_i = x_i U + \mathrm{reduce}_j(m_{ij}) «b:+ b»"),
        (),
        W | B | {"U": "self_kernel"},
        {"\\mathrm{reduce}": "aggregation"},
        {"j": "the neighbours of node i"},
    ),
    "GraphPooling": Entry(
        (r"y = \mathrm{reduce}_i(x_i)",),
        (),
        {},
        {"\\mathrm{reduce}": "reduction"},
        {"i": "the nodes"},
    ),
}
