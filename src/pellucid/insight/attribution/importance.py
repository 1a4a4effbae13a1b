"""What permutation importance found: for each feature how much worse the model does without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.late import LateModule

# Pictures need Matplotlib, which is imported when one is drawn.
drawing: Any = LateModule("pellucid.insight.attribution.drawing")


@dataclass(frozen=True, repr=False)
class Importance:
    """How much worse a model does when a feature is shuffled.

    Attributes:
        drops: How much worse, (features, repeats).
        metric: What was measured.
        base: The metric on the rows as they are.
        greater_is_better: Whether more of the metric is better.
        names: The features' names, or their numbers.
    """

    drops: np.ndarray
    metric: str
    base: float
    greater_is_better: bool
    names: tuple[str, ...]

    @property
    def mean(self) -> np.ndarray:
        """The mean over the repeats, (features,)."""
        return self.drops.mean(1)

    @property
    def spread(self) -> np.ndarray:
        """The standard deviation over the repeats, (features,)."""
        return self.drops.std(1)

    def ranking(self) -> list[int]:
        """Return the features from the most to the least important."""
        return [int(feature) for feature in np.argsort(-self.mean, kind="stable")]

    def draw(self, features: int = 20) -> Any:
        """Return a figure: a bar for each of the most important features, with its spread."""
        return drawing.draw_importance(self, features)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        width = max(map(len, self.names))
        direction = "falls" if self.greater_is_better else "rises"
        lines = [
            f"permutation importance: {self.metric} is {self.base:.4g}; shuffled, it {direction} by"
        ]
        for feature in self.ranking():
            mean, spread = self.mean[feature], self.spread[feature]
            lines.append(f"  {self.names[feature]:<{width}}  {mean:.4g} ± {spread:.2g}")
        return "\n".join(lines)
