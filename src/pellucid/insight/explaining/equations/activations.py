r"""The formulas of the activations: ``a = f(z)``, and how the gradient goes back through each.

The second formula is what stands behind the arriving gradient: ``\odot`` and ``da/dz``.
"""

from __future__ import annotations

SIGMOID = r"\frac{1}{1 + e^{-z}}"

# Name to: the function's sign, its formula (or none), and its derivative.
TABLE: dict[str, tuple[str, str, str]] = {
    "linear": ("", "z", "1"),
    "sigmoid": (r"\sigma(z)", SIGMOID, "a (1 - a)"),
    "tanh": (r"\tanh(z)", r"\frac{e^z - e^{-z}}{e^z + e^{-z}}", "(1 - a^2)"),
    "relu": (r"\mathrm{relu}(z)", r"\max(0, z)", "[z > 0]"),
    "leaky_relu": (r"\mathrm{leaky\_relu}(z)", r"\max(z, s z)", r"(1 \text{ or } s)"),
    "relu6": (r"\mathrm{relu6}(z)", r"\min(\max(z, 0), 6)", "[0 < z < 6]"),
    "elu": (r"\mathrm{elu}(z)", r"z \text{ or } e^z - 1", r"(1 \text{ or } e^z)"),
    "celu": (r"\mathrm{celu}(z)", r"z \text{ or } e^z - 1", r"(1 \text{ or } e^z)"),
    "selu": (r"\mathrm{selu}(z)", r"1.0507 (z \text{ or } 1.6733 (e^z - 1))", ""),
    "exponential": (r"\exp(z)", "e^z", "a"),
    "log_sigmoid": (r"\log \sigma(z)", r"-\log(1 + e^{-z})", r"(1 - \sigma(z))"),
    "softplus": (r"\mathrm{softplus}(z)", r"\log(1 + e^z)", r"\sigma(z)"),
    "softsign": (
        r"\mathrm{softsign}(z)",
        r"\frac{z}{1 + \lvert z \rvert}",
        r"\frac{1}{(1 + \lvert z \rvert)^2}",
    ),
    "silu": (r"\mathrm{silu}(z)", r"z \sigma(z)", r"(\sigma(z) + a (1 - \sigma(z)))"),
    "gelu": (r"\mathrm{gelu}(z)", r"z \Phi(z)", r"(\Phi(z) + z \phi(z))"),
    "mish": (r"\mathrm{mish}(z)", r"z \tanh(\log(1 + e^z))", ""),
    "half_tanh": (r"\tanh(z / 2)", r"\frac{e^z - 1}{e^z + 1}", r"\frac{1 - a^2}{2}"),
    "hard_sigmoid": (
        r"\mathrm{hard\_sigmoid}(z)",
        r"\frac{\min(\max(z + 3, 0), 6)}{6}",
        r"\frac{[-3 < z < 3]}{6}",
    ),
    "hard_tanh": (r"\mathrm{hard\_tanh}(z)", r"\min(\max(z, -1), 1)", "[-1 < z < 1]"),
    "hard_silu": (r"\mathrm{hard\_silu}(z)", r"z \frac{\min(\max(z + 3, 0), 6)}{6}", ""),
    "sparse_sigmoid": (
        r"\mathrm{sparse\_sigmoid}(z)",
        r"\min(\max(\frac{z + 1}{2}, 0), 1)",
        r"\frac{[-1 < z < 1]}{2}",
    ),
    "sparse_plus": (r"\mathrm{sparse\_plus}(z)", r"0, \frac{(z + 1)^2}{4} \text{ or } z", ""),
    "squareplus": (r"\mathrm{squareplus}(z)", r"\frac{z + \sqrt{z^2 + b}}{2}", ""),
    "soft_shrink": (
        r"\mathrm{soft\_shrink}(z)",
        r"z - t, 0 \text{ or } z + t",
        r"[\lvert z \rvert > t]",
    ),
    "hard_shrink": (
        r"\mathrm{hard\_shrink}(z)",
        r"z [\lvert z \rvert > t]",
        r"[\lvert z \rvert > t]",
    ),
    "tanh_shrink": (r"\mathrm{tanh\_shrink}(z)", r"z - \tanh(z)", r"\tanh(z)^2"),
    "threshold": (r"\mathrm{threshold}(z)", r"z \text{ if } z > t \text{ else } d", r"[z > t]"),
    "step": (r"\mathrm{step}(z)", r"[z \geq 0]", "0"),
    "sign": (r"\mathrm{sign}(z)", r"\pm 1", "0"),
    "softmax": (r"\mathrm{softmax}(z)", "", ""),
    "log_softmax": (r"\mathrm{log\_softmax}(z)", "", ""),
    "sparsemax": (r"\mathrm{sparsemax}(z)", r"\max(z_i - \tau, 0)", ""),
    "glu": (r"\mathrm{glu}(z)", r"z_1 \odot \sigma(z_2)", ""),
}

SOFTMAX = {
    "softmax": r"a_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
    "log_softmax": r"a_i = z_i - \log \sum_j e^{z_j}",
}


def formulas_of(name: str | None) -> tuple[tuple[str, ...], str]:
    r"""Return the lines that say what an activation does, and what ``dL/da`` is multiplied by.

    >>> formulas_of("tanh_shrink")[1]
    '\\odot \\tanh(z)^2'
    """
    if name is None:
        return (), ""
    if name in SOFTMAX:
        return (SOFTMAX[name],), r"\frac{\partial a}{\partial z}"
    if name not in TABLE:
        shown = name.replace("_", r"\_") if name.isidentifier() else "f"
        return (rf"a = \mathrm{{{shown}}}(z)",), r"\frac{\partial a}{\partial z}"
    sign, formula, slope = TABLE[name]
    line = " = ".join(part for part in ("a", sign, formula) if part)
    return (line,), rf"\odot {slope}" if slope else r"\odot \frac{\partial a}{\partial z}"
