"""``python -m conformance.doctor.rates FILE...``: scores that were written, as the tables of ``docs/doctor.md``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.doctor.table import TARGETS
from pellucid.doctor import all_checks

Score = Mapping[str, Any]

WORDS = {"alarms, all of these": "healthy and repaired programs with an alarm"}
"""What a measure is called where the others do not stand beside it."""


def totals_table(scores: Mapping[str, Score]) -> str:
    """Return the measures that have a target: a row each, a column for each score.

    Args:
        scores: Scores by the column's title.
    """
    lines = [
        f"| measure | wanted | {' | '.join(scores)} |",
        f"| --- | --: {'| --: ' * len(scores)}|",
    ]
    for measure, (wanted, more) in TARGETS.items():
        shares = [score["parts"]["all"][measure] for score in scores.values()]
        cells = [share_text(share) for share in shares]
        sign = "at least" if more else "at most"
        lines.append(
            f"| {WORDS.get(measure, measure)} | {sign} {wanted:.0%} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


def share_text(share: Mapping[str, Any]) -> str:
    """Return a share as text.

    >>> (
    ...     share_text({"part": 3, "of": 4, "share": 0.75}),
    ...     share_text({"part": 0, "of": 0, "share": None}),
    ... )
    ('75.0% (3 of 4)', '-')
    """
    return f"{share['share']:.1%} ({share['part']} of {share['of']})" if share["of"] else "-"


def checks_table(scores: Sequence[Score]) -> str:
    """Return how often each check was right, over all scores; checks that never gave an alarm are left out."""
    titles = {check.code: check.title for check in all_checks()}
    counts: dict[str, dict[str, int]] = {}
    for score in scores:
        for code, found in score["checks"].items():
            kept = counts.setdefault(code, dict.fromkeys(("right", "wrong", "healthy"), 0))
            for kind in kept:
                kept[kind] += found[kind]
    lines = ["| check | right | wrong | on healthy runs |", "| --- | --: | --: | --: |"]
    for code, kept in sorted(counts.items()):
        name = f"[{code}](doctor/{code}.md) {titles[code]}"
        lines.append(f"| {name} | {kept['right']} | {kept['wrong']} | {kept['healthy']} |")
    return "\n".join(lines)


def main(files: Sequence[str]) -> None:
    """Print both tables; a file's name without its ending is its column's title."""
    scores = {Path(file).stem: json.loads(Path(file).read_text("utf-8")) for file in files}
    sys.stdout.write(totals_table(scores) + "\n\n" + checks_table(list(scores.values())) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
