"""Layers over series: recurrent ones, attention, positions; and layers around a layer."""

from __future__ import annotations

from pellucid.insight.explaining.equations.entry import Entry

KERNELS = {"W": "kernel", "U": "recurrent_kernel", "b": "bias"}
THROUGH = (r"\frac{\partial L}{\partial h_{t-1}} = \text{from } y_{t-1} + \text{from step } t",)
SIMPLE = Entry(
    (r"h_t = f(x_t W + h_{t-1} U «b:+ b»)",),
    THROUGH,
    KERNELS,
    {"f": "activation"},
    output="h",
)
LSTM = Entry(
    (
        r"(i, f, g, o) = x_t W + h_{t-1} U «b:+ b»",
        r"c_t = \sigma(f) \odot c_{t-1} + \sigma(i) \odot \phi(g)",
        r"h_t = \sigma(o) \odot \phi(c_t)",
    ),
    THROUGH,
    KERNELS,
    {r"\sigma": "recurrent_activation", r"\phi": "activation"},
    {"c_t": "the memory"},
    output="h",
)
GRU = Entry(
    (
        "z = x_t W «b:+ b»",
        r"u = \sigma(z_u + h_{t-1} U_u), r = \sigma(z_r + h_{t-1} U_r)",
        r"g = \phi(z_g + r \odot (h_{t-1} U_g «b:+ b'_g»))",
        r"h_t = u \odot h_{t-1} + (1 - u) \odot g",
    ),
    THROUGH,
    KERNELS,
    {r"\sigma": "recurrent_activation", r"\phi": "activation"},
    {"u": "the update gate", "r": "the reset gate", "b'": "the second row of the bias"},
    output="h",
)
CONV_LSTM = Entry(
    (r"(i, f, g, o) = x_t \ast W + h_{t-1} \ast U «b:+ b»", *LSTM.lines[1:]),
    THROUGH,
    KERNELS,
    LSTM.numbers,
    {"c_t": "the memory", r"\ast": "the convolution"},
    output="h",
)
ATTENTION = (r"w = \mathrm{softmax}(s)", "y_t = \\sum_j w_{t,j} v_j")
LOOK = {
    "q": "queries, the first input",
    "v": "values, the second",
    "k": "keys, the third, else the values",
}
HEADS = Entry(
    (
        r"w_h = \mathrm{softmax}(\frac{q_h k_h^\top}{\sqrt{d}})",
        r"y = [w_1 v_1, w_2 v_2, \ldots] W «b:+ b»",
    ),
    (),
    {},
    {"d": "key_dim", "n": "num_heads"},
    {"q_h, k_h, v_h": "the inputs times the kernels of head h", "W": "the output's kernel"},
)
INNER = {"f": "the layer inside, whose own step stands before, or which runs in a loop"}
BLOCK = {"\\mathrm{norm}": "layer normalisation", "\\mathrm{feed}": "two dense layers"}

TABLE: dict[str, Entry] = {
    **dict.fromkeys(("SimpleRNN", "SimpleRNNCell"), SIMPLE),
    **dict.fromkeys(("LSTM", "LSTMCell"), LSTM),
    **dict.fromkeys(("GRU", "GRUCell"), GRU),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), CONV_LSTM),
    "RNN": Entry((r"y_t, s_t = f(x_t, s_{t-1})",), letters={"f": "the cell", "s": "its states"}),
    "StackedRNNCells": Entry(
        (r"y, s' = f_n(\ldots f_2(f_1(x, s)))",), letters={"f_k": "the cells"}
    ),
    "Bidirectional": Entry(
        (r"y_t = \mathrm{merge}(f_t, b_t)",),
        numbers={"\\mathrm{merge}": "merge_mode"},
        letters={"f_t, b_t": "the outputs of the layer forwards and backwards"},
    ),
    "TimeDistributed": Entry(("y_t = f(x_t)",), letters=INNER | {"t": "every step"}),
    "Attention": Entry((r"s_{t,j} = c q_t \cdot k_j", *ATTENTION), (), {"c": "scale"}, {}, LOOK),
    "AdditiveAttention": Entry(
        (r"s_{t,j} = \sum_d c_d \tanh(q_{t,d} + k_{j,d})", *ATTENTION), (), {"c": "scale"}, {}, LOOK
    ),
    "MultiHeadAttention": HEADS,
    "GroupQueryAttention": Entry(
        HEADS.lines,
        (),
        {},
        {"d": "head_dim", "n": "num_query_heads", "g": "num_key_value_heads"},
        HEADS.letters,
    ),
    "AttentionDecoder": Entry(
        (
            r"s_t = f([e(x_t), a_{t-1}], s_{t-1})",
            r"c_t = \sum_j w_{t,j} h_j",
            r"a_t = \tanh([c_t, s_t] W + b)",
            "y_t = a_t V + d",
        ),
        letters={
            "f": "the cell",
            "h": "the encoder's outputs",
            "w": "how much step t looks at each",
            "e": "the table of words",
        },
    ),
    "TransformerEncoderBlock": Entry(
        (
            r"h = \mathrm{norm}(x + \mathrm{attention}(x, x))",
            r"y = \mathrm{norm}(h + \mathrm{feed}(h))",
        ),
        letters=BLOCK,
    ),
    "TransformerDecoderBlock": Entry(
        (
            r"h = \mathrm{norm}(x + \mathrm{attention}(x, x))",
            r"g = \mathrm{norm}(h + \mathrm{attention}(h, c))",
            r"y = \mathrm{norm}(g + \mathrm{feed}(g))",
        ),
        letters=BLOCK | {"c": "the context, if there is one"},
    ),
    "PositionEmbedding": Entry(
        ("y_t = x_t + E_t",),
        (r"\frac{\partial L}{\partial E_t} = \sum_{\text{rows}} \delta_t",),
        {"E": "embeddings"},
    ),
    "SinusoidalPositionEncoding": Entry(
        (
            r"y_{t,2i} = x_{t,2i} + \sin(\frac{t}{m^{2i/n}})",
            r"y_{t,2i+1} = x_{t,2i+1} + \cos(\frac{t}{m^{2i/n}})",
        ),
        (r"\frac{\partial L}{\partial x} = \delta",),
        numbers={"m": "max_wavelength"},
        letters={"n": "the features"},
    ),
    "RotaryEmbedding": Entry(
        (
            r"y_{t,2i} = x_{t,2i} \cos(r) - x_{t,2i+1} \sin(r)",
            r"y_{t,2i+1} = x_{t,2i} \sin(r) + x_{t,2i+1} \cos(r)",
            r"r = \frac{t}{m^{2i/n}}",
        ),
        numbers={"m": "max_wavelength"},
        letters={"n": "the features"},
    ),
    "Residual": Entry(
        ("y = x + f(x)",),
        (r"\frac{\partial L}{\partial x} = \delta + \text{what } f \text{ passes back}",),
        letters={"f": "the layers inside, one after the other"},
    ),
    "Lambda": Entry(("y = f(x)",), numbers={"f": "function"}),
    "Wrapper": Entry(("y = f(x)",), letters=INNER),
    "Remat": Entry(
        ("y = f(x)",), letters={"f": "the layers inside, computed again on the way back"}
    ),
    "Repeat": Entry(
        ("h_0 = x", "h_k = f(h_{k-1}; w_k)", "y = h_n"),
        numbers={"n": "times"},
        letters={"f": "the layer inside", "w_k": "the k-th set of weights"},
    ),
}

GRU_BEFORE = Entry(
    (*GRU.lines[:2], r"g = \phi(z_g + (r \odot h_{t-1}) U_g)", GRU.lines[3]),
    THROUGH,
    KERNELS,
    GRU.numbers,
    {"u": "the update gate", "r": "the reset gate"},
    output="h",
)
CELLS = (lambda layer: not layer.reset_after, GRU_BEFORE)
VARIANTS = {
    "GRU": CELLS,
    "GRUCell": CELLS,
    "Attention": (
        lambda layer: layer.score_mode == "concat",
        Entry(
            (r"s_{t,j} = g \sum_d \tanh(c (q_{t,d} + k_{j,d}))", *ATTENTION),
            (),
            {"c": "scale"},
            {},
            LOOK,
        ),
    ),
    "TransformerEncoderBlock": (
        lambda layer: layer.norm_first,
        Entry(
            (
                r"h = x + \mathrm{attention}(\mathrm{norm}(x), \mathrm{norm}(x))",
                r"y = h + \mathrm{feed}(\mathrm{norm}(h))",
            ),
            letters=BLOCK,
        ),
    ),
    "TransformerDecoderBlock": (
        lambda layer: layer.norm_first,
        Entry(
            (
                r"h = x + \mathrm{attention}(\mathrm{norm}(x), \mathrm{norm}(x))",
                r"g = h + \mathrm{attention}(\mathrm{norm}(h), c)",
                r"y = g + \mathrm{feed}(\mathrm{norm}(g))",
            ),
            letters=BLOCK | {"c": "the context, if there is one"},
        ),
    ),
}
"""Layers with another equation where an argument says so."""
