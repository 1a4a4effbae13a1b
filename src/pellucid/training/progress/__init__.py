"""Progress that suits the place: a bar in a terminal, a line per epoch in pipes, a quiet line in notebooks."""

from pellucid.training.progress.choose import choose
from pellucid.training.progress.progress import Progress, count

__all__ = ["Progress", "choose", "count"]
