"""The equation of one step: formulas, what their letters stand for here, and how the gradient goes back."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.insight.explaining.formula import in_mathml, in_text


@dataclass(frozen=True)
class Equation:
    """Formulas with their names filled in.

    Attributes:
        lines: The formulas of the forward pass, in LaTeX.
        backward: Those of the backward pass; none where the derivative is not written out.
        where: For each letter, in LaTeX, what it stands for here, with its shape or value.
        summary: One sentence, for a layer without formulas or beside them.
    """

    lines: tuple[str, ...] = ()
    backward: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    summary: str = ""

    @property
    def latex(self) -> str:
        """The formulas of the forward pass, one a line."""
        return "\n".join(self.lines)

    @property
    def text(self) -> str:
        """The same as plain text."""
        return "\n".join(map(in_text, self.lines))

    @property
    def mathml(self) -> str:
        """The same as MathML, which browsers set by themselves."""
        return "\n".join(map(in_mathml, self.lines))

    @property
    def legend(self) -> str:
        """What the letters stand for, as plain text."""
        return ", ".join(f"{in_text(letter)}: {meaning}" for letter, meaning in self.where)
