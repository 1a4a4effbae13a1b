"""The report's drawings as inline SVG: lines over epochs, clouds of points; the page's styles colour them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib.ticker import MaxNLocator

WIDTH, HEIGHT = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 34, 40
MAX_POINTS = 1_500
"""Points in a cloud; more would make the file large and show no more."""


@dataclass(frozen=True)
class Line:
    """One line: its name in the legend, its class in the style sheet, its values by epoch."""

    name: str
    style: str
    values: Sequence[float]


class Axes:
    """Maps data to the drawing's points.

    Args:
        x: Lowest and highest value across.
        y: Lowest and highest value upwards; widened to the next ticks.
        whole: Whether ticks across are whole numbers, as epochs are.
    """

    def __init__(self, x: tuple[float, float], y: tuple[float, float], whole: bool = False):
        self.x_ticks = [tick for tick in ticks(*x, whole=whole) if x[0] <= tick <= x[1]]
        self.y_ticks = ticks(*y)
        self._x, self._y = x, (self.y_ticks[0], self.y_ticks[-1])

    def across(self, value: float) -> float:
        """Return the horizontal place of a value."""
        low, high = self._x
        return LEFT + (value - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    def up(self, value: float) -> float:
        """Return the vertical place of a value."""
        low, high = self._y
        return HEIGHT - BOTTOM - (value - low) / ((high - low) or 1) * (HEIGHT - TOP - BOTTOM)

    def point(self, x: float, y: float) -> str:
        """Return ``"x,y"``."""
        return f"{self.across(x):.1f},{self.up(y):.1f}"

    def frame(self, title: str, x_title: str) -> str:
        """Return grid, ticks and titles."""
        parts = [f'<text class="title" x="{LEFT}" y="14">{escape(title)}</text>']
        for tick in self.y_ticks:
            y = f"{self.up(tick):.1f}"
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
            parts.append(
                f'<text class="tick end" x="{LEFT - 6}" y="{y}" dy="4">{number(tick)}</text>'
            )
        for tick in self.x_ticks:
            x, y = f"{self.across(tick):.1f}", HEIGHT - BOTTOM + 16
            parts.append(f'<text class="tick middle" x="{x}" y="{y}">{number(tick)}</text>')
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(
            f'<text class="tick middle" x="{middle}" y="{HEIGHT - 6}">{escape(x_title)}</text>'
        )
        return "".join(parts)


def ticks(low: float, high: float, whole: bool = False) -> list[float]:
    """Return round values that span the interval.

    >>> ticks(0.0, 0.97)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    if high <= low:
        high = low + (abs(low) or 1.0) * 0.1
    found = MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=whole).tick_values(low, high)
    return [float(round(tick, 12)) for tick in found]


def number(value: float) -> str:
    """Say a tick's value shortly.

    >>> number(0.25), number(12000.0), number(0.0)
    ('0.25', '12,000', '0')
    """
    if value and not 1e-4 <= abs(value) < 1e7:
        return f"{value:.2g}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def over_epochs(title: str, epochs: Sequence[int], lines: Sequence[Line], best: int | None) -> str:
    """Draw lines over epochs, with a mark at the epoch whose weights were kept."""
    values = np.array([value for line in lines for value in line.values], float)
    values = values[np.isfinite(values)] if np.isfinite(values).any() else np.zeros(1)
    axes = Axes((min(epochs), max(epochs)), (float(values.min()), float(values.max())), whole=True)
    parts = [axes.frame(title, "epoch")]
    if best is not None:
        x = f"{axes.across(best):.1f}"
        parts.append(f'<line class="best" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
    for line in lines:
        known = [(e, v) for e, v in zip(epochs, line.values, strict=True) if np.isfinite(v)]
        points = " ".join(axes.point(*pair) for pair in known)
        parts.append(f'<polyline class="line {line.style}" points="{points}"/>')
        if len(known) <= 40:
            dots = (axes.point(*pair).split(",") for pair in known)
            parts += [
                f'<circle class="dot {line.style}" cx="{x}" cy="{y}" r="1.8"/>' for x, y in dots
            ]
    return _svg(title, "".join(parts))


def cloud(title: str, x_title: str, x: np.ndarray, y: np.ndarray, line: str) -> str:
    """Draw points, with the ``diagonal`` on which exact answers lie, or the ``zero`` line."""
    if len(x) > MAX_POINTS:
        chosen = np.linspace(0, len(x) - 1, MAX_POINTS).astype(int)
        x, y = x[chosen], y[chosen]
    low, high = float(x.min()), float(x.max())
    bottom, top = float(y.min()), float(y.max())
    if line == "diagonal":
        low, high = min(low, bottom), max(high, top)
        bottom, top = low, high
    axes = Axes((low, high), (bottom, top))
    start, end = ((low, low), (high, high)) if line == "diagonal" else ((low, 0.0), (high, 0.0))
    (x1, y1), (x2, y2) = (axes.point(*pair).split(",") for pair in (start, end))
    parts = [
        axes.frame(title, x_title),
        f'<line class="best" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>',
    ]
    for pair in zip(x.tolist(), y.tolist(), strict=True):
        cx, cy = axes.point(*pair).split(",")
        parts.append(f'<circle class="point" cx="{cx}" cy="{cy}" r="2.2"/>')
    return _svg(title, "".join(parts))


def _svg(title: str, inner: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{inner}</svg>'
    )
