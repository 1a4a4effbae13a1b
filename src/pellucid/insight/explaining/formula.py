r"""Formulas: written once in a small part of LaTeX, read as a tree, and set as plain text or as MathML.

The part: letters, numbers and signs; ``^`` and ``_``; ``\frac``, ``\sqrt``, ``\hat``, ``\bar``, ``\mathrm``, ``\text``;
``\left`` and ``\right``, which say nothing here; and the names of ``SIGNS`` and ``LETTERS``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "eta": "η", "theta": "θ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "Phi": "Φ",
    "top": "T", "emptyset": "∅",
}  # fmt: skip
SIGNS = {
    "cdot": "·", "odot": "⊙", "times": "×", "ast": "∗", "leftarrow": "←", "leq": "≤", "geq": "≥", "neq": "≠", "in": "∈",
    "ldots": "…", "pm": "±", "mapsto": "↦", "lfloor": "⌊", "rfloor": "⌋", "approx": "≈",
    "quad": "\u2003", "{": "{", "}": "}", ",": "\u2009",
}  # fmt: skip
WORDS = {"log", "exp", "tanh", "sin", "cos"}
LARGE = {"sum": "Σ", "prod": "Π", "max": "max", "min": "min"}
FENCES = {"lvert": "|", "lVert": "‖", "rvert": "|", "rVert": "‖"}
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
OVER = {"hat": "^", "bar": "¯", "tilde": "~"}
RAISED = dict(zip("0123456789+-−T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵀ", strict=True))
LOWERED = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?(?:e-?\d+)?|\s+|.")
# Signs with no space around them, in text.
TIGHT = set("()[]{}⌊⌋,;'!/")


@dataclass(frozen=True)
class Node:
    """A part of a formula.

    Attributes:
        kind: "row", "name", "word", "text", "number", "sign", "opening", "closing", "large", "prefix", "frac", "sqrt",
            "accent", "script".
        text: What a leaf shows.
        parts: What it is made of: of a script the base, what stands below and what stands above (or None).
    """

    kind: str
    text: str = ""
    parts: tuple[Node | None, ...] = ()


@lru_cache(maxsize=1024)
def parse(latex: str) -> Node:
    """Return the tree of a formula.

    Raises:
        ValueError: A command that the small part of LaTeX does not have, or a brace without its partner.
    """
    tokens = TOKEN.findall(latex)
    node, rest = _row(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"a brace is closed that was not opened: {latex}")
    return node


def _row(tokens: list[str], at: int) -> tuple[Node, int]:
    parts: list[Node] = []
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at].isspace():
            at += 1
            continue
        node, at = _atom(tokens, at)
        if node is None:
            continue
        scripts: dict[str, Node] = {}
        while at < len(tokens) and tokens[at] in "^_":
            mark = tokens[at]
            raised, at = _atom(tokens, at + 1)
            scripts[mark] = raised or Node("row")
        if scripts:
            node = Node("script", "", (node, scripts.get("_"), scripts.get("^")))
        parts.append(node)
    return (parts[0] if len(parts) == 1 else Node("row", "", tuple(parts))), at


def _group(tokens: list[str], at: int) -> tuple[Node, int]:
    if tokens[at] != "{":
        raise ValueError(f"braces are missing before '{tokens[at]}'")
    node, at = _row(tokens, at + 1)
    if at >= len(tokens):
        raise ValueError("a brace is not closed")
    return node, at + 1


def _words(tokens: list[str], at: int) -> tuple[str, int]:
    end = tokens.index("}", at)
    return "".join(tokens[at + 1 : end]).replace("\\_", "_").strip(), end + 1


def _atom(tokens: list[str], at: int) -> tuple[Node | None, int]:
    token = tokens[at]
    if token == "{":
        return _group(tokens, at)
    if not token.startswith("\\"):
        kind = "number" if token[0].isdigit() else "name" if token.isalpha() else "sign"
        return Node(kind, "−" if token == "-" else token), at + 1
    name = token[1:]
    if name in ("left", "right"):
        return None, at + 1
    if name in ("mathrm", "text"):
        words, at = _words(tokens, at + 1)
        return Node("word" if name == "mathrm" else "text", words), at
    if name in FENCES:
        return Node("opening" if name.startswith("l") else "closing", FENCES[name]), at + 1
    if name == "frac":
        above, at = _group(tokens, at + 1)
        below, at = _group(tokens, at)
        return Node("frac", "", (above, below)), at
    if name == "sqrt" or name in ACCENTS:
        inner, at = _group(tokens, at + 1)
        return Node("sqrt" if name == "sqrt" else "accent", name, (inner,)), at
    for table, kind in ((LETTERS, "name"), (SIGNS, "sign"), (LARGE, "large")):
        if name in table:
            return Node(kind, table[name]), at + 1
    if name in WORDS:
        return Node("word", name), at + 1
    if name == "partial":
        return Node("prefix", "∂"), at + 1
    raise ValueError(f"the formula has '{token}', which is not among the signs that can be set")


# As plain text.


def in_text(latex: str) -> str:
    r"""Return a formula as one line of text.

    >>> in_text(r"a = \frac{1}{1 + e^{-z}}")
    'a = 1/(1 + e^(−z))'
    >>> in_text(r"\frac{\partial L}{\partial W} = x^\top \delta_{t-1}")
    '∂L/∂W = xᵀ δ_(t−1)'
    """
    return re.sub(" +", " ", _text(parse(latex))).strip()


def _text(node: Node) -> str:
    if node.kind == "row":
        return _joined(node.parts)
    if node.kind == "frac":
        above, below = (_wrapped(part, divided=True) for part in node.parts)
        return f"{above}/{below}"
    if node.kind == "sqrt":
        return "√" + _wrapped(node.parts[0])
    if node.kind == "accent":
        return _text(node.parts[0] or Node("row")) + ACCENTS[node.text]
    if node.kind == "script":
        base, below, above = node.parts
        written = _text(base or Node("row"))
        written += _script(below, LOWERED, "_") + _script(above, RAISED, "^")
        return written
    return node.text


def _script(node: Node | None, table: dict[str, str], mark: str) -> str:
    if node is None:
        return ""
    inner = _text(node).replace(" ", "")
    if all(letter in table for letter in inner):
        return "".join(table[letter] for letter in inner)
    return f"{mark}{inner}" if inner.isalnum() else f"{mark}({inner})"


def _wrapped(node: Node | None, divided: bool = False) -> str:
    node = node or Node("row")
    written = _text(node)
    loose = (node.kind == "row" and " " in written) or (divided and node.kind == "frac")
    closed = written.startswith("(") and written.endswith(")") and written.count("(") == 1
    return f"({written})" if loose and not closed else written


def _joined(parts: tuple[Node | None, ...]) -> str:
    written, before = "", None
    for part in parts:
        here = _text(part or Node("row"))
        if part is None:
            continue
        written += _between(before, part, here, written) + here
        before = part
    return written


def _between(before: Node | None, part: Node, here: str, written: str) -> str:
    if before is None or before.kind in ("prefix", "opening") or part.kind == "closing":
        return ""
    if written.endswith(("(", "[", "{", "⌊")) or here.startswith((")", "'")):
        return ""
    if part.kind == "sign":
        if here in TIGHT:
            opens = here in "([{⌊"
            callee = before.kind in ("name", "word", "accent", "large") or _is_function(before)
            return " " if opens and not callee else ""
        return " "
    if written.endswith("−") and _is_unary(written):
        return ""
    return "" if before.kind == "sign" and before.text in "!/" else " "


def _is_function(node: Node) -> bool:
    """Tell whether a name with scripts may be called: ``f_n(x)``, but not a sum over i."""
    return node.kind == "script" and node.parts[0] is not None and node.parts[0].kind != "large"


def _is_unary(written: str) -> bool:
    rest = written[:-1].rstrip()
    return not rest or rest[-1] in "=(,[{←∈·⊙"


# As MathML.


def in_mathml(latex: str) -> str:
    r"""Return a formula as a ``<math>`` element, which every browser sets by itself.

    >>> in_mathml("x^2")
    '<math display="block"><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    return f'<math display="block">{_mathml(parse(latex))}</math>'


def _mathml(node: Node | None) -> str:
    if node is None:
        return "<mrow></mrow>"
    inner = [_mathml(part) for part in node.parts if part is not None]
    if node.kind == "row":
        return f"<mrow>{''.join(inner)}</mrow>"
    if node.kind == "frac":
        return f"<mfrac>{''.join(inner)}</mfrac>"
    if node.kind == "sqrt":
        return f"<msqrt>{''.join(inner)}</msqrt>"
    if node.kind == "accent":
        return f'<mover accent="true">{inner[0]}<mo>{OVER[node.text]}</mo></mover>'
    if node.kind == "script":
        base, below, above = node.parts
        large = base is not None and base.kind == "large"
        tag = ("munderover" if large else "msubsup") if below and above else ""
        tag = tag or (("munder" if large else "msub") if below else ("mover" if large else "msup"))
        return f"<{tag}>{''.join(inner)}</{tag}>"
    tag = {
        "number": "mn",
        "sign": "mo",
        "large": "mo",
        "prefix": "mo",
        "opening": "mo",
        "closing": "mo",
        "word": "mi",
    }.get(node.kind, "mi")
    shown = {"Σ": "∑", "Π": "∏"}.get(node.text, node.text) if node.kind == "large" else node.text
    if node.kind == "text":
        return f'<mspace width="0.3em"/><mtext>{escape(shown)}</mtext><mspace width="0.3em"/>'
    return f"<{tag}>{escape(shown)}</{tag}>"
